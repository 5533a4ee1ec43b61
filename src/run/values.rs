//! Random values for user code: a generator for each task that asks, labelled by the task's path.

use std::collections::BTreeMap;

use crate::base::ids::TaskNo;
use crate::base::prng::Prng;

/// See the top of this file.
pub(super) struct Values {
    seed: u64,
    generators: BTreeMap<TaskNo, Prng>,
}

impl Values {
    pub(super) fn new(seed: u64) -> Values {
        Values {
            seed,
            generators: BTreeMap::new(),
        }
    }

    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self, seed: u64) {
        self.seed = seed;
        if !self.generators.is_empty() {
            self.generators.clear();
        }
    }

    /// The generator of a task with this path.
    pub(super) fn of(&mut self, task: TaskNo, path: impl FnOnce() -> String) -> &mut Prng {
        let seed = self.seed;
        self.generators
            .entry(task)
            .or_insert_with(|| Prng::labelled(seed, &path()))
    }

    /// A task is over.
    #[inline]
    pub(super) fn forget(&mut self, task: TaskNo) {
        if !self.generators.is_empty() {
            self.remove(task);
        }
    }

    #[inline(never)]
    fn remove(&mut self, task: TaskNo) {
        self.generators.remove(&task);
    }
}
