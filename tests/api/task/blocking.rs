//! `spawn_blocking` and `block_in_place`: a clock of their own.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use futures::{FutureExt, StreamExt, stream};
use reweave::task::{AbortHandle, JoinSet, LocalSet, block_in_place, coop, spawn_blocking};
use reweave::time::{Instant, sleep};
use reweave::{Sim, spawn};

use super::SECOND;

#[test]
fn closures_sleep_on_their_own_and_hold_nobody_up() {
    let run = Sim::new().run(async {
        let blocked = spawn_blocking(|| {
            let before = Instant::now();
            reweave::thread::sleep(60 * SECOND);
            before.elapsed()
        });
        let other = spawn(async {
            sleep(SECOND).await;
            Instant::now()
        });
        let start = Instant::now();
        assert_eq!(other.await.unwrap() - start, SECOND);
        assert!(!blocked.is_finished());
        assert_eq!(blocked.await.unwrap(), 60 * SECOND);
        start.elapsed()
    });
    assert_eq!(run.elapsed(), 60 * SECOND);
    assert_eq!(run.unwrap(), 60 * SECOND);
}

#[reweave::test]
async fn closures_panic_into_their_handles_and_leave_the_clock_alone() {
    let task = spawn_blocking(|| {
        reweave::thread::sleep(SECOND);
        panic!("in the pool")
    });
    assert!(task.await.unwrap_err().is_panic());
    let caught = std::panic::catch_unwind(|| block_in_place(|| panic!("in place")));
    assert!(caught.is_err());
    let before = Instant::now();
    sleep(SECOND).await;
    assert_eq!(before.elapsed(), SECOND);
}

#[reweave::test]
async fn an_abort_comes_too_late_for_a_closure_that_has_begun() {
    let start = Instant::now();
    let (napped, slept) = (spawn_blocking(nap), spawn_blocking(nap));
    sleep(SECOND).await;
    napped.abort();
    slept.abort_handle().abort();
    assert!(!napped.is_finished());
    assert_eq!(napped.await.unwrap(), "output");
    assert_eq!(slept.await.unwrap(), "output");
    assert_eq!(start.elapsed(), 60 * SECOND);
}

fn nap() -> &'static str {
    reweave::thread::sleep(60 * SECOND);
    "output"
}

#[reweave::test]
async fn a_closure_cannot_abort_itself_and_its_panic_is_no_cancellation() {
    let own: Arc<Mutex<Option<AbortHandle>>> = Arc::default();
    let theirs = own.clone();
    let task = spawn_blocking(move || {
        theirs.lock().unwrap().as_ref().unwrap().abort();
        nap()
    });
    *own.lock().unwrap() = Some(task.abort_handle());
    assert_eq!(task.await.unwrap(), "output");
    let task = spawn_blocking(|| panic!("no disk"));
    sleep(SECOND).await;
    task.abort();
    let ended: Result<(), _> = task.await;
    assert!(ended.unwrap_err().is_panic());
}

#[reweave::test]
async fn a_closure_that_has_not_begun_is_aborted_and_never_runs() {
    let task = spawn_blocking(|| unreachable!("aborted before"));
    task.abort();
    let ended: Result<(), _> = task.await;
    assert!(ended.unwrap_err().is_cancelled());
}

#[reweave::test]
async fn a_set_that_is_shut_down_waits_for_closures_that_have_begun() {
    let mut set = JoinSet::new();
    set.spawn_blocking(nap);
    set.spawn(std::future::pending());
    sleep(SECOND).await;
    set.abort_all();
    let mut ended = Vec::new();
    while let Some(joined) = set.join_next().await {
        ended.push(joined.ok());
    }
    assert_eq!(ended, [None, Some("output")]);
}

#[reweave::test]
async fn in_place_borrows_and_nests() {
    let mut text = String::from("bor");
    block_in_place(|| text.push_str("row"));
    assert_eq!(block_in_place(|| block_in_place(|| text.len())), 6);
    let length = spawn_blocking(|| {
        let before = Instant::now();
        reweave::thread::sleep(SECOND);
        block_in_place(|| reweave::thread::sleep(SECOND));
        reweave::thread::sleep(SECOND);
        before.elapsed()
    });
    let length = length.await.unwrap();
    assert!(length >= 2 * SECOND, "{length:?}");
}

/// Whether blocking is refused here.
fn refuses() -> bool {
    catch_unwind(|| block_in_place(|| ())).is_err()
}

#[reweave::test]
async fn in_place_is_refused_to_code_of_a_local_set() {
    struct Asks(Rc<Cell<bool>>);
    impl Drop for Asks {
        fn drop(&mut self) {
            self.0.set(refuses());
        }
    }
    assert!(!refuses());
    let set = LocalSet::new();
    assert!(set.run_until(async { refuses() }).await);
    let task = set.spawn_local(async { refuses() });
    assert!(set.run_until(task).await.unwrap());
    let refused = Rc::new(Cell::new(false));
    let asks = Asks(refused.clone());
    drop(set.spawn_local(async move {
        let _asks = asks;
        std::future::pending::<()>().await;
    }));
    drop(set);
    assert!(refused.get());
    assert!(!refuses());
}

#[reweave::test]
async fn closures_have_no_budget_to_keep_to() {
    let many = || {
        let operations = stream::iter(0..1000).then(|_| coop::consume_budget());
        operations.count().now_or_never()
    };
    assert_eq!(many(), None, "a task has");
    reweave::task::yield_now().await;
    assert_eq!(block_in_place(many), Some(1000));
    assert_eq!(spawn_blocking(many).await.unwrap(), Some(1000));
    assert_eq!(many(), None, "the task has its budget back");
}
