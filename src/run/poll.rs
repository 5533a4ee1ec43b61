//! One poll of one task, and how it ended. The [loop](super::step) polls one after the other, and what runs
//! [on top](super::overtake) of a paused poll is polled in the same way.

use std::any::Any;
use std::cell::RefMut;
use std::sync::Arc;
use std::task::Waker;

use super::cell::{poll_in_row, wake_here};
use super::context::{Context, Here};
use super::hosts;
use super::panics::{self, says_polled_after_completion};
use super::state::Run;
use super::underway::Underway;
use crate::base::ids::TaskNo;
use crate::kernel::operations::COOP_BUDGET;
use crate::kernel::phase::Stop;
use crate::kernel::task::Outcome;
use crate::kernel::tasks::MAIN_SLOT;
use crate::model::hosts::OnPanic;
use crate::record::detail::PolledAfterCompletion;
use crate::record::event::Event;
use crate::record::kind::FindingKind;

/// Polls the task in this slot once, and writes down how that went. `None` if it is the runtime, which has no future.
#[inline(always)]
pub(super) fn step<'a, const TOLD: bool>(
    cx: &'a Context,
    underway: &Underway,
    mut run: RefMut<'a, Run>,
    slot: u32,
) -> Option<RefMut<'a, Run>> {
    let (task, cell) = run.kernel.tasks.start_step(slot)?;
    run.kernel.set_current(slot, task);
    underway.polls(run.kernel.count_step());
    if TOLD {
        run.begin_told_step(slot, task);
    }
    cx.scope().operations.set_budget(Some(COOP_BUDGET));

    let outcome = poll_in_row(cell, cx.scope(), run);

    run = cx.run();
    // In this order, for so often do they come.
    if outcome.is_yielded() {
        run.yielded::<TOLD>(slot, task);
    } else if outcome == Outcome::Parked {
        run.poll_ended::<TOLD>(task, Event::Parked);
    } else {
        seldom();
        let completed = outcome == Outcome::Completed;
        ended::<TOLD>(cx, run, slot, task, completed);
        run = cx.run();
    }
    Some(run)
}

/// What a poll unwinds with that is not to go on, because the run has reached a limit.
pub(super) struct Stopped;

/// A poll has met a limit, which was told. Its task is cut off with all others.
#[cold]
pub(super) fn stopped(cx: &Context) -> Stop {
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

/// Marks the branch that calls it as unlikely, so that the compiler keeps the registers of the loop for polls.
#[cold]
#[inline(always)]
fn seldom() {}

/// The last poll of a task has ended.
#[inline(always)]
fn ended<const TOLD: bool>(
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
    run.poll_ended::<TOLD>(task, how);
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

/// Calls a waker. If it is not that of a task of ours, which is parked, then with nothing borrowed: it may be the user's, and
/// do anything.
#[inline(always)]
pub(super) fn wake<'a>(
    cx: &'a Context,
    mut run: RefMut<'a, Run>,
    waker: Option<Waker>,
) -> RefMut<'a, Run> {
    let theirs = waker.and_then(|waker| wake_here(&mut Here { cx, run: &mut run }, waker));
    if let Some(waker) = theirs {
        drop(run);
        waker.wake();
        run = cx.run();
    }
    run
}

/// User code unwound: in a poll, in a destructor, or in a waker. Whatever is thrown away here may panic
/// once more when it is dropped; that is dropped in turn.
#[cold]
pub(super) fn unwound(cx: &Context, payload: Box<dyn Any + Send>) {
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
