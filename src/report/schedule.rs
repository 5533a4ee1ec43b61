//! The schedule of a run: its deviations from the plain one, a sentence each.
//!
//! A deviation is told by what the tasks did around it, as far as the trace has that: the draws on a trace are those of the tape, in
//! the same order.

use super::deviations::{draws, known_to};
use super::faults;
use super::rows;
use super::screen::{fitted, name};
use crate::base::count::{counted, ordinal};
use crate::choice::draw::Kind;
use crate::choice::tape::{Choice, Deviation, Tape};
use crate::explore::explanation::Explanation;
use crate::explore::outcome::Run;
use crate::record::event::Event;
use crate::record::trace::Trace;

/// Deviations that fit on one screen.
pub(super) const MOST_DEVIATIONS: usize = 10;

/// What a task does is looked for among so many events before and after a deviation.
const NEAR: usize = 2_000;

/// A sentence has so many characters, at the most.
const LONGEST: usize = 400;

/// The deviations of a run, as a report has them.
pub(super) fn lines<T>(run: &Run<T>) -> Vec<String> {
    let count = run.tape().deviations().len();
    let known = run.explanation();
    if count == 0 {
        let found = known.filter(|known| *known.found() != *run.tape());
        let found = match found.map(|known| known.seed) {
            Some(Some(seed)) => format!("; it fails in the same way as seed {seed}"),
            Some(None) => "; it fails in the same way as the run that was found".to_owned(),
            None => String::new(),
        };
        return vec![format!(
            "schedule: the plain one, oldest ready task first{found}"
        )];
    }
    let heading = match known {
        None => "schedule: the plain one, but".to_owned(),
        Some(known) => format!("how it happens ({}):", claim(known, run.tape())),
    };
    let sentences = sentences(run).take(MOST_DEVIATIONS).zip(1..);
    let sentences =
        sentences.map(|(sentence, nth)| format!("  {nth}. {}", fitted(&sentence, LONGEST)));
    let more = match count.saturating_sub(MOST_DEVIATIONS) {
        0 => None,
        more => Some(counted(more, "more deviation")),
    };
    let more = more.map(|more| format!("  … and {more}: Run::tape has them all"));
    std::iter::once(heading)
        .chain(sentences)
        .chain(more)
        .collect()
}

/// A sentence for each deviation.
pub(super) fn sentences<T>(run: &Run<T>) -> impl Iterator<Item = String> {
    let mut draws = draws(run.trace());
    let deviations = run.tape().deviations();
    deviations.map(move |deviation| sentence(deviation, run.trace(), draws.next()))
}

/// What is known of this tape.
fn claim(known: &Explanation, tape: &Tape) -> String {
    let (found, count) = (known.found().deviations().len(), tape.deviations().len());
    let as_found = known.found().deviations().eq(tape.deviations());
    let of = match found == count {
        true if as_found => "as it was found".to_owned(),
        true => "as many deviations as it was found with, of smaller values".to_owned(),
        false => format!("shrunk from {} to {count}", counted(found, "deviation")),
    };
    if known.is_cut_short() {
        return format!("{of}; cut short: some of these may not be needed");
    }
    if !known.is_minimal() {
        return format!("{of}; 1-minimal: without any one of these it does not");
    }
    match count {
        1 => format!("{of}; minimal: one step away from the plain schedule"),
        2 | 3 => format!("{of}; minimal: no schedule with fewer deviations does it"),
        _ => format!(
            "{of}; minimal: without any one of these it does not, nor with any other one or two"
        ),
    }
}

/// The last deviation of the tape of this trace in a sentence, without what its task does around it.
pub(super) fn last_in_short(tape: &Tape, trace: &Trace) -> Option<String> {
    let deviations = tape.deviations();
    let at = draws(trace).nth(deviations.len().checked_sub(1)?);
    let drew = at.and_then(|at| drew(trace, at)).map(|drew| Drew {
        place: None,
        ..drew
    });
    let last = deviations.last()?;
    Some(sentence_with(last, drew, None, || None, || None))
}

fn sentence(deviation: Deviation<'_>, trace: &Trace, at: Option<usize>) -> String {
    let Some(at) = at else {
        return sentence_with(deviation, None, None, || None, || None);
    };
    sentence_with(
        deviation,
        drew(trace, at),
        fired(trace, at),
        || told(trace, (0..at).rev(), deviation.task),
        || told(trace, at..known_to(trace), deviation.task),
    )
}

/// What the task does in the first of these events that tells something of it, with its place in the source.
fn told(trace: &Trace, mut places: impl Iterator<Item = usize>, task: &str) -> Option<String> {
    let entry = |at: &usize| &trace.entries()[*at];
    let mut places = places.by_ref().take(NEAR);
    let at = places.find(|at| trace.path(entry(at).task) == task && tells(entry(at).event))?;
    let what = rows::said(trace, at);
    Some(match trace.place_of(entry(&at).event) {
        Some(place) => format!("{what} at {place}"),
        None => what,
    })
}

/// Whether the event is something that a task does, and not how it is run.
pub(in crate::report) fn tells(event: Event) -> bool {
    !matches!(
        event,
        Event::Polled
            | Event::Parked
            | Event::Yielded
            | Event::Woke { .. }
            | Event::Drew { .. }
            | Event::DrewTask { .. }
            | Event::Found { .. }
    )
}

