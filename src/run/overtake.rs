//! Points between two statements: other tasks run on top of the one that is polled, whole polls, and it goes on.
//!
//! On a runtime with several threads another task can run between any two statements of one, not only at an await. With
//! [`threads`](super::setup::Setup::threads) calls into this crate are points at which that is drawn:
//!
//! ```text
//!   drive ─► poll of a ─► notify_one() ─► at_point: who goes on? a draw ──► a: nothing happens
//!                                           │ b
//!                                           ├─ a is put aside (run/aside.rs)
//!                                           ├─ poll of b ─► … its own points, up to eight deep
//!                                           ├─ a is brought back
//!                                           └─ and again, until a is drawn
//! ```
//!
//! Who may run on top: tasks whose futures are `Send`, and `main`, which is on a thread of its own; all on the host of the paused one,
//! for machines share no memory. Tasks that are bound to their thread (of `spawn_local`, `spawn_local_obj` and `Host::spawn`, and what a host starts with) are paused, and run on
//! top of nobody; nor does `main` on top of one of them, for theirs may be its thread.
//!
//! All that is between polls stays there: limits, timers, faults, the end of a host, and the end of an aborted task that is
//! paused.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::aside::Aside;
use super::context::{self, Context};
use super::poll::{Stopped, step, stopped, unwound};
use super::state::Run;
use crate::base::place::Place;

/// The running task is at a point between two statements, here in the source.
///
/// # Panics
///
/// Unwinds, where another task has met a limit that ends the run.
#[cold]
#[inline(never)]
pub(crate) fn at_point(place: Place) {
    if std::thread::panicking() {
        return;
    }
    context::try_with(|cx| {
        // Of no task's poll there is nothing to be paused; and it is counted nowhere, for it may be no user's code.
        let Some(mut run) = cx.try_run().filter(|run| is_polled(cx, run)) else {
            return;
        };
        run.comes_between();
        drop(run);
        while let Some(slot) = next(cx, place) {
            on_top(cx, slot);
        }
    });
}

/// Whether the code that runs is that of a poll, and not of the drop of a future or an output.
fn is_polled(cx: &Context, run: &Run) -> bool {
    let discards = &cx.scope().discards;
    let cell = run.kernel.tasks.cell(run.kernel.current());
    let polled = cell.is_some_and(|cell| cx.scope().runs(Arc::as_ptr(cell).cast()));
    polled && !discards.is_discarding() && !discards.is_losing()
}

/// Draws who runs on top; `None` if the task goes on.
fn next(cx: &Context, place: Place) -> Option<u32> {
    let preemption = &cx.scope().preemption;
    let mut run = cx.run();
    if preemption.is_barred(run.steps()) || !run.may_be_overtaken() {
        return None;
    }
    run.draw_overtaking(preemption.is_bound(), place)
}

/// Polls the task in this slot once, on top of the one that runs.
fn on_top(cx: &Context, slot: u32) {
    let run = cx.run();
    let bound = run.is_bound(run.kernel.current());
    drop(run);
    let aside = Aside::put(cx, bound);
    let polled = catch_unwind(AssertUnwindSafe(|| poll(cx, slot)));
    let met_limit = polled.err().and_then(|payload| caught(cx, payload));
    aside.bring_back(cx);
    if let Some(stopped) = met_limit {
        resume_unwind(stopped);
    }
}

fn poll(cx: &Context, slot: u32) {
    let run = cx.run();
    match run.tells_steps() {
        true => drop(step::<true>(cx, cx.underway(), run, slot)),
        false => drop(step::<false>(cx, cx.underway(), run, slot)),
    }
}

/// The poll unwound. Gives what it unwound with if it is not to go on, nor any other.
fn caught(cx: &Context, payload: Box<dyn Any + Send>) -> Option<Box<dyn Any + Send>> {
    if payload.is::<Stopped>() {
        stopped(cx);
        return Some(payload);
    }
    unwound(cx, payload);
    None
}
