//! Stuck: why tasks that wait will wait for ever.
//!
//! Asked at the end of a full run, when nothing moves any more, or when `main` is done or a limit reached while others
//! still stand in line. The most telling cause is the finding:
//!
//! ```text
//!   lost_waker   a task waits, and no clone of its waker is left
//!   futurelock   what a task waits for was handed to a future, or is held by one, that its own task polls no more
//!   deadlock     all others: tasks that wait for each other in a cycle, or for somebody who is gone
//! ```

use std::collections::BTreeSet;

use super::cell::has_no_waker;
use super::graph::Graph;
use super::resources::Held;
use super::step::Stop;
use super::tasks::{MAIN_SLOT, RUNTIME_SLOT};
use super::waits::{Wait, What};
use super::world::World;
use crate::base::span::Seconds;
use crate::record::event::Place;
use crate::record::finding::{FindingKind, at_place};

const CAUSES: &[FindingKind] = &[
    FindingKind::LostWaker,
    FindingKind::Futurelock,
    FindingKind::Deadlock,
];

/// Finds what keeps the tasks that are left from ever going on.
///
/// While others still move, only what is certain is told: of tasks that wait for one thing, which one task has.
pub(crate) fn examine(world: &mut World, stop: Stop) {
    let certain = stop != Stop::Stuck;
    if certain && (world.tasks.alive() == 0 || stop == Stop::Done && world.resources.in_line() == 0)
    {
        return;
    }
    if !world.suspects(CAUSES) {
        return;
    }
    let graph = Graph::new(world, certain);
    let mut parked = graph.parked();
    parked.extend(graph.unreceived());
    let (futurelocks, cycle, lost) = (futurelocks(&graph), graph.cycle(), lost(&graph));
    if !futurelocks.is_empty() && world.looks_for(&[FindingKind::Futurelock]) {
        for lock in futurelocks {
            world.find(FindingKind::Futurelock, Some(lock.slot), lock.place, |_| {
                (lock.message, [lock.details, parked.clone()].concat())
            });
        }
    } else if let Some(cycle) = cycle {
        let words = if certain { CYCLE_AMONG_OTHERS } else { CYCLE };
        let drawn = format!("cycle: {cycle}");
        world.find(FindingKind::Deadlock, None, None, |_| {
            (words.to_owned(), [parked, vec![drawn]].concat())
        });
    } else if !lost.is_empty() && world.looks_for(&[FindingKind::LostWaker]) {
        for slot in lost {
            let place = (slot != MAIN_SLOT).then(|| world.tasks.place(slot));
            world.find(FindingKind::LostWaker, Some(slot), place, |_| {
                (NO_WAKER.to_owned(), parked.clone())
            });
        }
    } else if !certain {
        world.find(FindingKind::Deadlock, None, None, |_| {
            (
                NOBODY.to_owned(),
                [parked, vec![NO_CYCLE.to_owned()]].concat(),
            )
        });
    }
}

const CYCLE: &str = "no task is ready, and no timer is set: tasks wait for each other in a cycle";
const CYCLE_AMONG_OTHERS: &str =
    "tasks wait for each other in a cycle, and will for ever, while others go on";
const NO_WAKER: &str =
    "returned Pending, and no clone of its waker is left: nobody can ever wake it";
const NOBODY: &str = "no task is ready, and no timer is set: nobody is left who could wake them";
const NO_CYCLE: &str =
    "no cycle: none of them has a lock, or is the receiver or the task, that another waits for";

/// The tasks that nobody can wake; while others move, only such as `main` cannot go on without.
fn lost(graph: &Graph<'_>) -> Vec<u32> {
    let all = graph.living.values().copied();
    let lost = all.filter(|&slot| is_lost(graph.world, slot));
    if !graph.certain {
        return lost.collect();
    }
    let mut needed = BTreeSet::from([MAIN_SLOT]);
    let mut ahead = vec![MAIN_SLOT];
    while let Some(slot) = ahead.pop() {
        let next = graph.next(slot);
        let slots = next.iter().filter_map(|(task, _)| graph.living.get(task));
        ahead.extend(slots.filter(|&&slot| needed.insert(slot)));
    }
    lost.filter(|slot| needed.contains(slot)).collect()
}

/// Whether a task waits that nobody can wake.
pub(crate) fn is_lost(world: &World, slot: u32) -> bool {
    world.tasks.cell(slot).is_some_and(|cell| {
        let header = cell.header();
        !header.is_queued() && !header.is_asked_to_cancel() && has_no_waker(cell)
    })
}

/// A future that has, or is in the way of, what a task waits for, and is polled no more.
pub(crate) struct Futurelock {
    slot: u32,
    place: Option<Place>,
    message: String,
    details: Vec<String>,
}

