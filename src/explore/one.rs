//! One run: begun, driven to its end, and taken out of its context.

use std::future::Future;

use super::outcome::{Answered, Run};
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::choice::calibration::Summary;
use crate::choice::passes::Passes;
use crate::record::trace::Trace;
use crate::run::context::{self, Context};
use crate::run::hook::Active;
use crate::run::properties::Met;
use crate::run::setup::Plan;
use crate::run::step;
use crate::run::suspicion::Suspicion;
use crate::run::targets::Reached;

/// What a run that was not recorded comes to.
pub(crate) struct Quick {
    pub(crate) hash: u64,
    pub(crate) steps: u64,
    pub(crate) draws: u64,
    /// What it came to that should hold in some run.
    pub(crate) met: Vec<Met>,
    /// How far it came towards its targets.
    pub(crate) targets: Vec<Reached>,
    pub(crate) suspicion: Suspicion,
    /// Whether something was not drawn because an instant, or a poll, went on for very long.
    pub(crate) forced: bool,
}

/// Before a run or an exploration, which keeps what is given until it is over: refuses to run a simulation in a simulation, and
/// makes what libraries keep per process the same for every thread.
#[track_caller]
pub(crate) fn prepare(called: &str) -> Active {
    assert!(
        !context::is_set(),
        "`{called}` was called inside a simulation: a simulation in a simulation would have two \
         clocks. Await the future instead; or, if this is an async test that starts simulations itself, make it a plain \
         `#[test] fn`; or start the second one on a thread of its own"
    );
    #[cfg(feature = "tracing")]
    crate::api::log::keep_call_sites_open();
    Active::begin()
}

/// How often a run is made again because a point was taken for an answer, at the most.
const MOST_AGAIN: usize = 8;

/// Makes a run; and again, with the points passed over whose `Pending` was taken for an answer, until there are none. After
/// [`MOST_AGAIN`] times there are no points inside combinators.
pub(crate) fn settle<R>(passes: &Passes, mut run: impl FnMut(&Passes) -> (R, Vec<Place>)) -> R {
    let (mut result, mut mistaken) = run(passes);
    if mistaken.is_empty() {
        return result;
    }
    let mut passes = passes.clone();
    for again in 1..=MOST_AGAIN {
        let places = mistaken.into_iter();
        places.for_each(|place| passes.add(place.into()));
        if again == MOST_AGAIN {
            passes.add_combinators();
        }
        (result, mistaken) = run(&passes);
        if mistaken.is_empty() {
            break;
        }
    }
    result
}

/// Runs `main` for its hash.
pub(crate) fn quick<F>(cx: &mut Context, plan: Plan, main: F, place: Place) -> (Quick, Vec<Place>)
where
    F: Future + 'static,
    F::Output: 'static,
{
    drop(make(cx, plan, main, place));
    let run = cx.run_mut();
    let quick = Quick {
        hash: run.hash(),
        steps: run.steps(),
        draws: run.draws_made(),
        met: run.take_met(),
        targets: run.take_targets(),
        suspicion: run.suspicion(),
        forced: run.was_forced(),
    };
    (quick, run.take_mistaken())
}

/// Runs `main`, and takes everything that the run kept.
pub(crate) fn recorded<F>(
    cx: &mut Context,
    plan: Plan,
    main: F,
    place: Place,
) -> (Run<F::Output>, Vec<Place>)
where
    F: Future + 'static,
    F::Output: 'static,
{
    let output = make(cx, plan, main, place);
    let (run, mistaken) = kept(cx);
    (run.with_output(output), mistaken)
}

/// What the run kept that is over, and what its future returned left out.
fn kept(cx: &mut Context) -> (Run, Vec<Place>) {
    let heard = cx.was_heard();
    let run = cx.run_mut();
    let (matched, summary) = (run.matched(), run.summary());
    let (elapsed, printed) = (run.now(), run.take_output());
    let operations = (1..=summary.tasks).map(|task| run.operations(TaskNo(task)));
    let operations = operations.collect();
    let (book, tape) = run.take_book();
    let (mistaken, met) = (run.take_mistaken(), run.take_met());
    let run = Run {
        output: None,
        findings: run.take_findings(),
        trace: Trace::new(book),
        tape,
        matched,
        elapsed,
        summary,
        operations,
        stdout: printed.stdout,
        terminal: printed.terminal,
        seed: None,
        shown: None,
        answered: Answered::default(),
        met,
        heard,
        explanation: None,
    };
    (run, mistaken)
}

/// Makes a run, from its beginning to its end.
fn make<F>(cx: &mut Context, plan: Plan, main: F, place: Place) -> Option<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    cx.begin(plan);
    #[cfg(feature = "tracing")]
    let _silence = (!cx.is_aloud()).then(crate::api::log::silence);
    let output = step::run(cx, main, place);
    finish(cx);
    output
}

/// The run is over: the strategy is told, and an answer of its that named no candidate is a mistake of its author's.
fn finish(cx: &mut Context) {
    cx.end();
    let run = cx.run_mut();
    let summary: Summary = run.summary();
    if let Some(misfit) = run.end_strategy(&summary) {
        panic!("{misfit}");
    }
}
