//! What each task is about to do: the operation it stands before, or is parked in, for those who answer draws.

use std::collections::BTreeMap;

use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::Operation;
use crate::choice::draw::View;
use crate::kernel::tasks::{RUNTIME_SLOT, Tasks};

/// By the task's slot. Kept where draws have keys; a task that waits for several things is as good as unknown.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    operations: BTreeMap<u32, (TaskNo, Option<Operation>)>,
}

impl Pending {
    /// The task in this slot stands before an operation, or waits in it.
    pub(crate) fn set(&mut self, slot: u32, task: TaskNo, operation: Option<Operation>) {
        let known = self.operations.get(&slot).filter(|known| known.0 == task);
        let operation = match known {
            Some((_, known)) if *known != operation => None,
            _ => operation,
        };
        self.operations.insert(slot, (task, operation));
    }

    /// It goes on, and says anew what comes after.
    #[inline(always)]
    pub(crate) fn begin_step(&mut self, slot: u32) {
        if !self.operations.is_empty() {
            self.operations.remove(&slot);
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
    fn owner(&self) -> TaskNo {
        self.task(self.owner)
    }

    fn task(&self, slot: u32) -> TaskNo {
        self.tasks.row(slot).number
    }

    fn path(&self, slot: u32) -> String {
        match slot {
            RUNTIME_SLOT => "runtime".to_owned(),
            slot => self.tasks.path(slot),
        }
    }

    fn spawned(&self, slot: u32) -> Place {
        self.tasks.place(slot)
    }

    fn operation(&self, slot: u32) -> Option<Operation> {
        let (task, operation) = self.pending.operations.get(&slot)?;
        operation.filter(|_| *task == self.task(slot))
    }
}
