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
//!
//! Who waits for whom is read off the waits, the holders, and who a channel's receiver is:
//!
//! ```text
//!   main/a ── right ──► main/b ── left ──► main/a
//! ```

use std::collections::BTreeSet;
use std::fmt::Write;

use super::cell::has_no_waker;
use super::resources::Held;
use super::step::Stop;
use super::tasks::{MAIN_SLOT, RUNTIME_SLOT};
use super::waits::{LastPoll, Wait, What};
use super::world::World;
use crate::record::event::Place;
use crate::record::finding::{FindingKind, at_place};
use crate::values::ids::TaskNo;
use crate::values::span::Seconds;

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
    let parked = parked(world);
    let futurelocks = futurelocks(world, certain);
    if !futurelocks.is_empty() && world.looks_for(&[FindingKind::Futurelock]) {
        for lock in futurelocks {
            world.find(FindingKind::Futurelock, Some(lock.slot), lock.place, |_| {
                (lock.message, [lock.details, parked.clone()].concat())
            });
        }
        return;
    }
    if let Some(cycle) = cycle(world, certain) {
        let words = match certain {
            true => "tasks wait for each other in a cycle, and will for ever, while others go on",
            false => "no task is ready, and no timer is set: tasks wait for each other in a cycle",
        };
        let drawn = format!("cycle: {cycle}");
        world.find(FindingKind::Deadlock, None, None, |_| {
            (words.to_owned(), [parked, vec![drawn]].concat())
        });
        return;
    }
    let lost = lost(world, certain);
    if !lost.is_empty() && world.looks_for(&[FindingKind::LostWaker]) {
        for slot in lost {
            let place = (slot != MAIN_SLOT).then(|| world.tasks.place(slot));
            world.find(FindingKind::LostWaker, Some(slot), place, |_| {
                (NO_WAKER.to_owned(), parked.clone())
            });
        }
        return;
    }
    if !certain {
        world.find(FindingKind::Deadlock, None, None, |_| {
            (NOBODY.to_owned(), parked)
        });
    }
}

const NO_WAKER: &str =
    "returned Pending, and no clone of its waker is left: nobody can ever wake it";
const NOBODY: &str =
    "no task is ready, and no timer is set. There is no cycle: nobody is left who could wake them";

/// The tasks that nobody can wake; while others move, only such as `main` cannot go on without.
fn lost(world: &World, certain: bool) -> Vec<u32> {
    let living = world.tasks.living();
    let lost = living.iter().copied().filter(|&slot| is_lost(world, slot));
    if !certain {
        return lost.collect();
    }
    let mut needed = vec![MAIN_SLOT];
    let mut nth = 0;
    while let Some(&slot) = needed.get(nth) {
        nth += 1;
        for (task, _) in next(world, slot, true) {
            let of = living
                .iter()
                .find(|&&slot| world.tasks.row(slot).number == task);
            needed.extend(of.filter(|slot| !needed.contains(slot)));
        }
    }
    lost.filter(|slot| needed.contains(slot)).collect()
}

/// Whether a task waits that nobody can wake.
pub(crate) fn is_lost(world: &World, slot: u32) -> bool {
    let ready = world.ready.places().contains(&slot);
    let cell = world.tasks.cell(slot);
    !ready && cell.is_some_and(|cell| !cell.header().is_asked_to_cancel() && has_no_waker(cell))
}

/// Every task that waits, and for what.
pub(crate) fn parked(world: &World) -> Vec<String> {
    let mut told = BTreeSet::new();
    let ready: BTreeSet<u32> = world.ready.places().iter().copied().collect();
    let line = |slot: u32| {
        let spawned = match slot {
            MAIN_SLOT => String::new(),
            _ => at_place(", spawned at", world.tasks.place(slot)),
        };
        let waits = waits_of(world, slot, &mut told);
        format!("{} waits for {waits}{spawned}", world.tasks.path(slot))
    };
    let parked = world
        .tasks
        .living()
        .into_iter()
        .filter(|slot| !ready.contains(slot));
    parked.map(line).collect()
}

