//! What is known of a failing run beyond the run: where it was lost, which run is near and passes, what else fails.

use super::matters::lost_at;
use super::rows;
use super::schedule;
use super::screen::{fitted, name};
use crate::base::count::{counted, ordinal};
use crate::base::ids::TaskNo;
use crate::choice::draw::Kind;
use crate::explore::explanation::{CONTINUATIONS, Edit, Explanation, Nearest, Turning};
use crate::explore::outcome::Run;
use crate::record::event::{Entry, Event};

/// What an event says has so many characters, at the most.
const LONGEST: usize = 80;

/// What is known.
pub(super) fn lines<T>(run: &Run<T>) -> Vec<String> {
    let Some(known) = run.explanation() else {
        return Vec::new();
    };
    let mut lines: Vec<String> = turning(run, known).into_iter().collect();
    if let Some(nearest) = &known.nearest {
        lines.push(format!("nearest passing run: {}", nearby(run, nearest)));
    }
    for other in &known.others {
        let (finding, tape) = (other.finding.summary(), other.tape.to_line());
        let first = finding.lines().next().unwrap_or_default();
        lines.push(format!("another failure was met meanwhile: {first}"));
        if tape.len() <= super::LONGEST_TAPE {
            lines.push(format!("  REWEAVE_TAPE makes its run: {tape}"));
        }
    }
    lines
}

/// From where on the run was lost, if that is known.
pub(super) fn turned<T>(run: &Run<T>) -> Option<String> {
    turning(run, run.explanation()?)
}

/// From where on the run was lost.
fn turning<T>(run: &Run<T>, known: &Explanation) -> Option<String> {
    match known.turning {
        // With one schedule there is nothing to be said of others.
        Turning::Start if run.summary().draws == 0 => None,
        Turning::Start => {
            let lead = match run.tape().deviations().len() {
                0 => "every schedule tried fails: ",
                // The plain one was tried, and does not.
                _ => "",
            };
            Some(format!(
                "{lead}{CONTINUATIONS} of {CONTINUATIONS} schedules that were drawn at random fail"
            ))
        }
        Turning::Draw { before, .. } => {
            let lost = lost_at(run).filter(|_| !is_fault(run, known));
            let when = match lost.map(|at| (at, run.trace().entries()[at].task)) {
                Some((at, task)) => {
                    let what = fitted(&rows::said(run.trace(), at), LONGEST);
                    match task {
                        TaskNo::RUNTIME => format!("once {what}"),
                        task => format!("once {} {what}", name(run.trace().path(task))),
                    }
                }
                None => "from there on".to_owned(),
            };
            let from = || run.trace().place_in(known.turned?.0);
            let step = lost.or_else(from).and_then(|at| step(run, at));
            let step = step.map_or_else(String::new, |step| format!(" at step {step}"));
            Some(format!(
                "lost{step}: {when}, {CONTINUATIONS} of {CONTINUATIONS} random continuations fail; from one choice earlier, {before} do"
            ))
        }
        Turning::Unknown if run.summary().draws == 0 => None,
        Turning::Unknown => Some(
            "from which step on it was lost is not known: too much would have had to be tried"
                .to_owned(),
        ),
    }
}

/// Whether the draw of the turning point is one of a fault, of which something may come much later.
fn is_fault<T>(run: &Run<T>, known: &Explanation) -> bool {
    let draw = known.turned.and_then(|(from, _)| run.trace().entry(from));
    let Some(Event::Drew { kind, .. }) = draw.map(|draw| draw.event) else {
        return false;
    };
    matches!(kind, Kind::Fault | Kind::Latency)
}

/// Which poll of the run the event in this place belongs to, from 1; if all events were kept.
fn step<T>(run: &Run<T>, at: usize) -> Option<usize> {
    let polled = |entry: &&Entry| entry.event == Event::Polled;
    let all = run.trace().left_out().0 == 0;
    let entries = run.trace().entries().iter().take(at + 1);
    all.then(|| entries.filter(polled).count())
}

/// Which run the nearest passing one is.
pub(super) fn nearby<T>(run: &Run<T>, nearest: &Nearest) -> String {
    match nearest.edit {
        Edit::Without(at) => match run.tape().deviations().len() {
            1 => "the plain one".to_owned(),
            deviations => format!(
                "the same without the {} of the {} above",
                ordinal(at as u32 + 1),
                counted(deviations, "deviation")
            ),
        },
        Edit::With => {
            let more = schedule::last_in_short(&nearest.tape, &nearest.trace);
            format!("the same, but {}", more.unwrap_or_default())
        }
    }
}
