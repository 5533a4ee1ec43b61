//! What the `blocking_` operations do.
//!
//! In a task they are refused, as tokio refuses them: they would stop the thread that everybody runs on. In a closure of
//! [`spawn_blocking`](crate::task::spawn_blocking) and outside a simulation they work as long as they need not wait. If
//! they would wait they are refused too: a simulation has one thread, which cannot go on elsewhere, and outside of
//! one nobody says in which order threads run.

use std::future::Future;
use std::panic::Location;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::api::task::coop::Budget;
use crate::run::context;

/// Whether the code that called this runs on a thread of its own; `false` if no run is under way on this thread.
///
/// # Panics
///
/// In a task.
#[track_caller]
pub(in crate::api) fn on_own_thread(called: &str, instead: &str) -> bool {
    let on_own_thread = context::try_with(|cx| cx.run().is_on_own_thread());
    assert!(
        on_own_thread != Some(false),
        "`{called}` was called in a task: it would block the thread that all tasks run on. Use \
         `{instead}`, or call it in `task::spawn_blocking`"
    );
    on_own_thread.is_some()
}

/// Says why what runs on a thread of its own cannot wait for others.
#[track_caller]
pub(in crate::api) fn would_wait(called: &str, instead: &str) -> ! {
    panic!(
        "`{called}` would have to wait, and a closure of `task::spawn_blocking` is simulated in one \
         go: nobody could ever wake it. Wait with `{instead}` in a task, and give the closure what came"
    )
}

/// Runs an operation that may not wait.
///
/// # Panics
///
/// In a task; and if the operation would have to wait.
#[track_caller]
pub(in crate::api) fn now_or_panic<F: Future>(
    called: &str,
    instead: &str,
    operation: F,
) -> F::Output {
    let on_own_thread = on_own_thread(called, instead);
    // A blocking thread has no budget.
    let _restore = Budget::replace(None);
    match pin!(operation).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending if on_own_thread => would_wait(called, instead),
        Poll::Pending => panic!(
            "`{called}` would have to wait, and there is no simulation on this thread (called at {}). Use \
             `{instead}` in a future given to `reweave::Sim::run`",
            Location::caller()
        ),
    }
}
