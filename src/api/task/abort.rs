//! A handle that can only abort its task.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use super::Id;
use crate::api::preempt;
use crate::base::touched::{self, Shared};
use crate::kernel::task::Runnable;
use crate::record::event::Event;
use crate::run::context;

/// Aborts a task; made by [`JoinHandle::abort_handle`](super::JoinHandle::abort_handle) and by the spawns of a
/// [`JoinSet`](super::JoinSet). It does not keep the task from being detached or its output from being dropped.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let task = reweave::spawn(std::future::pending::<()>());
/// let abort = task.abort_handle();
/// abort.abort();
/// assert!(task.await.unwrap_err().is_cancelled());
/// assert!(abort.is_finished());
/// # }).unwrap();
/// ```
pub struct AbortHandle {
    cell: Arc<dyn Runnable>,
}

impl AbortHandle {
    pub(crate) fn new(cell: Arc<dyn Runnable>) -> AbortHandle {
        cell.header().handle_made();
        AbortHandle { cell }
    }

    /// Asks for the task's end, as [`JoinHandle::abort`](super::JoinHandle::abort) does. Without effect once the task is over.
    #[track_caller]
    pub fn abort(&self) {
        let _point = preempt::around();
        let header = self.cell.header();
        for shared in [Shared::Outcome, Shared::Life] {
            touched::touch(shared(header.number()));
        }
        if header.is_done() {
            return;
        }
        context::try_with(|cx| {
            if header.is_home(cx.scope()) && !cx.run().is_dead() {
                cx.run().record(Event::AbortAsked {
                    task: header.number(),
                });
            }
        });
        self.cell.clone().abort();
    }

    /// Whether the task is over.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        preempt::here();
        let header = self.cell.header();
        touched::touch(Shared::Outcome(header.number()));
        header.is_done()
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
        let header = self.cell.header();
        header.handle_gone();
        context::handle_gone(header, std::ptr::from_ref(self).addr());
    }
}

// A panic leaves nothing half changed in it: all it does is to ask for the task's end.
impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}
