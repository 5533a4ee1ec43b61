//! What runs came to, added up in the order of their seeds, whichever thread makes them: so that nothing that is told depends on how many
//! seeds other threads had made beyond the one at which an exploration ends.
//!
//! Threads make [`SEEDS_AT_ONCE`](super::search::SEEDS_AT_ONCE) runs at a time. What these came to is kept run by run until all before them
//! are made; then it is added to the totals, which are a few numbers. Where an exploration ends in the middle, what is left is
//! added up to there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use super::exploration::fingerprint;
use super::figures::Figures;
use super::properties::{Properties, Property};
use super::schedules::Schedules;
use super::targets::{Target, Targets};
use crate::run::properties::Met;
use crate::run::targets::Reached;

/// See the top of this file.
pub(super) struct InOrder {
    schedules: Schedules,
    /// Of all runs before `next`.
    totals: Totals,
    first: u64,
    next: u64,
    /// What was made ahead, by the first of those made at a time.
    ahead: BTreeMap<u64, Made>,
    /// So many runs from the first are to be made before it is asked next whether more bring anything new.
    ask_flat_at: Option<u64>,
}

/// Of some runs.
#[derive(Clone)]
struct Totals {
    steps: u64,
    most_steps: u64,
    draws: u64,
    most_draws: u64,
    digest: u64,
    properties: Properties,
    targets: Targets,
}

/// What an exploration came to.
pub(super) struct Sum {
    pub(super) figures: Figures,
    /// A hash over its runs.
    pub(super) digest: u64,
    pub(super) properties: Vec<Property>,
    pub(super) targets: Vec<Target>,
}

/// Runs that were made at a time, in order; fewer than were taken if one of them stopped the exploration.
pub(super) struct Made {
    taken: Range<u64>,
    runs: Vec<One>,
}

/// What one run came to.
struct One {
    hash: u64,
    steps: u64,
    draws: u64,
    met: Vec<Met>,
    targets: Vec<Reached>,
}

impl Made {
    /// None yet of these.
    pub(super) fn of(taken: Range<u64>) -> Made {
        Made {
            taken,
            runs: Vec::new(),
        }
    }

    /// The next of them had this hash, took so many steps and draws, and came to these properties and targets.
    pub(super) fn add(
        &mut self,
        hash: u64,
        steps: u64,
        draws: u64,
        met: Vec<Met>,
        targets: Vec<Reached>,
    ) {
        self.runs.push(One {
            hash,
            steps,
            draws,
            met,
            targets,
        });
    }

    fn is_complete(&self) -> bool {
        self.runs.len() as u64 == self.taken.end - self.taken.start
    }

    fn seeds(&self) -> impl Iterator<Item = (u64, &One)> {
        self.taken.clone().zip(&self.runs)
    }
}

impl Totals {
    fn add(&mut self, seed: u64, run: &One) {
        self.steps += run.steps;
        self.most_steps = self.most_steps.max(run.steps);
        self.draws += run.draws;
        self.most_draws = self.most_draws.max(run.draws);
        self.digest = self.digest.wrapping_add(fingerprint(seed, run.hash));
        self.properties.add(&run.met);
        self.targets.add(seed, &run.targets);
    }
}

/// After so many runs it is asked for the first time whether more bring anything new; then after twice as many, and so on.
const FIRST_ASKED: u64 = 512;

/// Of so many runs no more than one may bring a new schedule.
const FLAT: u64 = 100;

impl InOrder {
    /// For runs from this seed on, with the properties that are expected of them.
    pub(super) fn new(first: u64, properties: Properties, until_flat: bool) -> InOrder {
        InOrder {
            schedules: Schedules::default(),
            totals: Totals {
                steps: 0,
                most_steps: 0,
                draws: 0,
                most_draws: 0,
                digest: 0,
                properties,
                targets: Targets::default(),
            },
            first,
            next: first,
            ahead: BTreeMap::new(),
            ask_flat_at: until_flat.then_some(FIRST_ASKED),
        }
    }

    /// These were made. Gives the seed at which the exploration is to end, if more runs bring next to nothing new.
    pub(super) fn made(&mut self, made: Made) -> Option<u64> {
        for (seed, run) in made.seeds() {
            self.schedules.add(run.hash, seed);
        }
        self.ahead.insert(made.taken.start, made);
        loop {
            let made = self.ahead.get(&self.next)?;
            if !made.is_complete() {
                return None;
            }
            // Before they are added: at the end they may have to be left out.
            if let Some(asked) = self.ask_flat_at
                && let Some(end) = self.first.checked_add(asked)
                && end <= made.taken.end
            {
                let half = asked / 2;
                if self.schedules.first_in(end - half..end).get() * FLAT <= half {
                    return Some(end);
                }
                self.ask_flat_at = asked.checked_mul(2);
                continue;
            }
            if let Some(made) = self.ahead.remove(&self.next) {
                made.seeds()
                    .for_each(|(seed, run)| self.totals.add(seed, run));
                self.next = made.taken.end;
            }
        }
    }

    /// What the runs of these seeds came to, which begin with the first.
    pub(super) fn conclude(&self, seeds: Range<u64>, took: Duration) -> Sum {
        let mut totals = self.totals.clone();
        let left = self.ahead.values().flat_map(Made::seeds);
        left.filter(|(seed, _)| seeds.contains(seed))
            .for_each(|(seed, run)| totals.add(seed, run));
        let runs = seeds.end - seeds.start;
        let last = runs.div_ceil(10);
        let figures = Figures {
            runs,
            schedules: self.schedules.first_in(seeds.clone()),
            new_at_last: self.schedules.first_in(seeds.end - last..seeds.end),
            last,
            steps: totals.steps,
            most_steps: totals.most_steps,
            draws: totals.draws,
            most_draws: totals.most_draws,
            took,
        };
        Sum {
            figures,
            digest: totals.digest,
            properties: totals.properties.into_all(),
            targets: totals.targets.into_all(),
        }
    }
}
