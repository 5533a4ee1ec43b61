//! `long_hold`: a lock is held across an await for long, and others wait for it.

use std::sync::Arc;

use futures::FutureExt;
use reweave::sync::{Mutex, RwLock, Semaphore};
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Level, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

async fn held_for(seconds: u32) {
    let lock = Arc::new(Mutex::new(()));
    let other = spawn({
        let lock = lock.clone();
        async move {
            sleep(SECOND).await;
            drop(lock.lock().await);
        }
    });
    let guard = lock.lock().await;
    sleep(seconds * SECOND).await;
    drop(guard);
    other.await.unwrap();
}

#[test]
fn says_who_held_what_for_how_long_and_who_waited() {
    let run = Sim::new().run(held_for(12));
    assert_eq!(run.findings()[0].level(), Level::Warn);
    insta::assert_snapshot!(told(&run), @r"
    long_hold at 12s: main held mutex#1 for 12s across an await, while main/task waited, the first since 1s
      --> `lock().await;`
    ");
}

#[test]
fn exploring_finds_what_a_run_finds() {
    let found = explore(|| held_for(12)).seeds(0..3).run();
    assert_eq!(kinds(&found.warnings()[0]), [FindingKind::LongHold]);
}

#[test]
fn is_none_below_the_limit_which_can_be_set() {
    silent(&Sim::new().run(held_for(5)));
    let run = Sim::new().long_hold(3 * SECOND).run(held_for(5));
    assert_eq!(kinds(&run), [FindingKind::LongHold]);
}

#[test]
fn a_reader_in_the_way_of_a_writer() {
    let run = Sim::new().run(async {
        let lock = Arc::new(RwLock::new(()));
        let reader = lock.clone().read_owned().await;
        let writer = spawn(async move { drop(lock.write().await) });
        sleep(20 * SECOND).await;
        drop(reader);
        writer.await.unwrap();
    });
    assert_eq!(kinds(&run), [FindingKind::LongHold]);
}

#[test]
fn is_none_if_nobody_waits_nor_of_a_permit_nor_of_many_short_holds() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().await;
        sleep(60 * SECOND).await;
        drop(guard);

        let pool = Arc::new(Semaphore::new(1));
        let permit = pool.clone().acquire_owned().await.unwrap();
        let other = spawn(async move { drop(pool.acquire().await.unwrap()) });
        sleep(60 * SECOND).await;
        drop(permit);
        other.await.unwrap();

        let tasks = [(); 20].map(|()| {
            let lock = lock.clone();
            spawn(async move {
                let _guard = lock.lock().await;
                sleep(SECOND).await;
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
    });
    silent(&run);
}

#[test]
fn is_told_when_one_who_waits_gives_up() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.clone().lock_owned().await;
        assert!(timeout(15 * SECOND, lock.lock()).await.is_err());
        drop(guard);
    });
    assert_eq!(kinds(&run), [FindingKind::LongHold]);
}

#[test]
fn waits_and_guards_that_were_carried_out_of_their_run_are_none() {
    let first = Sim::new().run(async {
        sleep(20 * SECOND).await;
        let lock = Arc::new(RwLock::new(()));
        let reader = lock.clone().read_owned().await;
        let mut writer = Box::pin(lock.write_owned());
        assert!(writer.as_mut().now_or_never().is_none());
        (reader, writer)
    });
    let (reader, writer) = first.into_output().unwrap();
    let second = Sim::new().run(async move {
        drop(reader);
        drop(writer.await);
    });
    silent(&second);
}
