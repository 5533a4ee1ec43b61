//! Calibration: what is known of a program before its runs are explored, in numbers.

use std::collections::BTreeMap;

use crate::base::path::PathHash;
use crate::base::place::Place;

/// How many runs calibrate a program, at the most: the plain one, and random ones.
pub(crate) const RUNS: u64 = 17;

/// What one run came to, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How many polls it took.
    pub steps: u64,
    /// How many tasks were spawned, `main` included.
    pub tasks: u32,
    /// How many draws had at least two candidates.
    pub draws: u64,
    /// How many of them said what comes first: which task, whether a timer fires before the ready tasks have run, how long a packet
    /// takes.
    pub steering: u64,
}

/// What is known of a program before its runs are explored: from the plain run and a fixed number of random ones, so
/// that it is a function of the program alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calibration {
    /// The most polls that a run took.
    pub steps: u64,
    /// The most tasks that a run spawned.
    pub tasks: u32,
    /// The most draws with at least two candidates that a run made.
    pub draws: u64,
    /// The most draws that a run made of what comes first.
    pub steering: u64,
    /// How many operations on resources each task made, at the most, by its path: which is its parent's, its name, and
    /// its number among siblings of that name.
    pub operations: BTreeMap<String, u64>,
    /// The same for resources that several tasks touched, apart by the place where they were made, as far as that is known.
    pub resources: BTreeMap<Place, BTreeMap<String, u64>>,
    /// Of [`Calibration::operations`].
    below: Below,
    /// Of [`Calibration::resources`].
    shared: Vec<(Place, Below)>,
}

/// How many operations tasks make, by the task's path, with those of all that come from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Below {
    /// By the hashes of the paths, in order.
    counts: Vec<(u64, u64)>,
}

impl Below {
    fn of_all(counts: BTreeMap<String, u64>) -> Below {
        let counts = counts.into_iter();
        let mut counts: Vec<_> = counts
            .map(|(path, count)| (PathHash::of(&path).get(), count))
            .collect();
        counts.sort_unstable();
        Below { counts }
    }

    /// Those of the task with this path.
    pub(crate) fn of(&self, path: PathHash) -> Option<u64> {
        let path = path.get();
        let at = self.counts.binary_search_by_key(&path, |(path, _)| *path);
        at.ok().map(|at| self.counts[at].1)
    }
}

impl Calibration {
    /// Takes in one more run: what it came to, and how many operations a task of this path made, in all or on resources that were made
    /// at a place.
    pub(crate) fn add(
        &mut self,
        summary: Summary,
        operations: impl Iterator<Item = (String, Option<Place>, u64)>,
    ) {
        self.steps = self.steps.max(summary.steps);
        self.tasks = self.tasks.max(summary.tasks);
        self.draws = self.draws.max(summary.draws);
        self.steering = self.steering.max(summary.steering);
        for (path, made, count) in operations {
            let counts = match made {
                Some(place) => self.resources.entry(place).or_default(),
                None => &mut self.operations,
            };
            let most = counts.entry(path).or_default();
            *most = count.max(*most);
        }
    }

    /// All runs have been taken in.
    pub(crate) fn finish(&mut self) {
        self.below = Below::of_all(sums(&self.operations));
        let resources = self.resources.iter();
        self.shared = resources
            .map(|(&place, counts)| (place, Below::of_all(sums(counts))))
            .collect();
    }

    /// How many operations each task makes, with those of all that come from it.
    pub(crate) fn below(&self) -> &Below {
        &self.below
    }

    /// The same for resources that several tasks touch, apart by the place where they are made.
    pub(crate) fn shared(&self) -> &[(Place, Below)] {
        &self.shared
    }
}

/// Adds to each path's count those of all that come from it.
fn sums(counts: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut below = BTreeMap::new();
    for (path, count) in counts {
        let ends = path
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([path.len()]);
        for end in ends {
            *below.entry(path[..end].to_owned()).or_default() += count;
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_has_its_own_operations_and_those_of_all_that_come_from_it() {
        let counts = [
            ("main", 1),
            ("main/a", 2),
            ("main/a#2", 4),
            ("main/a#20", 8),
            ("main/a#2/b", 16),
            ("main/b", 32),
        ];
        let below = sums(&counts.map(|(path, count)| (path.to_owned(), count)).into());
        let expected = [
            ("main", 63),
            ("main/a", 2),
            ("main/a#2", 20),
            ("main/a#2/b", 16),
            ("main/a#20", 8),
            ("main/b", 32),
        ];
        assert!(
            below
                .iter()
                .map(|(path, &count)| (&path[..], count))
                .eq(expected)
        );
        let below = Below::of_all(below);
        for (path, count) in expected {
            assert_eq!(below.of(PathHash::of(path)), Some(count), "{path}");
        }
        assert_eq!(below.of(PathHash::of("main/c")), None);
    }
}
