//! The loop: draw a ready task, poll it, write down how that went.
//!
//! ```text
//!   limits ─► any task ready? ──no──► foreign wakes ─► fire the next timer ──none──► stuck
//!                                   │yes
//!                    a timer due early? (a draw)
//!                                   │
//!                      draw a task, poll it ──► parked · yielded · completed · cancelled
//! ```
//!
//! When `main` is done, the runtime itself joins the queue of ready tasks, and the run ends when it is
//! drawn: tasks that were ready before get their turn in a plain run, and may be cut off in
//! another.

use std::any::Any;
use std::cell::RefMut;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::task::Waker;

use super::cell::{JoinCell, Outcome, RunCell, TaskCell};
use super::context::{COOP_BUDGET, Context};
use super::panics::{self, Caught, says_polled_after_completion};
use super::tasks::{MAIN_SLOT, Name, RUNTIME_SLOT};
use super::verdict;
use super::world::World;
use crate::record::event::{Event, Place};
use crate::record::finding::FindingKind;

impl Context {
    /// Makes a task of a future and puts it into the ready queue.
    ///
    /// While the run is closing, the task is cancelled before its first poll.
    pub(crate) fn spawn<F>(&self, future: F, name: Name<'_>, place: Place) -> Arc<TaskCell<F>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let mut guard = self.world();
        let world = &mut *guard;
        let (slot, number) = world.tasks.add(world.current, name, place);
        if world.recorder.is_full() {
            let path = world.tasks.path(slot);
            world.paths.push(path);
        }
        world.record(Event::Spawned { task: number, place });
        let cell = TaskCell::new(self, slot, number, future);
        world.tasks.put(slot, cell.clone());
        if world.tasks.alive() > world.setup.limits.tasks {
            world.check_at = 0;
        }
        if world.closing {
            drop(guard);
            cell.cancel(self);
            let ours = self.world().tasks.take_cell(slot);
            self.world().tasks.remove(slot);
            drop(ours);
        } else {
            world.ready.push(slot);
        }
        cell
    }
}

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// `main` is done.
    Done,
    /// Nothing can happen any more.
    Stuck,
    /// A limit was reached, and reported.
    Limit,
}

/// Runs a future to its end, in a world that has begun. What was found stays in the world.
///
/// The caller has made sure that no run is under way on this thread.
pub(crate) fn run<F>(cx: &Context, main: F, place: Place) -> Option<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    panics::install_hook();
    let output = cx.enter(|| {
        let main = cx.spawn(main, Name::Main, place);
        let stop = loop {
            match catch_unwind(AssertUnwindSafe(|| drive(cx))) {
                Ok(stop) => break stop,
                Err(payload) => unwound(cx, payload),
            }
        };
        verdict::close(cx, stop);
        main.detach().and_then(Result::ok)
    });
    cx.home().close();
    output
}

fn drive(cx: &Context) -> Stop {
    let mut world = cx.world();
    loop {
        if world.steps >= world.check_at {
            if verdict::over_limit(&mut world) {
                return Stop::Limit;
            }
            drop(world);
            deliver(cx);
            world = cx.world();
        }
        if world.ready.is_empty() {
            world.current = RUNTIME_SLOT;
            if cx.home().has_mail() {
                drop(world);
                deliver(cx);
                world = cx.world();
                continue;
            }
            let Some(waker) = next_timer(&mut world) else { return Stop::Stuck };
            world = wake(cx, world, Some(waker));
            continue;
        }
        if world.timers.may_be_due(world.now) && world.fires_early() {
            let waker = world.fire_timer();
            world = wake(cx, world, waker);
            continue;
        }
        let slot = world.draw_task();
        // The one thing in the queue without a cell is the runtime, which ends the run.
        let Some((task, cell)) = world.tasks.start_step(slot) else { return Stop::Done };
        world.current = slot;
        world.steps += 1;
        let now = world.now;
        world.recorder.step(now, task);
        world.forget_waits(task);
        cx.budget().set(Some(COOP_BUDGET));

        let outcome = cell.poll(cx, world);

        world = cx.world();
        if outcome == Outcome::Yielded {
            world.recorder.record(now, task, Event::Yielded);
            world.ready.push(slot);
        } else if outcome == Outcome::Parked {
            world.recorder.record(now, task, Event::Parked);
        } else {
            let done = outcome == Outcome::Completed;
            world.record(if done { Event::Completed } else { Event::Cancelled });
            drop(world);
            world = finish(cx, slot);
        }
    }
}

