//! Which events of a run are told: those that led to the first failure, and those that led from there to later ones.

use crate::base::ids::TaskNo;
use crate::explore::outcome::Run;
use crate::record::event::{Entry, Event};
use crate::record::finding::Finding;
use crate::record::kind::{FindingKind, Level};

/// Where the events end that led to the first failure, or else to the first finding.
///
/// What is judged once `main` has ended is told of tasks as they stood then: what happened when they were cut off says nothing of
/// it, nor what others did after the end of `main`.
pub(super) fn end<T>(run: &Run<T>) -> usize {
    let entries = run.trace().entries();
    let Some(told) = run.told() else {
        return entries.len();
    };
    let found = first_found(entries, told).unwrap_or(entries.len());
    // A panic may be found out later than it happened, by another task; else what unwinding does belongs to it.
    if matches!(
        told.kind(),
        FindingKind::Panic | FindingKind::UnobservedPanic
    ) && let Some(panicked) = panicked(run, told)
        && entries
            .get(found)
            .is_none_or(|entry| entry.task != entries[panicked].task)
    {
        return panicked + 1;
    }
    // The event is the only one that tells of it.
    if told.kind() == FindingKind::Property {
        return (found + 1).min(entries.len());
    }
    if shows_at_an_event(told.kind()) {
        return found;
    }
    let cut_off = |entry: &Entry| matches!(entry.event, Event::CutOff { .. });
    let closing = entries[..found].iter().position(cut_off).unwrap_or(found);
    let Some(main_ended) = entries[..closing].iter().position(is_end_of_main) else {
        return closing;
    };
    // The task itself may have gone on after the end of `main`.
    let by_it = |entry: &Entry| told.task() == Some(run.trace().path(entry.task));
    match entries[main_ended..closing].iter().rposition(by_it) {
        Some(last) => main_ended + last + 1,
        None => main_ended + 1,
    }
}

/// The events that led from the first failure to the last.
pub(super) fn later<T>(run: &Run<T>) -> &[Entry] {
    let entries = run.trace().entries();
    let mut denied = run
        .findings()
        .iter()
        .filter(|finding| finding.level() == Level::Deny);
    let Some(first) = denied.next() else {
        return &[];
    };
    // A run that is over its limit is over.
    if matches!(first.kind(), FindingKind::Livelock | FindingKind::Limit) {
        return &[];
    }
    // The same once more says nothing new.
    let others = denied.filter(|finding| finding.signature() != first.signature());
    let last = others.filter_map(|finding| {
        if finding.kind() == FindingKind::UnobservedPanic {
            return panicked(run, finding).map(|at| at + 1);
        }
        let found = || found(entries, finding);
        shows_at_an_event(finding.kind()).then(found).flatten()
    });
    entries
        .get(end(run)..last.max().unwrap_or_default())
        .unwrap_or_default()
}

/// Where the first finding of this one's kind was made.
fn first_found(entries: &[Entry], finding: &Finding) -> Option<usize> {
    entries.iter().position(|entry| is_found(entry, finding))
}

/// Where the last was.
fn found(entries: &[Entry], finding: &Finding) -> Option<usize> {
    entries.iter().rposition(|entry| is_found(entry, finding))
}

fn is_found(entry: &Entry, finding: &Finding) -> bool {
    matches!(entry.event, Event::Found { kind, .. } if kind == finding.kind())
}

/// Where the task of a finding panicked.
fn panicked<T>(run: &Run<T>, finding: &Finding) -> Option<usize> {
    let trace = run.trace();
    trace.entries().iter().rposition(|entry| {
        matches!(entry.event, Event::Panicked { .. })
            && finding.task() == Some(trace.path(entry.task))
    })
}

fn is_end_of_main(entry: &Entry) -> bool {
    entry.task == TaskNo::MAIN && matches!(entry.event, Event::Completed | Event::Panicked { .. })
}

/// Whether it is found when it happens; if not, by a look at what is left at the end of the run.
fn shows_at_an_event(kind: FindingKind) -> bool {
    match kind {
        FindingKind::Panic
        | FindingKind::PolledAfterCompletion
        | FindingKind::ForeignInstant
        | FindingKind::Property
        | FindingKind::Blocking
        | FindingKind::LongHold
        | FindingKind::Starvation
        | FindingKind::Livelock
        | FindingKind::Limit
        | FindingKind::NoProgress
        | FindingKind::AbandonedReceiver
        | FindingKind::DroppedMessages
        | FindingKind::Nondeterminism => true,
        FindingKind::UnobservedPanic
        | FindingKind::Deadlock
        | FindingKind::StuckTask
        | FindingKind::UnawaitedTask
        | FindingKind::NeverAwaited
        | FindingKind::LostWaker
        | FindingKind::Futurelock
        | FindingKind::Leak => false,
    }
}
