//! URW: every order of the operations of all tasks is about as likely as the next.
//!
//! A fair draw among the ready tasks makes it rare that a task with many operations gets far while one with few stands still. Here a task is
//! drawn in proportion to the operations that it has left, as the calibration counted them. Where tasks never wait for each other, and
//! each makes as many operations in every run, all orders are equally likely.
//!
//! Source: H. Zhao, D. Wolff, U. Mathur, A. Roychoudhury, *Selectively Uniform Concurrency Testing*, ASPLOS 2025.

use std::sync::Arc;

use super::remaining::Remaining;
use crate::base::prng::Prng;
use crate::choice::calibration::Calibration;
use crate::choice::draw::Draw;
use crate::choice::strategy::{Observation, Strategy};

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Urw {
    prng: Prng,
    calibration: Arc<Calibration>,
    remaining: Remaining,
}

impl Default for Urw {
    /// That of no run.
    fn default() -> Urw {
        Urw {
            prng: Prng::for_draws(0),
            calibration: Arc::default(),
            // None is left out because the calibration has not seen it.
            remaining: Remaining::at_least(1),
        }
    }
}

impl Urw {
    /// Becomes that of this seed, for the program that was calibrated.
    pub(super) fn restart(&mut self, seed: u64, calibration: &Arc<Calibration>) {
        self.prng.restart(seed);
        self.calibration.clone_from(calibration);
        self.remaining.restart();
    }
}

impl Strategy for Urw {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        if !draw.kind().is_among_tasks() {
            return draw.uniform(&mut self.prng);
        }
        let (remaining, prng) = (&mut self.remaining, &mut self.prng);
        remaining.meet(draw, self.calibration.below(), prng);
        let chosen = remaining.intended(draw, prng).unwrap_or_default();
        remaining.run(draw, chosen);
        chosen
    }

    fn observe(&mut self, observation: Observation) {
        self.remaining.observe(observation, |_| true);
    }

    fn name(&self) -> &str {
        "urw"
    }
}
