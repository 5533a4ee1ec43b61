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

use super::cell::{JoinCell, Mail, Outcome, RunCell, TaskCell};
use super::context::{COOP_BUDGET, Context};
use super::panics::{self, Caught, says_polled_after_completion};
use super::starved;
use super::tasks::{MAIN_SLOT, Name, RUNTIME_SLOT};
use super::verdict;
use super::world::World;
use crate::base::ids::TaskNo;
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
        world.record_light(world.current_task(), || Event::Spawned {
            task: number,
            place,
        });
        let cell = TaskCell::new(self, slot, number, future);
        world.tasks.put(slot, cell.clone());
        if world.tasks.alive() > world.setup.limits.tasks {
            world.check_limits_next();
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
    cx.home().take_mail();
    let output = cx.enter(|| {
        let main = cx.spawn(main, Name::Main, place);
        // The one that takes its output.
        main.header().handle_made();
        let stop = loop {
            match catch_unwind(AssertUnwindSafe(|| drive(cx))) {
                Ok(stop) => break stop,
                Err(payload) => unwound(cx, payload),
            }
        };
        verdict::close(cx, stop);
        let output = main.detach();
        main.recycle();
        output
    });
    match output {
        Some(Ok(output)) => Some(output),
        failure => {
            // A payload may panic when it is dropped.
            cx.enter(|| panics::contain(cx, None, || drop(failure)));
            None
        }
    }
}

fn drive(cx: &Context) -> Stop {
    loop {
        let mut world = cx.world();
        if world.steps >= world.attention_at || world.ready.is_empty() {
            drop(world);
            if let Err(stop) = between_steps(cx) {
                return stop;
            }
            world = cx.world();
        }
        let slot = world.draw_task();
        // The one thing in the queue without a cell is the runtime, which ends the run.
        let Some((task, cell)) = world.tasks.start_step(slot) else {
            return Stop::Done;
        };
        world.runs(slot, task);
        world.steps += 1;
        world.step_begins(task);
        cx.budget().set(Some(COOP_BUDGET));

        let outcome = cell.poll(cx, world);

        let mut world = cx.world();
        if outcome == Outcome::Yielded {
            world.record_light(task, || Event::Yielded);
            world.ready.push(slot);
        } else if outcome == Outcome::Parked {
            world.record_light(task, || Event::Parked);
        } else {
            drop(world);
            over(cx, task, slot, outcome);
        }
    }
}

/// The poll of a task was its last.
#[inline(never)]
fn over(cx: &Context, task: TaskNo, slot: u32, outcome: Outcome) {
    let mut world = cx.world();
    if outcome == Outcome::Completed {
        world.record_light(task, || Event::Completed);
    } else {
        world.record_light(task, || Event::Cancelled);
    }
    finish(cx, world, slot);
}

/// Looks at the limits, fires timers, takes wakes of other threads: until a task is ready, or nothing ever
/// will be.
#[inline(never)]
fn between_steps(cx: &Context) -> Result<(), Stop> {
    let mut world = cx.world();
    loop {
        world.runs(RUNTIME_SLOT, TaskNo::RUNTIME);
        if world.steps >= world.limits_at {
            // A run whose `main` is done needs no more steps, only its end.
            if world.main_done && world.steps >= world.setup.limits.steps {
                return Err(Stop::Done);
            }
            if verdict::over_limit(&mut world) {
                return Err(Stop::Limit);
            }
            starved::look(&mut world);
            world = deliver(cx, world);
        }
        let waker = if world.ready.is_empty() {
            if cx.home().has_mail() {
                world = deliver(cx, world);
                continue;
            }
            match next_timer(&mut world) {
                Some(waker) => Some(waker),
                None => return Err(Stop::Stuck),
            }
        } else if world.timers.may_be_due(world.now) && world.fires_early() {
            world.fire_timer()
        } else {
            world.set_attention();
            return Ok(());
        };
        world = wake(cx, world, waker);
    }
}

/// Calls a waker with nothing borrowed: it may be the user's, and do anything.
fn wake<'a>(cx: &'a Context, world: RefMut<'a, World>, waker: Option<Waker>) -> RefMut<'a, World> {
    drop(world);
    waker.into_iter().for_each(Waker::wake);
    cx.world()
}