/// What the task in this slot waits for, in words. Holders of a resource are named once, and then `told`.
pub(crate) fn waits_of(world: &World, slot: u32, told: &mut BTreeSet<u32>) -> String {
    let waits: Vec<String> = world
        .waits
        .of(world, slot)
        .map(|wait| describe(world, wait, told))
        .collect();
    if waits.is_empty() {
        "something outside this run's sight".to_owned()
    } else {
        waits.join(", or ")
    }
}

/// What is waited for, where, and who has it.
fn describe(world: &World, wait: &Wait, told: &mut BTreeSet<u32>) -> String {
    let mut words = world.name_wait(wait);
    if let Some(place) = wait.place {
        words += &at_place(" at", place);
    }
    let owners = owners(world, wait);
    let What::Resource(id, _) = wait.what else {
        return words;
    };
    if owners.is_empty() {
        return words;
    }
    if owners.len() > 1 && !told.insert(id) {
        return words + " (held as said above)";
    }
    for (nth, owner) in owners.iter().take(MOST_OWNERS).enumerate() {
        let lead = if nth == 0 { " (" } else { ", " };
        let path = world.path_of_number(owner.task);
        let since = at_place(owner.since, owner.place);
        let _ = write!(words, "{lead}{} {path}{since}", owner.role);
    }
    if owners.len() > MOST_OWNERS {
        let _ = write!(words, " and {} more", owners.len() - MOST_OWNERS);
    }
    words + ")"
}

/// Owners that are named, at the most.
const MOST_OWNERS: usize = 3;

/// Who stands between a wait and what it is for.
struct Owner {
    task: TaskNo,
    /// What it is to the resource.
    role: &'static str,
    since: &'static str,
    place: Place,
}

fn owners(world: &World, wait: &Wait) -> Vec<Owner> {
    let What::Resource(id, part) = wait.what else {
        return Vec::new();
    };
    if !part.is_empty() {
        let receiver = world.resources.receiver(id).filter(|_| part == ROOM);
        let owner = |(task, place)| Owner {
            task,
            role: "its receiver is with",
            since: ", who last received at",
            place,
        };
        return receiver.map(owner).into_iter().collect();
    }
    let held = world.resources.holders(id).iter().map(|held| Owner {
        task: held.task,
        role: "held by",
        since: " since",
        place: held.place,
    });
    let handed = world
        .waits
        .all()
        .filter(|other| other.what == wait.what && other.granted.is_some());
    let handed = handed.filter_map(|other| {
        Some(Owner {
            task: other.polled.task,
            role: "handed to",
            since: ", who asked at",
            place: other.place?,
        })
    });
    held.chain(handed).collect()
}

/// What a sender waits for in a full channel.
const ROOM: &str = "room in ";

/// The tasks without whom this one does not go on. If `certain`, only if nobody else could make it go on.
fn next(world: &World, slot: u32, certain: bool) -> Vec<(TaskNo, String)> {
    let waits: Vec<&Wait> = world.waits.of(world, slot).collect();
    if certain && waits.len() != 1 {
        return Vec::new();
    }
    let mut next = Vec::new();
    for wait in waits {
        match wait.what {
            What::Task(task) => next.push((task, "its end".to_owned())),
            What::Resource(id, _) => {
                let owners = owners(world, wait);
                if certain && (owners.len() != 1 || !world.resources.is_lock(id)) {
                    continue;
                }
                let name = world.resources.name(id);
                next.extend(owners.iter().map(|owner| (owner.task, name.to_owned())));
            }
            _ => {}
        }
    }
    next
}

/// The first cycle of tasks that wait for each other, as a chain of arrows.
fn cycle(world: &World, certain: bool) -> Option<String> {
    let living: Vec<(u32, TaskNo)> = world
        .tasks
        .living()
        .into_iter()
        .map(|slot| (slot, world.tasks.row(slot).number))
        .collect();
    let slot_of = |task: TaskNo| {
        living
            .iter()
            .find(|living| living.1 == task)
            .map(|living| living.0)
    };
    let mut seen = BTreeSet::new();
    for &(start, task) in &living {
        // The way from `start`, each with what it waits for, and where else one could go from there.
        let mut way: Vec<(TaskNo, Vec<(TaskNo, String)>, String)> =
            vec![(task, next(world, start, certain), String::new())];
        while let Some((_, choices, label)) = way.last_mut() {
            let Some((to, by)) = choices.pop() else {
                way.pop();
                continue;
            };
            *label = by;
            if let Some(first) = way.iter().position(|step| step.0 == to) {
                let mut chain = String::new();
                for (task, _, label) in &way[first..] {
                    let _ = write!(chain, "{} ── {label} ──► ", world.path_of_number(*task));
                }
                return Some(chain + world.path_of_number(to));
            }
            if let Some(slot) = slot_of(to).filter(|_| seen.insert(to)) {
                way.push((to, next(world, slot, certain), String::new()));
            }
        }
    }
    None
}

