//! Who owned what, learnt as the tasks that are left at the end of a run are dropped, one after the other.
//!
//! A guard, or the end of a channel, that lies in the memory of a task's future is that task's alone. What lies elsewhere may
//! be shared by several, and counts as anybody's. A guard that borrows its lock is not put where others reach it, but by way of
//! a future that is shared: if it goes with the task that took it, it was that task's.
//!
//! A semaphore is shared by all who take its permits. It goes with the last who has it; those that may be stuck are dropped first,
//! so if it outlives them somebody else could close it.

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
    /// `main` is over, and its output may hold what it took.
    main_keeps: bool,
    /// By the hold's number.
    holds: BTreeMap<u32, Ownership>,
    /// Who had the end of a channel on which those at the other end depend, or had a semaphore last.
    ends: BTreeMap<ResourceNo, Ownership>,
    /// Who had handles of a task, by which it can be aborted.
    handles: BTreeMap<TaskNo, Vec<Ownership>>,
}

/// Who could give something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
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

    fn of(&self, at: usize) -> Ownership {
        match &self.dropping {
            Some((task, memory)) if memory.contains(&at) => Ownership::Task(*task),
            _ => Ownership::Anybody,
        }
    }

    /// The task that is dropped now, if one is; and whether it is in its future that this lies.
    pub(crate) fn dropping(&self, at: usize) -> Option<(TaskNo, bool)> {
        let (task, memory) = self.dropping.as_ref()?;
        (*task != TaskNo::RUNTIME).then(|| (*task, memory.contains(&at)))
    }

    /// What `main` took may be in its output, which outlives the run.
    pub(crate) fn main_keeps(&mut self) {
        self.main_keeps = true;
    }

    /// A handle of this task is gone, which lay here.
    pub(crate) fn handle_gone(&mut self, task: TaskNo, at: usize) {
        if self.dropping.is_some() {
            let owner = self.of(at);
            self.handles.entry(task).or_default().push(owner);
        }
    }

    /// Who had the handles of this task, of which there were so many.
    pub(crate) fn of_handles(&self, task: TaskNo, count: u32) -> Vec<Ownership> {
        let mut owners = self.handles.get(&task).cloned().unwrap_or_default();
        owners.resize(owners.len().max(count as usize), Ownership::Anybody);
        owners
    }

    /// Takes in a fact of the end of a run. `taker` is who took what the fact gives back.
    pub(crate) fn note(&mut self, fact: &Fact, taker: Option<TaskNo>) {
        let Some((dropping, _)) = &self.dropping else {
            return;
        };
        match *fact {
            Fact::GaveBack {
                hold, shared_at, ..
            } => {
                let owner = match shared_at {
                    Some(at) => self.of(at),
                    None if taker == Some(*dropping) => Ownership::Task(*dropping),
                    None => Ownership::Anybody,
                };
                self.holds.insert(hold.number, owner);
            }
            Fact::LetGo { hold, .. } => {
                self.holds.insert(hold.number, Ownership::Anybody);
            }
            Fact::Dropped { resource, at, .. } => {
                self.ends.insert(resource, self.of(at));
            }
            // It is shared by several, of whom this is the last.
            Fact::Gone { resource } => {
                self.ends.insert(resource, Ownership::Task(*dropping));
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
            | Fact::Refused { .. }
            | Fact::SentBytes { .. }
            | Fact::ReceivedBytes { .. }
            | Fact::SentDatagram { .. }
            | Fact::ReceivedDatagram { .. }
            | Fact::Listens { .. }
            | Fact::Connects { .. }
            | Fact::CannotConnect { .. }
            | Fact::Accepts { .. }
            | Fact::Reset { .. }
            | Fact::Missed { .. }
            | Fact::Notified { .. }
            | Fact::NotifiedAll { .. }
            | Fact::Touched { .. } => {}
        }
    }

    /// Who had what this task took, and holds under this number.
    pub(crate) fn of_hold(&self, hold: Hold, taker: TaskNo) -> Ownership {
        let never_dropped = match taker == TaskNo::MAIN && self.main_keeps {
            true => Ownership::Anybody,
            false => Ownership::Nobody,
        };
        let owner = self.holds.get(&hold.number).copied();
        owner.unwrap_or(never_dropped)
    }

    /// Who had the end of this channel, or this semaphore last. One that still is may lie in a static, for all to use.
    pub(crate) fn of_end(&self, resource: ResourceNo) -> Ownership {
        self.ends
            .get(&resource)
            .copied()
            .unwrap_or(Ownership::Anybody)
    }
}
