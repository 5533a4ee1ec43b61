//! What an exploration came to, in numbers: how much was tried, and whether more would show more.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use super::schedules::{Count, Schedules};

/// What an exploration came to, in numbers; in [`Exploration::figures`](crate::Exploration::figures). All but the time depend on program,
/// seeds and strategy alone, and not on the number of threads.
///
/// ```
/// let found = reweave::explore(|| async {
///     let dice = [reweave::choose(1..=6), reweave::choose(1..=6)];
///     reweave::note!("{dice:?}");
/// })
/// .seeds(0..1000)
/// .run();
/// let figures = found.figures();
/// assert_eq!(figures.schedules.get(), 36);
/// // The last hundred seeds showed nothing that was not seen before.
/// assert_eq!(figures.new_at_last, 0);
/// assert_eq!(figures.to_string(), "1,000 runs, 36 distinct schedules (0 of them in the last 100 runs), up to 2 draws and 1 step deep");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// How many runs there were, but those of a calibration and those made again to look closer.
    pub runs: u64,
    /// How many different things happened: runs with the same events are one schedule.
    pub schedules: Count,
    /// How many of them only the last tenth of the runs brought. Where that is near 0, more runs are not likely to show more.
    pub new_at_last: u64,
    /// How many runs that tenth was.
    pub last: u64,
    /// Polls in all runs.
    pub steps: u64,
    /// Polls in the longest.
    pub most_steps: u64,
    /// Draws in all runs.
    pub draws: u64,
    /// Draws in the run with the most.
    pub most_draws: u64,
    /// The real time that it took, shrinking not counted.
    pub took: Duration,
}

impl Figures {
    /// How many runs were made in a second of real time.
    pub fn runs_per_second(&self) -> f64 {
        self.runs as f64 / self.took.as_secs_f64().max(1e-9)
    }
}

impl Default for Figures {
    fn default() -> Figures {
        Figures {
            runs: 0,
            schedules: Count::Exactly(0),
            new_at_last: 0,
            last: 0,
            steps: 0,
            most_steps: 0,
            draws: 0,
            most_draws: 0,
            took: Duration::ZERO,
        }
    }
}

/// What runs came to, added up in the order of their seeds, whichever thread makes them.
#[derive(Default)]
pub(super) struct Adder {
    schedules: Schedules,
    /// Of all seeds before `next`.
    sums: Sums,
    next: u64,
    /// Of seeds that were made ahead of others, by the first of those taken at a time; and where they end.
    ahead: BTreeMap<u64, (u64, Sums)>,
}

/// Of some runs.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    steps: u64,
    most_steps: u64,
    draws: u64,
    most_draws: u64,
}

impl Sums {
    pub(super) fn add(&mut self, steps: u64, draws: u64) {
        self.merge(Sums {
            steps,
            most_steps: steps,
            draws,
            most_draws: draws,
        });
    }

    fn merge(&mut self, other: Sums) {
        self.steps += other.steps;
        self.most_steps = self.most_steps.max(other.most_steps);
        self.draws += other.draws;
        self.most_draws = self.most_draws.max(other.most_draws);
    }
}

impl Adder {
    /// One for seeds from this on.
    pub(super) fn new(first: u64) -> Adder {
        Adder {
            next: first,
            ..Adder::default()
        }
    }

    /// The runs of these seeds, which were taken at a time, had these hashes, and together came to this.
    pub(super) fn made(&mut self, seeds: Range<u64>, hashes: &[u64], sums: Sums) {
        for (seed, &hash) in seeds.clone().zip(hashes) {
            self.schedules.add(hash, seed);
        }
        self.ahead.insert(seeds.start, (seeds.end, sums));
        while let Some((end, sums)) = self.ahead.remove(&self.next) {
            self.sums.merge(sums);
            self.next = end;
        }
    }

    /// All runs of seeds before this were made.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// How many schedules these seeds were the first to show.
    pub(super) fn first_in(&self, seeds: Range<u64>) -> u64 {
        self.schedules.first_in(seeds).get()
    }

    /// The figures of these seeds, of which all that were made are counted: the last may be one at which an exploration stopped.
    pub(super) fn figures(&self, seeds: Range<u64>, took: Duration) -> Figures {
        let mut sums = self.sums;
        for (_, (_, more)) in self.ahead.range(..seeds.end) {
            sums.merge(*more);
        }
        let runs = seeds.end - seeds.start;
        let last = runs.div_ceil(10);
        Figures {
            runs,
            schedules: self.schedules.first_in(seeds.clone()),
            new_at_last: self.first_in(seeds.end - last..seeds.end),
            last,
            steps: sums.steps,
            most_steps: sums.most_steps,
            draws: sums.draws,
            most_draws: sums.most_draws,
            took,
        }
    }
}
