//! A crash that comes from elsewhere.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use reweave::sync::{Mutex, Semaphore, mpsc, oneshot};
use reweave::task::{self, yield_now};
use reweave::time::{Duration, sleep};
use reweave::{Sim, host};

use super::paths::notes;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn no_poll_runs_after_it_whatever_was_ready() {
    for seed in 0..100 {
        let polls = Rc::new(Cell::new(0));
        let run = Sim::new().seed(seed).run({
            let polls = polls.clone();
            async move {
                let db = host("db");
                for _ in 0..5 {
                    let polls = polls.clone();
                    db.spawn(async move {
                        loop {
                            polls.set(polls.get() + 1);
                            yield_now().await;
                        }
                    });
                }
                sleep(Duration::ZERO).await;
                (0..3).for_each(|_| drop(task::spawn(yield_now())));
                yield_now().await;
                db.crash();
                let before = polls.get();
                sleep(SECOND).await;
                assert_eq!(polls.get(), before);
            }
        });
        assert_eq!(run.findings(), []);
    }
}

#[test]
fn what_its_tasks_held_is_free_at_once() {
    let run = Sim::new().run(async {
        let db = host("db");
        let lock = Arc::new(Mutex::new(1));
        let permits = Arc::new(Semaphore::new(1));
        let (sender, mut receiver) = mpsc::channel::<u32>(1);
        let (answer, answered) = oneshot::channel::<u32>();
        let (ready, is_ready) = oneshot::channel();
        db.spawn({
            let (lock, permits) = (lock.clone(), permits.clone());
            async move {
                let _guard = lock.lock_owned().await;
                let _permit = permits.acquire().await.unwrap();
                let _ends = (sender, answer);
                ready.send(()).unwrap();
                std::future::pending::<()>().await;
            }
        });
        is_ready.await.unwrap();
        assert!(lock.try_lock().is_err());
        db.crash();
        assert_eq!(*lock.try_lock().unwrap(), 1);
        assert!(permits.try_acquire().is_ok());
        assert_eq!(receiver.recv().await, None);
        assert!(answered.await.is_err());
    });
    assert_eq!(run.findings(), []);
    let trace = run.trace().to_string();
    assert!(trace.contains("db:task  gives back mutex#1"), "{trace}");
}

#[test]
fn who_stands_in_line_for_what_it_held_goes_on() {
    Sim::new()
        .run(async {
            let db = host("db");
            let lock = Arc::new(Mutex::new(1));
            let held = lock.clone();
            db.spawn(async move {
                let _guard = held.lock().await;
                std::future::pending::<()>().await;
            });
            yield_now().await;
            let waits = task::spawn(async move { *lock.lock().await });
            yield_now().await;
            db.crash();
            assert_eq!(waits.await.unwrap(), 1);
        })
        .unwrap();
}

#[test]
fn join_handles_say_so() {
    Sim::new()
        .run(async {
            let db = host("db");
            let (waiting, over) = (
                db.spawn(std::future::pending::<()>()),
                db.spawn(async { 7 }),
            );
            let fails = db.spawn(async { panic!("no disk") });
            yield_now().await;
            let waited = task::spawn(waiting);
            yield_now().await;
            db.power_off();
            let error = waited.await.unwrap().unwrap_err();
            assert!(error.is_host_crash() && error.is_cancelled() && !error.is_panic());
            let words = "ended when its host \"db\" lost its power";
            assert!(error.to_string().ends_with(words), "{error}");
            assert!(format!("{error:?}").contains("HostCrash"), "{error:?}");
            let error = error.try_into_panic().unwrap_err();
            assert!(std::io::Error::from(error).to_string().ends_with(words));
            // What was over before stays as it was.
            assert_eq!(over.await.unwrap(), 7);
            assert!(fails.await.unwrap_err().is_panic());
        })
        .unwrap();
}

