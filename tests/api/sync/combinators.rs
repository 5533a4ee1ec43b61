//! Scheduling points inside combinators, and of futures that are polled once and dropped.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::future::{self, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use reweave::sync::{Mutex, mpsc};
use reweave::task::{spawn_local, yield_now};
use reweave::{Sim, Tape, explore};

/// In each of many runs the program ends so. A run in which a point was taken for an answer is made again, and does not
/// count.
#[track_caller]
fn always<F>(expected: &'static str, program: fn() -> F)
where
    F: Future<Output = String> + 'static,
{
    let found = explore(move || async move { assert_eq!(program().await, expected) });
    found.seeds(0..500).run().unwrap();
}

/// All ends that the program has in many runs.
fn ends<F>(program: fn() -> F) -> BTreeSet<String>
where
    F: Future<Output = String> + 'static,
{
    let seen = Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let found = explore({
        let seen = seen.clone();
        move || {
            let seen = seen.clone();
            async move {
                let end = program().await;
                seen.lock().unwrap().insert(end);
            }
        }
    });
    found.seeds(0..300).run().unwrap();
    seen.lock().unwrap().clone()
}

/// Somebody else who is always ready, so that every point is a draw.
fn busy() {
    spawn_local(async {
        for _ in 0..20 {
            yield_now().await;
        }
    });
}

async fn received() -> (mpsc::Sender<u32>, mpsc::Receiver<u32>) {
    let (sender, inbox) = mpsc::channel(4);
    sender.send(7).await.unwrap();
    (sender, inbox)
}

#[test]
fn a_poll_that_is_not_repeated_sees_what_is_there() {
    always("Ready(Some(7))", || async {
        let (_sender, mut inbox) = received().await;
        busy();
        let polled = futures::poll!(pin!(inbox.recv()));
        format!("{polled:?}")
    });
}

#[test]
fn a_future_that_looks_once_sees_what_is_there() {
    always("true", || async {
        let lock = Mutex::new(1);
        busy();
        let looked = poll_fn(|cx| {
            let mut locked = pin!(lock.lock());
            Poll::Ready(locked.as_mut().poll(cx).is_ready())
        });
        looked.await.to_string()
    });
}

#[test]
fn a_timeout_of_zero_lets_an_operation_complete_that_can() {
    always("Ok(Some(7))", || async {
        let (_sender, mut inbox) = received().await;
        busy();
        let timed = reweave::time::timeout(Duration::ZERO, inbox.recv()).await;
        format!("{timed:?}")
    });
}

#[test]
fn an_operation_polled_with_a_waker_that_wakes_nobody_has_no_point() {
    always("Some(Some(7))", || async {
        let (_sender, mut inbox) = received().await;
        busy();
        format!("{:?}", inbox.recv().now_or_never())
    });
}

#[test]
fn the_loser_of_a_foreign_select_is_made_again_without_its_point() {
    // The first that is ready wins.
    always("Some(7)", || async {
        let (_sender, mut inbox) = received().await;
        busy();
        let receive = pin!(inbox.recv());
        let first = future::select(receive, future::ready(())).await;
        match first {
            future::Either::Left((message, _)) => format!("{message:?}"),
            future::Either::Right(_) => "the other".to_owned(),
        }
    });
}

/// Three children of one `FuturesUnordered` take a lock one after the other, each twice.
async fn children() -> String {
    let order = Rc::new(RefCell::new(String::new()));
    let lock = Rc::new(Mutex::new(()));
    let mut all: FuturesUnordered<_> = ["a", "b", "c"]
        .into_iter()
        .map(|name| {
            let (order, lock) = (order.clone(), lock.clone());
            async move {
                for _ in 0..2 {
                    drop(lock.lock().await);
                    order.borrow_mut().push_str(name);
                }
            }
        })
        .collect();
    busy();
    while all.next().await.is_some() {}
    order.take()
}

#[test]
fn children_of_a_combinator_overtake_each_other_between_two_operations() {
    let all = ends(children);
    assert!(all.len() > 3, "{all:?}");
}

#[test]
fn a_tape_says_which_points_were_passed_over_and_brings_the_run_back() {
    let program = || async {
        let (_sender, mut inbox) = received().await;
        busy();
        let polled = futures::poll!(pin!(inbox.recv()));
        assert!(polled.is_pending(), "it is there");
    };
    let found = explore(program).seeds(0..500).collect().run();
    let mut tapes = found.failures().iter().map(|run| run.tape().to_line());
    let tape = tapes.find(|tape| tape.contains("pass "));
    // Whether the first failing seed had a point there depends on its draws: then ask seeds one by one.
    let tape = tape.or_else(|| {
        (0..500).find_map(|seed| {
            let found = explore(program).seeds(seed..seed + 1).run();
            let tape = found.failure()?.tape().to_line();
            tape.contains("pass ").then_some(tape)
        })
    });
    let tape: Tape = tape
        .expect("some seed stands at that point")
        .parse()
        .unwrap();
    assert_eq!(tape.passes().places().len(), 1, "{tape}");
    assert!(tape.passes().places()[0].file().ends_with("combinators.rs"));
    let again = Sim::new().tape(&tape).run(program());
    assert!(again.failed(), "{again}");
    assert_eq!(again.tape().to_string(), tape.to_string());
}

#[test]
fn an_abort_waits_until_the_task_has_gone_on_from_its_point() {
    // Once the task was polled the message is in, for there was room.
    always("Some(1)", || async {
        let (sender, mut inbox) = mpsc::channel::<u32>(4);
        let begun = Rc::new(Cell::new(false));
        let sends = spawn_local({
            let begun = begun.clone();
            async move {
                begun.set(true);
                sender.send(1).await
            }
        });
        while !begun.get() {
            yield_now().await;
        }
        sends.abort();
        let _ = sends.await;
        format!("{:?}", inbox.recv().await)
    });
}

#[test]
fn an_abort_at_a_point_ends_the_task_once_and_the_run_goes_on() {
    always("all ended", || async {
        let (sender, inbox) = mpsc::channel::<u32>(1);
        let inbox = Rc::new(Mutex::new(inbox));
        let tasks: Vec<_> = (0..4)
            .map(|n| {
                let (sender, inbox) = (sender.clone(), inbox.clone());
                spawn_local(async move {
                    loop {
                        sender.send(n).await.unwrap();
                        inbox.lock().await.recv().await;
                        yield_now().await;
                    }
                })
            })
            .collect();
        for _ in 0..5 {
            yield_now().await;
        }
        for task in &tasks {
            task.abort();
            yield_now().await;
        }
        for task in tasks {
            assert!(task.await.unwrap_err().is_cancelled());
        }
        "all ended".to_owned()
    });
}
