//! The loop: draw a ready task, poll it, write down how that went.
//!
//! ```text
//!   limits ─► any task ready? ──no──► foreign wakes ─► what happens next ──nothing──► stuck
//!                                   │yes               (a timer, a packet, a line of input, a fault)
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
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Waker;

use super::cell::{poll_in_row, wake_here};
use super::context::{Context, Here};
use super::end;
use super::faults;
use super::hook;
use super::hosts;
use super::limits::Over;
use super::next::{NextEvent, next};
use super::panics::{self, says_polled_after_completion};
use super::state::Run;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::diagnose::busiest::busiest;
use crate::diagnose::spinning;
use crate::kernel::home::Request;
use crate::kernel::operations::COOP_BUDGET;
use crate::kernel::phase::{Phase, Stop};
use crate::kernel::task::{Joinable, Outcome, Runnable};
use crate::kernel::tasks::{MAIN_SLOT, Name, RUNTIME_SLOT};
use crate::model::hosts::OnPanic;
use crate::record::detail::{Limit, Livelock, Nondeterminism, PolledAfterCompletion};
use crate::record::event::Event;
use crate::record::kind::FindingKind;

/// Runs a future to its end, in a run that has begun. What was found stays in the run.
///
/// The caller has made sure that no run is under way on this thread.
pub(crate) fn run<F>(cx: &Context, main: F, place: Place) -> Option<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    hook::keep();
    cx.scope().begin_stack();
    if cx.scope().home().has_requests() {
        cx.scope().home().take_requests();
    }
    let output = cx.enter(|| {
        let main = cx.spawn(main, Name::Main, place);
        // The one that takes its output.
        main.header().handle_made();
        let stop = loop {
            match catch_unwind(AssertUnwindSafe(|| drive(cx))) {
                Ok(stop) => break stop,
                Err(payload) if payload.is::<Stopped>() => break stopped(cx),
                Err(payload) => unwound(cx, payload),
            }
        };
        end::close(cx, stop, needs_drop::<F::Output>());
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

/// What a poll unwinds with that is not to go on, because the run has reached a limit.
pub(super) struct Stopped;

/// A poll has met a limit, which was told. Its task is cut off with all others.
#[cold]
fn stopped(cx: &Context) -> Stop {
    cx.scope().clear_running();
    let mut run = cx.run();
    run.set_blocking_pool(None);
    if let Some(cell) = run.kernel.tasks.cell(run.kernel.current()) {
        // It would go on: it does not wait for anything.
        cell.header().notify();
    }
    run.kernel.set_idle();
    Stop::Limit
}

/// Polls until the run is over. Compiled apart for runs whose draws have no keys, so that a poll of an exploration asks
/// nothing about them.
fn drive(cx: &Context) -> Stop {
    let keyed = cx.run().is_keyed();
    match keyed {
        true => drive_as::<true>(cx),
        false => drive_as::<false>(cx),
    }
}

/// Between two polls no code of the user's runs but in [`between_steps`] and [`finish`], where no task is the running one.
#[inline(always)]
fn drive_as<const KEYED: bool>(cx: &Context) -> Stop {
    let underway = cx.underway();
    let mut run = cx.run();
    loop {
        let slot = if run.watch.is_due(run.kernel.steps()) || run.kernel.ready.is_empty() {
            drop(run);
            let slot = match between_steps(cx) {
                Ok(slot) => slot,
                Err(stop) => return stop,
            };
            run = cx.run();
            slot
        } else {
            run.take_ready()
        };
        let Some((task, cell)) = run.kernel.tasks.start_step(slot) else {
            return nothing_to_poll(slot);
        };
        run.kernel.set_current(slot, task);
        underway.polls(run.kernel.count_step());
        if KEYED {
            run.begin_keyed_step(slot, task);
        }
        cx.scope().operations.set_budget(Some(COOP_BUDGET));

        let outcome = poll_in_row(cell, cx.scope(), run);

        run = cx.run();
        // In this order, for so often do they come.
        if outcome.is_yielded() {
            run.yielded::<KEYED>(slot, task);
        } else if outcome == Outcome::Parked {
            run.poll_ended::<KEYED>(task, Event::Parked);
        } else {
            seldom();
            let completed = outcome == Outcome::Completed;
            ended::<KEYED>(cx, run, slot, task, completed);
            run = cx.run();
        }
    }
}

/// The one thing in the queue without a cell is the runtime, which ends the run.
#[cold]
#[inline(never)]
fn nothing_to_poll(slot: u32) -> Stop {
    assert_eq!(slot, RUNTIME_SLOT, "a task that is over was ready");
    Stop::Done
}

/// Looks at the limits, lets happen what is due, takes wakes of other threads: until a task is ready, which it takes, or
/// nothing ever will be.
#[inline(never)]
fn between_steps(cx: &Context) -> Result<u32, Stop> {
    cx.scope().clear_running();
    let mut run = cx.run();
    if run.is_host_ending() {
        drop(run);
        hosts::take_effect(cx);
        run = cx.run();
    }
    loop {
        run.kernel.set_idle();
        if run.kernel.hosts.is_any_paused() {
            run.hold_paused();
        }
        if run.watch.limits_are_due(run.kernel.steps()) {
            look_at_limits(&mut run)?;
            drop(run);
            deliver(cx);
            run = cx.run();
        }
        if run.has_armed_fault() {
            drop(run);
            faults::strike_amid(cx);
            run = cx.run();
            continue;
        }
        let waker = if run.kernel.ready.is_empty() {
            if cx.scope().home().has_requests() {
                drop(run);
                deliver(cx);
                run = cx.run();
                continue;
            }
            match next(&mut run) {
                NextEvent::Happened(waker) => waker,
                NextEvent::PastTheLimit => continue,
                NextEvent::Fault => {
                    drop(run);
                    faults::happen(cx);
                    run = cx.run();
                    continue;
                }
                NextEvent::Broken => {
                    run.judge_promise()?;
                    continue;
                }
                NextEvent::Never => return Err(Stop::Stuck),
            }
        } else if run.kernel.may_be_due() && run.fires_early() {
            run.fire_timer()
        } else {
            let run = &mut *run;
            run.watch.set_attention(&run.kernel);
            return Ok(run.take_ready());
        };
        run = wake(cx, run, waker);
    }
}

/// Ends a run that has gone too far.
pub(super) fn look_at_limits(run: &mut Run) -> Result<(), Stop> {
    if run.watch.is_over() {
        // Told in a poll that went on all the same.
        return Err(Stop::Limit);
    }
    // A run whose `main` is done needs no more steps, only its end.
    if run.kernel.phase() == Phase::MainDone && run.kernel.steps() >= run.most_steps() {
        return Err(Stop::Done);
    }
    if let Some(over) = run.over_limit() {
        run.watch.end();
        run.find(over.kind(), None, None, |look| {
            let busiest = busiest(look);
            match over {
                Over::Limit(reached) => Limit { reached, busiest }.into(),
                Over::Livelock {
                    polls,
                    operations,
                    begun,
                    ended,
                } => Livelock {
                    polls,
                    operations,
                    begun,
                    ended,
                    spins: spinning::spins(look),
                    busiest,
                }
                .into(),
            }
        });
        return Err(Stop::Limit);
    }
    run.look_for_starved();
    Ok(())
}

/// Calls a waker. If it is not that of a task of ours, which is parked, then with nothing borrowed: it may be the user's, and
/// do anything.
#[inline(always)]
fn wake<'a>(cx: &'a Context, mut run: RefMut<'a, Run>, waker: Option<Waker>) -> RefMut<'a, Run> {
    let theirs = waker.and_then(|waker| wake_here(&mut Here { cx, run: &mut run }, waker));
    if let Some(waker) = theirs {
        drop(run);
        waker.wake();
        run = cx.run();
    }
    run
}

/// Marks the branch that calls it as unlikely, so that the compiler keeps the registers of the loop for polls.
#[cold]
#[inline(always)]
fn seldom() {}

/// The last poll of a task has ended.
#[inline(always)]
fn ended<const KEYED: bool>(
    cx: &Context,
    mut run: RefMut<'_, Run>,
    slot: u32,
    task: TaskNo,
    completed: bool,
) {
    let how = match completed {
        true => Event::Completed,
        false => Event::Cancelled,
    };
    run.poll_ended::<KEYED>(task, how);
    finish(cx, run, slot);
}

/// The task is over: tells whoever waits for it, and forgets it.
#[inline(always)]
fn finish(cx: &Context, mut run: RefMut<'_, Run>, slot: u32) {
    cx.scope().clear_running();
    let cell = run.kernel.tasks.take_cell(slot);
    drop(run);
    if let Some(cell) = cell {
        if let Some(joiner) = cell.finish(cx.scope()) {
            wake_joiner(cx, joiner);
        }
        // A handle or a waker that still knows the cell gives it back.
        if Arc::strong_count(&cell) == 1 {
            cell.recycle();
        }
    }
    cx.run().forget(slot);
}

/// Wakes who waits for a task that is over, mostly a task of ours.
#[inline(never)]
fn wake_joiner(cx: &Context, joiner: Waker) {
    drop(wake(cx, cx.run(), Some(joiner)));
}

/// Takes wakes that other threads left. They come when they come, so no seed can replay them.
#[cold]
fn deliver(cx: &Context) {
    for (task, request) in cx.scope().home().take_requests() {
        if task.is_done() {
            continue;
        }
        let detail = match request {
            Request::Wake => Nondeterminism::WokenFromOutside,
            Request::Abort => Nondeterminism::AbortedFromOutside,
        };
        let slot = Some(task.slot());
        cx.run()
            .find(FindingKind::Nondeterminism, slot, None, |_| detail.into());
        match request {
            Request::Wake => task.wake(),
            Request::Abort => task.abort(),
        }
    }
}

/// User code unwound: in a poll, in a destructor, or in a waker. Whatever is thrown away here may panic
/// once more when it is dropped; that is dropped in turn.
#[cold]
fn unwound(cx: &Context, payload: Box<dyn Any + Send>) {
    if cx.run().is_dead() {
        return hosts::unwound(cx, payload);
    }
    cx.scope().clear_running();
    let caught = panics::describe(cx, &*payload);
    let mut run = cx.run();
    run.set_blocking_pool(None);
    let slot = run.kernel.current();
    run.record_panic(&caught);
    let by = run.running_slot();
    let host = run.current_host();
    let policy = run.on_panic(host);
    if policy != OnPanic::Fail {
        drop(run);
        return hosts::panicked(cx, host, policy, payload);
    }
    let cell = run.kernel.tasks.cell(slot).cloned();
    let Some(cell) = cell.filter(|cell| !cell.header().is_done()) else {
        // Not in the future itself: in a waker, or in the destructor of an output.
        run.found_panic(by, caught, false);
        run.kernel.set_idle();
        let cell = match by {
            Some(slot) => run.kernel.tasks.take_cell(slot),
            None => None,
        };
        drop(run);
        panics::contain(cx, None, || drop((cell, payload)));
        if let Some(slot) = by {
            cx.run().forget(slot);
        }
        return;
    };
    if slot == MAIN_SLOT {
        run.note_main_panicked();
    }
    if run.take_panic_told() {
        // The panic is a consequence.
    } else if says_polled_after_completion(&caught.message) {
        let message = caught.message;
        let kind = FindingKind::PolledAfterCompletion;
        run.find_at(kind, by, caught.place, None, |_| {
            PolledAfterCompletion { message }.into()
        });
    } else if slot == MAIN_SLOT {
        run.found_panic(by, caught, false);
    } else {
        run.remember_panic(cx.id(), slot, caught);
    }
    drop(run);
    if !panics::contain(cx, by, || cell.fail(cx.scope(), payload)) {
        cell.cancel(cx.scope());
    }
    drop(cell);
    let finished = panics::contain(cx, by, || finish(cx, cx.run(), slot));
    if !finished {
        let cell = cx.run().kernel.tasks.take_cell(slot);
        panics::contain(cx, None, || drop(cell));
        cx.run().forget(slot);
    }
}
