//! The events that led to the failure, a line each, on a screen of a given width.

use std::fmt;

use super::repeats::{self, Repeats};
use super::screen::fitted;
use super::span;
use crate::base::count::counted;
use crate::base::span::Seconds;
use crate::explore::outcome::Run;
use crate::record::detail::Detail;
use crate::record::event::{Entry, Event};
use crate::record::finding::Finding;

/// Events that are told, at the most.
const LAST_EVENTS: usize = 16;

/// What an event says has so many characters, however narrow the screen.
const LEAST: usize = 24;

/// What led to the first failure, or else how the run ended: the last events, without polls that only begin and end.
pub(super) fn write<T>(f: &mut fmt::Formatter<'_>, run: &Run<T>, width: usize) -> fmt::Result {
    let trace = run.trace();
    let entries = &trace.entries()[..span::end(run)];
    // Where it is known what spins, it matters less when its task let others run.
    let spins = matches!(run.failure().map(Finding::detail), Some(Detail::Livelock(l)) if !l.spins.is_empty());
    let telling = entries
        .iter()
        .filter(|entry| is_telling(entry.event) && !(spins && entry.event == Event::Yielded));
    let telling: Vec<_> = telling.collect();
    let same = |one: &&Entry, other: &&Entry| (one.task, one.event) == (other.task, other.event);
    let repeats = repeats::find(&telling, LAST_EVENTS, same);
    // Of what repeats one round is told.
    let end = repeats.map_or(telling.len(), |repeats| repeats.from + repeats.round);
    let skipped = end.saturating_sub(LAST_EVENTS);
    let last = &telling[skipped..end];
    let later: Vec<_> = span::later(run)
        .iter()
        .filter(|entry| is_telling(entry.event))
        .collect();
    let more = later.len().saturating_sub(LAST_EVENTS / 2);
    let told = last.iter().chain(&later[more..]);
    let name = |entry: &Entry| fitted(trace.path(entry.task), width / 3);
    let widest = told.map(|entry| name(entry).chars().count());
    let column = widest.max().unwrap_or(0);
    writeln!(
        f,
        "what happened{}:",
        if skipped > 0 { " at last" } else { "" }
    )?;
    let tell = |f: &mut fmt::Formatter<'_>, entry: &Entry| {
        let (time, task) = (Seconds(entry.at).to_string(), name(entry));
        let lead = format!("  {time:>8}  {task:<column$}  ");
        let left = width.saturating_sub(lead.chars().count()).max(LEAST);
        writeln!(f, "{lead}{}", fitted(&trace.describe(entry), left))
    };
    for entry in last {
        tell(f, entry)?;
    }
    match repeats.map(|Repeats { round, times, .. }| (round, times)) {
        None => {}
        Some((1, times)) => writeln!(f, "  … the last line {times} times")?,
        Some((round, times)) => writeln!(f, "  … the last {round} lines {times} times")?,
    }
    if more > 0 {
        writeln!(f, "  … {} …", counted(more, "more event"))?;
    }
    later[more..].iter().try_for_each(|entry| tell(f, entry))
}

/// Whether an event is more than the frame of others.
fn is_telling(event: Event) -> bool {
    !matches!(
        event,
        Event::Polled
            | Event::Parked
            | Event::Drew { .. }
            | Event::DrewTask { .. }
            | Event::Found { .. }
    )
}
