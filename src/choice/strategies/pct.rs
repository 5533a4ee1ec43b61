//! PCT: the ready task with the highest priority runs, and a few times the one that was chosen last goes to the end.
//!
//! A bug has depth d if it shows whenever d events come in a certain order. In a program of n tasks and k draws that say what comes
//! first, a run shows it with probability at least 1 / (n k^(d - 1)): the first of the events is in the task that is last with probability
//! 1 / n at least, and each of d - 1 changes hits one of the others with 1 / k. The number k comes from the calibration.
//!
//! What is no task has a priority, too, if it decides what comes first. The packets that a host sends another are a chain: all of them take long,
//! or all of them are fast, until a change. Timers are another: those that are due fire before the tasks that are ready have run, or after.
//!
//! Sources: S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, *A Randomized Scheduler with Probabilistic Guarantees of Finding
//! Bugs*, ASPLOS 2010; B. K. Ozkan, R. Majumdar, F. Niksic, M. T. Befrouei, G. Weissenbacher, *Randomized Testing of Distributed
//! Systems with Probabilistic Guarantees*, OOPSLA 2018, for the chains.

use std::collections::BTreeMap;

use super::by_task::{ByTask, tasks};
use crate::base::ids::TaskNo;
use crate::base::prng::Prng;
use crate::choice::calibration::Calibration;
use crate::choice::draw::{Draw, Kind};
use crate::choice::strategy::{Observation, Strategy};

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Pct {
    prng: Prng,
    /// What runs first has the highest. 0 stands for a task that was not met yet.
    priorities: ByTask<u64>,
    /// The lowest priority that was given to a task that was moved to the end.
    lowest: u64,
    /// Of packets with this label: how long they take, as a part of 2³² of the longest.
    chains: BTreeMap<Box<str>, u32>,
    /// Whether due timers fire before the tasks that are ready have run.
    timers_first: bool,
    chosen_last: Option<TaskNo>,
    /// At which draws the task that was chosen last goes to the end; the next change is last.
    changes: Vec<u64>,
    /// How many draws said what comes first.
    draws: u64,
    /// After so many, draws are random: a task that runs until another changes something would run for ever.
    fair_from: u64,
}

/// Tasks that were moved to the end have priorities below this.
const FLOOR: u64 = 1 << 32;

/// No run is random before so many draws.
const LEAST_FAIR: u64 = 1_000;

impl Default for Pct {
    /// That of no run.
    fn default() -> Pct {
        Pct {
            prng: Prng::for_draws(0),
            priorities: ByTask::default(),
            lowest: FLOOR,
            chains: BTreeMap::new(),
            timers_first: false,
            chosen_last: None,
            changes: Vec::new(),
            draws: 0,
            fair_from: LEAST_FAIR,
        }
    }
}

impl Pct {
    /// Becomes that for bugs of this depth, with this seed, in the program that was calibrated.
    pub(super) fn restart(&mut self, depth: u32, seed: u64, calibration: &Calibration) {
        self.prng.restart(seed);
        self.timers_first = self.prng.next_u32() >> 31 == 1;
        let most = calibration.steering.min(u64::from(u32::MAX));
        let wanted = u64::from(depth.saturating_sub(1)).min(most);
        // Each at a draw of its own, the last in front.
        self.changes.clear();
        if wanted == most {
            // Each draw is one: then it always switches.
            self.changes.extend((0..most).rev());
        }
        while (self.changes.len() as u64) < wanted {
            let change = u64::from(self.prng.below(most as u32));
            if let Err(place) = self.changes.binary_search_by(|other| change.cmp(other)) {
                self.changes.insert(place, change);
            }
        }
        self.priorities.clear();
        self.lowest = FLOOR;
        if !self.chains.is_empty() {
            self.chains.clear();
        }
        self.chosen_last = None;
        self.draws = 0;
        self.fair_from = LEAST_FAIR.max(most.saturating_mul(4));
    }

    /// Counts a draw; says whether it is a change.
    fn changes_here(&mut self) -> bool {
        let here = self.draws;
        self.draws += 1;
        self.changes.pop_if(|change| *change == here).is_some()
    }

    fn priority(&mut self, task: TaskNo) -> u64 {
        let priority = self.priorities.of(task);
        if *priority == 0 {
            *priority = FLOOR | u64::from(self.prng.next_u32());
        }
        *priority
    }

    fn move_to_end(&mut self, task: TaskNo) {
        self.lowest -= 1;
        *self.priorities.of(task) = self.lowest;
    }

    /// Which candidate has the highest priority, and which task that is.
    fn highest(&mut self, draw: &Draw<'_>) -> (usize, TaskNo) {
        let mut highest = (0, TaskNo::RUNTIME);
        let mut most = 0;
        for (nth, task) in tasks(draw).enumerate() {
            let priority = self.priority(task);
            if priority > most {
                (most, highest) = (priority, (nth, task));
            }
        }
        highest
    }

    fn draw_task(&mut self, draw: &Draw<'_>) -> usize {
        if self.changes_here() {
            let last = match draw.kind() {
                Kind::Task => self.chosen_last,
                // It runs, whether or not it was chosen.
                _ => Some(draw.owner()),
            };
            let last = last.unwrap_or_else(|| self.highest(draw).1);
            self.move_to_end(last);
        }
        let (first, task) = self.highest(draw);
        self.chosen_last = Some(task);
        first
    }

    fn draw_latency(&mut self, draw: &Draw<'_>) -> usize {
        let changes = self.changes_here();
        let label = draw.label().unwrap_or_default();
        let known = self.chains.get(label).copied();
        let part = match known.filter(|_| !changes) {
            Some(part) => part,
            None => {
                let part = self.prng.next_u32();
                self.chains.insert(label.into(), part);
                part
            }
        };
        ((u64::from(part) * draw.candidates() as u64) >> 32) as usize
    }

    fn draw_fire(&mut self) -> usize {
        self.timers_first ^= self.changes_here();
        usize::from(self.timers_first)
    }
}

impl Strategy for Pct {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        if self.draws > self.fair_from {
            return draw.uniform(&mut self.prng);
        }
        match draw.kind() {
            Kind::Task | Kind::Point | Kind::Preempt => self.draw_task(draw),
            Kind::Latency => self.draw_latency(draw),
            Kind::Fire => self.draw_fire(),
            Kind::Timer
            | Kind::Select
            | Kind::Wake
            | Kind::Choose
            | Kind::Flip
            | Kind::Cost
            | Kind::Fault
            | Kind::Any => draw.uniform(&mut self.prng),
        }
    }

    fn observe(&mut self, observation: Observation) {
        // It asks for others to go first.
        if let Observation::Yielded { task } = observation {
            self.move_to_end(task);
        }
    }

    fn name(&self) -> &str {
        "pct"
    }
}
