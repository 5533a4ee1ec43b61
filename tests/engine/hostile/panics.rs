//! Panics in polls, in destructors, in payloads and in `Display`.

use std::future::pending;
use std::panic::{catch_unwind, panic_any};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::{fmt, thread};

use reweave::task::{JoinSet, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Run, Sim, spawn};

use super::{Bomb, OnDrop, SECOND, kinds, unharmed};

#[test]
fn in_the_destructor_of_a_future_that_is_done() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let task = spawn(async {
                let _bomb = Bomb;
                yield_now().await;
            });
            assert!(task.await.unwrap_err().is_panic());
            sleep(SECOND).await;
            "went on"
        })
    });
    assert_eq!(run.output(), Some(&"went on"));
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn in_the_destructor_of_an_aborted_future() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let task = spawn(async {
                let _bomb = Bomb;
                pending::<()>().await;
            });
            yield_now().await;
            task.abort();
            let error = task.await.unwrap_err();
            sleep(SECOND).await;
            error.is_panic() || error.is_cancelled()
        })
    });
    assert_eq!(run.output(), Some(&true), "{run}");
}

#[test]
fn in_the_destructor_of_an_output_nobody_takes() {
    let run = unharmed(|| {
        Sim::new().run(async {
            drop(spawn(async { Bomb }));
            sleep(SECOND).await;
            "went on"
        })
    });
    assert_eq!(run.output(), Some(&"went on"));
    assert_eq!(kinds(&run), [FindingKind::Panic]);
    assert!(
        run.findings()[0].message().contains("the bomb went off"),
        "{run}"
    );
}

#[test]
fn in_the_destructor_of_a_panics_payload() {
    let run = unharmed(|| {
        Sim::new().run(async {
            drop(spawn(async { panic_any(Bomb) }));
            sleep(SECOND).await;
            "went on"
        })
    });
    assert_eq!(run.output(), Some(&"went on"));
    assert!(run.failed());
}

#[test]
fn in_the_destructor_of_the_payload_of_mains_own_panic() {
    let run: Run = unharmed(|| Sim::new().run(async { panic_any(Bomb) }));
    assert!(kinds(&run).contains(&FindingKind::Panic), "{run}");
}

#[test]
fn in_destructors_at_cut_off_and_the_others_are_dropped_all_the_same() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let counter = dropped.clone();
    let run = unharmed(|| {
        Sim::new()
            .allow(FindingKind::UnawaitedTask)
            .run(async move {
                for nth in 0..10 {
                    let counter = counter.clone();
                    drop(spawn(async move {
                        let _count = OnDrop(move || _ = counter.fetch_add(1, SeqCst));
                        let _bomb = (nth % 2 == 0).then(|| Bomb);
                        pending::<()>().await;
                    }));
                }
                sleep(SECOND).await;
            })
    });
    assert_eq!(dropped.load(SeqCst), 10);
    assert_eq!(run.output(), Some(&()));
    assert!(
        run.failed() && kinds(&run).iter().all(|&kind| kind == FindingKind::Panic),
        "{run}"
    );
    let words = run.findings()[0].message();
    assert_eq!(words, "panicked while it was cut off: the bomb went off");
}

#[test]
fn while_panicking_at_cut_off_caught_in_time() {
    let run = unharmed(|| {
        Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            drop(spawn(async {
                let _second = OnDrop(|| {
                    assert!(thread::panicking());
                    assert!(catch_unwind(|| panic!("the second")).is_err());
                });
                let _first = Bomb;
                pending::<()>().await;
            }));
            sleep(SECOND).await;
        })
    });
    assert_eq!(run.failure().unwrap().task(), Some("main/task"));
}

#[test]
fn whose_payload_panics_at_cut_off() {
    let run = unharmed(|| {
        Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            drop(spawn(async {
                let _first = OnDrop(|| panic_any(Bomb));
                pending::<()>().await;
            }));
            sleep(SECOND).await;
            "ended"
        })
    });
    assert_eq!(run.output(), Some(&"ended"));
    assert!(run.failed());
}

#[test]
fn in_a_display_given_to_println() {
    struct Rude;
    impl fmt::Display for Rude {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no words")
        }
    }
    let run = unharmed(|| {
        Sim::new().run(async {
            let rude = || reweave::println!("{Rude}");
            assert!(catch_unwind(rude).is_err());
            assert!(catch_unwind(|| reweave::note!("{Rude}")).is_err());
            reweave::println!("polite");
        })
    });
    assert_eq!(run.stdout(), "polite\n");
}

#[test]
fn a_display_given_to_println_may_use_the_simulation() {
    struct Busy;
    impl fmt::Display for Busy {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            reweave::println!("inner");
            drop(spawn(async {}));
            write!(f, "outer at {:?}", reweave::time::Instant::now())
        }
    }
    let run = unharmed(|| Sim::new().run(async { reweave::println!("{Busy}") }));
    assert_eq!(run.stdout(), "inner\nouter at Instant(0ns)\n");
}

#[test]
fn in_every_poll_of_many_tasks() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let mut set = JoinSet::new();
            for n in 0..100 {
                set.spawn(async move {
                    sleep(SECOND * n).await;
                    panic!("number {n}");
                });
            }
            let mut panics = 0;
            while let Some(joined) = set.join_next().await {
                panics += usize::from(joined.unwrap_err().is_panic());
            }
            panics
        })
    });
    assert_eq!(run.output(), Some(&100));
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn payloads_of_any_type_reach_the_handle() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let payload = spawn(async { panic_any(42_u8) })
                .await
                .unwrap_err()
                .into_panic();
            payload.downcast_ref::<u8>().copied()
        })
    });
    assert_eq!(run.output(), Some(&Some(42)));
}