/// Calls a waker with nothing borrowed: it may be the user's, and do anything.
fn wake<'a>(cx: &'a Context, mut world: RefMut<'a, World>, waker: Option<Waker>) -> RefMut<'a, World> {
    world.current = RUNTIME_SLOT;
    drop(world);
    waker.into_iter().for_each(Waker::wake);
    cx.world()
}

/// No task is ready: moves the clock to the next timer and fires it.
fn next_timer(world: &mut World) -> Option<Waker> {
    let deadline = world.timers.next_deadline()?;
    if deadline == crate::values::span::FAR {
        return None;
    }
    if deadline > world.now {
        let latest = super::world::nanos_limit(world.setup.limits.virtual_time);
        world.move_clock(deadline.min(latest));
        if deadline > latest {
            // The loop looks at the limits before it comes here again.
            world.check_at = 0;
            return Some(Waker::noop().clone());
        }
    }
    world.fire_timer()
}

/// The task is over: tells whoever waits for it, and forgets it.
fn finish<'a>(cx: &'a Context, slot: u32) -> RefMut<'a, World> {
    let mut world = cx.world();
    let cell = world.tasks.take_cell(slot);
    drop(world);
    if let Some(cell) = &cell && let Some(joiner) = cell.finish(cx) {
        joiner.wake();
    }
    drop(cell);
    world = cx.world();
    world.forget(slot);
    world
}

impl World {
    /// The last of a task: its row.
    fn forget(&mut self, slot: u32) {
        if slot == MAIN_SLOT {
            self.main_done = true;
            self.ready.push(RUNTIME_SLOT);
        }
        self.tasks.remove(slot);
        self.current = RUNTIME_SLOT;
    }
}

/// Takes wakes that other threads left. They come when they come, so no seed can replay them.
#[cold]
fn deliver(cx: &Context) {
    for cell in cx.home().take_mail() {
        let slot = cell.header().slot();
        if !cell.header().is_done() {
            cx.world().find(FindingKind::Nondeterminism, Some(slot), None, |_| {
                let words = "woken from another thread: when that happens is up to the operating \
                             system, and no replay can repeat it";
                (words.to_owned(), vec![])
            });
        }
        cx.wake(cell.header());
    }
}

/// User code unwound, in a poll, a drop or a waker.
#[cold]
fn unwound(cx: &Context, payload: Box<dyn Any + Send>) {
    let caught = cx.caught().take().unwrap_or_else(|| Caught {
        message: panics::message_of(&*payload),
        place: None,
    });
    let mut world = cx.world();
    world.blocking_pool = None;
    let slot = world.current;
    let Caught { message, place } = caught.clone();
    world.record(Event::Panicked { message: message.clone(), place: place.clone() });
    let by = Some(slot).filter(|&slot| slot != RUNTIME_SLOT);
    let cell = world.tasks.cell(slot).cloned();
    let Some(cell) = cell.filter(|cell| !cell.header().is_done()) else {
        // Not in the future itself: in a waker, or in the destructor of an output.
        world.find_at(FindingKind::Panic, by, place, |_| (message, vec![]));
        world.current = RUNTIME_SLOT;
        drop(world);
        if by.is_some() {
            let cell = cx.world().tasks.take_cell(slot);
            drop(cell);
            cx.world().forget(slot);
        }
        return;
    };
    if says_polled_after_completion(&message) {
        let kind = FindingKind::PolledAfterCompletion;
        world.find_at(kind, by, place, |_| (format!("polled a future again that was done: {message}"), vec![]));
    } else if slot == MAIN_SLOT {
        world.find_at(FindingKind::Panic, by, place, |_| (message, vec![]));
    } else {
        world.remember_panic(slot, caught);
    }
    drop(world);
    // Dropping the rest of the future may panic again; the task is over in any case.
    if catch_unwind(AssertUnwindSafe(|| cell.fail(cx, payload))).is_err() {
        cx.caught().take();
        cell.cancel(cx);
    }
    drop(finish(cx, slot));
}

/// The place that called a function marked `#[track_caller]`.
#[track_caller]
pub(crate) fn caller() -> Place {
    Location::caller()
}
