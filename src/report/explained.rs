//! What is known of a failing run beyond the run: where it was lost, which run is near and passes, what else fails.

use std::fmt;

use super::schedule;
use crate::base::count::{counted, ordinal};
use crate::base::ids::TaskNo;
use crate::explore::explanation::{CONTINUATIONS, Edit, Explanation, Nearest, Turning};
use crate::explore::outcome::Run;
use crate::record::event::{Entry, Event};

/// Writes it, if something is known.
pub(super) fn write<T>(f: &mut fmt::Formatter<'_>, run: &Run<T>) -> fmt::Result {
    let Some(known) = run.explanation() else {
        return Ok(());
    };
    turning(f, run, known)?;
    if let Some(nearest) = &known.nearest {
        writeln!(f, "nearest passing run: {}", nearby(run, nearest))?;
    }
    for other in &known.others {
        let (finding, tape) = (other.finding.summary(), other.tape.to_line());
        let first = finding.lines().next().unwrap_or_default();
        writeln!(f, "another failure was met meanwhile: {first}")?;
        if tape.len() <= super::LONGEST_TAPE {
            writeln!(f, "  its tape: {tape}")?;
        }
    }
    Ok(())
}

fn turning<T>(f: &mut fmt::Formatter<'_>, run: &Run<T>, known: &Explanation) -> fmt::Result {
    match known.turning {
        // With one schedule there is nothing to be said of others.
        Turning::Start if run.summary().draws == 0 => Ok(()),
        Turning::Start => writeln!(
            f,
            "every schedule tried fails: {CONTINUATIONS} of {CONTINUATIONS}, drawn at random from the start"
        ),
        Turning::Draw { before, .. } => {
            let when = match lost_with(run, known) {
                Some(entry) => {
                    let what = run.trace().describe(entry);
                    match entry.task {
                        TaskNo::RUNTIME => format!("once {what}"),
                        task => format!("once {} {what}", run.trace().path(task)),
                    }
                }
                None => "from there on".to_owned(),
            };
            let step = match known.turned {
                Some((from, _)) => format!("at step {}", step(run, from.get())),
                None => "here".to_owned(),
            };
            writeln!(
                f,
                "lost {step}: {when}, {CONTINUATIONS} of {CONTINUATIONS} random continuations fail; one draw earlier {before} did"
            )
        }
        Turning::Unknown => Ok(()),
    }
}

/// Which poll of the run this event belongs to, from 1.
fn step<T>(run: &Run<T>, event: u32) -> usize {
    let numbers = 0..run.trace().entries().len();
    let before = numbers.filter(|&at| run.trace().number(at).get() <= event);
    let polled = before.filter(|&at| run.trace().entries()[at].event == Event::Polled);
    polled.count()
}

/// The first event between the draw of the turning point and the next that tells what was done.
fn lost_with<'a, T>(run: &'a Run<T>, known: &Explanation) -> Option<&'a Entry> {
    let (from, end) = known.turned?;
    let entries = run.trace().entries().iter().enumerate();
    entries
        .filter(|(at, _)| (from..end).contains(&run.trace().number(*at)))
        .map(|(_, entry)| entry)
        .find(|entry| schedule::tells(entry.event))
}

fn nearby<T>(run: &Run<T>, nearest: &Nearest) -> String {
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
            let more = nearest.tape.deviations().last();
            let more = more.map_or_else(String::new, schedule::in_short);
            format!("the same, but {more}")
        }
    }
}
