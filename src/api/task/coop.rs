//! Cooperative budgets: a loop over futures that are always ready must not starve the other tasks.
//!
//! A task may complete 128 operations in one poll. Then operations answer `Pending` and wake their task at
//! once, which sends it to the end of the queue. The figures and names are tokio's (C. Lerche,
//! *Reducing tail latencies with automatic cooperative task yielding*, 2020).

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::run::context;

/// Whether the running task has any budget left; `true` outside a task.
pub fn has_budget_remaining() -> bool {
    context::try_with(|cx| cx.scope().budget().get() != Some(0)).unwrap_or(true)
}

/// Uses up one operation of the budget, and yields if none is left.
pub async fn consume_budget() {
    std::future::poll_fn(|cx| poll_proceed(cx).map(RestoreOnPending::made_progress)).await;
}

/// Claims one operation of the running task's budget: the first thing an operation does when it is
/// polled. `Pending` if there is none left; the task is then ready again at once.
///
/// The claim is given back unless [`RestoreOnPending::made_progress`] says that the operation
/// completed.
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<RestoreOnPending> {
    if context::try_with(|cx| cx.scope().claim()) == Some(false) {
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    Poll::Ready(RestoreOnPending {
        made_progress: false,
        of_this_task: PhantomData,
    })
}

/// Gives the claimed operation back when dropped, unless progress was made.
#[derive(Debug)]
#[must_use]
pub struct RestoreOnPending {
    made_progress: bool,
    /// Not `Send`: the claim is on the budget of the task that made it.
    of_this_task: PhantomData<*mut ()>,
}

impl RestoreOnPending {
    /// The operation completed: the claim is used up.
    pub fn made_progress(mut self) {
        self.made_progress = true;
    }
}

impl Drop for RestoreOnPending {
    fn drop(&mut self) {
        if !self.made_progress {
            context::try_with(|cx| cx.scope().unclaim());
        }
    }
}

pin_project! {
    /// Lets a future run without a budget; see [`unconstrained`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Unconstrained<F> {
        #[pin]
        inner: F,
    }
}

/// Turns the budget off for a future: its operations never yield on their own account.
pub fn unconstrained<F: Future>(future: F) -> Unconstrained<F> {
    Unconstrained { inner: future }
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _restore = Budget::replace(None);
        self.project().inner.poll(cx)
    }
}

pin_project! {
    /// Charges a future to the budget: it is polled only if there is some left, and its completion counts.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Coop<F> {
        #[pin]
        inner: F,
    }
}

/// Makes the completion of a future count as one operation of the budget.
pub fn cooperative<F: Future>(future: F) -> Coop<F> {
    Coop { inner: future }
}

impl<F: Future> Future for Coop<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let coop = ready!(poll_proceed(cx));
        let output = ready!(self.project().inner.poll(cx));
        coop.made_progress();
        Poll::Ready(output)
    }
}

/// Puts the running task's budget back when dropped.
pub(crate) struct Budget(Option<u8>);

impl Budget {
    /// Sets the running task's budget for as long as the guard lives.
    pub(crate) fn replace(budget: Option<u8>) -> Option<Budget> {
        context::try_with(|run| Budget(run.scope().budget().replace(budget)))
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        context::try_with(|run| run.scope().budget().set(self.0));
    }
}
