//! What of a run matters for its failure, by the places of its events.

use std::collections::BTreeSet;
use std::ops::Range;

use super::causes::{self, Cause};
use super::deviations::draws;
use super::overwritten::{self, Overwritten};
use super::schedule;
use super::span;
use crate::choice::draw::Kind;
use crate::explore::outcome::Run;
use crate::record::detail::Detail;
use crate::record::event::Event;
use crate::record::finding::Finding;
use crate::record::kind::FindingKind;

/// Of a run of more events only parts are looked at, so that its report takes no longer to write.
const MOST_EVENTS: usize = 20_000;

/// How many events are looked at around each one that matters, in a run of that many.
const AROUND: usize = 200;

/// See the top of this file.
#[derive(Debug)]
pub(super) struct Matters {
    /// Where the events end that led to the first failure.
    pub(super) end: usize,
    /// Where those end that are told.
    pub(super) last: usize,
    /// The paths of the tasks in whose last events the failure shows.
    pub(super) tasks: Vec<String>,
    /// Whether the failure is a panic.
    pub(super) panics: bool,
    /// The first deviations of the schedule.
    pub(super) deviations: Vec<usize>,
    /// The first event of which all continuations fail.
    pub(super) lost: Option<usize>,
    pub(super) causes: Vec<Cause>,
    pub(super) overwritten: Vec<Overwritten>,
}

impl Matters {
    pub(super) fn of<T>(run: &Run<T>) -> Matters {
        let (trace, end) = (run.trace(), span::end(run));
        let told = run.told();
        let deviations = draws(trace).take_while(|&at| at < end);
        Matters {
            end,
            last: end + span::later(run).len(),
            tasks: told.map_or_else(Vec::new, tasks_of),
            panics: told.is_some_and(|told| {
                matches!(
                    told.kind(),
                    FindingKind::Panic
                        | FindingKind::UnobservedPanic
                        | FindingKind::PolledAfterCompletion
                        | FindingKind::ForeignInstant
                )
            }),
            deviations: deviations.take(schedule::MOST_DEVIATIONS).collect(),
            lost: lost_at(run),
            causes: causes::chain(run, end),
            overwritten: match run.failed() {
                true => overwritten::all(trace, end),
                false => Vec::new(),
            },
        }
    }

    /// The parts of the run that are looked at.
    pub(super) fn parts(&self) -> Vec<Range<usize>> {
        let causes = self.causes.iter().map(|cause| cause.at);
        let accesses = self.overwritten.iter().take(1);
        let accesses = accesses.flat_map(|one| [one.read, one.other, one.wrote]);
        let deviations = self.deviations.iter().copied();
        let all: BTreeSet<usize> = deviations
            .chain(self.lost)
            .chain(causes)
            .chain(accesses)
            .collect();
        let around = |at: usize| at.saturating_sub(AROUND)..(at + AROUND).min(self.last);
        // A short run is looked at as a whole.
        let tail = match self.last {
            0..=MOST_EVENTS => 0..self.last,
            last => last - MOST_EVENTS / 2..last,
        };
        let places = all.into_iter().filter(|&at| at < self.last);
        let mut ranges: Vec<Range<usize>> = places.map(around).chain([tail]).collect();
        ranges.sort_by_key(|range| range.start);
        let mut parts: Vec<Range<usize>> = Vec::new();
        for part in ranges {
            match parts.last_mut() {
                Some(before) if part.start <= before.end => before.end = before.end.max(part.end),
                Some(_) | None => parts.push(part),
            }
        }
        parts
    }
}

/// The place of the first event from the draw of the turning point to the next that tells what was done: what was chosen, if that was
/// the user's choice.
pub(super) fn lost_at<T>(run: &Run<T>) -> Option<usize> {
    let (from, end) = run.explanation()?.turned?;
    let trace = run.trace();
    let from = trace.place_in(from)?;
    let end = trace.place_in(end).unwrap_or(trace.entries().len());
    let chosen = |event| {
        let Event::Drew { kind, .. } = event else {
            return false;
        };
        matches!(kind, Kind::Choose | Kind::Flip | Kind::Any)
    };
    let event = |at: usize| trace.entries()[at].event;
    (from..end).find(|&at| chosen(event(at)) || schedule::tells(event(at)))
}

/// The tasks in whose last events a finding shows.
fn tasks_of(finding: &Finding) -> Vec<String> {
    let mut tasks: Vec<String> = match finding.detail() {
        Detail::Deadlock(deadlock) if !deadlock.cycle.is_empty() => deadlock
            .cycle
            .iter()
            .map(|edge| edge.from.clone())
            .collect(),
        Detail::Deadlock(deadlock) => deadlock
            .waiting
            .iter()
            .map(|one| one.task.clone())
            .collect(),
        Detail::LostWaker(lost) => {
            let lost = lost.waiting.iter().filter(|one| one.lost);
            lost.map(|one| one.task.clone()).collect()
        }
        Detail::Futurelock(lock) => vec![lock.abandoned.task.clone(), lock.waiter.task.clone()],
        Detail::LongHold(hold) => vec![hold.holder.clone()],
        Detail::Panic(_)
        | Detail::UnobservedPanic(_)
        | Detail::Livelock(_)
        | Detail::Limit(_)
        | Detail::StuckTask(_)
        | Detail::UnawaitedTask(_)
        | Detail::NeverAwaited(_)
        | Detail::PolledAfterCompletion(_)
        | Detail::Blocking(_)
        | Detail::Nondeterminism(_)
        | Detail::Leak(_)
        | Detail::AbandonedReceiver(_)
        | Detail::DroppedMessages(_)
        | Detail::Starvation(_)
        | Detail::NoProgress(_)
        | Detail::ForeignInstant(_)
        | Detail::Property(_) => Vec::new(),
    };
    tasks.extend(finding.task().map(str::to_owned));
    tasks
}
