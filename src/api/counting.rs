//! Counts what has no operation inside that is counted: work on a stream, which may be a reader in memory or one of the user's that
//! never waits and knows of no budget; and what polls the user's futures (a `select!`, a `timeout`), which may all be ready at once.
//!
//! It is not charged to the budget of the task, so nobody yields for it; the run only sees that something spins at one
//! instant. Bytes count, so that what fills memory is told before that is full, and what moves few or none counts
//! as [`LEAST`].

use std::io::Result;
use std::task::{Context, Poll, ready};

use crate::kernel::operations::Tally;
use crate::run::context;

/// As how many bytes anything counts at the least, so that three lines or numbers count as much as one operation.
const LEAST: usize = 128;

/// Polls something, and counts it when it is done, unless a part of it was counted.
#[inline]
pub fn poll_counted<T>(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    poll_tallied(cx, poll, |_, before, after| match before == after {
        true => LEAST,
        false => 0,
    })
}

/// [`poll_counted`] for work that gives how many bytes it has moved. They count unless a part of it has counted bytes.
#[inline]
pub(in crate::api) fn poll_moving(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<Result<usize>>,
) -> Poll<Result<usize>> {
    poll_tallied(cx, poll, |done, before, after| {
        let bytes = *done.as_ref().unwrap_or(&0);
        match (before == after, before.has_same_bytes(after)) {
            (true, _) => bytes.max(LEAST),
            (false, true) => bytes,
            (false, false) => 0,
        }
    })
}

/// Counts bytes that a stream gives or takes without waiting.
pub(in crate::api) fn moved(bytes: usize) {
    context::try_with(|cx| cx.scope().operations.count_moved(bytes.max(LEAST)));
}

/// Polls some work. When it is done, it counts as so many bytes, which may depend on what was counted before it and after. Pending, with
/// the task ready again, if there was too much at this instant: the run then ends.
#[inline]
fn poll_tallied<T>(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    bytes: impl FnOnce(&T, Tally, Tally) -> usize,
) -> Poll<T> {
    context::with_any(|run| {
        if let Some(run) = run
            && let Some(operations) = run.scope().operations.moved()
            && !run.run().moved(run.scope(), operations)
        {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = run.map(|run| run.scope().operations.tally());
        let done = ready!(poll(cx));
        if let (Some(run), Some(before)) = (run, before) {
            let scope = run.scope();
            scope
                .operations
                .count_moved(bytes(&done, before, scope.operations.tally()));
        }
        Poll::Ready(done)
    })
}
