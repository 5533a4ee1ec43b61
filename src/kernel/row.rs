//! A row of the table of [tasks](super::tasks).

use std::ptr;
use std::sync::Arc;

use super::task::Runnable;
use crate::base::ids::{HostNo, TaskNo};

/// The slot of the runtime, which stands in the ready queue when `main` is done.
pub(crate) const RUNTIME_SLOT: u32 = 0;

/// What the kernel knows of a task.
pub(crate) struct Row {
    /// `None` once the task is done; see [`Tasks::take_cell`](super::tasks::Tasks::take_cell).
    pub(super) cell: Option<Arc<dyn Runnable>>,
    /// Where that cell is; null if there is none.
    pub(super) at: *const (),
    pub(crate) number: TaskNo,
    /// How often it was polled, the running poll included.
    pub(crate) steps: u32,
    /// The host it runs on.
    pub(crate) host: HostNo,
    /// How many ancestors its path is put together from.
    pub(super) depth: u16,
    /// The slot of who spawned it, or [`RUNTIME_SLOT`] if it holds no row of an ancestor; in a vacant row, the next vacant one.
    pub(super) parent: u32,
    pub(super) site: u32,
    pub(super) ordinal: u32,
    /// Rows that name this one as their parent, and one more while the task itself lives; and [`PARENT`].
    pub(super) users: u32,
}

impl Row {
    /// One that no task has had yet.
    pub(super) const VACANT: Row = Row {
        cell: None,
        at: ptr::null(),
        number: TaskNo::RUNTIME,
        steps: 0,
        host: HostNo::DEFAULT,
        depth: 0,
        parent: RUNTIME_SLOT,
        site: 0,
        ordinal: 1,
        users: 0,
    };
}

/// Set in [`Row::users`] of a task that ever had a child.
pub(super) const PARENT: u32 = 1 << 31;

/// A cell that is about to be polled where it lies: in its row, which keeps it alive until
/// [`Tasks::take_cell`](super::tasks::Tasks::take_cell). Only [`Tasks::start_step`](super::tasks::Tasks::start_step) makes
/// these, and only [`run::cell`](crate::run::cell) looks inside.
pub(crate) struct InRow(pub(super) *const ());

impl InRow {
    #[inline(always)]
    pub(crate) fn into_ptr(self) -> *const () {
        self.0
    }
}
