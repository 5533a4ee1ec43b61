//! Cooperative budgets: a loop over futures that are always ready must not starve the other tasks.
//!
//! A task may complete 128 operations in one poll. Then operations answer `Pending` and wake their task at
//! once, which sends it to the end of the queue. The figures and names are tokio's (C. Lerche,
//! *Reducing tail latencies with automatic cooperative task yielding*, 2020).

use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::api::counting::poll_counted;
use crate::run::context;

/// Whether the running task has any budget left; `true` outside a task.
///
/// ```
/// use reweave::task::coop;
///
/// # reweave::Sim::new().run(async {
/// for _ in 0..128 {
///     coop::consume_budget().await;
/// }
/// assert!(!coop::has_budget_remaining());
/// reweave::task::yield_now().await;
/// assert!(coop::has_budget_remaining());
/// # }).unwrap();
/// ```
pub fn has_budget_remaining() -> bool {
    context::try_with(|cx| cx.scope().operations.budget() != Some(0)).unwrap_or(true)
}

/// Uses up one operation of the budget, and yields if none is left. For loops that compute for long without awaiting
/// anything else.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let mut sum = 0;
/// for n in 0..1000 {
///     sum += n;
///     reweave::task::consume_budget().await;
/// }
/// # assert_eq!(sum, 499_500);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe: dropped while it yields, it has used up nothing.
pub async fn consume_budget() {
    std::future::poll_fn(poll_one).await;
}

/// Uses up one operation of the budget, for operations that always complete.
pub(in crate::api) fn poll_one(cx: &mut Context<'_>) -> Poll<()> {
    poll_proceed(cx).map(|claim| claim.made_progress())
}

/// For an operation that is ready whatever happens, and not charged to the budget: it only counts, so that a loop over it is
/// told. `Pending` if there were too many at this instant; the run then ends.
pub(in crate::api) fn poll_uncharged(cx: &mut Context<'_>) -> Poll<()> {
    if context::try_with(|cx| cx.claim_free()) == Some(false) {
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    Poll::Ready(())
}

/// Claims one operation of the running task's budget: the first thing an operation does when it is
/// polled. `Pending` if there is none left; the task is then ready again at once.
///
/// The claim is given back unless [`RestoreOnPending::made_progress`] says that the operation
/// completed.
///
/// ```
/// use reweave::task::coop;
/// use std::task::{Context, Poll, ready};
///
/// /// Takes a line if there is one.
/// fn poll_line(lines: &mut Vec<String>, cx: &mut Context<'_>) -> Poll<String> {
///     let claim = ready!(coop::poll_proceed(cx));
///     match lines.pop() {
///         Some(line) => {
///             claim.made_progress();
///             Poll::Ready(line)
///         }
///         None => Poll::Pending, // A real one would keep the waker.
///     }
/// }
/// # reweave::Sim::new().run(async {
/// # let mut lines = vec!["one".to_owned()];
/// # assert_eq!(std::future::poll_fn(|cx| poll_line(&mut lines, cx)).await, "one");
/// # }).unwrap();
/// ```
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<RestoreOnPending> {
    if context::try_with(|cx| cx.claim()) == Some(false) {
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    Poll::Ready(RestoreOnPending {
        made_progress: Cell::new(false),
        of_this_task: PhantomData,
    })
}

/// Gives the claimed operation back when dropped, unless progress was made.
#[derive(Debug)]
#[must_use]
pub struct RestoreOnPending {
    made_progress: Cell<bool>,
    /// Not `Send`: the claim is on the budget of the task that made it.
    of_this_task: PhantomData<*mut ()>,
}

impl RestoreOnPending {
    /// The operation completed, or a part of it did: the claim is used up.
    pub fn made_progress(&self) {
        self.made_progress.set(true);
    }
}

impl Drop for RestoreOnPending {
    fn drop(&mut self) {
        if !self.made_progress.get() {
            context::try_with(|cx| cx.scope().operations.unclaim());
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

/// Turns the budget off for a future: its operations do not yield because the budget is used up.
///
/// ```
/// use reweave::task::coop;
///
/// # reweave::Sim::new().run(async {
/// coop::unconstrained(async {
///     for _ in 0..1000 {
///         coop::consume_budget().await;
///     }
///     assert!(coop::has_budget_remaining());
/// })
/// .await;
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// As cancel safe as the future.
pub fn unconstrained<F: Future>(future: F) -> Unconstrained<F> {
    Unconstrained { inner: future }
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _restore = Budget::replace(None);
        poll_counted(cx, |cx| self.project().inner.poll(cx))
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
///
/// ```
/// # reweave::Sim::new().run(async {
/// // A future that is always ready would otherwise let a loop over it run for ever.
/// for _ in 0..1000 {
///     reweave::task::coop::cooperative(std::future::ready(())).await;
/// }
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// As cancel safe as the future, which is not polled while the budget is used up.
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
        context::try_with(|cx| {
            let before = Budget(cx.scope().operations.budget());
            cx.scope().operations.set_budget(budget);
            before
        })
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        context::try_with(|run| run.scope().operations.set_budget(self.0));
    }
}
