//! What led to a failure, back from it: who woke whom and by what, who sent the message, who set the timer.
//!
//! The events of a run know their causes. Where a task did several things in a poll, the last of them that another task caused counts,
//! else what woke it.

use super::rows;
use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::explore::outcome::Run;
use crate::record::event::{Event, Flow, Verb};
use crate::record::finding::Finding;
use crate::record::kind::FindingKind;
use crate::record::trace::Trace;

/// Causes that are told, at the most.
const MOST: usize = 6;

/// Polls that are looked at: a task may have waited many times for nothing.
const MOST_POLLS: usize = 1_000;

/// One cause.
#[derive(Debug)]
pub(super) struct Cause {
    /// The place of its event among the entries.
    pub(super) at: usize,
    pub(super) said: String,
}

/// The causes of the first failure, the latest first; none if it is not something that a task did.
pub(super) fn chain<T>(run: &Run<T>, end: usize) -> Vec<Cause> {
    let Some(task) = run.told().filter(|it| is_done(it)).and_then(Finding::task) else {
        return Vec::new();
    };
    let trace = run.trace();
    let by_it = |at: &usize| trace.path(trace.entries()[*at].task) == task;
    let Some(mut at) = (0..end).rev().find(by_it) else {
        return Vec::new();
    };
    let mut causes = Vec::new();
    for _ in 0..MOST_POLLS {
        let Some((cause, next)) = back(trace, at) else {
            break;
        };
        causes.extend(cause);
        at = next;
        if causes.len() == MOST {
            break;
        }
    }
    causes
}

/// Whether the failure is something that its task did, and not what it waits for; that has a story of its own.
fn is_done(finding: &Finding) -> bool {
    match finding.kind() {
        FindingKind::Panic
        | FindingKind::UnobservedPanic
        | FindingKind::PolledAfterCompletion
        | FindingKind::ForeignInstant
        | FindingKind::Property
        | FindingKind::Blocking
        | FindingKind::LongHold
        | FindingKind::AbandonedReceiver
        | FindingKind::DroppedMessages => true,
        FindingKind::Deadlock
        | FindingKind::StuckTask
        | FindingKind::UnawaitedTask
        | FindingKind::NeverAwaited
        | FindingKind::LostWaker
        | FindingKind::Futurelock
        | FindingKind::Leak
        | FindingKind::Starvation
        | FindingKind::Livelock
        | FindingKind::Limit
        | FindingKind::NoProgress
        | FindingKind::Nondeterminism => false,
    }
}

/// One step back from the event in this place: what caused it, if that is worth a line, and where that happened.
fn back(trace: &Trace, at: usize) -> Option<(Option<Cause>, usize)> {
    let entries = trace.entries();
    let task = entries[at].task;
    let polled = (0..=at).rev().find(|&at| {
        let entry = &entries[at];
        entry.task == task && entry.event == Event::Polled
    })?;
    // What another task gave it in this poll.
    for at in (polled..=at).rev().filter(|&at| entries[at].task == task) {
        if let Some((cause, giver)) = given(trace, at) {
            return Some((Some(cause), giver));
        }
    }
    let woke = trace.place_in(entries[polled].cause()?)?;
    let (name, waker) = (trace.path(task), trace.path(entries[woke].task));
    let before = entries[woke]
        .cause()
        .and_then(|cause| trace.place_in(cause));
    let caused = |said: String| Some(Cause { at: woke, said });
    match (entries[woke].event, before) {
        // It had been woken before it was parked.
        (Event::Yielded, _) => Some((None, woke)),
        (Event::Woke { .. }, Some(before)) => {
            let entry = &entries[before];
            if let Event::TimerFired { timer } = entry.event {
                let set = trace.place_in(entry.cause()?)?;
                let (owner, since) = (entries[set].task, Seconds(entries[set].at));
                // What it waited for itself leads no further than the time that it chose.
                if owner == task {
                    return Some((None, set));
                }
                let owner = trace.path(owner);
                let said =
                    format!("{name} is woken by timer {timer}, which {owner} set at {since}");
                return Some((caused(said), set));
            }
            let what = trace.describe(entry);
            if entries[woke].task != TaskNo::RUNTIME {
                let said = format!("{name} is woken by {waker}, which {what}");
                return Some((caused(said), before));
            }
            let sent = entry.cause().and_then(|cause| trace.place_in(cause));
            let said = format!("{name} is woken when the network {what}");
            Some((caused(said), sent.unwrap_or(woke)))
        }
        (Event::Woke { .. }, None) if entries[woke].task != TaskNo::RUNTIME => {
            let said = format!("{name} is woken by {waker}");
            Some((caused(said), woke))
        }
        _ => None,
    }
}

/// What another task gave in this event, and where it did.
fn given(trace: &Trace, at: usize) -> Option<(Cause, usize)> {
    let entry = &trace.entries()[at];
    let receives = matches!(
        entry.event,
        Event::Resource {
            verb: Verb::Receives,
            ..
        } | Event::Bytes {
            flow: Flow::Received,
            ..
        } | Event::Read { .. }
    );
    let giver = trace.place_in(entry.cause().filter(|_| receives)?)?;
    let given = &trace.entries()[giver];
    if given.task == entry.task || given.task == TaskNo::RUNTIME {
        return None;
    }
    let (name, what) = (trace.path(entry.task), rows::said(trace, at));
    let (by, since) = (trace.path(given.task), Seconds(given.at));
    let did = match matches!(given.event, Event::Wrote { .. }) {
        true => "wrote",
        false => "sent",
    };
    let said = format!("{name} {what}, which {by} {did} at {since}");
    Some((Cause { at, said }, giver))
}
