//! Explains a failing run: shrinks it, and looks for its turning point and for a passing run that is near.
//!
//! All of it is bounded by runs and steps, so that it depends on nothing but the program. A run is told as shrunk only if it fails
//! in the same way twice, with the same hash.

use super::explanation::{Edit, Explanation, Minimality, Nearest, Turning};
use super::outcome::Run;
use super::shrink::shrink;
use super::shrinking::{Listener, Stage};
use super::tested::Tested;
use super::trials::{Effort, Outcome, Same, Trials};
use super::turning;
use crate::base::place::Place;
use crate::choice::chooser::Source;
use crate::choice::tape::{Player, Tape};
use crate::record::event::EventNo;
use crate::record::kind::FindingKind;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::underway::{Batch, Drawn};

/// How much is done to shrink a run, in steps; a run counts as a few.
const FOR_SHRINKING: u64 = 1_000_000;

/// How much to find its turning point.
const FOR_TURNING: u64 = 120_000;

/// How much to find a passing run near one that needs no deviation.
const FOR_NEAREST: u64 = 50_000;

/// The run that is told for this one: the least that fails as it does if it is to be shrunk, of which somebody may be told how far it is.
/// A panic hook and a `tracing` subscriber of the user's hear of the run that is told.
pub(crate) fn tell(
    cx: &mut Context,
    program: &dyn Tested,
    place: Place,
    shrink: bool,
    listener: Option<&Listener>,
    run: Run,
) -> Run {
    let run = match shrink {
        true => explain(cx, program, place, listener, run),
        false => run,
    };
    hear(cx, program, place, run)
}

/// Makes the run that is reported once more, aloud, by its tape, if a panic hook or a `tracing` subscriber of the user's would hear it.
fn hear(cx: &mut Context, program: &dyn Tested, place: Place, run: Run) -> Run {
    #[cfg(feature = "tracing")]
    let subscriber = crate::api::log::is_heard();
    #[cfg(not(feature = "tracing"))]
    let subscriber = false;
    if !subscriber && !run.heard {
        return run;
    }
    cx.takes(|| Batch::One(Drawn::Tape(run.tape.clone())));
    let plan = Plan {
        source: Source::Tape(Box::new(Player::new(run.tape.clone()))),
        values: run.tape.values(),
        record: None,
        passes: run.tape.passes().clone(),
        drawn: Drawn::Tape(run.tape.clone()),
        aloud: true,
    };
    program.quick(cx, plan, place);
    Run {
        heard: cx.was_heard(),
        ..run
    }
}

/// The least run that fails as this one does, with what is known of it. The run itself if there is nothing to be had: it did not
/// fail, or does not repeat.
fn explain(
    cx: &mut Context,
    program: &dyn Tested,
    place: Place,
    listener: Option<&Listener>,
    run: Run,
) -> Run {
    let Some(failure) = run.failure() else {
        return run;
    };
    if failure.kind() == FindingKind::Nondeterminism {
        return run;
    }
    cx.takes(|| Batch::One(Drawn::Tape(run.tape.clone())));
    let found = Same {
        tape: run.tape.clone(),
        steps: run.steps(),
    };
    let mut trials = Trials::new(cx, program, place, failure.signature());
    trials.tell(listener, found.tape.deviations().len());
    trials.allow(Stage::Shrink, FOR_SHRINKING);
    let shrunk = shrink(&mut trials, found);
    let Effort { runs, steps } = trials.done();
    let (first, survey) = trials.survey(&shrunk.tape);
    let again = trials.record(&shrunk.tape, |player| player);
    let repeats = |again: &Run| {
        first.hash() == again.hash()
            && again.failure().map(|found| found.signature()) == Some(failure.signature())
    };
    if !repeats(&again) {
        return run;
    }
    trials.allow(Stage::TurningPoint, FOR_TURNING);
    // Of a list that has not all draws, the last that it has is not the end.
    let turning = match survey.len() as u64 == first.summary().draws {
        true => turning::find(&mut trials, &shrunk.tape, survey.len()),
        false => Turning::Unknown,
    };
    let turned = match turning {
        Turning::Draw { place, .. } => survey.events_before(place).map(|from| {
            let next = survey.events_before(place + 1);
            let end = next.unwrap_or(u32::MAX);
            (EventNo(from), EventNo(end))
        }),
        Turning::Start | Turning::Unknown => None,
    };
    trials.allow(Stage::NearestPass, FOR_NEAREST);
    let nearest = match shrunk.minimality {
        Minimality::Plain => one_more(&mut trials, &shrunk.tape),
        Minimality::Minimal | Minimality::OneMinimal | Minimality::CutShort => {
            one_less(&mut trials, &shrunk.tape)
        }
    };
    let explanation = Explanation {
        found: run.tape.clone(),
        seed: run.seed,
        minimality: shrunk.minimality,
        runs,
        steps,
        turning,
        turned,
        nearest,
        others: trials.into_others(),
    };
    // Where no seed is needed, none is told.
    let seed = run.seed.filter(|_| first.tape != Tape::default());
    Run {
        seed,
        shown: run.shown,
        answered: run.answered,
        matched: run.matched,
        explanation: Some(Box::new(explanation)),
        ..first
    }
}

/// A passing run with one deviation less.
fn one_less(trials: &mut Trials<'_>, tape: &Tape) -> Option<Nearest> {
    for at in 0..tape.deviations().len() {
        // A tape that is not tried is not made either: that takes time, too.
        if !trials.affords(1, 0) {
            return None;
        }
        let less = tape.keeping(|other| other != at);
        if let Err(Outcome::Passes) = trials.attempt(&less) {
            return Some(nearest(trials, less, Edit::Without(at)));
        }
    }
    None
}

/// A passing run with one deviation more.
fn one_more(trials: &mut Trials<'_>, tape: &Tape) -> Option<Nearest> {
    let draws = trials.draws_of(tape);
    for (_, deviation) in draws.alternatives(0) {
        if !trials.affords(1, 0) {
            return None;
        }
        let more = tape.with(deviation);
        if let Err(Outcome::Passes) = trials.attempt(&more) {
            return Some(nearest(trials, more, Edit::With));
        }
    }
    None
}

/// A run that passes, with what happens in it.
fn nearest(trials: &mut Trials<'_>, tape: Tape, edit: Edit) -> Nearest {
    let trace = trials.record(&tape, |player| player).trace;
    Nearest { tape, edit, trace }
}
