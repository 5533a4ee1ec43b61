//! Calibration: what a strategy knows of the program before its first run.
//!
//! The plain run, and [`WALKS`] random walks on streams of their own, which are those of no seed. So it is a function of
//! the program alone: the same for every seed, thread and machine, and made again, identically, when one seed is replayed.

use std::future::Future;
use std::sync::Arc;

use super::one;
use super::outcome::Run;
use crate::base::place::Place;
use crate::choice::chooser::Source;
use crate::choice::draw::Draw;
use crate::choice::passes::Passes;
use crate::choice::strategies::plain::Plain;
use crate::choice::strategies::walk::RandomWalk;
use crate::choice::strategy::{Calibration, Strategy, Summary};
use crate::record::journal::Keep;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::underway::Drawn;

/// How many random walks are made, at the most.
const WALKS: u64 = 16;

/// No more walks are made once this many steps were: a slow program is known from fewer.
const MOST_STEPS: u64 = 1_000_000;

/// What was learned, and the first of its runs that failed.
#[derive(Default)]
pub(crate) struct Calibrated {
    pub(crate) calibration: Arc<Calibration>,
    /// It is a run like any other, and has no seed: its tape brings it back.
    pub(crate) failure: Option<Run>,
}

/// Learns of a program.
pub(crate) fn calibrate<M, F>(cx: &mut Context, make: &M, place: Place) -> Calibrated
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    let mut calibration = Calibration::default();
    let mut failure = None;
    let mut steps = 0;
    for nth in 0..=WALKS {
        if steps > MOST_STEPS {
            break;
        }
        let strategy = || -> Box<dyn Strategy> {
            match nth {
                0 => Box::new(Plain),
                nth => Box::new(Labelled(RandomWalk::labelled(&format!(
                    "calibration {nth}"
                )))),
            }
        };
        let run = one::settle(&Passes::NONE, |passes| {
            let plan = Plan {
                source: Source::Strategy(strategy(), nth, Default::default()),
                values: nth,
                record: Some(Keep::Ends),
                passes: passes.clone(),
                drawn: Drawn::Unnamed,
                aloud: false,
            };
            one::recorded(cx, plan, make(), place)
        });
        steps += run.steps();
        let summary: Summary = run.summary();
        calibration.add(summary, run.operations_by_path());
        if run.failed() && failure.is_none() {
            failure = Some(run.without_output());
        }
    }
    Calibrated {
        calibration: Arc::new(calibration),
        failure,
    }
}

/// A walk that a seed does not change.
struct Labelled(RandomWalk);

impl Strategy for Labelled {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        self.0.draw(draw)
    }
}
