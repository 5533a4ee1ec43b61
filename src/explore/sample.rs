//! How many seeds are run after one that failed, to count in how many it shows.
//!
//! That is bounded by seeds and steps, so that it depends on nothing but the program. Wall time is a brake for programs that are slow per
//! step; how many seeds were run is told with what they showed.

use std::time::{Duration, Instant};

/// How far it is.
#[derive(Debug)]
pub(super) struct Sample {
    /// How many seeds were run.
    pub(super) seeds: u64,
    steps: u64,
    brake: Instant,
}

impl Sample {
    /// So many seeds are run.
    pub(super) const SEEDS: u64 = 64;

    /// No more of them are run once they took so many steps.
    const MOST_STEPS: u64 = 200_000;

    /// Nor once they took so long.
    const BRAKE: Duration = Duration::from_secs(5);

    pub(super) fn new() -> Sample {
        Sample {
            seeds: 0,
            steps: 0,
            brake: Instant::now() + Sample::BRAKE,
        }
    }

    /// Whether one more is run.
    pub(super) fn goes_on(&self) -> bool {
        self.seeds < Sample::SEEDS && self.steps < Sample::MOST_STEPS && Instant::now() < self.brake
    }

    /// One was run, and took so many steps.
    pub(super) fn add(&mut self, steps: u64) {
        self.seeds += 1;
        self.steps += steps;
    }
}
