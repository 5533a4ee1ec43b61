//! A host that crashes itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave::host::Host;
use reweave::sync::{Mutex, oneshot};
use reweave::task::{self, yield_now};
use reweave::time::{Duration, sleep};
use reweave::{Sim, host};

use super::paths::notes;

#[test]
fn it_unwinds_and_nobody_sees_a_panic() {
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(async {
            let db = host("db");
            let beside = db.spawn(async {
                sleep(Duration::from_secs(1)).await;
                reweave::note!("beside");
            });
            let own = db.clone();
            let crashes = db.spawn(async move {
                own.crash();
                reweave::note!("after");
            });
            let error = crashes.await.unwrap_err();
            assert!(error.is_host_crash() && !error.is_panic(), "{error}");
            assert!(beside.await.unwrap_err().is_host_crash());
            assert!(!db.is_running());
            db.restart();
            assert_eq!(db.spawn(async { 1 }).await.unwrap(), 1);
        });
        assert!(notes(&run).is_empty());
        assert_eq!(run.findings(), []);
        assert!(
            !run.trace().to_string().contains("panics"),
            "{}",
            run.trace()
        );
    }
}

#[test]
fn what_unwinds_gives_back_what_it_held() {
    Sim::new()
        .run(async {
            let db = host("db");
            let lock = Arc::new(Mutex::new(()));
            let (own, held) = (db.clone(), lock.clone());
            let crashes = db.spawn(async move {
                let _guard = held.lock().await;
                own.crash();
            });
            assert!(crashes.await.unwrap_err().is_host_crash());
            assert!(lock.try_lock().is_ok());
        })
        .unwrap();
}

/// Crashes its own host when it is dropped.
struct CrashOnDrop(Host);

impl Drop for CrashOnDrop {
    fn drop(&mut self) {
        if self.0.is_running() {
            self.0.crash();
        }
    }
}

#[test]
fn where_it_unwinds_already_it_takes_effect_at_the_end_of_the_poll() {
    let run = Sim::new().run(async {
        let db = host("db");
        let own = CrashOnDrop(db.clone());
        let crashes = db.spawn(async move {
            let _own = own;
            panic!("while it unwinds");
        });
        assert!(crashes.await.unwrap_err().is_host_crash());
        assert!(!db.is_running());
    });
    assert_eq!(run.findings(), []);
}

#[test]
fn where_it_is_caught_the_rest_of_the_poll_is_dead_and_its_output_dropped() {
    let dropped = Arc::new(AtomicU32::new(0));
    struct Counts(Arc<AtomicU32>);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    let run = Sim::new().run({
        let dropped = dropped.clone();
        async move {
            let db = host("db");
            let (own, output) = (db.clone(), Counts(dropped.clone()));
            let crashes = db.spawn(async move {
                let caught = catch_unwind(AssertUnwindSafe(|| own.crash()));
                assert!(caught.is_err());
                reweave::note!("noted");
                reweave::println!("printed");
                assert!(task::spawn(async {}).is_finished());
                assert!(!own.is_running());
                own.restart();
                own.crash();
                output
            });
            let error = crashes.await.err().unwrap();
            assert!(error.is_host_crash());
            assert_eq!(dropped.load(Relaxed), 1);
            assert!(!db.is_running());
        }
    });
    assert!(notes(&run).is_empty() && run.stdout().is_empty());
    assert_eq!(run.findings(), []);
}

#[test]
fn where_it_is_caught_and_the_poll_waits_it_never_comes_back() {
    let run = Sim::new().run(async {
        let db = host("db");
        let own = db.clone();
        let crashes = db.spawn(async move {
            let _ = catch_unwind(AssertUnwindSafe(|| own.crash()));
            sleep(Duration::from_secs(1)).await;
            reweave::note!("later");
        });
        assert!(crashes.await.unwrap_err().is_host_crash());
        sleep(Duration::from_secs(2)).await;
    });
    assert!(notes(&run).is_empty());
    assert_eq!(run.findings(), []);
}

#[test]
fn a_panic_after_it_was_caught_is_none() {
    let run = Sim::new().run(async {
        let db = host("db");
        let own = db.clone();
        let crashes = db.spawn(async move {
            let _ = catch_unwind(AssertUnwindSafe(|| own.crash()));
            panic!("of a dead process");
        });
        assert!(crashes.await.unwrap_err().is_host_crash());
    });
    assert_eq!(run.findings(), []);
}

#[test]
fn in_the_destructor_of_an_output_it_crashes_too() {
    let run = Sim::new().run(async {
        let db = host("db");
        let own = db.clone();
        let beside = db.spawn(std::future::pending::<()>());
        // Nobody has the handle, so the output is dropped where the task ends.
        drop(db.spawn(async move { CrashOnDrop(own) }));
        assert!(beside.await.unwrap_err().is_host_crash());
        db.restart();
        db.spawn(yield_now()).await.unwrap();
    });
    assert_eq!(run.findings(), []);
}

#[test]
fn in_a_closure_that_blocks_it_crashes_too() {
    let run = Sim::new().run(async {
        let db = host("db");
        let own = db.clone();
        let outer = db.spawn(async move { task::spawn_blocking(move || own.crash()).await });
        assert!(outer.await.unwrap_err().is_host_crash());
        let (say, said) = oneshot::channel();
        task::spawn(async move { say.send(1) });
        assert_eq!(said.await.unwrap(), 1);
    });
    assert_eq!(run.findings(), []);
}

#[test]
fn a_scheduling_point_may_stand_before_it() {
    for seed in 0..200 {
        let run = Sim::new().seed(seed).run(async {
            let db = host("db");
            let lock = Arc::new(Mutex::new(0));
            for number in 0..3 {
                let (own, lock) = (db.clone(), lock.clone());
                drop(db.spawn(async move {
                    let crash = async {
                        yield_now().await;
                        if number == 1 {
                            own.crash();
                        }
                    };
                    reweave::join!(async { *lock.lock().await += 1 }, crash);
                }));
            }
            let other = task::spawn({
                let lock = lock.clone();
                async move { *lock.lock().await += 1 }
            });
            other.await.unwrap();
            sleep(Duration::from_secs(1)).await;
            assert!(!db.is_running() && lock.try_lock().is_ok());
        });
        assert_eq!(run.findings(), [], "seed {seed}");
    }
}