/// No task is ready: moves the clock to the next timer and fires it.
fn next_timer(world: &mut World) -> Option<Waker> {
    let deadline = world.timers.next_deadline()?;
    if deadline == crate::base::span::FAR {
        return None;
    }
    if deadline > world.now {
        let latest = world.latest;
        world.move_clock(deadline.min(latest));
        if deadline > latest {
            // The loop looks at the limits before it comes here again.
            world.check_limits_next();
            return Some(Waker::noop().clone());
        }
    }
    world.fire_timer()
}

/// The task is over: tells whoever waits for it, and forgets it.
#[inline]
fn finish(cx: &Context, mut world: RefMut<'_, World>, slot: u32) {
    let cell = world.tasks.take_cell(slot);
    drop(world);
    if let Some(cell) = cell {
        if let Some(joiner) = cell.finish(cx) {
            joiner.wake();
        }
        cell.recycle();
    }
    cx.world().forget(slot);
}

impl World {
    /// The last of a task: its row.
    #[inline]
    fn forget(&mut self, slot: u32) {
        if slot == MAIN_SLOT {
            self.main_done = true;
            self.ready.push(RUNTIME_SLOT);
        }
        if !self.values.is_empty() {
            let task = self.tasks.row(slot).number;
            self.values.remove(&task);
        }
        self.tasks.remove(slot);
        self.runs(RUNTIME_SLOT, TaskNo::RUNTIME);
    }
}

/// Takes wakes that other threads left. They come when they come, so no seed can replay them.
#[cold]
fn deliver<'a>(cx: &'a Context, mut world: RefMut<'a, World>) -> RefMut<'a, World> {
    for (cell, mail) in cx.home().take_mail() {
        let header = cell.header();
        if header.is_done() {
            continue;
        }
        world.find(FindingKind::Nondeterminism, Some(header.slot()), None, |_| {
            let what = if mail == Mail::Wake { "woken" } else { "aborted" };
            let words = "from another thread: when that happens is up to the operating system, and no \
                         replay can repeat it";
            (format!("{what} {words}"), vec![])
        });
        drop(world);
        match mail {
            Mail::Wake => cell.wake(),
            Mail::Abort => cell.abort(),
        }
        world = cx.world();
    }
    world
}

/// User code unwound: in a poll, in a destructor, or in a waker. Whatever is thrown away here may panic
/// once more when it is dropped; that is dropped in turn.
#[cold]
fn unwound(cx: &Context, payload: Box<dyn Any + Send>) {
    let caught = panics::describe(cx, &*payload);
    let mut world = cx.world();
    world.blocking_pool = None;
    let slot = world.current;
    let Caught { message, place } = caught.clone();
    world.record(Event::Panicked {
        message: message.clone(),
        place: place.clone(),
    });
    let by = Some(slot).filter(|&slot| slot != RUNTIME_SLOT);
    let cell = world.tasks.cell(slot).cloned();
    let running = cell.filter(|cell| !cell.header().is_done());
    let Some(cell) = running else {
        // Not in the future itself: in a waker, or in the destructor of an output.
        world.find_at(FindingKind::Panic, by, place, |_| (message, vec![]));
        world.runs(RUNTIME_SLOT, TaskNo::RUNTIME);
        let cell = if by.is_some() {
            world.tasks.take_cell(slot)
        } else {
            None
        };
        drop(world);
        panics::contain(cx, None, || drop((cell, payload)));
        if by.is_some() {
            cx.world().forget(slot);
        }
        return;
    };
    if says_polled_after_completion(&message) {
        let words = format!("polled a future again that was done: {message}");
        world.find_at(FindingKind::PolledAfterCompletion, by, place, |_| {
            (words, vec![])
        });
    } else if slot == MAIN_SLOT {
        world.find_at(FindingKind::Panic, by, place, |_| (message, vec![]));
    } else {
        world.remember_panic(cx.id(), slot, caught);
    }
    drop(world);
    if !panics::contain(cx, by, || cell.fail(cx, payload)) {
        cell.cancel(cx);
    }
    drop(cell);
    let finished = panics::contain(cx, by, || finish(cx, cx.world(), slot));
    if !finished {
        let cell = cx.world().tasks.take_cell(slot);
        panics::contain(cx, None, || drop(cell));
        cx.world().forget(slot);
    }
}

/// The place that called a function marked `#[track_caller]`.
#[track_caller]
pub(crate) fn caller() -> Place {
    Location::caller()
}
