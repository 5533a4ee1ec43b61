//! Futures on a thread of their own, in one go: what they wait for can only be time.
//!
//! ```text
//!   poll ──Ready──► over
//!    │Pending
//!    ├─ it has woken itself                            ──► poll again
//!    ├─ somebody else has its waker                    ──► refused: that one cannot run meanwhile
//!    ├─ it waits for a deadline, and for nothing else  ──► the thread's clock moves there; poll again
//!    └─ nobody could ever wake it                      ──► refused
//! ```

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use crate::api::sync::blocking::{on_own_thread, would_wait};
use crate::api::task::coop::Budget;
use crate::base::span::FAR;
use crate::run::context;

/// A future that is not ready after so many polls waits for what others do, by asking again and again.
const MOST_POLLS: u32 = 100_000;

/// What is awaited in place of a call that blocks.
const INSTEAD: &str = ".await";

/// Runs a future to its end, in a closure that has a thread of its own.
///
/// # Panics
///
/// In a task, and if the future waits for another one.
#[track_caller]
pub(super) fn block_on<F: Future>(called: &str, future: F) -> F::Output {
    on_own_thread(called, INSTEAD);
    // A blocking thread has no budget, and nobody else runs at a scheduling point.
    let _budget = Budget::replace(None);
    let _own = Own::begin();
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(woken.clone());
    let mut future = pin!(future);
    for _ in 0..MOST_POLLS {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        if woken.0.swap(false, SeqCst) {
            continue;
        }
        let others_have_it = Arc::strong_count(&woken) > 2;
        if others_have_it || !move_own_clock() {
            would_wait(called, INSTEAD);
        }
    }
    panic!(
        "`{called}`: the future was polled {MOST_POLLS} times and is not ready. A closure of `task::spawn_blocking` is \
         simulated in one go, so what others do does not change meanwhile"
    )
}

/// Whether the future has woken itself.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Moves the clock of this thread to the earliest deadline that is waited for; `false` if there is none.
fn move_own_clock() -> bool {
    context::try_with(|cx| {
        let mut run = cx.run();
        match run.set_own_deadline(Some(FAR)) {
            None | Some(FAR) => false,
            Some(deadline) => {
                run.set_blocking_pool(Some(deadline));
                true
            }
        }
    }) == Some(true)
}

/// While it lives, timers are deadlines on the clock of this thread, and operations are no scheduling points.
struct Own {
    deadline: Option<u64>,
    points: bool,
}

impl Own {
    fn begin() -> Own {
        context::with("runtime::Handle::block_on", |cx| {
            let mut run = cx.run();
            Own {
                deadline: run.set_own_deadline(Some(FAR)),
                points: run.set_points(false),
            }
        })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        context::try_with(|cx| {
            let mut run = cx.run();
            run.set_own_deadline(self.deadline);
            run.set_points(self.points);
        });
    }
}