#[test]
fn an_abort_is_no_crash() {
    Sim::new()
        .run(async {
            let task = host("db").spawn(std::future::pending::<()>());
            task.abort();
            let error = task.await.unwrap_err();
            assert!(error.is_cancelled() && !error.is_host_crash());
        })
        .unwrap();
}

#[test]
fn the_others_run_on() {
    let run = Sim::new().run(async {
        let (a, b) = (host("a"), host("b"));
        for one in [&a, &b] {
            let name = one.name().to_owned();
            one.spawn(async move {
                sleep(SECOND).await;
                reweave::note!("{name}");
            });
        }
        yield_now().await;
        a.crash();
        assert!(!a.is_running() && b.is_running());
        sleep(2 * SECOND).await;
    });
    assert_eq!(notes(&run), ["b"]);
    assert_eq!(run.findings(), []);
}

#[test]
fn explored_and_recorded_runs_are_the_same() {
    let program = || async {
        let db = host("db").start(|| async {
            loop {
                task::spawn(yield_now()).await.unwrap();
                sleep(SECOND).await;
            }
        });
        let died = reweave::choose([host::Death::Process, host::Death::PowerLoss]);
        sleep(3 * SECOND).await;
        db.crash_with(died);
        sleep(SECOND).await;
        db.restart();
        db.pause();
        sleep(3 * SECOND).await;
        db.resume();
        sleep(SECOND).await;
    };
    let found = reweave::explore(program).seeds(0..200).run();
    assert!(found.failure().is_none(), "{found:?}");
    for seed in 0..20 {
        let (one, two) = (
            Sim::new().seed(seed).run(program()),
            Sim::new().seed(seed).run(program()),
        );
        assert_eq!(one.hash(), two.hash());
        assert_eq!(one.findings(), []);
    }
}

/// One task of the host has what another waits for. What the first gives back as it is dropped must not make the other ready.
#[test]
fn a_task_that_dies_with_it_is_woken_no_more() {
    use reweave::sync::watch;
    use std::future::pending;

    let shares: [fn(&host::Host); 5] = [
        |db| {
            let lock = Arc::new(Mutex::new(()));
            for lock in [lock.clone(), lock] {
                db.spawn(async move {
                    let _guard = lock.lock().await;
                    pending::<()>().await;
                });
            }
        },
        |db| {
            let pool = Arc::new(Semaphore::new(1));
            for pool in [pool.clone(), pool] {
                db.spawn(async move {
                    let _permit = pool.acquire().await;
                    pending::<()>().await;
                });
            }
        },
        |db| {
            let (sender, receiver) = oneshot::channel::<()>();
            db.spawn(async move {
                let _sender = sender;
                pending::<()>().await;
            });
            db.spawn(receiver);
        },
        |db| {
            let (sender, mut receiver) = mpsc::channel::<()>(1);
            db.spawn(async move {
                let _sender = sender;
                pending::<()>().await;
            });
            db.spawn(async move { receiver.recv().await });
        },
        |db| {
            let (sender, mut receiver) = watch::channel(());
            db.spawn(async move {
                let _sender = sender;
                pending::<()>().await;
            });
            db.spawn(async move { receiver.changed().await });
        },
    ];
    for share in shares {
        for (seed, by_itself) in (0..40).flat_map(|seed| [(seed, false), (seed, true)]) {
            let run = Sim::new().seed(seed).run(async move {
                let db = host("db");
                share(&db);
                sleep(SECOND).await;
                match by_itself {
                    false => db.crash(),
                    true => {
                        let own = db.clone();
                        let crashed = db.spawn(async move { own.crash() }).await;
                        assert!(crashed.unwrap_err().is_host_crash());
                    }
                }
                db.restart();
                assert_eq!(db.spawn(async { 7 }).await.unwrap(), 7);
                sleep(SECOND).await;
            });
            assert!(run.findings().is_empty(), "{run}");
        }
    }
}
