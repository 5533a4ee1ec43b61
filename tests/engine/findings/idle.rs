//! Branches of a `select!` that wait for nothing, told of a task that is stuck.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::task::Poll;

use futures::channel::oneshot as foreign;
use reweave::sync::{Notify, oneshot};
use reweave::{Run, Sim, join, select, spawn, time};

use super::told;

fn told_idle<T>(run: &Run<T>) -> usize {
    told(run).matches("waits for nothing").count()
}

#[test]
fn a_branch_that_left_its_waker_nowhere() {
    let run = Sim::new().run(async {
        let bell = Notify::new();
        select! {
            () = bell.notified() => {}
            () = poll_fn(|_| Poll::<()>::Pending) => {}
        }
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for a notification of notify#1 at `notified() => {}`, and the branch of its `select!` at `poll_fn(|_| Poll::<()>::Pending) => {}` waits for nothing: it has left its waker nowhere
    ");
    // Also when it was polled often, and in a task.
    let run = Sim::new().run(async {
        let (_sender, mut never) = oneshot::channel::<u32>();
        let task = spawn(async move {
            let mut ticks = time::interval(time::Duration::from_secs(1));
            let mut left = 3;
            let mut idle = std::pin::pin!(pending::<()>());
            loop {
                select! {
                    _ = ticks.tick(), if left > 0 => left -= 1,
                    _ = &mut never => break,
                    () = &mut idle => break,
                }
            }
        });
        task.await.unwrap();
    });
    assert_eq!(told_idle(&run), 1, "{run}");
}

/// Whoever has left a waker somewhere waits for something, be it seen or not.
#[test]
fn branches_that_wait_are_not_told() {
    let run = Sim::new().run(async {
        let (_kept, foreign) = foreign::channel::<u32>();
        let (_ours, value) = oneshot::channel::<u32>();
        let bell = Notify::new();
        let both = async { join!(bell.notified(), bell.notified()) };
        let inner = async {
            select! {
                () = bell.notified() => {}
                () = bell.notified() => {}
            }
        };
        select! {
            _ = foreign => {}
            _ = value => {}
            _ = both => {}
            () = inner => {}
        }
    });
    assert!(run.failed() && told_idle(&run) == 0, "{run}");
    // The waker that it left was called: then it had waited.
    let run = Sim::new().run(async {
        let polls = Cell::new(0);
        let once = poll_fn(|cx| {
            if polls.replace(polls.get() + 1) == 0 {
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        let bell = Notify::new();
        select! {
            () = bell.notified() => {}
            () = once => {}
        }
    });
    assert!(run.failed() && told_idle(&run) == 0, "{run}");
    // One that ended is over with its `select!`.
    let run = Sim::new().run(async {
        select! {
            () = pending::<()>() => {}
            () = time::sleep(time::Duration::from_secs(1)) => {}
        }
        Notify::new().notified().await;
    });
    assert!(run.failed() && told_idle(&run) == 0, "{run}");
}
