//! Targets of many runs: how far the best of them came.

use std::collections::BTreeMap;

use crate::run::targets::Reached;

/// A [`target`](crate::target()), over all runs of an exploration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// Its name.
    pub name: String,
    /// The highest value that a run reached.
    pub most: i64,
    /// The first run that did: its seed, or of a search its number.
    pub run: u64,
    /// In how many runs a value was told.
    pub told: u64,
}

impl Target {
    /// Adds what later runs came to.
    fn append(&mut self, later: &Target) {
        self.told += later.told;
        if later.most > self.most {
            (self.most, self.run) = (later.most, later.run);
        }
    }
}

/// What was reached in all of these, by name; those of later runs come later.
pub(super) fn merged<'t>(targets: impl IntoIterator<Item = &'t Target>) -> Vec<Target> {
    let mut all: BTreeMap<&str, Target> = BTreeMap::new();
    for target in targets {
        all.entry(&target.name)
            .and_modify(|known| known.append(target))
            .or_insert_with(|| target.clone());
    }
    all.into_values().collect()
}

/// What was reached so far, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets(BTreeMap<&'static str, Target>);

impl Targets {
    /// The run of this seed, which comes after those that were added, reached these.
    pub(super) fn add(&mut self, seed: u64, reached: &[Reached]) {
        for &Reached { name, most } in reached {
            let target = self.0.entry(name).or_insert_with(|| Target {
                name: name.to_owned(),
                most,
                run: seed,
                told: 0,
            });
            target.told += 1;
            if most > target.most {
                (target.most, target.run) = (most, seed);
            }
        }
    }

    /// Takes in what later runs reached.
    pub(super) fn append(&mut self, later: Targets) {
        for (name, later) in later.0 {
            self.0
                .entry(name)
                .and_modify(|target| target.append(&later))
                .or_insert_with(|| later.clone());
        }
    }

    /// All of them, by name.
    pub(super) fn into_all(self) -> Vec<Target> {
        self.0.into_values().collect()
    }
}
