//! SURW: a uniform order of what tasks do with one of the things they share; all else as it comes.
//!
//! A seed draws one kind of the resources that several tasks touch, by the place where they are made. The orders of the operations on these
//! are about equally likely: whose is next is drawn in proportion to how many each task has left, and the others that come to one are held back
//! until it was made. Between them a ready task is drawn at random. Most bugs are in the order of few operations on one resource, and
//! then it does not matter how many others the program makes.
//!
//! Source: H. Zhao, D. Wolff, U. Mathur, A. Roychoudhury, *Selectively Uniform Concurrency Testing*, ASPLOS 2025.

use std::sync::Arc;

use super::by_task::task;
use super::remaining::Remaining;
use crate::base::place::Place;
use crate::base::prng::Prng;
use crate::choice::calibration::{Below, Calibration};
use crate::choice::draw::Draw;
use crate::choice::strategy::{Observation, Strategy};

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Surw {
    prng: Prng,
    calibration: Arc<Calibration>,
    /// Which of the shared resources was drawn: its number in the calibration.
    selected: usize,
    remaining: Remaining,
}

impl Default for Surw {
    /// That of no run.
    fn default() -> Surw {
        Surw {
            prng: Prng::for_draws(0),
            calibration: Arc::default(),
            selected: 0,
            // Who does nothing with the resource need not be waited for.
            remaining: Remaining::at_least(0),
        }
    }
}

impl Surw {
    /// Becomes that of this seed, for the program that was calibrated.
    pub(super) fn restart(&mut self, seed: u64, calibration: &Arc<Calibration>) {
        self.prng.restart(seed);
        self.selected = match calibration.shared().len() {
            0 => 0,
            shared => self.prng.below(shared as u32) as usize,
        };
        self.calibration.clone_from(calibration);
        self.remaining.restart();
    }

    /// Whether there is a resource that tasks share.
    pub(super) fn selects(&self) -> bool {
        !self.calibration.shared().is_empty()
    }

    /// A candidate that is not held back, each as likely as the next.
    fn draw_free(&mut self, draw: &Draw<'_>) -> Option<usize> {
        let all = 0..draw.candidates();
        let is_free = |nth: &usize| !self.remaining.is_held_back(task(draw, *nth));
        let mut free = all.filter(is_free);
        let mut chosen = free.next()?;
        // How many there are is not known before the last.
        for (met, nth) in (2..).zip(free) {
            if self.prng.below(met) == 0 {
                chosen = nth;
            }
        }
        Some(chosen)
    }
}

impl Strategy for Surw {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let selected = selected(&self.calibration, self.selected);
        let Some((_, below)) = selected.filter(|_| draw.kind().is_among_tasks()) else {
            return draw.uniform(&mut self.prng);
        };
        self.remaining.meet(draw, below, &mut self.prng);
        let intended = self.remaining.intended(draw, &mut self.prng);
        let free = self.draw_free(draw);
        let chosen = free.or(intended).unwrap_or_default();
        self.remaining.run(draw, chosen);
        chosen
    }

    fn observe(&mut self, observation: Observation) {
        let selected = selected(&self.calibration, self.selected).map(|(place, _)| *place);
        let counts = |made: Option<Place>| made.is_some() && made == selected;
        self.remaining.observe(observation, counts);
    }

    fn name(&self) -> &str {
        "surw"
    }
}

fn selected(calibration: &Calibration, selected: usize) -> Option<&(Place, Below)> {
    calibration.shared().get(selected)
}
