//! Tasks by their lineage: which child of whom, up to `main`.
//!
//! Tasks are numbered as they are spawned, which is not the same in every schedule. The lineage is, for as long as each task spawns its own in
//! the same order.

use crate::base::hash::Hash;
use crate::base::ids::TaskNo;
use crate::choice::strategies::by_task::ByTask;
use crate::choice::strategy::Observation;

/// The lineages of the tasks of a run, each as a number.
#[derive(Debug, Default)]
pub(super) struct Lineages(ByTask<Line>);

#[derive(Clone, Debug, Default)]
struct Line {
    lineage: u64,
    children: u32,
}

impl Lineages {
    /// Something happened in the run.
    pub(super) fn observe(&mut self, observation: Observation) {
        if let Observation::Spawned { task, by } = observation {
            let parent = self.0.of(by);
            parent.children += 1;
            let mut hash = Hash::new();
            hash.fold(parent.lineage);
            hash.fold(u64::from(parent.children));
            self.0.of(task).lineage = hash.get();
        }
    }

    /// That of a task; that of the runtime is 0.
    pub(super) fn of(&self, task: TaskNo) -> u64 {
        self.0.get(task).map_or(0, |line| line.lineage)
    }
}
