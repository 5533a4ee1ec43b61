//! POS: every operation that a task stands before has a random priority, and the highest goes first.
//!
//! Once it was chosen, the operations that race with it get new priorities: without that, one that was drawn low would stay behind all that
//! others do with the same resource. Two race if their order may matter: see [`Operation::conflicts`]. It needs no calibration.
//!
//! Source: X. Yuan, J. Yang, R. Gu, *Partial Order Aware Concurrency Sampling*, CAV 2018.
//!
//! [`Operation::conflicts`]: crate::draw::Operation::conflicts

use super::by_task::{ByTask, task, tasks};
use crate::base::prng::Prng;
use crate::base::resource::Operation;
use crate::choice::draw::Draw;
use crate::choice::strategy::Strategy;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Pos {
    prng: Prng,
    /// Of what each task is about to do; 0 if that has none yet.
    priorities: ByTask<u32>,
}

impl Default for Pos {
    /// That of no run.
    fn default() -> Pos {
        Pos {
            prng: Prng::for_draws(0),
            priorities: ByTask::default(),
        }
    }
}

impl Pos {
    /// Becomes that of this seed.
    pub(super) fn restart(&mut self, seed: u64) {
        self.prng.restart(seed);
        self.priorities.clear();
    }

    fn highest(&mut self, draw: &Draw<'_>) -> usize {
        let (mut highest, mut most) = (0, 0);
        for (nth, task) in tasks(draw).enumerate() {
            let priority = self.priorities.of(task);
            if *priority == 0 {
                *priority = self.prng.next_u32().max(1);
            }
            if *priority > most {
                (highest, most) = (nth, *priority);
            }
        }
        highest
    }

    /// This candidate goes first: what it does next is drawn anew, and so is all that races with it.
    fn draw_anew(&mut self, draw: &Draw<'_>, chosen: usize) {
        *self.priorities.of(task(draw, chosen)) = 0;
        let operations = |nth| draw.task(nth).and_then(|candidate| candidate.operations());
        let Some(done) = operations(chosen) else {
            return;
        };
        for nth in 0..draw.candidates() {
            // What is not known yet may race.
            if operations(nth).is_none_or(|pending| race(done, pending)) {
                *self.priorities.of(task(draw, nth)) = 0;
            }
        }
    }
}

/// Whether the order of some of these operations, and some of those, may matter.
fn race(these: &[Operation], those: &[Operation]) -> bool {
    let conflicts = |this: &Operation| those.iter().any(|&that| this.conflicts(that));
    these.iter().any(conflicts)
}

impl Strategy for Pos {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        if !draw.kind().is_among_tasks() {
            return draw.uniform(&mut self.prng);
        }
        let highest = self.highest(draw);
        self.draw_anew(draw, highest);
        highest
    }

    fn name(&self) -> &str {
        "pos"
    }
}
