//! `never_awaited`: made, dropped, and never polled; and the many ways in which that is in order.

use std::collections::BTreeMap;
use std::future::ready;
use std::pin::pin;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use reweave::sync::Mutex;
use reweave::task::{coop, yield_now};
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Sim, must_await, select, spawn};

use super::{SECOND, kinds, silent, told};

#[reweave::must_await]
async fn commit() {}

#[test]
fn a_sleep() {
    let run = Sim::new().run(async {
        sleep(SECOND).await;
        drop(sleep(SECOND));
    });
    insta::assert_snapshot!(told(&run), @r"
    never_awaited in main at 1s: a future made by `sleep` was dropped and never polled: nothing of it ran
      --> `sleep(SECOND));`
    ");
}

#[test]
fn what_the_user_marked() {
    let run = Sim::new().run(async {
        drop(must_await(async {}));
        drop(commit());
    });
    insta::assert_snapshot!(told(&run), @r"
    never_awaited in main at 0s: a future made by `must_await` was dropped and never polled: nothing of it ran
      --> `must_await(async {}));`
    never_awaited in main at 0s: a future made by `commit` was dropped and never polled: nothing of it ran
      --> `commit());`
    ");
}

#[test]
fn polled_once_is_in_order() {
    let run = Sim::new().run(async {
        assert!(sleep(SECOND).now_or_never().is_none());
        commit().await;
        must_await(async {}).await;
    });
    silent(&run);
}

#[test]
fn a_branch_that_select_did_not_take_is_in_order() {
    let run = Sim::new().run(async {
        select! {
            biased;
            () = async {} => {}
            () = sleep(SECOND) => {}
            () = commit() => {}
        }
    });
    silent(&run);
}

/// Whether a future is polled in a branch that is disabled, or one that loses to another, is for `select!` to say.
#[test]
fn what_select_had_by_reference_is_in_order() {
    let run = Sim::new().run(async {
        let mut late = pin!(commit());
        let mut alarm = pin!(sleep(SECOND));
        let asked = false;
        for _ in 0..3 {
            select! {
                biased;
                () = ready(()) => {}
                () = &mut late => {}
                () = &mut alarm, if asked => {}
            }
        }
    });
    silent(&run);
    let run = Sim::new().run(async {
        let mut late = pin!(commit());
        let asked = false;
        select! {
            () = &mut late, if asked => {}
            () = sleep(SECOND) => {}
        }
    });
    silent(&run);
}

#[test]
fn what_lost_in_a_combinator_of_futures_is_in_order() {
    let run = Sim::new().run(async {
        let refused = async { Err::<(), _>("refused") };
        let late = must_await(async { Ok::<(), &str>(()) });
        assert!(
            futures::future::try_join(must_await(refused), late)
                .await
                .is_err()
        );
        let (one, other) = (Box::pin(commit()), Box::pin(commit()));
        futures::future::select(one, other).await;
        let mut one = pin!(commit().fuse());
        let mut other = pin!(sleep(SECOND).fuse());
        futures::select_biased! {
            () = one => {}
            () = other => {}
        }
        let (ready, late) = (Box::pin(commit()), Box::pin(commit()));
        drop(futures::future::select_all([ready, late]).await);
    });
    silent(&run);
}

#[test]
fn what_a_collection_drops_on_purpose_is_in_order() {
    let run = Sim::new().run(async {
        let mut commits: Vec<_> = (0..3).map(|_| commit()).collect();
        commits.truncate(1);
        drop(commits);
        let mut unordered: FuturesUnordered<_> = (0..3).map(|_| commit()).collect();
        assert!(unordered.next().await.is_some());
        unordered.clear();
        let mut by_key = BTreeMap::from([(1, sleep(SECOND)), (2, sleep(SECOND))]);
        by_key.remove(&1).unwrap().await;
    });
    silent(&run);
}

/// An operation that completes is something that happened, whether it is charged to a budget or not.
#[test]
fn what_is_dropped_after_an_operation_without_a_budget_is_in_order() {
    let run = Sim::new().run(coop::unconstrained(async {
        let lock = Mutex::new(());
        let spare = sleep(SECOND);
        drop(lock.lock().await);
        drop(spare);
    }));
    silent(&run);
    let run = Sim::new().run(coop::unconstrained(async { drop(sleep(SECOND)) }));
    assert_eq!(kinds(&run), [FindingKind::NeverAwaited]);
}

/// What is awaited at other times was not needed this time.
#[test]
fn what_an_early_return_did_not_come_to_is_in_order() {
    async fn request(refused: bool) -> Result<(), ()> {
        let pause = sleep(SECOND);
        if refused {
            return Err(());
        }
        pause.await;
        Ok(())
    }
    let run = Sim::new().run(async {
        for refused in [true, false, true] {
            let _ = request(refused).await;
        }
    });
    silent(&run);
    // Where it is never awaited, nothing tells that it ever would be.
    let run = Sim::new().run(async { request(true).await });
    assert_eq!(kinds(&run), [FindingKind::NeverAwaited]);
}

/// In the future of a spawned task, in a nested one, and on the stack.
#[test]
fn wherever_the_variable_is() {
    async fn inner() {
        let _forgotten = sleep(SECOND);
        yield_now().await;
        let _forgotten = commit();
    }
    let run = Sim::new().run(async {
        spawn(inner()).await.unwrap();
        inner().await;
    });
    // Those that were made before the `yield_now` might have been meant for later.
    assert_eq!(kinds(&run), [FindingKind::NeverAwaited; 2]);
}

#[test]
fn what_an_aborted_task_holds_is_in_order() {
    let run = Sim::new().run(async {
        let task = spawn(async {
            let later = sleep(SECOND);
            std::future::pending::<()>().await;
            later.await;
        });
        yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        let unpolled = spawn(sleep(SECOND));
        unpolled.abort();
        assert!(unpolled.await.unwrap_err().is_cancelled());
    });
    silent(&run);
}

#[test]
fn what_a_timed_out_future_holds_is_in_order() {
    let run = Sim::new().run(async {
        let slow = async {
            let later = sleep(SECOND);
            std::future::pending::<()>().await;
            later.await;
        };
        assert!(timeout(SECOND, slow).await.is_err());
    });
    silent(&run);
}

#[test]
fn what_a_panicking_or_cut_off_task_holds_is_in_order() {
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        let task = spawn(async {
            let _later = sleep(SECOND);
            panic!("before it was awaited")
        });
        assert!(task.await.unwrap_err().is_panic());
        drop(spawn(async {
            let later = sleep(SECOND);
            std::future::pending::<()>().await;
            later.await;
        }));
        sleep(SECOND).await;
    });
    silent(&run);
}
