//! Who owned what, learnt as the tasks that are left at the end of a run are dropped, one after the other.
//!
//! A guard, or the end of a channel, that lies in the memory of a task's future is that task's alone. What lies elsewhere may
//! be shared by several, and counts as anybody's. A guard that borrows its lock cannot be shared: it is with the task that
//! took it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::ids::TaskNo;
use crate::base::resource::ResourceNo;
use crate::record::fact::{Fact, Hold};

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    /// The task that is being dropped, and where its future lies.
    dropping: Option<(TaskNo, Range<usize>)>,
    /// By the hold's number.
    holds: BTreeMap<u32, Owner>,
    /// Who had the end of a channel on which those at the other end depend.
    ends: BTreeMap<ResourceNo, Owner>,
}

/// Who could give something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Task(TaskNo),
    Anybody,
    /// It was never dropped.
    Nobody,
}

impl Owners {
    /// A task is dropped, whose future lies here.
    pub(crate) fn begin(&mut self, task: TaskNo, memory: Range<usize>) {
        self.dropping = Some((task, memory));
    }

    fn of(&self, at: usize) -> Owner {
        match &self.dropping {
            Some((task, memory)) if memory.contains(&at) => Owner::Task(*task),
            _ => Owner::Anybody,
        }
    }

    /// Takes in a fact of the end of a run.
    pub(crate) fn note(&mut self, fact: &Fact) {
        let Some((dropping, _)) = &self.dropping else {
            return;
        };
        match *fact {
            Fact::GaveBack {
                hold, shared_at, ..
            } => {
                let owner = shared_at.map_or(Owner::Task(*dropping), |at| self.of(at));
                self.holds.insert(hold.number, owner);
            }
            Fact::LetGo { hold, .. } => {
                self.holds.insert(hold.number, Owner::Anybody);
            }
            Fact::Dropped { resource, at } => {
                self.ends.insert(resource, self.of(at));
            }
            Fact::Took { .. }
            | Fact::Reserved { .. }
            | Fact::Granted { .. }
            | Fact::GotInLine
            | Fact::LeftLine
            | Fact::GaveUp { .. }
            | Fact::Forgot { .. }
            | Fact::Added { .. }
            | Fact::Sent { .. }
            | Fact::Published { .. }
            | Fact::Received { .. }
            | Fact::Saw { .. }
            | Fact::Closed { .. }
            | Fact::Notified { .. }
            | Fact::NotifiedAll { .. } => {}
        }
    }

    /// Who had what is held under this number.
    pub(crate) fn of_hold(&self, hold: Hold) -> Owner {
        self.holds
            .get(&hold.number)
            .copied()
            .unwrap_or(Owner::Nobody)
    }

    /// Who had the end of this channel. One that still is may lie in a static, for all to use.
    pub(crate) fn of_end(&self, resource: ResourceNo) -> Owner {
        self.ends.get(&resource).copied().unwrap_or(Owner::Anybody)
    }
}
