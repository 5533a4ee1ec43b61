//! Giving way.

use std::future::poll_fn;
use std::task::Poll;

/// Lets every task that is ready now go first: the running task goes to the end of the queue.
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
