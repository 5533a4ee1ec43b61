//! Of schedules that differ only in the order of steps that share nothing, one: source-DPOR with sleep sets.
//!
//! ```text
//!   a run    main │ a: locks x │ b: locks y │ a: locks y │ …         steps, and what each touched (`steps.rs`)
//!                                  └── race ──┘
//!   races    may the later one come first? where b was chosen, a is to be tried, too (`races.rs`)
//!   next     the deepest decision that has something to be tried (`decisions.rs`)
//! ```
//!
//! A *step* is what a task does from one scheduling point, or the begin of a poll, to the next. Two steps depend on each other if they touch the
//! same thing, if one spawned or woke the task of the other, or if time passed between them. Two runs that differ only in the order of steps that do
//! not depend on each other come to the same. So only a pair of dependent steps is turned round, where the run came to the first of the two.
//!
//! A *sleeping* task is one that was tried first where others are tried now: before something happens that its next step depends on, a run with that
//! step has been made. A run in which nobody else is left is redundant: it is made to its end, and nothing is looked for behind that point.
//!
//! What else is drawn (`select!`, `choose`) is enumerated. The order in which waiters that are woken together become ready is not, for any of those
//! that are ready may be taken. A timer that is due fires before any ready task runs. If its task was ready by then, or is woken by something else
//! at that instant, the task may also run before its timer fires: that is tried, too.
//!
//! No ready task is passed over [without end](patience): in a schedule in which it is, a loop that waits for it would never end.
//!
//! A task that polls several futures in one poll may go on with any of them, so that its next step is not one and the same wherever it is chosen. More
//! is tried for it, and a search that met one proves nothing.
//!
//! Sources: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, *Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction*, JACM 2017;
//! sleep sets: P. Godefroid, *Partial-Order Methods for the Verification of Concurrent Systems*, 1996.

mod decisions;
mod fired;
mod footprint;
mod patience;
mod races;
mod several;
mod step;
mod steps;

use super::tree::Tree;
use crate::base::ids::TaskNo;
use crate::choice::draw::{Draw, Kind};
use crate::choice::strategy::{Detail, Observation};
use decisions::{Decisions, Firing};
use patience::Patience;
use steps::Run;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Reduced {
    decisions: Decisions,
    run: Run,
    patience: Patience,
    /// The timers that are due, as they were told, by their tasks.
    due: Vec<TaskNo>,
    /// Of these the one that fires next, if that was decided.
    fires: Option<usize>,
    redundant: u64,
    /// Whether any task polled several futures.
    several: bool,
    /// Whether it was ever the turn of what had been passed over for long.
    passed_over: bool,
}

impl Reduced {
    /// Among tasks: one that does not sleep, unless another is to be tried here.
    fn draw_task(&mut self, draw: &Draw<'_>) -> usize {
        let is_point = draw.kind() == Kind::Point;
        if !is_point {
            self.run.close();
        }
        let candidates = (0..draw.candidates()).filter_map(|nth| draw.task(nth));
        let candidates: Vec<TaskNo> = candidates.map(|candidate| candidate.number()).collect();
        if self.run.is_redundant() {
            return 0;
        }
        let both = is_point && self.run.polls_several();
        let overdue = self.patience.overdue(&candidates);
        self.passed_over |= overdue.is_some();
        let among = self
            .decisions
            .among(&candidates, overdue, both, &mut self.run.sleeping);
        let Some((at, chosen)) = among else {
            self.run.set_redundant();
            return 0;
        };
        let task = candidates[chosen];
        self.run.chose(task, at, is_point && chosen == 0);
        self.patience.chose(task, &candidates);
        chosen
    }

    /// Whether a timer that is due fires now; notes which.
    fn fires_one(&mut self) -> bool {
        self.run.close();
        if self.run.is_redundant() {
            return false;
        }
        let due = std::mem::take(&mut self.due);
        let free = |task: &TaskNo| !self.run.is_put_off(*task);
        let free: Vec<(usize, TaskNo)> = due
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, task)| free(task))
            .collect();
        for (nth, task) in free {
            let (at, firing) = self.decisions.firing();
            match firing {
                Firing::Now => {
                    self.run.decided_to_fire(at);
                    self.fires = Some(nth);
                    return true;
                }
                Firing::Later => self.run.put_off(task),
            }
        }
        false
    }

    /// Which of the timers that are due fires.
    fn which_fires(&mut self) -> usize {
        if self.due.is_empty() {
            // All of them fire within a step that moves the clock.
            return 0;
        }
        if let Some(nth) = self.fires.take() {
            self.due.clear();
            return nth;
        }
        // Nobody is ready, or others are without end: if all are put off the first must fire all the same.
        match self.fires_one() {
            true => self.fires.take().unwrap_or(0),
            false => {
                self.due.clear();
                0
            }
        }
    }
}

impl Tree for Reduced {
    fn begin(&mut self) {
        self.decisions.begin();
        self.run = Run::default();
        self.patience = Patience::default();
        self.due.clear();
        self.fires = None;
    }

    fn draw(&mut self, draw: &Draw<'_>, count: usize) -> usize {
        match draw.kind() {
            Kind::Task | Kind::Point => self.draw_task(draw),
            Kind::Fire => {
                let fires = self.fires_one();
                self.due.clear();
                usize::from(fires)
            }
            Kind::Timer => self.which_fires().min(count - 1),
            Kind::Wake => 0,
            _ if self.run.is_redundant() => 0,
            _ => self.decisions.value(count),
        }
    }

    fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Detail(Detail::Due { task }) => return self.due.push(task),
            Observation::Detail(Detail::Fired { .. }) => {
                self.due.clear();
                self.fires = None;
            }
            Observation::Detail(Detail::Began { task }) => self.patience.begins(task),
            _ => {}
        }
        self.run.observe(observation);
    }

    fn wants_touches(&self) -> bool {
        true
    }

    fn next(&mut self) -> bool {
        self.redundant += u64::from(self.run.is_redundant());
        self.several |= self.run.has_several();
        self.decisions.cut();
        for (at, task, footprint) in self.run.decided() {
            self.decisions.add_footprint(at, task, footprint);
        }
        for &at in self.run.delayed_firings() {
            self.decisions.try_later(at);
        }
        let common = self.decisions.common();
        let steps = self.run.steps();
        for race in races::find(steps, common) {
            self.decisions.turn_round(race);
        }
        self.decisions.next()
    }

    fn redundant(&self) -> u64 {
        self.redundant
    }

    fn missed_orders(&self) -> bool {
        self.several
    }

    fn passed_over(&self) -> Option<u32> {
        self.passed_over.then_some(patience::MOST)
    }
}
