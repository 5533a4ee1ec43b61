//! What an exploration found.

use std::ops::Range;

use super::figures::Figures;
use super::outcome::Run;
use super::properties::Property;
use super::searched::Searched;
use super::sightings::Sightings;
use super::targets::Target;
use crate::base::hash::Hash;
use crate::record::finding::Finding;

/// What an exploration found.
#[derive(Clone, Debug, Default)]
#[must_use = "an exploration says what it found; `unwrap` fails if something was wrong"]
pub struct Exploration {
    pub(super) failures: Vec<Run>,
    pub(super) warnings: Vec<Run>,
    pub(super) seeds: Range<u64>,
    pub(super) digest: Option<u64>,
    pub(super) searched: Option<Searched>,
    pub(super) figures: Figures,
    pub(super) properties: Vec<Property>,
    pub(super) targets: Vec<Target>,
    /// Which findings its runs showed, to be put together with those of others.
    pub(super) sightings: Sightings,
    /// Whether all runs were made that were asked for.
    pub(super) whole: bool,
    /// Where the seeds end that were asked for.
    pub(super) asked_end: u64,
}

impl Exploration {
    /// The end of the seeds that were asked for.
    pub(crate) fn asked_end(&self) -> u64 {
        self.asked_end
    }

    /// Takes in a run of the calibration that failed, if no seed failed likewise.
    pub(super) fn with(mut self, calibrating: Option<Run>) -> Exploration {
        let signature = |run: &Run| run.failure().map(Finding::signature);
        if let Some(run) = calibrating
            && !self
                .failures
                .iter()
                .any(|seen| signature(seen) == signature(&run))
        {
            self.failures.insert(0, run);
        }
        self
    }

    /// Whether a run failed, or a property is [unmet](Exploration::unmet).
    pub fn failed(&self) -> bool {
        !self.failures.is_empty() || self.has_unmet()
    }

    fn has_unmet(&self) -> bool {
        self.whole && self.properties.iter().any(Property::is_unmet)
    }

    /// The properties that should hold in some run, come to with [`sometimes!`](crate::sometimes) and [`reachable!`](crate::reachable) or
    /// [expected](crate::Explore::expects), by name.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// How far the best run came towards each [`target`](crate::target()), by name.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Of these the ones that held in no run; none unless the exploration is [whole](Exploration::is_whole), for a run that was not made
    /// might have shown them.
    pub fn unmet(&self) -> Vec<&Property> {
        let unmet = self
            .properties
            .iter()
            .filter(|property| self.whole && property.is_unmet());
        unmet.collect()
    }

    /// Whether it made all runs that it was to make: it did not stop at a failure, nor was it ended from [outside](crate::Explore::until),
    /// a systematic search came to its end, and a guided one made as many runs as it may.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// What it came to, in numbers.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The failing run with the lowest seed.
    pub fn failure(&self) -> Option<&Run> {
        self.failures.first()
    }

    /// The failing runs, one for every distinct failure, by seed.
    pub fn failures(&self) -> &[Run] {
        &self.failures
    }

    /// Runs with findings of level warn only, one for every distinct one, by seed.
    pub fn warnings(&self) -> &[Run] {
        &self.warnings
    }

    /// How many seeds were run, or how many runs a search made, up to the first failure if it stopped there.
    pub fn runs(&self) -> u64 {
        self.seeds.end - self.seeds.start
    }

    /// The seeds that were run. A search has none, and counts its runs from 0.
    pub fn seeds(&self) -> Range<u64> {
        self.seeds.clone()
    }

    /// How far a search got, if the exploration was one.
    ///
    /// ```
    /// use reweave::strategies::Builtin;
    ///
    /// let found = reweave::explore(|| async { assert!(!reweave::flip(0.5) || !reweave::flip(0.5)) })
    ///     .builtin(Builtin::Exhaustive)
    ///     .collect()
    ///     .run();
    /// // Tails; heads and tails; heads and heads, which fails.
    /// assert_eq!((found.runs(), found.failures().len()), (3, 1));
    /// assert!(found.searched().unwrap().is_complete());
    /// ```
    pub fn searched(&self) -> Option<&Searched> {
        self.searched.as_ref()
    }

    /// A hash over all runs; `None` if it stopped at a failure, or was ended from outside. It does not depend on the number of
    /// threads.
    pub fn digest(&self) -> Option<u64> {
        self.digest
    }
}

/// One seed's part of the digest of an exploration.
pub(super) fn fingerprint(seed: u64, hash: u64) -> u64 {
    let mut pair = Hash::new();
    pair.fold(seed);
    pair.fold(hash);
    pair.get()
}
