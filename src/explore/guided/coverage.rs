//! What a run showed, as a set of numbers: two runs that show the same have the same numbers.
//!
//! ```text
//!    a: write x   b: read x   a: write x          seen
//!        └── hand-over ─┘                         (a write, b read) on x
//!        └── reads from ┘                         b reads what a wrote
//!        └── hand-over ─┴── hand-over ─┘          (a write, b read, a write) on x
//! ```
//!
//! A *hand-over* is two operations on a resource, one after the other, by different tasks. With them are counted two in a row, whose
//! value was read, who did what, who woke whom; and how often each of these came, in powers of two. Tasks are known by their
//! [lineage](Lineages), resources by the place where they were made and, the first of them, by their numbers; so the same order of operations
//! is the same in nearly every run in which it is met.
//!
//! Source: D. Wolff, Z. Shi, G. Duck, U. Mathur, A. Roychoudhury, *Greybox Fuzzing for Concurrency Testing*, ASPLOS 2024, whose feedback is
//! which read had its value from which write; and the counts of AFL.

use std::collections::BTreeMap;

use super::lineage::Lineages;
use crate::base::hash::Hash;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::{Action, Operation};
use crate::choice::strategy::Observation;

/// Resources with higher numbers are told apart only by the place where they were made: a program that makes a channel for each request would seem to show
/// something new whenever it makes them in another order.
const MOST_TOLD_APART: u32 = 64;

/// One thing that a run may show, and how often it did, as a number.
pub(super) type Feature = u64;

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// By the resource's number.
    resources: Vec<Resource>,
    /// How often each thing was seen.
    seen: BTreeMap<u64, u32>,
}

/// What was done last with a resource.
#[derive(Clone, Copy, Debug, Default)]
struct Resource {
    /// A number for the place where it was made, once that is known.
    made: Option<u64>,
    last: Option<Access>,
    /// The operation before the last one that another task made.
    handed: Option<Access>,
    /// The last that may have changed it.
    written: Option<Access>,
}

/// An operation, by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Access {
    lineage: u64,
    action: u64,
}

/// The kinds of things that are seen, so that no two kinds have the same number.
#[derive(Clone, Copy)]
enum Seen {
    Touched = 1,
    HandOver,
    TwoHandOvers,
    ReadsFrom,
    Wake,
}

impl Coverage {
    /// Something happened in the run.
    pub(super) fn observe(&mut self, observation: Observation, lineages: &Lineages) {
        match observation {
            Observation::Reached {
                operation: Some(operation),
                made: Some(made),
                ..
            } => {
                self.resource(operation)
                    .made
                    .get_or_insert_with(|| number(made));
            }
            Observation::Accessed { task, operation } => self.accessed(task, operation, lineages),
            Observation::Woke { task, by } => {
                let woke = [lineages.of(by), lineages.of(task)];
                self.count(Seen::Wake, woke);
            }
            Observation::Spawned { .. }
            | Observation::Yielded { .. }
            | Observation::Reached { .. }
            | Observation::Ended { .. }
            | Observation::Detail(_) => {}
        }
    }

    fn resource(&mut self, operation: Operation) -> &mut Resource {
        let at = operation.resource.get() as usize;
        if at >= self.resources.len() {
            self.resources.resize(at + 1, Resource::default());
        }
        &mut self.resources[at]
    }

    fn accessed(&mut self, task: TaskNo, operation: Operation, lineages: &Lineages) {
        let now = Access {
            lineage: lineages.of(task),
            action: code(operation.action),
        };
        let resource = self.resource(operation);
        let number = operation.resource.get().min(MOST_TOLD_APART);
        let mut at = Hash::new();
        at.fold(resource.made.unwrap_or_default());
        at.fold(u64::from(number));
        let at = at.get();
        let Resource {
            last,
            handed,
            written,
            ..
        } = *resource;
        let other = last.filter(|last| last.lineage != now.lineage);
        if other.is_some() {
            resource.handed = other;
        }
        if operation.action.writes() {
            resource.written = Some(now);
        }
        resource.last = Some(now);
        self.count(Seen::Touched, [at, now.lineage, now.action]);
        if let Some(last) = other {
            let over = [at, last.lineage, last.action, now.lineage, now.action];
            self.count(Seen::HandOver, over);
            if let Some(before) = handed {
                let both = [at, before.lineage, before.action];
                let both = both.into_iter().chain(over.into_iter().skip(1));
                self.count(Seen::TwoHandOvers, both);
            }
        }
        if !operation.action.writes() {
            let (writer, wrote) = written.map_or((0, 0), |write| (write.lineage, write.action));
            self.count(Seen::ReadsFrom, [at, writer, wrote, now.lineage]);
        }
    }

    fn count(&mut self, seen: Seen, what: impl IntoIterator<Item = u64>) {
        let mut hash = Hash::new();
        hash.fold(seen as u64);
        what.into_iter().for_each(|word| hash.fold(word));
        *self.seen.entry(hash.get()).or_default() += 1;
    }

    /// All that was seen: each thing as often as it was, and as often as any power of two below.
    pub(super) fn features(&self) -> impl Iterator<Item = Feature> {
        self.seen.iter().flat_map(|(&thing, &times)| {
            (0..=times.ilog2()).map(move |power| {
                let mut hash = Hash::new();
                hash.fold(thing);
                hash.fold(u64::from(power));
                hash.get()
            })
        })
    }
}

/// A number for an action, whatever amount it is of.
fn code(action: Action) -> u64 {
    let mut hash = Hash::new();
    hash.fold_str(action.name());
    hash.get()
}

/// A number for a place.
fn number(place: Place) -> u64 {
    let mut hash = Hash::new();
    hash.fold_str(place.file());
    hash.fold(u64::from(place.line()));
    hash.fold(u64::from(place.column()));
    hash.get()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::resource::ResourceNo;

    /// What a run showed in which `main` spawned these two, and they read and wrote.
    fn shown(spawned: [u32; 2], accesses: &[(usize, Action)]) -> BTreeSet<Feature> {
        let (mut coverage, mut lineages) = (Coverage::default(), Lineages::default());
        let spawns = [(1, 0), (spawned[0], 1), (spawned[1], 1)];
        for (task, by) in spawns {
            let (task, by) = (TaskNo(task), TaskNo(by));
            lineages.observe(Observation::Spawned { task, by });
        }
        for &(who, action) in accesses {
            let operation = Operation {
                resource: ResourceNo(1),
                action,
            };
            let task = TaskNo(spawned[who]);
            coverage.observe(Observation::Accessed { task, operation }, &lineages);
        }
        coverage.features().collect()
    }

    #[test]
    fn the_order_of_operations_is_seen_and_not_the_numbers_of_tasks() {
        use Action::{Read, Write};
        let one = shown([2, 3], &[(0, Write), (1, Read)]);
        assert_eq!(one, shown([7, 4], &[(0, Write), (1, Read)]));
        let other = shown([2, 3], &[(1, Read), (0, Write)]);
        assert!(!other.is_subset(&one) && !one.is_subset(&other));
    }

    #[test]
    fn what_comes_more_often_shows_all_that_comes_less_often_does() {
        use Action::{Read, Write};
        let turns = |count: usize| shown([2, 3], &[(0, Write), (1, Read)].repeat(count));
        assert!(turns(1).is_subset(&turns(2)) && turns(1).len() < turns(2).len());
        assert_eq!(turns(5), turns(7));
        assert!(turns(5).len() < turns(9).len());
    }
}
