//! The verdict: what a run that ended, or must end, showed to be wrong.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::{Context, RunId};
use super::graph::{self, Graph};
use super::panics::{self, Caught};
use super::step::Stop;
use super::stuck;
use super::tasks::RUNTIME_SLOT;
use super::world::World;
use crate::base::ids::TaskNo;
use crate::base::span::{Seconds, nanos};
use crate::record::event::Event;
use crate::record::finding::{FindingKind, show_place};

/// Whether the run has gone too far; if so, that is a finding.
#[cold]
pub(crate) fn over_limit(world: &mut World) -> bool {
    world.looked_at = world.steps;
    let limits = world.setup.limits;
    let alive = world.tasks.alive();
    let real = world.started.map(|started| started.elapsed());
    let (kind, message) = if alive > limits.tasks {
        (
            FindingKind::Limit,
            format!("{alive} tasks live, the limit is {}", limits.tasks),
        )
    } else if world.now > nanos(limits.virtual_time) {
        let limit = Seconds(nanos(limits.virtual_time));
        (
            FindingKind::Limit,
            format!("virtual time has passed the limit of {limit}"),
        )
    } else if world.steps >= limits.steps {
        (
            FindingKind::Limit,
            format!("{} polls, which is the limit", world.steps),
        )
    } else if world.steps - world.moved_at >= limits.steps_at_once && !world.progressed() {
        let polls = world.steps - world.moved_at;
        let message = format!("{polls} polls: virtual time stands still, no task began or ended");
        (FindingKind::Livelock, message)
    } else if let Some((limit, real)) = limits.wall_time.zip(real).filter(|(l, r)| r > l) {
        let (limit, real) = (limit.as_secs_f64(), real.as_secs_f64());
        (
            FindingKind::Limit,
            format!("{real:.1} s of real time, the limit is {limit:.1} s"),
        )
    } else {
        world.set_check();
        return false;
    };
    world.find(kind, None, None, |world| (message, busiest(world)));
    true
}

/// The tasks that took the most steps.
fn busiest(world: &World) -> Vec<String> {
    let mut slots = world.tasks.living();
    slots.sort_by_key(|&slot| std::cmp::Reverse(world.tasks.row(slot).steps));
    let more = slots.len().saturating_sub(MOST_BUSY);
    let mut lines: Vec<String> = slots
        .iter()
        .take(MOST_BUSY)
        .map(|&slot| {
            let row = world.tasks.row(slot);
            let spawned = graph::spawned(world, slot);
            let waits = match world.waits.of(world, slot).next() {
                Some(_) => {
                    let waits = Graph::new(world, false).waits_of(slot, &mut BTreeSet::new());
                    format!(" and waits for {waits}")
                }
                None => String::new(),
            };
            let steps = match row.steps {
                1 => "1 step".to_owned(),
                steps => format!("{steps} steps"),
            };
            format!("{} took {steps}{waits}{spawned}", world.tasks.path(slot))
        })
        .collect();
    if more > 0 {
        lines.push(format!("and {more} more tasks"));
    }
    lines
}

/// Tasks that a report of many names, at the most.
const MOST_BUSY: usize = 5;

/// Says what the end of the run shows, then drops every task that is left.
pub(crate) fn close(cx: &Context, stop: Stop) {
    let mut world = cx.world();
    world.closing = true;
    world.runs(RUNTIME_SLOT, TaskNo::RUNTIME);
    let short = world.resources.short_of();
    match stop {
        Stop::Stuck | Stop::Limit => stuck::examine(&mut world, stop),
        Stop::Done => {
            stuck::examine(&mut world, stop);
            unawaited(&mut world);
        }
    }
    world.stuck = stop == Stop::Stuck;
    if world.tasks.alive() > 0 {
        let left = world.tasks.living();
        drop(world);
        left.into_iter().for_each(|slot| cut_off(cx, slot));
        world = cx.world();
    }
    unobserved(&mut world);
    leaks(&mut world, short);
    // Of what shows at the same time the cause comes first.
    let rank = |kind| match kind {
        FindingKind::Deadlock => 1,
        FindingKind::Livelock | FindingKind::Limit => 2,
        FindingKind::UnawaitedTask | FindingKind::Leak => 3,
        _ => 0,
    };
    world
        .findings
        .sort_by_key(|finding| (finding.at, rank(finding.kind)));
}

