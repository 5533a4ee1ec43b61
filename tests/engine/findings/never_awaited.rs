//! `never_awaited`: made, dropped, and never polled; and the many ways in which that is in order.

use futures::FutureExt;
use reweave::task::yield_now;
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Sim, must_await, select, spawn};

use super::{SECOND, silent, told};

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