/// A future that has, or is in the way of, what a task waits for, and is polled no more.
pub(crate) struct Futurelock {
    slot: u32,
    place: Option<Place>,
    message: String,
    details: Vec<String>,
}

fn futurelocks(world: &World, certain: bool) -> Vec<Futurelock> {
    let slots = world.tasks.living();
    let sure = |slot: &&u32| !certain || world.waits.of(world, **slot).count() == 1;
    let waits = slots
        .iter()
        .filter(sure)
        .flat_map(|&slot| world.waits.of(world, slot));
    let mut found: Vec<Futurelock> = Vec::new();
    for wait in waits {
        // Many may wait behind one.
        if let Some(lock) = futurelock(world, wait)
            && !found.iter().any(|known| known.message == lock.message)
        {
            found.push(lock);
        }
    }
    found
}

/// Whether what `wait` is for was handed to a future that is polled no more, or is held by one.
pub(crate) fn futurelock(world: &World, wait: &Wait) -> Option<Futurelock> {
    let What::Resource(id, part) = wait.what else {
        return None;
    };
    let abandoned = |other: &&Wait| other.polled.is_abandoned(world) && !std::ptr::eq(*other, wait);
    let same = |other: &&Wait| matches!(other.what, What::Resource(of, p) if of == id && p == part);
    let others = || world.waits.all().filter(abandoned);
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
    let whose = if task == waiter {
        "its own task".to_owned()
    } else {
        owner.to_owned()
    };
    let waits = if task == waiter {
        "waits for it itself"
    } else {
        "waits for it"
    };
    let message = format!(
        "{has} a future that {whose} has stopped polling, while {} {waits}",
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
    /// A receiver is dropped, last polled then and there, with messages that came since. Tasks that are cut off at the end of
    /// the run might have come back to it, unless nothing could move any more.
    pub(crate) fn examine_unheard(
        &mut self,
        id: u32,
        polled: LastPoll,
        place: Place,
        messages: usize,
    ) {
        if self.closing && !self.stuck || !polled.is_abandoned(self) {
            return;
        }
        self.find(FindingKind::ClosedEar, Some(polled.slot), Some(place), |world| {
            let (name, path) = (world.resources.name(id), world.path_of_number(polled.task));
            let words = format!(
                "{messages} sent into {name} and never received: {path}, which had waited for them, was woken, and did \
                 not poll the receiver again"
            );
            (words, vec![])
        });
    }

    /// A lock is given back that others wait for, the first of them since this instant.
    pub(crate) fn examine_hold(&mut self, id: u32, held: Option<Held>, first_waits_since: u64) {
        let (now, limit) = (self.now, self.setup.long_hold);
        if now - first_waits_since < limit || !self.suspects(&[FindingKind::LongHold]) {
            return;
        }
        let Some(held) = held.filter(|held| now - held.since >= limit) else {
            return;
        };
        let waiting = self
            .waits
            .all()
            .filter(|wait| wait.what == What::Resource(id, ""));
        let waiting: BTreeSet<TaskNo> = waiting.map(|wait| wait.polled.task).collect();
        let paths: Vec<&str> = waiting
            .iter()
            .map(|&task| self.path_of_number(task))
            .collect();
        let words = format!(
            "held {} for {} across an await, while {} waited, the first since {}",
            self.resources.name(id),
            Seconds(now - held.since),
            paths.join(", "),
            Seconds(first_waits_since)
        );
        self.find(
            FindingKind::LongHold,
            Some(self.current),
            Some(held.place),
            |_| (words, vec![]),
        );
    }

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
        waits.find_map(|wait| futurelock(self, wait))
    }
}