/// Locks and permits that nobody gave back, although nobody is left who could.
fn leaks(world: &mut World, short: Vec<(u32, usize)>) {
    let some = !short.is_empty() || world.resources.held() > 0;
    if !some || !world.suspects(&[FindingKind::Leak]) {
        return;
    }
    let held = world
        .resources
        .all_held()
        .map(|(id, held)| (id, *held, KEPT));
    let forgotten = short.iter().flat_map(|&(id, missing)| {
        let by = world.resources.forgetters(id, missing).iter();
        by.map(move |held| (id, *held, FORGOTTEN))
    });
    let leaks: Vec<_> = held.chain(forgotten).collect();
    for (id, held, how) in leaks {
        world.find(FindingKind::Leak, None, Some(held.place), |world| {
            let (name, path) = (world.resources.name(id), world.path_of_number(held.task));
            let message = format!("{name}, taken by {path} at {}, {how}", Seconds(held.since));
            (message, vec![])
        });
    }
}

const KEPT: &str = "was never given back: its guard still exists, and no task does";
const FORGOTTEN: &str = "was forgotten, and never added again";

/// Tasks that are cut off because `main` is done.
fn unawaited(world: &mut World) {
    if world.tasks.alive() == 0 {
        return;
    }
    for slot in world.tasks.living() {
        let (place, steps) = (world.tasks.place(slot), world.tasks.row(slot).steps);
        if world
            .tasks
            .cell(slot)
            .is_some_and(|cell| cell.header().is_asked_to_cancel())
        {
            continue;
        }
        world.find(
            FindingKind::UnawaitedTask,
            Some(slot),
            Some(place),
            |world| {
                let cell = world.tasks.cell(slot);
                let woken = cell.is_some_and(|cell| cell.header().is_queued());
                let doing = match steps {
                    0 => "before its first step".to_owned(),
                    _ if woken => "when it had been woken and did not get to run again".to_owned(),
                    _ => {
                        let waits = Graph::new(world, false).waits_of(slot, &mut BTreeSet::new());
                        let lost = match stuck::is_lost(world, slot) {
                            true => ", and no clone of its waker was left",
                            false => "",
                        };
                        format!("while it waited for {waits}{lost}")
                    }
                };
                (
                    format!("cut off when main ended, {doing}: nobody awaited it"),
                    vec![],
                )
            },
        );
    }
}

/// Drops a task that was not done.
fn cut_off(cx: &Context, slot: u32) {
    let mut world = cx.world();
    let Some(cell) = world.tasks.take_cell(slot) else {
        return;
    };
    let task = cell.header().number();
    world.record(Event::CutOff { task });
    world.runs(slot, task);
    drop(world);
    // A destructor that panics is the user's; the next task is dropped all the same.
    let dropped = catch_unwind(AssertUnwindSafe(|| {
        cell.cancel(cx);
        drop(cell.finish(cx));
    }));
    if let Err(payload) = dropped {
        let Caught { message, place } = panics::describe(cx, &*payload);
        let message = format!("panicked while it was cut off: {message}");
        cx.world()
            .find_at(FindingKind::Panic, Some(slot), place, |_| (message, vec![]));
        panics::contain(cx, None, || drop(payload));
        if !cell.header().is_done() {
            cell.cancel(cx);
        }
    }
    let mut world = cx.world();
    world.runs(RUNTIME_SLOT, TaskNo::RUNTIME);
    world.tasks.remove(slot);
    drop(world);
    cell.recycle();
}

/// A panic of a spawned task that nobody has seen yet.
pub(crate) struct UnseenPanic {
    id: (RunId, TaskNo),
    path: String,
    spawned: String,
    at: u64,
    caught: Caught,
}

impl World {
    /// Keeps a task's panic until its join handle shows it to somebody.
    pub(crate) fn remember_panic(&mut self, run: RunId, slot: u32, caught: Caught) {
        let (path, spawned) = (self.tasks.path(slot), show_place(self.tasks.place(slot)));
        let id = (run, self.tasks.row(slot).number);
        let panic = UnseenPanic {
            id,
            path,
            spawned,
            at: self.now,
            caught,
        };
        self.unseen_panics.push(panic);
    }

    /// Somebody has seen this panic.
    pub(crate) fn saw_panic(&mut self, id: (RunId, TaskNo)) {
        self.unseen_panics.retain(|panic| panic.id != id);
    }
}

fn unobserved(world: &mut World) {
    for panic in std::mem::take(&mut world.unseen_panics) {
        let UnseenPanic {
            path,
            spawned,
            at,
            caught,
            ..
        } = panic;
        let Caught { message, place } = caught;
        let details = vec![format!("spawned at {spawned}")];
        let before = world.findings.len();
        world.find_at(FindingKind::UnobservedPanic, None, place, |_| {
            (
                format!("panicked, and nobody looked at its JoinHandle: {message:?}"),
                details,
            )
        });
        if let Some(finding) = world.findings.get_mut(before) {
            finding.task = Some(path);
            finding.at = at;
        }
    }
}
