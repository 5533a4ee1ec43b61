//! What a crash drops is no evidence; beside each the case where it is.

use std::sync::Arc;

use reweave::host::Host;
use reweave::sync::{Mutex, mpsc};
use reweave::task::{self, yield_now};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, Level, Run, Sim, host};

fn kinds<T>(run: &Run<T>) -> Vec<FindingKind> {
    run.findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

/// A run that tells everything.
fn all() -> Sim {
    FindingKind::ALL
        .iter()
        .fold(Sim::new(), |sim, &kind| sim.level(kind, Level::Warn))
}

/// Runs the task on a host, and ends it in this way.
fn ended(
    task: impl Future<Output = ()> + 'static,
    end: impl FnOnce(&Host, task::AbortHandle) + 'static,
) -> Vec<FindingKind> {
    kinds(&all().run(async move {
        let db = host("db");
        let task = db.spawn(task);
        sleep(Duration::from_secs(60)).await;
        end(&db, task.abort_handle());
        sleep(Duration::from_secs(1)).await;
        let _ = task.await;
    }))
}

fn crash(db: &Host, _: task::AbortHandle) {
    db.crash();
}

fn abort(_: &Host, task: task::AbortHandle) {
    task.abort();
}

#[test]
fn messages_that_nobody_received() {
    let receiver = || {
        let (sender, receiver) = mpsc::channel(4);
        sender.try_send(1).unwrap();
        async move {
            let _ends = (sender, receiver);
            std::future::pending::<()>().await;
        }
    };
    assert_eq!(ended(receiver(), crash), []);
    assert!(ended(receiver(), abort).contains(&FindingKind::DroppedMessages));
}

#[test]
fn a_lock_that_was_held_for_long() {
    let held = |by_crash: bool| {
        all().run(async move {
            let (db, lock) = (host("db"), Arc::new(Mutex::new(())));
            let taken = lock.clone();
            let task = db.spawn(async move {
                let _guard = taken.lock().await;
                sleep(Duration::from_secs(if by_crash { 600 } else { 60 })).await;
            });
            yield_now().await;
            let waits = task::spawn(async move { drop(lock.lock().await) });
            sleep(Duration::from_secs(60)).await;
            if by_crash {
                db.crash();
            }
            let _ = task.await;
            waits.await.unwrap();
        })
    };
    let (by_crash, by_itself) = (kinds(&held(true)), kinds(&held(false)));
    assert!(by_itself.contains(&FindingKind::LongHold), "{by_itself:?}");
    assert!(!by_crash.contains(&FindingKind::LongHold), "{by_crash:?}");
}

#[test]
fn tasks_that_live_on_it() {
    let left = |crashes: bool| {
        kinds(&all().run(async move {
            let db = host("db");
            drop(db.spawn(std::future::pending::<()>()));
            yield_now().await;
            if crashes {
                db.crash();
            }
        }))
    };
    assert_eq!(left(true), []);
    assert!(!left(false).is_empty());
}

#[test]
fn a_server_that_is_left_when_main_ends() {
    let run = all().run(async {
        host("db").start(|| async {
            task::spawn(async { sleep(Duration::from_secs(100)).await });
            let (_sender, mut receiver) = mpsc::channel::<u32>(1);
            receiver.recv().await;
        });
        sleep(Duration::from_secs(1)).await;
    });
    assert_eq!(kinds(&run), []);
    // Two that wait for each other are told all the same.
    let run = all().run(async {
        host("db").start(|| async {
            let locks = Arc::new((Mutex::new(()), Mutex::new(())));
            let other = locks.clone();
            task::spawn(async move {
                let _two = other.1.lock().await;
                sleep(Duration::from_secs(1)).await;
                drop(other.0.lock().await);
            });
            let _one = locks.0.lock().await;
            sleep(Duration::from_secs(1)).await;
            drop(locks.1.lock().await);
        });
        sleep(Duration::from_secs(5)).await;
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock]);
}

#[test]
fn exploring_is_as_silent() {
    let found = reweave::explore(|| async {
        let db = host("db").start(|| async {
            let (sender, mut receiver) = mpsc::channel(4);
            task::spawn(async move {
                loop {
                    sender.send(1).await.unwrap();
                    sleep(Duration::from_secs(1)).await;
                }
            });
            while receiver.recv().await.is_some() {}
        });
        for _ in 0..3 {
            sleep(Duration::from_secs(2)).await;
            db.crash();
            db.restart();
        }
        // What is cut off at the end is told as anywhere.
        db.crash();
    });
    let denies = FindingKind::ALL
        .iter()
        .fold(Sim::new(), |sim, &kind| sim.level(kind, Level::Deny));
    let found = found.sim(denies).seeds(0..100).run();
    assert!(found.failure().is_none(), "{}", found.failure().unwrap());
}
