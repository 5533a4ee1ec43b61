//! Bugs without an await in their window.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use reweave::sync::{Notify, Semaphore, mpsc, oneshot};
use reweave::{Sim, explore, spawn};

use super::explore_threads;

/// Within 1,000 seeds with `threads`; in none without.
#[track_caller]
fn is_found<F>(program: fn() -> F)
where
    F: Future<Output = ()> + 'static,
{
    let found = explore_threads(0..1000, program);
    assert!(found.failed(), "not found in {} runs", found.runs());
    let plain = explore(program).sim(Sim::new()).seeds(0..1000).run();
    assert!(!plain.failed(), "found without threads: {plain}");
}

/// The notification comes between the check and the making of the future that would hear it.
#[test]
fn a_check_is_followed_by_notified() {
    is_found(|| async {
        let state = Arc::new((AtomicBool::new(false), Notify::new()));
        let other = state.clone();
        let worker = spawn(async move {
            other.0.store(true, SeqCst);
            other.1.notify_waiters();
        });
        if !state.0.load(SeqCst) {
            state.1.notified().await;
        }
        worker.await.unwrap();
    });
}

/// The child runs before its parent has noted that there is one.
#[test]
fn a_child_runs_before_the_statement_after_its_spawn() {
    is_found(|| async {
        let running = Arc::new(AtomicU32::new(0));
        let child = spawn({
            let running = running.clone();
            async move { assert_eq!(running.load(SeqCst), 1, "it is not counted") }
        });
        running.store(1, SeqCst);
        child.await.unwrap();
    });
}

/// The one who is notified runs before the statement after the notification.
#[test]
fn a_statement_after_notify_one() {
    is_found(|| async {
        let state = Arc::new((AtomicBool::new(false), Notify::new()));
        let worker = spawn({
            let state = state.clone();
            async move {
                state.1.notified().await;
                assert!(state.0.load(SeqCst), "notified before it is so");
            }
        });
        reweave::task::yield_now().await;
        state.1.notify_one();
        state.0.store(true, SeqCst);
        worker.await.unwrap();
    });
}

/// Between the two closes a worker finds one of them closed, and takes that for both.
#[test]
fn a_switch_between_two_closes() {
    is_found(|| async {
        let gates = Arc::new((Semaphore::new(0), Semaphore::new(0)));
        let worker = spawn({
            let gates = gates.clone();
            async move {
                if gates.0.acquire().await.is_err() {
                    assert!(gates.1.is_closed(), "the second is open");
                }
            }
        });
        reweave::task::yield_now().await;
        gates.0.close();
        gates.1.close();
        worker.await.unwrap();
    });
}

/// There is a point before each operation; this window is after one.
#[test]
fn a_statement_after_a_completed_send() {
    is_found(|| async {
        let (sender, mut receiver) = mpsc::channel(1);
        let sent = Arc::new(AtomicU32::new(0));
        let worker = spawn({
            let sent = sent.clone();
            async move {
                receiver.recv().await.unwrap();
                assert_eq!(sent.load(SeqCst), 1, "received before it was counted");
            }
        });
        sender.send(()).await.unwrap();
        sent.fetch_add(1, SeqCst);
        worker.await.unwrap();
    });
}

/// `main` is on a thread of its own: it runs while the task that has answered it is not done with its poll.
#[test]
fn main_runs_beside_a_task() {
    is_found(|| async {
        let done = Arc::new(AtomicBool::new(false));
        let (answer, answered) = oneshot::channel();
        let worker = spawn({
            let done = done.clone();
            async move {
                answer.send(()).unwrap();
                done.store(true, SeqCst);
            }
        });
        answered.await.unwrap();
        assert!(done.load(SeqCst), "answered before it is done");
        worker.await.unwrap();
    });
}
