//! `unawaited_task`: cut off when `main` ended.

use std::sync::Arc;

use reweave::sync::{Mutex, Semaphore, oneshot};
use reweave::task::JoinSet;
use reweave::time::{sleep, timeout};
use reweave::{Sim, spawn};

use super::{SECOND, silent, told};

#[test]
fn cut_off_while_it_waits_or_before_its_first_step() {
    let run = Sim::new().run(async {
        spawn(async {
            sleep(60 * SECOND).await;
        });
        sleep(SECOND).await;
        spawn(async {
            spawn(sleep(60 * SECOND));
        });
    });
    insta::assert_snapshot!(told(&run), @"
    unawaited_task in main/task at 1s: cut off when main ended, while it waited for a timer at 60s: nobody awaited it
      --> `spawn(async {`
      waits for a timer at 60s, at `sleep(60 * SECOND).await;`
    unawaited_task in main/task#2/task at 1s: cut off when main ended, before its first step: nobody awaited it
      --> `spawn(sleep(60 * SECOND));`
    ");
    assert!(!run.failed(), "a warning does not fail the run");
}

#[test]
fn detached_but_done_or_aborted_in_time_is_in_order() {
    let run = Sim::new().run(async {
        drop(spawn(async {}));
        let aborted = spawn(std::future::pending::<()>());
        sleep(SECOND).await;
        aborted.abort();
        let mut set = JoinSet::new();
        set.spawn(std::future::pending::<()>());
    });
    silent(&run);
}

/// A permit of `main` is passed to a task that never ends, and another is asked for.
async fn passed_on(permits: usize) {
    let pool = Arc::new(Semaphore::new(permits));
    let permit = pool.clone().acquire_owned().await.unwrap();
    let (server, answer) = oneshot::channel::<()>();
    std::mem::forget(server);
    spawn(async move {
        let _ = answer.await;
        drop(permit);
    });
    let second = timeout(30 * SECOND, pool.acquire()).await;
    assert_eq!(second.is_err(), permits == 1);
    sleep(SECOND).await;
}

#[test]
fn what_it_holds_is_told_if_others_waited_for_it() {
    insta::assert_snapshot!(told(&Sim::new().run(passed_on(1))), @"
    unawaited_task in main/task at 31s: cut off when main ended, while it waited for the value of oneshot#1 (its sender is alive, and no task has it): nobody awaited it
      --> `spawn(async move {`
      waits for the value of oneshot#1 at `await;` (its sender is alive: it was made at `oneshot::channel::<()>();` by main, and no task has it)
      holds 1 permit of semaphore#1, taken by main at `acquire_owned().await.unwrap();` at 0s; main waited for it in vain from 0s to 30s
    ");
    let lock = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let theirs = lock.clone();
        spawn(async move {
            let _guard = theirs.lock().await;
            sleep(60 * SECOND).await;
        });
        let waits = lock.clone();
        spawn(async move { drop(waits.lock().await) });
        sleep(SECOND).await;
        let _ = timeout(SECOND, lock.lock()).await;
    });
    insta::assert_snapshot!(told(&lock), @"
    unawaited_task in main/task at 2s: cut off when main ended, while it waited for a timer at 60s: nobody awaited it
      --> `spawn(async move {`
      waits for a timer at 60s, at `sleep(60 * SECOND).await;`
      holds mutex#1, taken by main/task at `lock().await;` at 0s; main/task#2 waits for it since 0s
    unawaited_task in main/task#2 at 2s: cut off when main ended, while it waited for mutex#1 (held by main/task): nobody awaited it
      --> `spawn(async move { drop(waits.lock().await) });`
      waits for mutex#1 at `lock().await) });` (held by main/task since `lock().await;`)
    ");
}

#[test]
fn what_nobody_waited_for_is_not() {
    let text = told(&Sim::new().run(passed_on(2)));
    assert!(
        text.contains("unawaited_task") && !text.contains("holds"),
        "{text}"
    );
    // Somebody else holds it when `main` ends.
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let theirs = lock.clone();
        spawn(async move {
            drop(theirs.lock().await);
            sleep(60 * SECOND).await;
        });
        sleep(SECOND).await;
        let guard = lock.lock().await;
        let _ = timeout(SECOND, lock.lock()).await;
        drop(guard);
    });
    let text = told(&run);
    assert!(
        text.contains("unawaited_task") && !text.contains("holds"),
        "{text}"
    );
}
