//! The plain schedule: every draw takes its default.

use crate::choice::draw::Draw;
use crate::choice::strategy::Strategy;

/// Runs tasks first come, first served, as tokio's current-thread runtime does, and lets none be preempted.
///
/// ```
/// let run = reweave::Sim::new().run_with(reweave::strategies::Plain, async {});
/// assert_eq!(run.tape().deviations().count(), 0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Strategy for Plain {
    fn draw(&mut self, _: &Draw<'_>) -> usize {
        0
    }

    fn name(&self) -> &str {
        "plain"
    }
}
