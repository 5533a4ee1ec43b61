//! Sightings: which seeds showed which findings.

use std::collections::BTreeMap;

use super::outcome::Shown;
use super::repeat::EarlierRuns;
use crate::record::finding::Finding;
use crate::record::kind::{FindingKind, Level};
use crate::record::signature::Signature;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Sightings(BTreeMap<Key, Vec<u64>>);

/// What makes two sightings the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Found(Level, Signature),
    /// Two runs of the seed had different hashes.
    Differs,
}

impl Key {
    fn of(finding: &Finding) -> Key {
        Key::Found(finding.level, finding.signature())
    }

    /// What a run of a seed showed. That its runs differ counts unless it is allowed.
    pub(super) fn all(findings: &[Finding], differs: bool, nondeterminism: Level) -> Vec<Key> {
        let differs = differs && nondeterminism != Level::Allow;
        let found = findings.iter().map(Key::of);
        found.chain(differs.then_some(Key::Differs)).collect()
    }

    /// Whether it fails the run.
    pub(super) fn fails(&self, nondeterminism: Level) -> bool {
        let level = match self {
            Key::Found(level, _) => *level,
            Key::Differs => nondeterminism,
        };
        level == Level::Deny
    }
}

impl Sightings {
    /// This seed showed these. Says whether one of them was not seen before.
    pub(super) fn add(&mut self, seed: u64, keys: &[Key]) -> bool {
        let mut new = false;
        for key in keys {
            let seeds = self.0.entry(key.clone()).or_default();
            new |= seeds.is_empty();
            // A run may show a finding twice.
            if seeds.last() != Some(&seed) {
                seeds.push(seed);
            }
        }
        new
    }

    /// How many findings were seen that are not the same.
    pub(super) fn distinct(&self) -> usize {
        self.0.len()
    }

    /// Leaves out seeds from this one on.
    pub(super) fn end_at(&mut self, end: u64) {
        self.0
            .values_mut()
            .for_each(|seeds| seeds.retain(|&seed| seed < end));
        self.0.retain(|_, seeds| !seeds.is_empty());
    }

    /// The first seed of each finding, and what it showed first.
    pub(super) fn firsts(&self) -> BTreeMap<u64, EarlierRuns> {
        let mut firsts: BTreeMap<u64, EarlierRuns> = BTreeMap::new();
        for (key, seeds) in &self.0 {
            let Some(&first) = seeds.iter().min() else {
                continue;
            };
            let seen = firsts.entry(first).or_default();
            match key {
                Key::Found(_, signature) => seen.signatures.push(signature.clone()),
                Key::Differs => seen.differed = true,
            }
        }
        firsts
    }

    /// In how many of so many seeds the finding showed that a run is told for.
    pub(super) fn shown(&self, finding: &Finding, of: u64) -> Option<Shown> {
        let differs = finding.kind() == FindingKind::Nondeterminism;
        let key = match differs {
            true => Key::Differs,
            false => Key::of(finding),
        };
        let seeds = self.0.get(&key)?.len() as u64;
        Some(Shown { seeds, of })
    }
}