/// The sentence for a deviation, with of how many and where it was drawn, the timer that was, and what the task did before and does
/// next.
fn sentence_with(
    deviation: Deviation<'_>,
    drew: Option<Drew>,
    fired: Option<(u32, &str)>,
    did: impl FnOnce() -> Option<String>,
    does: impl FnOnce() -> Option<String>,
) -> String {
    let Deviation {
        task,
        kind,
        nth,
        choice,
        ..
    } = deviation;
    let task = &name(task);
    let chosen = match choice {
        Choice::Task(path) => name(path),
        Choice::Number(number) => number.to_string(),
    };
    match kind {
        Kind::Task if choice == Choice::Task("runtime") => {
            format!(
                "the run ended before {task} ran, ready for the {} time",
                ordinal(nth)
            )
        }
        Kind::Task => {
            let turn = ordinal(nth);
            let next = does().map_or_else(String::new, |what| format!(" and next {what}"));
            format!("{chosen} runs before {task}, which is ready for the {turn} time{next}")
        }
        Kind::Point => {
            let around = match (did(), does()) {
                (None, None) => format!("before its {} operation", ordinal(nth)),
                (Some(did), None) => format!("after it {did}"),
                (None, Some(does)) => format!("before it {does}"),
                (Some(did), Some(does)) => format!("after it {did}, and before it {does}"),
            };
            format!("{task} is preempted {around}: {chosen} runs")
        }
        Kind::Preempt => {
            let at = drew.and_then(|drew| drew.place);
            let at = at.map_or_else(String::new, |place| format!(" at {place}"));
            let around = match (did(), does()) {
                (None, None) => format!("at its {} point between statements", ordinal(nth)),
                (Some(did), None) => format!("after it {did}"),
                (None, Some(does)) => format!("before it {does}"),
                (Some(did), Some(does)) => format!("after it {did}, and before it {does}"),
            };
            format!("{task} is preempted on its thread{at}, {around}: {chosen} runs")
        }
        Kind::Timer => match fired {
            Some((timer, owner)) => {
                format!("of the timers due with {task}'s, timer {timer} of {owner} fired first")
            }
            None => {
                let which = ordinal_of(choice);
                format!("of the timers due with {task}'s, the {which} fired first")
            }
        },
        Kind::Fire => format!("{task}'s timer fired before the ready tasks had run"),
        Kind::Select => format!(
            "{task} polled the {} branch first in its {} select!",
            drew.map_or_else(|| ordinal_of(choice), |drew| ordinal(drew.choice + 1)),
            ordinal(nth)
        ),
        Kind::Wake => {
            let which = ordinal_of(choice);
            format!("of the waiters that were left, {task} woke the {which} first")
        }
        Kind::Latency => format!(
            "the {} packet {} took longer: value {chosen} of its latency",
            ordinal(nth),
            task.replace('>', " > ")
        ),
        Kind::Choose => {
            let nth = ordinal(nth);
            match drew {
                None => format!(
                    "{task} chose item {} in its {nth} choice",
                    number_of(choice)
                ),
                Some(Drew { choice, of, place }) => {
                    let item = choice.saturating_add(1);
                    match place {
                        None => format!("{task} chose item {item} of {of} in its {nth} choice"),
                        Some(place) => {
                            format!(
                                "{task} chose item {item} of {of} at {place} (its {nth} choice)"
                            )
                        }
                    }
                }
            }
        }
        Kind::Flip => {
            let flip = ordinal(nth);
            let side = rows::side(drew.as_ref().map_or(1, |drew| drew.choice));
            match drew.and_then(|drew| drew.place) {
                None => format!("{task} flipped {side} in its {flip} flip"),
                Some(place) if nth == 1 => format!("{task} flipped {side} at {place}"),
                Some(place) => format!("{task} flipped {side} at {place} (its {flip} flip)"),
            }
        }
        Kind::Cost if task == "costs" => {
            "polls and operations may take time in this run".to_owned()
        }
        Kind::Cost => match does() {
            Some(does) => format!("{task} {does}"),
            None => format!("{task} takes longer, for the {} time", ordinal(nth)),
        },
        // Its label says where in the workload.
        Kind::Any => format!("{task} is drawn as {chosen}"),
        Kind::Fault => faults::drawn(task, nth, choice),
    }
}

/// What was drawn here.
struct Drew {
    /// What came of it, but of tasks.
    choice: u32,
    /// Of how many.
    of: u32,
    /// Where the code under test asked for it.
    place: Option<String>,
}

fn drew(trace: &Trace, at: usize) -> Option<Drew> {
    let event = trace.entries().get(at)?.event;
    let (choice, of) = match event {
        Event::Drew { choice, of, .. } => (choice, of),
        Event::DrewTask { .. } => (0, 0),
        _ => return None,
    };
    let place = trace.place_of(event);
    Some(Drew { choice, of, place })
}

/// The number and the owner of the timer that was drawn here.
fn fired(trace: &Trace, at: usize) -> Option<(u32, &str)> {
    let [drew, next] = trace.entries().get(at..at + 2)? else {
        return None;
    };
    let Event::Drew {
        kind: Kind::Timer, ..
    } = drew.event
    else {
        return None;
    };
    let Event::TimerFired { timer } = next.event else {
        return None;
    };
    let set = trace.entry(next.cause()?)?;
    Some((timer, trace.path(set.task)))
}

/// A tape counts candidates from 0, and people from 1.
fn number_of(choice: Choice<'_>) -> String {
    match choice {
        Choice::Number(number) => number.saturating_add(1).to_string(),
        Choice::Task(path) => path.to_owned(),
    }
}

fn ordinal_of(choice: Choice<'_>) -> String {
    match choice {
        Choice::Number(number) => ordinal(number.saturating_add(1)),
        Choice::Task(path) => path.to_owned(),
    }
}
