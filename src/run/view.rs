//! What draws show of the run to those who answer them.

use super::pending::Pending;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::path::PathHash;
use crate::base::place::Place;
use crate::base::resource::Operation;
use crate::choice::draw::View;
use crate::kernel::tasks::{RUNTIME_SLOT, Tasks};

/// The tasks of a run, for the draw of one of them.
pub(crate) struct TasksView<'a> {
    pub(super) tasks: &'a Tasks,
    pub(super) pending: &'a Pending,
    /// The slot of the task whose draw it is.
    pub(super) owner: u32,
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

    fn path_hash(&self, slot: u32) -> PathHash {
        match slot {
            RUNTIME_SLOT => PathHash::of("runtime"),
            slot => self.tasks.path_hash(slot),
        }
    }

    fn host(&self, slot: u32) -> HostNo {
        self.tasks.row(slot).host
    }

    fn spawned(&self, slot: u32) -> Place {
        self.tasks.place(slot)
    }

    fn operations(&self, slot: u32) -> Option<&[Operation]> {
        self.pending.of(slot, self.task(slot))
    }
}
