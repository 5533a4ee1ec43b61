//! How many distinct schedules there were among many runs: exact up to a million, and estimated beyond that in the same memory.
//!
//! A schedule is told by the hash of what happened. Each is kept with the lowest seed that showed it, so that what is counted depends
//! neither on the order of the runs nor on threads that went on beyond the seed at which an exploration stopped.
//!
//! Of more than a million, one in two is kept: those whose mixed hash has a first bit of 0; then one in four, and so on. The estimate is
//! off by a thousandth or two. A million take 36 MB, and while the table grows for the last time half as much again. Source: P. Gibbons, *Distinct Sampling for Highly-Accurate Answers to Distinct Values Queries*, VLDB 2001.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// No more schedules than these are kept.
const MOST: usize = 1_000_000;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Schedules {
    /// The lowest seed of each, by its mixed hash. Nothing depends on the order in which they lie there.
    seeds: HashMap<u64, u64, BuildHasherDefault<Mixed>>,
    /// One in 2 to the power of this is kept.
    level: u32,
}

/// Of a number that is mixed already.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("a mixed hash is a u64");
    }

    fn write_u64(&mut self, mixed: u64) {
        self.0 = mixed;
    }
}

/// A number of schedules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// About so many, of which more than a million were counted.
    About(u64),
    /// No more than so many, of which some may be the same: those of several explorations that were [put together](crate::Exploration::merge).
    AtMost(u64),
}

impl Count {
    /// The number, exact or not.
    pub fn get(self) -> u64 {
        match self {
            Count::Exactly(count) | Count::About(count) | Count::AtMost(count) => count,
        }
    }
}

impl Schedules {
    /// The run of this seed had this hash.
    pub(super) fn add(&mut self, hash: u64, seed: u64) {
        let mixed = mix(hash);
        if mixed.leading_zeros() < self.level {
            return;
        }
        let first = self.seeds.entry(mixed).or_insert(seed);
        *first = seed.min(*first);
        while self.seeds.len() > MOST {
            self.level += 1;
            let level = self.level;
            self.seeds
                .retain(|&mixed, _| mixed.leading_zeros() >= level);
        }
    }

    /// How many of these seeds were the first to show theirs.
    pub(super) fn first_in(&self, seeds: std::ops::Range<u64>) -> Count {
        let kept = self.seeds.values().filter(|seed| seeds.contains(seed));
        let kept = kept.count() as u64;
        match self.level {
            0 => Count::Exactly(kept),
            level => Count::About(kept << level),
        }
    }
}

/// Spreads a hash over all bits, so that the first are as random as the last. Source: the finalizer of splitmix64, Sebastiano Vigna.
fn mix(hash: u64) -> u64 {
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_a_million_the_count_is_exact_and_beyond_it_is_near() {
        for (distinct, exact) in [
            (0, true),
            (999, true),
            (1_000_000, true),
            (5_000_000, false),
        ] {
            let mut schedules = Schedules::default();
            for seed in 0..distinct + distinct / 10 {
                schedules.add(seed % distinct, seed);
            }
            let count = schedules.first_in(0..u64::MAX);
            match count {
                Count::Exactly(count) => assert!(exact && count == distinct),
                Count::AtMost(_) => panic!("{count:?}"),
                Count::About(count) => {
                    assert!(
                        !exact && count.abs_diff(distinct) < distinct / 200,
                        "{count}"
                    );
                }
            }
            assert!(schedules.seeds.len() <= MOST);
        }
    }

    #[test]
    fn the_order_does_not_matter_nor_what_was_made_beyond() {
        let mut schedules = Schedules::default();
        for seed in (0..100).rev() {
            schedules.add(seed / 2, seed);
        }
        assert_eq!(schedules.first_in(0..60), Count::Exactly(30));
        assert_eq!(schedules.first_in(50..60), Count::Exactly(5));
    }
}
