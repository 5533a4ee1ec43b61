//! A handle that can only abort its task.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use super::Id;
use crate::kernel::task::Runnable;
use crate::record::event::Event;
use crate::run::context;

/// Aborts a task; see [`JoinHandle::abort`](super::JoinHandle::abort).
pub struct AbortHandle {
    cell: Arc<dyn Runnable>,
}

impl AbortHandle {
    pub(crate) fn new(cell: Arc<dyn Runnable>) -> AbortHandle {
        cell.header().handle_made();
        AbortHandle { cell }
    }

    /// Asks for the task's end. Without effect once the task is over.
    pub fn abort(&self) {
        let header = self.cell.header();
        if header.is_done() {
            return;
        }
        context::try_with(|cx| {
            if header.is_home(cx.scope()) {
                cx.run().record(Event::AbortAsked {
                    task: header.number(),
                });
            }
        });
        self.cell.clone().abort();
    }

    /// Whether the task is over.
    pub fn is_finished(&self) -> bool {
        self.cell.header().is_done()
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        Id::new(self.cell.header().number())
    }
}

impl Clone for AbortHandle {
    fn clone(&self) -> AbortHandle {
        AbortHandle::new(self.cell.clone())
    }
}

impl Drop for AbortHandle {
    fn drop(&mut self) {
        self.cell.header().handle_gone();
    }
}

// It changes nothing but whether the task goes on.
impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}
