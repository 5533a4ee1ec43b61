//! Code under test that does its worst. Whatever it does, the harness stays up, and the next run on
//! the same thread is the run it would have been: [`unharmed`] compares its hash with one that was
//! taken on a fresh thread.

mod ends;
mod explored;
mod handles;
mod nesting;
mod panics;
mod reentrant;
mod tapes;
mod wakers;

use std::future::{pending, poll_fn};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use reweave::task::{JoinSet, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Run, Sim, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// Runs hostile code on this thread, and then looks whether the next run is what it is on a fresh thread.
#[track_caller]
fn unharmed<R>(hostile: impl FnOnce() -> R) -> R {
    let fresh = thread::spawn(|| ordinary().hash()).join().unwrap();
    let result = hostile();
    let after = ordinary();
    assert!(after.findings().is_empty(), "{after}");
    assert_eq!(
        after.hash(),
        fresh,
        "the run after the hostile one differs:\n{}",
        after.trace()
    );
    result
}

/// A run with some of everything.
fn ordinary() -> Run<u64> {
    Sim::new().seed(3).run(async {
        let mut set = JoinSet::new();
        for n in 0..8 {
            set.spawn(async move {
                yield_now().await;
                sleep(SECOND * reweave::choose(1..4)).await;
                n
            });
        }
        let aborted = spawn(pending::<()>());
        yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
        set.join_all().await.into_iter().sum()
    })
}

fn kinds<T>(run: &Run<T>) -> Vec<FindingKind> {
    run.findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

/// Runs `f` when dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Its destructor panics.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("the bomb went off");
        }
    }
}

/// The waker a task is polled with, for whoever wants to misuse it.
async fn my_waker() -> Waker {
    poll_fn(|cx| Poll::Ready(cx.waker().clone())).await
}
