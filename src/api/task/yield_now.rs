//! Letting other tasks run.

use std::future::poll_fn;
use std::task::Poll;

/// Lets other tasks run: the running task goes to the end of the queue of ready tasks. In the plain schedule every task that
/// is ready now runs first; in others a draw decides who is next.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let task = reweave::spawn(async { "ran" });
/// assert!(!task.is_finished());
/// reweave::task::yield_now().await;
/// assert!(task.is_finished());
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe: there is nothing to lose.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