fn futurelocks(graph: &Graph<'_>) -> Vec<Futurelock> {
    if graph.abandoned.is_empty() {
        return Vec::new();
    }
    let world = graph.world;
    let sure = |slot: &&u32| !graph.certain || world.waits.of(world, **slot).count() == 1;
    let slots = graph.living.values().filter(sure);
    let waits = slots.flat_map(|&slot| world.waits.of(world, slot));
    let mut found: Vec<Futurelock> = Vec::new();
    for wait in waits {
        // Many may wait behind one.
        if let Some(lock) = futurelock(graph, wait)
            && !found.iter().any(|known| known.message == lock.message)
        {
            found.push(lock);
        }
    }
    found
}

/// Whether what `wait` is for was handed to a future that is polled no more, or is held by one.
fn futurelock(graph: &Graph<'_>, wait: &Wait) -> Option<Futurelock> {
    let world = graph.world;
    let What::Resource(id, part) = wait.what else {
        return None;
    };
    let same = |other: &&Wait| matches!(other.what, What::Resource(of, p) if of == id && p == part);
    let others = || {
        graph
            .abandoned
            .iter()
            .copied()
            .filter(|other| !std::ptr::eq(*other, wait))
    };
    let name = format!("{part}{}", world.resources.name(id));
    let holders = world.resources.holders(id);
    let handed = others().filter(same).find(|other| {
        // One in front that lacks only a part of what is free keeps those behind it from the rest.
        other.granted.is_some() || holders.is_empty() && other.since <= wait.since
    });
    let (other, has) = match handed {
        Some(other) if other.granted.is_some() => (other, format!("{name} was handed to")),
        Some(other) => (other, format!("{name} is kept for")),
        None => {
            let guard = |other: &&Wait| {
                let due = matches!(other.what, What::Timer(at) if at <= world.now);
                let taken_before =
                    |held: &&Held| held.task == other.polled.task && held.since <= other.since;
                (due || other.granted.is_some()) && holders.iter().any(|held| taken_before(&held))
            };
            (others().find(guard)?, format!("{name} is held by"))
        }
    };
    let (task, waiter) = (other.polled.task, wait.polled.task);
    let owner = world.path_of_number(task);
    let itself = if task == waiter { " itself" } else { "" };
    let message = format!(
        "{has} a future that {owner} has stopped polling, and {}{itself} waits for it",
        world.path_of_number(waiter)
    );
    let given = match (other.granted, other.what) {
        (Some(at), _) => format!(", given it at {}", Seconds(at)),
        (None, What::Timer(at)) => format!(", which was due at {}", Seconds(at)),
        _ => String::new(),
    };
    let story = |wait: &Wait, tail: &str| {
        let place = wait
            .place
            .map(|place| at_place(" at", place))
            .unwrap_or_default();
        let (what, since, seen) = (
            world.name_wait(wait),
            Seconds(wait.since),
            Seconds(wait.seen),
        );
        format!("waits for {what}{place} since {since}, last polled at {seen}{tail}")
    };
    let slot = if wait.polled.slot == RUNTIME_SLOT {
        MAIN_SLOT
    } else {
        wait.polled.slot
    };
    Some(Futurelock {
        slot,
        place: wait.place,
        message,
        details: vec![
            format!(
                "the future left alone, of {owner}: {}",
                story(other, &given)
            ),
            format!(
                "the future in want, of {}: {}",
                world.path_of_number(waiter),
                story(wait, "")
            ),
        ],
    })
}

impl World {
    /// An operation that must wait is dropped, or one that was given what it waited for and has not seen it: was it in
    /// vain because of a future that is polled no more?
    pub(crate) fn examine_given_up(&mut self, given_up: Option<&Wait>) {
        if self.closing || !self.suspects(&[FindingKind::Futurelock]) {
            return;
        }
        let Some(lock) = given_up.and_then(|wait| self.given_up_for(wait)) else {
            return;
        };
        self.find(FindingKind::Futurelock, Some(lock.slot), lock.place, |_| {
            (lock.message, lock.details)
        });
    }

    fn given_up_for(&self, given_up: &Wait) -> Option<Futurelock> {
        let behind = |wait: &&Wait| match given_up.granted {
            Some(_) => wait.what == given_up.what && wait.granted.is_none(),
            None => {
                wait.polled.task == given_up.polled.task
                    && wait.what == given_up.what
                    && wait.since == given_up.since
            }
        };
        let long = |wait: &&Wait| wait.since < self.now;
        let mut waits = self.waits.all().filter(behind).filter(long);
        let graph = Graph::new(self, true);
        waits.find_map(|wait| futurelock(&graph, wait))
    }
}
