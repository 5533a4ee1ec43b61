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

use std::future::Future;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::Context;
use super::end;
use super::faults;
use super::hook;
use super::hosts;
use super::limits::Over;
use super::next::{NextEvent, next};
use super::panics;
use super::poll::{Stopped, step, stopped, unwound, wake};
use super::state::Run;
use crate::base::place::Place;
use crate::diagnose::busiest::busiest;
use crate::diagnose::spinning;
use crate::kernel::home::Request;
use crate::kernel::phase::{Phase, Stop};
use crate::kernel::task::{Joinable, Runnable};
use crate::kernel::tasks::{Name, RUNTIME_SLOT};
use crate::record::detail::{Limit, Livelock, Nondeterminism};
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

/// Polls until the run is over. Compiled apart for runs in which nobody is told of each step, so that a poll of an exploration asks
/// nothing about that.
fn drive(cx: &Context) -> Stop {
    let told = cx.run().tells_steps();
    match told {
        true => drive_as::<true>(cx),
        false => drive_as::<false>(cx),
    }
}

/// Between two polls no code of the user's runs but in [`between_steps`], and where a task [has ended](step), where no task is the running one.
#[inline(always)]
fn drive_as<const TOLD: bool>(cx: &Context) -> Stop {
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
        run = match step::<TOLD>(cx, underway, run, slot) {
            Some(run) => run,
            None => return nothing_to_poll(slot),
        };
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
            let slot = run.take_ready();
            if run.has_costs() {
                run.poll_takes_time(slot);
            }
            return Ok(slot);
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
