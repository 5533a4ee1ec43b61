//! Futurelock: what a task waits for was handed to a future, or is held by one, that its own task polls no more.
//!
//! Named in Oxide's RFD 609, *Futurelock* (2025).

use std::num::NonZeroU32;

use super::look::{Look, Seen};
use crate::kernel::tasks::{MAIN_SLOT, RUNTIME_SLOT};
use crate::observe::graph::Graph;
use crate::observe::held::Held;
use crate::observe::waits::{Awaits, OpenWait, WaitKey};
use crate::record::detail::{Futurelock, Has};

/// All that keep a living task from going on.
pub(crate) fn all(look: Look<'_>, graph: &Graph<'_>) -> Vec<Seen> {
    if graph.abandoned.is_empty() {
        return Vec::new();
    }
    let waits = &look.observer.waits;
    let sure = |slot: &&u32| !graph.certain || waits.of(look.kernel, **slot).count() == 1;
    let slots = graph.living.values().filter(sure);
    let mut found: Vec<Seen> = Vec::new();
    let mut known: Vec<(u32, Has, Awaits)> = Vec::new();
    for wait in slots.flat_map(|&slot| waits.of(look.kernel, slot)) {
        let Some((other, has)) = behind(look, graph, wait) else {
            continue;
        };
        // Many may wait behind one; of each task it is told once.
        let same = (wait.polled.slot, has, wait.awaits);
        if !known.contains(&same) {
            known.push(same);
            let mut lock = lock(look, other, has, wait);
            lock.waiting = look.waiting(graph);
            lock.unreceived = look.unreceived();
            found.push(seen(lock, wait));
        }
    }
    found
}

/// An operation that must wait is dropped, or one that was given what it waited for and has not seen it: was it in vain
/// because of a future that is polled no more? Gives the number of that one's wait, too: if it is polled again later, it was
/// left alone for a while only.
pub(crate) fn given_up(look: Look<'_>, key: WaitKey) -> Option<(Seen, NonZeroU32)> {
    let given_up = look.observer.waits.get(key)?;
    let behind_it = |wait: &&OpenWait| match given_up.granted {
        Some(_) => wait.awaits == given_up.awaits && wait.granted.is_none(),
        None => {
            wait.polled.task == given_up.polled.task
                && wait.awaits == given_up.awaits
                && wait.since == given_up.since
        }
    };
    let long = |wait: &&OpenWait| wait.since < look.kernel.now();
    let graph = look.graph(true);
    let mut waits = look.observer.waits.all().filter(behind_it).filter(long);
    waits.find_map(|wait| {
        let (other, has) = behind(look, &graph, wait)?;
        let mut lock = lock(look, other, has, wait);
        lock.given_up = true;
        Some((seen(lock, wait), other.number))
    })
}

/// The future that is polled no more and has what `wait` is for.
fn behind<'r>(look: Look<'r>, graph: &Graph<'r>, wait: &OpenWait) -> Option<(&'r OpenWait, Has)> {
    let Awaits::Resource(resource, _) = wait.awaits else {
        return None;
    };
    let same = |other: &&OpenWait| other.awaits == wait.awaits;
    let others = || {
        graph
            .abandoned
            .iter()
            .copied()
            .filter(|other| !std::ptr::eq(*other, wait))
    };
    let holders = look.observer.resources.holders(resource);
    let handed = others().filter(same).find(|other| {
        // One in front that lacks only a part of what is free keeps those behind it from the rest.
        other.granted.is_some() || holders.is_empty() && other.since <= wait.since
    });
    match handed {
        Some(other) if other.granted.is_some() => Some((other, Has::Granted)),
        Some(other) => Some((other, Has::First)),
        None => {
            let guard = |other: &&OpenWait| {
                let due = matches!(other.awaits, Awaits::Timer(at) if at <= look.kernel.now());
                let taken_before =
                    |held: &&Held| held.task == other.polled.task && held.since <= other.since;
                (due || other.granted.is_some()) && holders.iter().any(|held| taken_before(&held))
            };
            Some((others().find(guard)?, Has::Holds))
        }
    }
}

fn lock(look: Look<'_>, other: &OpenWait, has: Has, wait: &OpenWait) -> Futurelock {
    Futurelock {
        awaited: look.awaited(wait.awaits),
        has,
        abandoned: Box::new(look.pending(other)),
        waiter: Box::new(look.pending(wait)),
        given_up: false,
        waiting: Vec::new(),
        unreceived: Vec::new(),
    }
}

fn seen(lock: Futurelock, wait: &OpenWait) -> Seen {
    let slot = match wait.polled.slot {
        RUNTIME_SLOT => MAIN_SLOT,
        slot => slot,
    };
    Seen::new(lock, Some(slot), wait.place)
}
