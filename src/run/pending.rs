//! What each task is about to do: the operations it stands before, or is parked in, for those who answer draws.

use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::Place;
use crate::base::resource::Operation;
use crate::choice::draw::View;
use crate::kernel::tasks::{RUNTIME_SLOT, Tasks};

/// Kept where draws have keys.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// By the task's slot, as far as slots have had something. What a step leaves is memory for the next.
    tasks: Vec<Next>,
}

/// What one task is about to do. In a `select!` or `join!` that may be one of several.
#[derive(Debug)]
struct Next {
    task: TaskNo,
    operations: Vec<Operation>,
    /// It stands before operations that are not known.
    unknown: u32,
}

impl Next {
    fn of(task: TaskNo) -> Next {
        Next {
            task,
            operations: Vec::new(),
            unknown: 0,
        }
    }

    fn forget(&mut self) {
        self.operations.clear();
        self.unknown = 0;
    }
}

impl Pending {
    /// Begins a run in place of the one before.
    pub(crate) fn begin(&mut self) {
        self.tasks.clear();
    }

    /// The task in this slot stands before an operation, or waits in it; `None` is one that is not known.
    pub(crate) fn add(&mut self, slot: u32, task: TaskNo, operation: Option<Operation>) {
        let at = slot as usize;
        if at >= self.tasks.len() {
            self.tasks.resize_with(at + 1, || Next::of(task));
        }
        let next = &mut self.tasks[at];
        if next.task != task {
            next.forget();
            next.task = task;
        }
        match operation {
            Some(operation) => next.operations.push(operation),
            None => next.unknown += 1,
        }
    }

    /// It does not stand there: it goes on with the operation that was added last.
    pub(crate) fn take_back(&mut self, slot: u32, operation: Option<Operation>) {
        if let Some(next) = self.tasks.get_mut(slot as usize) {
            match operation {
                Some(_) => drop(next.operations.pop()),
                None => next.unknown -= 1,
            }
        }
    }

    /// It goes on, and says anew what comes after.
    #[inline(always)]
    pub(crate) fn begin_step(&mut self, slot: u32) {
        if let Some(next) = self.tasks.get_mut(slot as usize) {
            next.forget();
        }
    }

    /// What draws show of the run, for the draw of the task in this slot.
    pub(crate) fn view<'a>(&'a self, tasks: &'a Tasks, owner: u32) -> TasksView<'a> {
        TasksView {
            tasks,
            pending: self,
            owner,
        }
    }
}

/// See [`Pending::view`].
pub(crate) struct TasksView<'a> {
    tasks: &'a Tasks,
    pending: &'a Pending,
    owner: u32,
}

impl View for TasksView<'_> {
    #[inline(always)]
    fn owner(&self) -> TaskNo {
        self.task(self.owner)
    }

    #[inline(always)]
    fn task(&self, slot: u32) -> TaskNo {
        self.tasks.row(slot).number
    }

    fn path(&self, slot: u32) -> String {
        match slot {
            RUNTIME_SLOT => "runtime".to_owned(),
            slot => self.tasks.path(slot),
        }
    }

    fn host(&self, slot: u32) -> HostNo {
        self.tasks.row(slot).host
    }

    fn spawned(&self, slot: u32) -> Place {
        self.tasks.place(slot)
    }

    fn operations(&self, slot: u32) -> Option<&[Operation]> {
        let next = self.pending.tasks.get(slot as usize)?;
        let known =
            next.task == self.task(slot) && next.unknown == 0 && !next.operations.is_empty();
        known.then_some(&next.operations)
    }
}
