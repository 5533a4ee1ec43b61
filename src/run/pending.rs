//! What each task is about to do: the operations it stands before, or is parked in, for those who answer draws.

use crate::base::ids::TaskNo;
use crate::base::resource::Operation;

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
        for next in &mut self.tasks {
            next.task = TaskNo::RUNTIME;
            next.forget();
        }
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

    /// What the task in this slot is about to do, if it is this one and that is known.
    pub(super) fn of(&self, slot: u32, task: TaskNo) -> Option<&[Operation]> {
        let next = self.tasks.get(slot as usize)?;
        let known = next.task == task && next.unknown == 0 && !next.operations.is_empty();
        known.then_some(&next.operations)
    }
}
