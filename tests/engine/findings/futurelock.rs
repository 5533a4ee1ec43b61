//! `futurelock`: what a task waits for is with a future that its own task has stopped polling.

mod combinators;

use std::pin::pin;
use std::sync::Arc;

use reweave::sync::{Mutex, Semaphore, mpsc};
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Sim, explore, join, select, spawn};

use super::{SECOND, kinds, silent, told};

async fn locked_for(lock: Arc<Mutex<()>>, time: std::time::Duration) {
    let _guard = lock.lock().await;
    sleep(time).await;
}

/// Another task has the lock for 5 s from the start on.
fn lock_held_elsewhere() -> Arc<Mutex<()>> {
    let lock = Arc::new(Mutex::new(()));
    drop(spawn(locked_for(lock.clone(), 5 * SECOND)));
    lock
}

/// The program of Oxide's RFD 609, in its shape.
async fn handed_to_a_future_left_alone() {
    let lock = lock_held_elsewhere();
    sleep(SECOND).await;
    let mut first = pin!(locked_for(lock.clone(), SECOND));
    select! {
        () = &mut first => {}
        () = sleep(SECOND) => locked_for(lock, SECOND).await,
    }
}

#[test]
fn names_both_futures() {
    let run = Sim::new().run(handed_to_a_future_left_alone());
    insta::assert_snapshot!(told(&run), @"
    futurelock in main at 5s: mutex#1 was handed to a future that main has stopped polling, and main itself waits for it
      --> `lock().await;`
      the abandoned future, of main: waits for mutex#1 at `lock().await;` since 1s, last polled at 2s, given it at 5s
      the waiting future, of main: waits for mutex#1 at `lock().await;` since 2s, last polled at 5s
      main waits for mutex#1 at `lock().await;` (handed to main, who asked at `lock().await;`)
    ");
}

#[test]
fn exploring_finds_what_a_run_finds() {
    let found = explore(handed_to_a_future_left_alone).seeds(0..50).run();
    assert_eq!(kinds(found.failure().unwrap()), [FindingKind::Futurelock]);
}

#[test]
fn is_a_deadlock_to_who_does_not_look_for_it() {
    let sim = Sim::new().allow(FindingKind::Futurelock);
    let run = sim.run(handed_to_a_future_left_alone());
    assert_eq!(kinds(&run), [FindingKind::Deadlock]);
}

#[test]
fn a_guard_in_a_future_left_alone() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let mut first = pin!(locked_for(lock.clone(), 3 * SECOND));
        select! {
            () = &mut first => {}
            () = sleep(SECOND) => drop(lock.lock().await),
        }
    });
    insta::assert_snapshot!(told(&run), @"
    futurelock in main at 3s: mutex#1 is held by a future that main has stopped polling, and main itself waits for it
      --> `lock().await),`
      the abandoned future, of main: waits for a timer at 3s, at `sleep(time).await;` since 0s, last polled at 1s, which was due at 3s
      the waiting future, of main: waits for mutex#1 at `lock().await),` since 1s, last polled at 3s
      main waits for mutex#1 at `lock().await),` (held by main since `lock().await;`)
    ");
}

#[test]
fn a_slot_of_a_channel_and_permits_of_a_semaphore() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = mpsc::channel(1);
        sender.send(0).await.unwrap();
        drop(spawn(async move {
            sleep(5 * SECOND).await;
            receiver.recv().await;
            sleep(5 * SECOND).await;
            let _ = receiver.recv().await;
        }));
        let mut first = pin!(sender.send(1));
        select! {
            _ = &mut first => {}
            () = sleep(SECOND) => drop(sender.send(2).await),
        }
    });
    assert_eq!(kinds(&run), [FindingKind::Futurelock]);

    let run = Sim::new().run(async {
        let permits = Arc::new(Semaphore::new(2));
        let one = permits.clone().acquire_owned().await.unwrap();
        drop(spawn(async move {
            sleep(5 * SECOND).await;
            drop(one);
        }));
        let mut many = pin!(permits.acquire_many(2));
        select! {
            _ = &mut many => {}
            () = sleep(SECOND) => drop(permits.acquire().await),
        }
    });
    assert_eq!(kinds(&run), [FindingKind::Futurelock]);
}

#[test]
fn one_that_a_timeout_ends() {
    let run = Sim::new().run(async {
        let lock = lock_held_elsewhere();
        sleep(SECOND).await;
        let mut first = pin!(locked_for(lock.clone(), SECOND));
        select! {
            () = &mut first => {}
            () = sleep(SECOND) => assert!(timeout(60 * SECOND, lock.lock()).await.is_err()),
        }
    });
    assert_eq!(kinds(&run), [FindingKind::Futurelock]);
}

#[test]
fn is_none_if_the_future_is_polled_or_dropped() {
    let run = Sim::new().run(async {
        let lock = lock_held_elsewhere();
        sleep(SECOND).await;
        let mut first = Box::pin(locked_for(lock.clone(), SECOND));
        select! {
            () = &mut first => {}
            () = sleep(SECOND) => {
                join!(first, locked_for(lock.clone(), SECOND));
            }
        }
        let mut second = Box::pin(locked_for(lock.clone(), 2 * SECOND));
        select! {
            () = &mut second => {}
            () = sleep(SECOND) => {
                drop(second);
                locked_for(lock, SECOND).await;
            }
        }
    });
    silent(&run);
}

#[test]
fn a_wait_that_is_cut_short_behind_others_is_none() {
    let run = Sim::new().run(async {
        let lock = lock_held_elsewhere();
        sleep(SECOND).await;
        let waits = [(); 3].map(|()| timeout(SECOND, lock.lock()));
        for wait in waits {
            assert!(wait.await.is_err());
        }
        sleep(5 * SECOND).await;
    });
    silent(&run);
}

/// It was left alone for a while: whoever waited gave up, told it so, and it went on.
#[test]
fn one_that_is_polled_again_later_is_none() {
    let run = Sim::new().run(async {
        let lock = lock_held_elsewhere();
        let (give_up, mut given_up) = mpsc::channel(1);
        let theirs = lock.clone();
        sleep(SECOND).await;
        let other = spawn(async move {
            let mut first = pin!(locked_for(theirs, SECOND));
            select! {
                () = &mut first => {}
                () = sleep(SECOND) => given_up.recv().await.unwrap(),
            }
            first.await;
        });
        sleep(SECOND).await;
        assert!(timeout(10 * SECOND, lock.lock()).await.is_err());
        give_up.send(()).await.unwrap();
        drop(lock.lock().await);
        other.await.unwrap();
    });
    silent(&run);
}
