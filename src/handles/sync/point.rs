//! Scheduling points: where other tasks may get in between.
//!
//! On a runtime with several threads another task may run between any two operations, also when the next could
//! complete at once. So every operation of `sync` that is awaited begins with a [`Point`]: if other tasks are ready, whether
//! they go first is a draw. The plain answer is no.
//!
//! ```text
//!   let n = *a.lock().await;         ◄── point: others may change `a` first
//!   *a.lock().await = n + 1;         ◄── point: … and here: a lost update, seen in some interleavings
//! ```

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::engine::context;
use crate::engine::tasks::RUNTIME_SLOT;
use crate::values::draw::Kind;

/// The start of one operation; passed at most once with a wait.
#[derive(Debug, Default)]
pub(super) struct Point {
    passed: bool,
}

impl Point {
    #[inline(always)]
    pub(super) const fn new() -> Point {
        Point { passed: false }
    }

    /// On the first poll, whether the operation goes on. `Pending` once if others go first; the task is then ready
    /// again at once.
    #[inline(always)]
    pub(super) fn poll_pass(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.passed, true) || !others_go_first() {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Future for Point {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_pass(cx)
    }
}

#[inline(always)]
fn others_go_first() -> bool {
    let drawn = context::try_with(|cx| {
        let mut world = cx.world();
        let open = world.setup.points && !world.ready.is_empty();
        // A closure on a blocking thread, or a waker of the user's, has no task that could yield.
        let yields = open && world.current != RUNTIME_SLOT && world.blocking_pool.is_none();
        yields && world.draw(Kind::Preempt, 2) == 1
    });
    drawn.unwrap_or(false)
}
