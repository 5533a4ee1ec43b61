//! Sightings: which findings seeds showed, each in how many of them and in which one first. The seeds themselves are not kept: there may be
//! millions of them.

use std::collections::BTreeMap;

use super::outcome::Shown;
use super::repeat::EarlierRuns;
use crate::record::finding::Finding;
use crate::record::kind::{FindingKind, Level};
use crate::record::signature::Signature;

/// See the top of this file.
#[derive(Clone, Debug, Default)]
pub(super) struct Sightings(BTreeMap<Key, Seen>);

/// Which seeds showed a finding.
#[derive(Clone, Copy, Debug)]
struct Seen {
    first: u64,
    last: u64,
    /// How many.
    seeds: u64,
}

/// What makes two sightings the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Found(Level, Signature),
    /// Two runs of the seed had different hashes.
    Differs,
}

impl Key {
    fn of(finding: &Finding) -> Key {
        Key::Found(finding.level, finding.signature())
    }

    /// As what a finding of a run that is told was seen.
    pub(super) fn of_told(finding: &Finding) -> Key {
        match finding.kind() {
            FindingKind::Nondeterminism => Key::Differs,
            _ => Key::of(finding),
        }
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
    /// This seed showed these, and those that were added before are lower.
    pub(super) fn add(&mut self, seed: u64, keys: &[Key]) {
        for key in keys {
            match self.0.get_mut(key) {
                // A run may show a finding twice.
                Some(seen) => {
                    seen.seeds += u64::from(seen.last != seed);
                    seen.last = seed;
                }
                None => {
                    let once = Seen {
                        first: seed,
                        last: seed,
                        seeds: 1,
                    };
                    self.0.insert(key.clone(), once);
                }
            }
        }
    }

    /// How many findings were seen that are not the same.
    pub(super) fn distinct(&self) -> usize {
        self.0.len()
    }

    /// Whether some seed showed this.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// Takes in what other seeds showed, all of them higher.
    pub(super) fn append(&mut self, later: Sightings) {
        for (key, later) in later.0 {
            let add = |seen: &mut Seen| {
                seen.seeds += later.seeds;
                seen.last = later.last;
            };
            self.0.entry(key).and_modify(add).or_insert(later);
        }
    }

    /// The first seed of each finding, and what it showed first.
    pub(super) fn firsts(&self) -> BTreeMap<u64, EarlierRuns> {
        let mut firsts: BTreeMap<u64, EarlierRuns> = BTreeMap::new();
        for (key, seen) in &self.0 {
            let seen = firsts.entry(seen.first).or_default();
            match key {
                Key::Found(_, signature) => seen.signatures.push(signature.clone()),
                Key::Differs => seen.differed = true,
            }
        }
        firsts
    }

    /// In how many of so many seeds the finding showed that a run is told for.
    pub(super) fn shown(&self, finding: &Finding, of: u64) -> Option<Shown> {
        let seeds = self.0.get(&Key::of_told(finding))?.seeds;
        Some(Shown { seeds, of })
    }
}
