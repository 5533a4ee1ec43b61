//! What work on streams counts where no stream counts it: a reader in memory, or one of the user's, never waits and knows of no
//! budget.
//!
//! It is not charged to the budget of the task, so nobody yields for it; the run only sees that something spins at one
//! instant. Bytes count, so that what fills memory is told before that is full, and work that moves few or none counts
//! as [`LEAST`].

use std::io::Result;
use std::task::{Context, Poll, ready};

use crate::kernel::scope::Tally;
use crate::run::context;

/// As how many bytes work on a stream counts at the least, so that three lines or numbers count as much as one operation.
const LEAST: usize = 128;

/// Polls some work, and counts it when it is done, unless a part of it was counted.
#[inline]
pub(super) fn poll_counted<T>(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    let before = ready!(poll_begin(cx));
    let done = ready!(poll(cx));
    end(before, |before, after| match before == after {
        true => LEAST,
        false => 0,
    });
    Poll::Ready(done)
}

/// [`poll_counted`] for work that gives how many bytes it has moved. They count unless a part of it has counted bytes.
#[inline]
pub(super) fn poll_moving(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<Result<usize>>,
) -> Poll<Result<usize>> {
    let before = ready!(poll_begin(cx));
    let done = ready!(poll(cx));
    let bytes = *done.as_ref().unwrap_or(&0);
    end(before, |before, after| {
        match (before == after, before.has_moved_as_much(after)) {
            (true, _) => bytes.max(LEAST),
            (false, true) => bytes,
            (false, false) => 0,
        }
    });
    Poll::Ready(done)
}

/// Counts bytes that a stream gives or takes without waiting.
pub(super) fn moved(bytes: usize) {
    context::try_with(|cx| cx.scope().count_moved(bytes.max(LEAST)));
}

/// Pending, with the task ready again, if there was too much at this instant. The run then ends. `None` outside of one.
#[inline]
fn poll_begin(cx: &mut Context<'_>) -> Poll<Option<Tally>> {
    let begun = context::try_with(|run| {
        let scope = run.scope();
        match scope.moved() {
            Some(operations) if !run.run().moved(scope, operations) => None,
            Some(_) | None => Some(scope.tally()),
        }
    });
    match begun {
        Some(None) => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
        Some(tally) => Poll::Ready(tally),
        None => Poll::Ready(None),
    }
}

#[inline]
fn end(before: Option<Tally>, bytes: impl FnOnce(Tally, Tally) -> usize) {
    let Some(before) = before else {
        return;
    };
    context::try_with(|run| {
        let scope = run.scope();
        scope.count_moved(bytes(before, scope.tally()));
    });
}
