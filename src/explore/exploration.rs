//! What an exploration found.

use std::ops::Range;

use super::outcome::Run;
use super::searched::Searched;
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
}

impl Exploration {
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

    /// Whether a run failed.
    pub fn failed(&self) -> bool {
        !self.failures.is_empty()
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

    /// The seeds that were run. A systematic search has none, and counts its runs from 0.
    pub fn seeds(&self) -> Range<u64> {
        self.seeds.clone()
    }

    /// How far a systematic search got, if the exploration was one.
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

    /// A hash over all runs; `None` if it stopped at a failure. It does not depend on the number of
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
