//! What resources are called: by the user, or by their kind and a number. No two of a run are called the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::place::Place;
use crate::base::resource::{ResourceKind, ResourceNo};
use crate::record::names::counted_by;

/// A name that the user gives, and where.
pub(crate) type Given = (Arc<str>, Place);

/// See the top of this file.
#[derive(Default)]
pub(super) struct ResourceNames {
    /// The name for those that are made now, and where it was given.
    given: Option<Given>,
    /// How many bear each name, in recorded runs: those that were given, and kinds by their last word.
    counts: BTreeMap<String, u32>,
    /// Resources that are older than the run and have several tags, by what these have in common.
    kin: BTreeMap<u64, ResourceNo>,
}

impl ResourceNames {
    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self) {
        self.given = None;
        if !self.counts.is_empty() {
            self.counts.clear();
        }
        if !self.kin.is_empty() {
            self.kin.clear();
        }
    }

    /// The number that another tag of the same resource met in this run.
    pub(super) fn kin(&self, kin: u64) -> Option<ResourceNo> {
        self.kin.get(&kin).copied()
    }

    pub(super) fn set_kin(&mut self, kin: u64, number: ResourceNo) {
        if kin != 0 {
            self.kin.insert(kin, number);
        }
    }

    /// Sets the name for resources that are made from now on; gives the one before.
    pub(super) fn give(&mut self, name: Option<Given>) -> Option<Given> {
        std::mem::replace(&mut self.given, name)
    }

    /// The name for a resource that is made now.
    pub(super) fn given(&self) -> Option<Given> {
        self.given.clone()
    }

    /// The name of one more resource: the user's, the second of that name with a number; or the kind's with a number.
    pub(super) fn next(&mut self, kind: ResourceKind, given: Option<&Arc<str>>) -> String {
        if let Some(given) = given {
            return self.next_of(given);
        }
        loop {
            let name = format!("{kind}#{}", self.count(kind.name()));
            if !self.counts.contains_key(&name) {
                return name;
            }
        }
    }

    /// This name; with a number from the second that bears it.
    pub(super) fn next_of(&mut self, base: &str) -> String {
        // It may look like that of another with its number.
        let numbered = base.rsplit_once('#').is_some_and(|(base, number)| {
            let count = self.counts.get(counted_by(base));
            count.is_some_and(|&count| number.parse::<u32>().is_ok_and(|n| n <= count))
        });
        loop {
            let (count, name) = match self.count(base) {
                1 => (1, base.to_owned()),
                count => (count, format!("{base}#{count}")),
            };
            let taken = match count {
                1 => numbered,
                _ => self.counts.contains_key(&name),
            };
            if !taken {
                return name;
            }
        }
    }

    fn count(&mut self, base: &str) -> u32 {
        let base = counted_by(base).to_owned();
        let count = self.counts.entry(base).or_default();
        *count += 1;
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of resources that are made in this order: of a kind, or given.
    fn names(made: &[Result<ResourceKind, &str>]) -> Vec<String> {
        let mut names = ResourceNames::default();
        let made = made.iter().map(|made| match *made {
            Ok(kind) => names.next(kind, None),
            Err(given) => names.next(ResourceKind::Mutex, Some(&given.into())),
        });
        made.collect()
    }

    #[test]
    fn kinds_are_counted_by_themselves() {
        use ResourceKind::{Mpsc, Mutex, UnboundedMpsc};
        let all = names(&[Ok(Mutex), Ok(Mpsc), Ok(Mutex), Ok(Mpsc)]);
        assert_eq!(all, ["mutex#1", "mpsc#1", "mutex#2", "mpsc#2"]);
        let unbounded = names(&[Ok(UnboundedMpsc), Ok(UnboundedMpsc)]);
        assert_eq!(unbounded, ["unbounded mpsc#1", "unbounded mpsc#2"]);
    }

    #[test]
    fn kinds_of_one_word_are_counted_together() {
        use ResourceKind::{Mpsc, UnboundedMpsc};
        let both = names(&[
            Ok(Mpsc),
            Ok(UnboundedMpsc),
            Ok(Mpsc),
            Err("unbounded mpsc#2"),
        ]);
        let told = ["mpsc#1", "unbounded mpsc#2", "mpsc#3", "unbounded mpsc#2#2"];
        assert_eq!(both, told);
    }

    #[test]
    fn given_names_clash_with_nothing() {
        use ResourceKind::Mutex;
        assert_eq!(names(&[Err("a"), Err("a"), Err("b")]), ["a", "a#2", "b"]);
        assert_eq!(
            names(&[Err("a"), Err("a"), Err("a#2")]),
            ["a", "a#2", "a#2#2"]
        );
        assert_eq!(
            names(&[Err("a#2"), Err("a"), Err("a")]),
            ["a#2", "a", "a#3"]
        );
        assert_eq!(names(&[Err("mutex#1"), Ok(Mutex)]), ["mutex#1", "mutex#2"]);
        assert_eq!(
            names(&[Ok(Mutex), Err("mutex#1")]),
            ["mutex#1", "mutex#1#2"]
        );
        assert_eq!(names(&[Ok(Mutex), Err("mutex#7")]), ["mutex#1", "mutex#7"]);
    }

    #[test]
    fn no_two_are_called_the_same() {
        use ResourceKind::{Mpsc, Mutex, UnboundedMpsc};
        let kinds = [Ok(Mutex), Ok(Mpsc), Ok(UnboundedMpsc)];
        let given = [
            "mutex",
            "mpsc",
            "unbounded mpsc",
            "mpsc#2",
            "mutex#2",
            "mutex#2#2",
        ]
        .map(Err);
        let all: Vec<_> = kinds.into_iter().chain(given).collect();
        // Orders that differ: each of these steps has no divisor in common with the length.
        for step in [1, 2, 4, 5, 7, 8] {
            let order: Vec<_> = (0..4 * all.len())
                .map(|n| all[n * step % all.len()])
                .collect();
            let mut told = names(&order);
            let count = told.len();
            told.sort();
            told.dedup();
            assert_eq!(told.len(), count, "step {step}: {told:?}");
        }
    }
}
