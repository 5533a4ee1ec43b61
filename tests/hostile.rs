//! Code under test that does its worst. Whatever it does, the harness stays up, and the next run on
//! the same thread is the run it would have been: [`unharmed`] compares its hash with one that was
//! taken on a fresh thread.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWakerVTable, Wake, Waker};
use std::thread;
use std::time::Duration;

use futures::FutureExt;
use futures::task::noop_waker_ref;
use reweave::task::{AbortHandle, Builder, JoinHandle, JoinSet, yield_now};
use reweave::time::{Interval, Sleep, interval, sleep};
use reweave::{FindingKind, Run, Sim, explore, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// Runs hostile code on this thread, and then looks whether the next run is what it is on a fresh thread.
#[track_caller]
fn unharmed<R>(hostile: impl FnOnce() -> R) -> R {
    let fresh = thread::spawn(|| ordinary().hash()).join().unwrap();
    let result = hostile();
    let after = ordinary();
    assert!(after.findings().is_empty(), "{after}");
    assert_eq!(
        after.hash(),
        fresh,
        "the run after the hostile one differs:\n{}",
        after.trace()
    );
    result
}

/// A run with some of everything.
fn ordinary() -> Run<u64> {
    Sim::new().seed(3).run(async {
        let mut set = JoinSet::new();
        for n in 0..8 {
            set.spawn(async move {
                yield_now().await;
                sleep(SECOND * reweave::choose(1..4)).await;
                n
            });
        }
        let aborted = spawn(pending::<()>());
        yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
        set.join_all().await.into_iter().sum()
    })
}

fn kinds<T>(run: &Run<T>) -> Vec<FindingKind> {
    run.findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

/// Runs `f` when dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Its destructor panics.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("the bomb went off");
        }
    }
}

/// The waker a task is polled with, for whoever wants to misuse it.
async fn my_waker() -> Waker {
    poll_fn(|cx| Poll::Ready(cx.waker().clone())).await
}

mod panics {
    use super::*;

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
}

mod wakers {
    use super::*;

    /// A waker that panics whenever it is used.
    fn rude_waker(clones: bool) -> Waker {
        struct Rude;
        impl Wake for Rude {
            fn wake(self: Arc<Self>) {
                panic!("woken");
            }
        }
        if clones {
            Waker::from(Arc::new(Rude))
        } else {
            never_cloned()
        }
    }

    /// A waker whose `clone` panics.
    fn never_cloned() -> Waker {
        const TABLE: RawWakerVTable = RawWakerVTable::new(|_| panic!("cloned"), drop, drop, drop);
        // SAFETY: the functions of the table do not look at the pointer.
        unsafe { Waker::new(std::ptr::null(), &TABLE) }
    }

    #[test]
    fn that_panic_when_woken_by_a_timer() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let waker = rude_waker(true);
                let mut sleeping = Box::pin(sleep(SECOND));
                assert!(
                    sleeping
                        .poll_unpin(&mut Context::from_waker(&waker))
                        .is_pending()
                );
                sleep(2 * SECOND).await;
                sleeping.is_elapsed()
            })
        });
        assert_eq!(run.output(), Some(&true));
        assert_eq!(kinds(&run), [FindingKind::Panic]);
    }

    #[test]
    fn that_panic_when_woken_by_the_end_of_a_task() {
        for ends_in_panic in [false, true] {
            let run = unharmed(|| {
                Sim::new().run(async move {
                    let waker = rude_waker(true);
                    let mut task = spawn(async move {
                        yield_now().await;
                        assert!(!ends_in_panic, "as told");
                    });
                    assert!(
                        task.poll_unpin(&mut Context::from_waker(&waker))
                            .is_pending()
                    );
                    sleep(SECOND).await;
                    let _ = task.await;
                    "went on"
                })
            });
            assert_eq!(run.output(), Some(&"went on"), "{run}");
            assert!(kinds(&run).contains(&FindingKind::Panic), "{run}");
        }
    }

    #[test]
    fn that_panic_when_cloned() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let waker = rude_waker(false);
                let mut cx = Context::from_waker(&waker);
                let mut sleeping = Box::pin(sleep(SECOND));
                let mut task = spawn(async { sleep(SECOND).await });
                assert!(catch_unwind(AssertUnwindSafe(|| sleeping.poll_unpin(&mut cx))).is_err());
                assert!(catch_unwind(AssertUnwindSafe(|| task.poll_unpin(&mut cx))).is_err());
                sleeping.await;
                task.await.unwrap();
            })
        });
        assert!(run.findings().is_empty(), "{run}");
    }

    #[test]
    fn woken_after_their_run_from_anywhere_are_inert() {
        unharmed(|| {
            let leaked: Arc<Mutex<Vec<Waker>>> = Arc::default();
            let leak = leaked.clone();
            let run = Sim::new()
                .allow(FindingKind::UnawaitedTask)
                .run(async move {
                    let theirs = leak.clone();
                    drop(spawn(async move {
                        let waker = my_waker().await;
                        theirs.lock().unwrap().push(waker);
                        pending::<()>().await;
                    }));
                    let waker = my_waker().await;
                    leak.lock().unwrap().push(waker);
                    sleep(SECOND).await;
                });
            assert!(run.findings().is_empty(), "{run}");
            let wakers = std::mem::take(&mut *leaked.lock().unwrap());
            assert_eq!(wakers.len(), 2);
            wakers.iter().for_each(Waker::wake_by_ref);
            let theirs = wakers.clone();
            thread::spawn(move || theirs.into_iter().for_each(Waker::wake))
                .join()
                .unwrap();
            let run = Sim::new().run(async move {
                wakers.iter().for_each(Waker::wake_by_ref);
                yield_now().await;
                thread::spawn(move || wakers.into_iter().for_each(Waker::wake))
                    .join()
                    .unwrap();
                yield_now().await;
            });
            assert!(run.findings().is_empty(), "{run}");
            assert_eq!(run.steps(), 3, "{}", run.trace());
        });
    }

    #[test]
    fn woken_from_other_threads_while_the_run_is_busy_or_idle() {
        unharmed(|| {
            let stop = Arc::new(AtomicBool::new(false));
            let shared: Arc<Mutex<Option<Waker>>> = Arc::default();
            let (stopped, waker) = (stop.clone(), shared.clone());
            let waking = thread::spawn(move || {
                while !stopped.load(SeqCst) {
                    let waker = waker.lock().unwrap().clone();
                    waker.into_iter().for_each(Waker::wake);
                }
            });
            for _ in 0..20 {
                let shared = shared.clone();
                let sim = Sim::new().allow(FindingKind::Nondeterminism);
                let run = sim.allow(FindingKind::UnawaitedTask).run(async move {
                    drop(spawn(async move {
                        let waker = my_waker().await;
                        *shared.lock().unwrap() = Some(waker);
                        pending::<()>().await;
                    }));
                    for _ in 0..100 {
                        sleep(SECOND).await;
                        yield_now().await;
                    }
                });
                assert!(run.findings().is_empty(), "{run}");
                assert_eq!(run.elapsed(), 100 * SECOND);
            }
            stop.store(true, SeqCst);
            waking.join().unwrap();
        });
    }

    #[test]
    fn aborts_from_another_thread_arrive_and_lose_no_wake() {
        unharmed(|| {
            for _ in 0..50 {
                let run = Sim::new().allow(FindingKind::Nondeterminism).run(async {
                    let spinning = spawn(async {
                        loop {
                            yield_now().await;
                        }
                    });
                    let abort = spinning.abort_handle();
                    let aborting = thread::spawn(move || abort.abort());
                    let error = spinning.await.unwrap_err();
                    aborting.join().unwrap();
                    error.is_cancelled()
                });
                assert_eq!(run.output(), Some(&true), "{run}");
            }
        });
    }

    #[test]
    fn a_task_that_wakes_itself_many_times_is_queued_once() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let waker = my_waker().await;
                (0..1000).for_each(|_| waker.wake_by_ref());
                yield_now().await;
            })
        });
        assert_eq!(run.steps(), 2);
    }
}

mod handles {
    use super::*;

    /// What one run may leave to the next.
    #[derive(Default)]
    struct Loot {
        running: Option<JoinHandle<u8>>,
        done: Option<JoinHandle<u8>>,
        abort: Option<AbortHandle>,
        polled: Option<Pin<Box<Sleep>>>,
        unpolled: Option<Pin<Box<Sleep>>>,
        interval: Option<Interval>,
        set: Option<JoinSet<u8>>,
    }

    fn loot() -> Loot {
        let loot = Arc::new(Mutex::new(Loot::default()));
        let pocket = loot.clone();
        let sim = Sim::new().allow(FindingKind::UnawaitedTask);
        let run = sim.run(async move {
            let (running, done) = (spawn(async { pending().await }), spawn(async { 1 }));
            let mut polled = Box::pin(sleep(5 * SECOND));
            assert!((&mut polled).now_or_never().is_none());
            let mut ticks = interval(SECOND);
            ticks.tick().await;
            assert!(ticks.tick().now_or_never().is_none());
            let mut set = JoinSet::new();
            set.spawn(pending());
            yield_now().await;
            *pocket.lock().unwrap() = Loot {
                abort: Some(running.abort_handle()),
                running: Some(running),
                done: Some(done),
                polled: Some(polled),
                unpolled: Some(Box::pin(sleep(2 * SECOND))),
                interval: Some(ticks),
                set: Some(set),
            };
        });
        assert!(run.findings().is_empty(), "{run}");
        std::mem::take(&mut *loot.lock().unwrap())
    }

    #[test]
    fn of_another_run_are_over_and_timers_start_anew() {
        let run = unharmed(|| {
            let loot = loot();
            Sim::new().run(async move {
                let ended = |handle: Option<JoinHandle<u8>>| async {
                    handle.unwrap().await.unwrap_err().is_cancelled()
                };
                loot.abort.unwrap().abort();
                assert!(ended(loot.running).await);
                assert_eq!(loot.done.unwrap().await.unwrap(), 1, "what is done is done");
                assert!(
                    loot.set
                        .unwrap()
                        .join_next()
                        .await
                        .unwrap()
                        .unwrap_err()
                        .is_cancelled()
                );
                assert!(!loot.polled.as_ref().unwrap().is_elapsed());
                loot.unpolled.unwrap().await;
                assert_eq!(reweave::time::Instant::now().elapsed(), Duration::ZERO);
                loot.polled.unwrap().await;
                let mut ticks = loot.interval.unwrap();
                ticks.tick().await;
            })
        });
        assert!(run.findings().is_empty(), "{run}");
        assert_eq!(
            run.elapsed(),
            5 * SECOND,
            "both sleeps ran, beside each other's deadlines"
        );
    }

    #[test]
    fn of_a_panic_in_another_run_do_not_count_as_having_seen_one_in_this() {
        let panics = || {
            Builder::new()
                .name("panics")
                .spawn(async { panic!("of its own run") })
        };
        let run = unharmed(|| {
            let carried = Arc::new(Mutex::new(None));
            let pocket = carried.clone();
            let first = Sim::new().run(async move {
                let handle: JoinHandle<()> = panics().unwrap();
                yield_now().await;
                *pocket.lock().unwrap() = Some(handle);
            });
            assert_eq!(kinds(&first), [FindingKind::UnobservedPanic]);
            Sim::new().run(async move {
                drop(panics());
                yield_now().await;
                let carried = carried.lock().unwrap().take();
                assert!(carried.unwrap().await.is_err());
            })
        });
        assert_eq!(kinds(&run), [FindingKind::UnobservedPanic]);
    }

    #[test]
    fn dropped_outside_any_run_or_within_another_or_on_another_thread() {
        unharmed(|| drop(loot()));
        unharmed(|| {
            let loot = loot();
            drop(Sim::new().run(async move { drop(loot) }));
        });
        unharmed(|| {
            let loot = loot();
            thread::spawn(move || drop(loot)).join().unwrap();
        });
    }

    #[test]
    fn used_outside_any_run_say_so_or_do_nothing() {
        unharmed(|| {
            let loot = loot();
            loot.abort.as_ref().unwrap().abort();
            let running = loot.running.unwrap();
            running.abort();
            assert!(running.is_finished());
            assert!(running.now_or_never().unwrap().unwrap_err().is_cancelled());
            let sleeping = loot.polled.unwrap();
            let polled = catch_unwind(AssertUnwindSafe(|| sleeping.now_or_never()));
            assert!(words(polled.unwrap_err()).contains("needs a simulation around it"));
        });
    }

    #[test]
    fn forgotten() {
        let run = unharmed(|| {
            Sim::new().allow(FindingKind::UnawaitedTask).run(async {
                std::mem::forget(spawn(async { 1 }));
                std::mem::forget(spawn(pending::<()>()));
                let mut sleeping = Box::pin(sleep(SECOND));
                assert!((&mut sleeping).now_or_never().is_none());
                std::mem::forget(sleeping);
                std::mem::forget(sleep(SECOND));
                let mut set = JoinSet::new();
                set.spawn(async {});
                std::mem::forget(set);
                sleep(2 * SECOND).await;
            })
        });
        assert!(run.findings().is_empty(), "{run}");
    }

    #[test]
    fn a_forgotten_timer_keeps_its_waker_no_longer_than_its_run() {
        struct Loud(Arc<AtomicUsize>);
        impl Wake for Loud {
            fn wake(self: Arc<Self>) {}
        }
        impl Drop for Loud {
            fn drop(&mut self) {
                self.0.fetch_add(1, SeqCst);
            }
        }
        let dropped = Arc::new(AtomicUsize::new(0));
        let counter = dropped.clone();
        unharmed(|| {
            let run = Sim::new().run(async move {
                let waker = Waker::from(Arc::new(Loud(counter)));
                let mut sleeping = Box::pin(sleep(60 * SECOND));
                let polled = sleeping.poll_unpin(&mut Context::from_waker(&waker));
                assert!(polled.is_pending());
                std::mem::forget(sleeping);
            });
            assert!(run.findings().is_empty(), "{run}");
            assert_eq!(dropped.load(SeqCst), 1);
        });
    }

    #[test]
    fn a_task_that_aborts_itself_ends_at_its_next_await() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let (sender, receiver) = futures::channel::oneshot::channel::<AbortHandle>();
                let task = spawn(async move {
                    receiver.await.unwrap().abort();
                    reweave::println!("still here");
                    yield_now().await;
                    reweave::println!("never here");
                });
                assert!(sender.send(task.abort_handle()).is_ok());
                task.await.unwrap_err().is_cancelled()
            })
        });
        assert_eq!((run.output(), run.stdout()), (Some(&true), "still here\n"));
    }

    #[test]
    fn a_task_that_holds_its_own_handle_is_dropped_at_the_end() {
        let dropped = Arc::new(AtomicBool::new(false));
        let flag = dropped.clone();
        unharmed(|| {
            let own: Arc<Mutex<Option<JoinHandle<()>>>> = Arc::default();
            let mine = own.clone();
            let run = Sim::new()
                .allow(FindingKind::UnawaitedTask)
                .run(async move {
                    let task = spawn(async move {
                        let _flag = OnDrop(move || flag.store(true, SeqCst));
                        yield_now().await;
                        let handle = mine.lock().unwrap().take();
                        handle.unwrap().await.unwrap();
                    });
                    *own.lock().unwrap() = Some(task);
                    sleep(SECOND).await;
                });
            assert!(run.findings().is_empty(), "{run}");
        });
        assert!(dropped.load(SeqCst));
    }

    fn words(panic: Box<dyn Any + Send>) -> String {
        *panic.downcast::<String>().expect("a text")
    }
}

mod nesting {
    use super::*;

    #[test]
    fn a_simulation_in_a_simulation_is_refused_in_clear_words() {
        for nest in [nest_run as fn(), nest_run_with, nest_explore] {
            let run = unharmed(|| Sim::new().run(async move { nest() }));
            let failure = run.failure().expect("it was refused").message().to_owned();
            assert!(
                failure.contains("a simulation in a simulation would have two clocks"),
                "{failure}"
            );
            let place = run.failure().unwrap().place().unwrap();
            assert!(
                place.starts_with(file!()),
                "the place is the user's: {place}"
            );
        }
    }

    fn nest_run() {
        drop(Sim::new().run(async {}));
    }

    fn nest_run_with() {
        drop(Sim::new().run_with(reweave::Plain, async {}));
    }

    fn nest_explore() {
        drop(explore(|| async {}).run());
    }

    #[test]
    fn on_a_thread_of_its_own_it_is_allowed() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let inner = || Sim::new().run(sleeper()).elapsed();
                let inner = thread::spawn(inner).join().unwrap();
                sleep(SECOND).await;
                inner
            })
        });
        assert_eq!(
            (run.output(), run.elapsed()),
            (Some(&(60 * SECOND)), SECOND)
        );
    }

    async fn sleeper() {
        sleep(60 * SECOND).await;
    }

    #[test]
    fn after_a_refusal_that_was_caught_the_outer_run_goes_on() {
        let run = unharmed(|| {
            Sim::new().run(async {
                assert!(catch_unwind(nest_run).is_err());
                sleep(SECOND).await;
                "went on"
            })
        });
        assert_eq!(run.output(), Some(&"went on"));
    }
}

mod ends {
    use super::*;

    type Action = Box<dyn FnMut()>;

    thread_local! {
        static KEPT: RefCell<Option<OnDrop<Action>>> = const { RefCell::new(None) };
        static POLLS: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn thread_locals_whose_destructors_use_the_simulation() {
        thread::spawn(|| {
            let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
                let handle = spawn(pending::<()>());
                let use_all = move || {
                    handle.abort();
                    let outside = catch_unwind(|| drop(spawn(async {})));
                    assert!(outside.is_err());
                };
                KEPT.set(Some(OnDrop(Box::new(use_all))));
                POLLS.set(POLLS.get() + 1);
            });
            assert!(run.findings().is_empty(), "{run}");
            assert_eq!(ordinary().hash(), ordinary().hash());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn spawning_from_destructors_at_the_end() {
        let drops = Arc::new(AtomicUsize::new(0));
        let run = unharmed(|| {
            let drops = drops.clone();
            Sim::new()
                .allow(FindingKind::UnawaitedTask)
                .run(async move {
                    drop(spawn(async move {
                        let _spawner = OnDrop(move || {
                            let count = drops.clone();
                            let handle = spawn(async move {
                                let _held = OnDrop(move || _ = count.fetch_add(1, SeqCst));
                                unreachable!("the run is over")
                            });
                            assert!(handle.is_finished());
                            let ended: Result<(), _> = handle.now_or_never().unwrap();
                            assert!(ended.unwrap_err().is_cancelled());
                            drops.fetch_add(10, SeqCst);
                        });
                        pending::<()>().await;
                    }));
                    sleep(SECOND).await;
                })
        });
        assert!(run.findings().is_empty(), "{run}");
        assert_eq!(
            drops.load(SeqCst),
            10,
            "what was never polled is dropped as it is"
        );
    }

    #[test]
    fn destructors_that_spawn_what_panics_when_dropped() {
        struct SpawnsBomb;
        impl Drop for SpawnsBomb {
            fn drop(&mut self) {
                let bomb = Bomb;
                drop(spawn(async move { drop(bomb) }));
            }
        }
        let run = unharmed(|| {
            Sim::new().allow(FindingKind::UnawaitedTask).run(async {
                for _ in 0..3 {
                    drop(spawn(async {
                        let _spawns = SpawnsBomb;
                        pending::<()>().await;
                    }));
                }
                sleep(SECOND).await;
                "ended"
            })
        });
        assert_eq!(run.output(), Some(&"ended"));
        assert!(
            kinds(&run).iter().all(|&kind| kind == FindingKind::Panic),
            "{run}"
        );
    }

    #[test]
    fn destructors_that_use_every_handle_at_the_end() {
        let run = unharmed(|| {
            let sim = Sim::new()
                .allow(FindingKind::UnawaitedTask)
                .allow(FindingKind::Blocking);
            sim.run(async {
                let other = spawn(pending::<()>());
                drop(spawn(async move {
                    let _all = OnDrop(move || {
                        other.abort();
                        reweave::println!("{:?}", reweave::time::Instant::now());
                        reweave::thread::sleep(SECOND);
                        assert!(sleep(SECOND).now_or_never().is_none());
                        assert!(interval(SECOND).tick().now_or_never().is_some());
                        let _ = (reweave::choose([1, 2]), reweave::flip(0.5));
                        let _ = rand::Rng::next_u32(&mut reweave::rng());
                        assert!(reweave::task::try_id().is_some());
                    });
                    pending::<()>().await;
                }));
                sleep(SECOND).await;
            })
        });
        assert!(run.findings().is_empty(), "{run}");
        assert_eq!(run.stdout(), "Instant(1s)\n");
    }

    #[test]
    fn a_destructor_that_blocks_the_real_thread_costs_real_time_only() {
        let run = unharmed(|| {
            Sim::new().allow(FindingKind::UnawaitedTask).run(async {
                drop(spawn(async {
                    let _slow = OnDrop(|| thread::sleep(Duration::from_millis(20)));
                    pending::<()>().await;
                }));
                sleep(SECOND).await;
            })
        });
        assert_eq!(run.elapsed(), SECOND);
    }

    #[test]
    fn a_destructor_that_runs_while_a_task_is_cancelled_may_abort_others_and_itself() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let first = spawn(pending::<()>());
                let others = [first.abort_handle(), spawn(pending::<()>()).abort_handle()];
                let second = spawn(async move {
                    let _aborts = OnDrop(move || others.iter().for_each(AbortHandle::abort));
                    pending::<()>().await;
                });
                yield_now().await;
                second.abort();
                assert!(second.await.unwrap_err().is_cancelled());
                first.await.unwrap_err().is_cancelled()
            })
        });
        assert_eq!(run.output(), Some(&true));
        assert!(run.findings().is_empty(), "{run}");
    }

    #[test]
    fn fifty_thousand_tasks() {
        let run = unharmed(|| {
            Sim::new().seed(1).run(async {
                let mut set = JoinSet::new();
                for n in 0..50_000_u64 {
                    set.spawn(async move {
                        sleep(Duration::from_millis(n % 7)).await;
                        n
                    });
                }
                let mut sum = 0;
                while let Some(joined) = set.join_next().await {
                    sum += joined.unwrap();
                }
                sum
            })
        });
        assert_eq!(run.output(), Some(&(49_999 * 25_000)));
    }

    #[test]
    fn a_chain_of_ten_thousand_ancestors() {
        fn next(left: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
            Box::pin(async move {
                match left {
                    0 => 0,
                    _ => spawn(next(left - 1)).await.unwrap() + 1,
                }
            })
        }
        let found = unharmed(|| {
            explore(|| async { assert_eq!(next(10_000).await, 10_000) })
                .seeds(0..2)
                .run()
        });
        assert!(!found.failed(), "{found}");
    }

    #[test]
    fn names_of_any_kind() {
        let run = unharmed(|| {
            Sim::new().seed(5).run(async {
                for name in [
                    "",
                    "/",
                    "main/main",
                    "a@1 task b; values 7\n",
                    "größe",
                    "\u{0}",
                    "#2",
                ] {
                    let named = Builder::new().name(name).spawn(yield_now()).unwrap();
                    let twin = Builder::new().name(name).spawn(yield_now()).unwrap();
                    named.await.unwrap();
                    twin.await.unwrap();
                }
            })
        });
        let tape: reweave::Tape = run.tape().to_string().parse().unwrap();
        assert_eq!(&tape, run.tape());
        assert_eq!(tape.to_line().parse().as_ref(), Ok(&tape));
    }

    #[test]
    fn a_panic_in_the_making_of_an_explored_future_is_the_callers() {
        unharmed(|| {
            let make = || -> std::future::Ready<()> { panic!("not even made") };
            assert!(catch_unwind(|| explore(make).seeds(0..3).run()).is_err());
        });
    }

    #[test]
    fn seeds_at_the_end_of_their_range() {
        let found = unharmed(|| explore(|| async {}).seeds(u64::MAX - 5..u64::MAX).run());
        assert_eq!((found.runs(), found.failed()), (5, false));
    }

    #[test]
    fn odd_probabilities_and_empty_choices_are_told_at_the_users_line() {
        let run = unharmed(|| {
            Sim::new().run(async {
                assert!(!reweave::flip(0.0) && reweave::flip(1.0));
                for p in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
                    assert!(catch_unwind(|| reweave::flip(p)).is_err());
                }
                reweave::choose([0_u8; 0])
            })
        });
        let failure = run.failure().unwrap();
        assert!(failure.message().contains("at least one item"), "{failure}");
        assert!(failure.place().unwrap().starts_with(file!()), "{failure}");
    }

    #[test]
    fn a_future_that_polls_another_tasks_handle_with_a_dead_waker() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let mut task = spawn(async { sleep(SECOND).await });
                let mut cx = Context::from_waker(noop_waker_ref());
                assert!(task.poll_unpin(&mut cx).is_pending());
                sleep(2 * SECOND).await;
                task.is_finished()
            })
        });
        assert_eq!(run.output(), Some(&true));
    }
}

mod explored {
    use super::*;

    thread_local! {
        static STALE: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
    }

    reweave::task_local! { static OUTRAGED: bool; }

    /// One outrage, by a draw; and then what would tell of anything left over from a run before.
    async fn outrage() {
        assert!(OUTRAGED.try_get().is_err(), "left over");
        assert_eq!(reweave::time::Instant::now().elapsed(), Duration::ZERO);
        match reweave::choose(0..12) {
            0 => drop(spawn(holds(Bomb))),
            1 => forgets(sleep(60 * SECOND)),
            2 => panic_any(Bomb),
            3 => drop(spawn(async { panic_any(Bomb) })),
            4 => {
                let stale = STALE.take();
                stale.iter().for_each(Waker::wake_by_ref);
                STALE.set(vec![my_waker().await]);
            }
            5 => drop(catch_unwind(|| {
                reweave::task::block_in_place(|| panic!("in place"))
            })),
            6 => (0..200).for_each(|_| _ = reweave::task::consume_budget().now_or_never()),
            7 => forgets(OUTRAGED.scope(true, pending::<()>())),
            8 => forgets(spawn(holds(OnDrop(|| drop(spawn(async {})))))),
            9 => drop(catch_unwind(|| Sim::new().run(async {}))),
            10 => {
                let task = spawn(async {
                    reweave::select! {
                        biased;
                        () = yield_now() => {}
                        () = holds(Bomb) => {}
                    }
                });
                assert!(task.await.unwrap_err().is_panic());
            }
            _ => {}
        }
        let mut set: JoinSet<u32> = (0..3).map(|n| later(n)).collect();
        while let Some(joined) = set.join_next().await {
            reweave::note!("{} at {:?}", joined.unwrap(), reweave::time::Instant::now());
        }
        drop(sleep(SECOND));
    }

    async fn later(n: u32) -> u32 {
        sleep(SECOND * (n % 2)).await;
        n
    }

    async fn holds<T>(thing: T) {
        pending::<()>().await;
        drop(thing);
    }

    /// Polls a future once, and leaks it.
    fn forgets<F: Future>(future: F) {
        let mut future = Box::pin(future);
        assert!(future.as_mut().now_or_never().is_none());
        std::mem::forget(future);
    }

    #[test]
    fn every_seed_is_what_it_is_alone_whatever_ran_before_it() {
        let explored = |jobs| {
            let found = explore(outrage)
                .seeds(0..300)
                .jobs(jobs)
                .verify_every(1)
                .collect()
                .run();
            let all = found.failures().iter().chain(found.warnings());
            let kinds: Vec<_> = all.flat_map(kinds).collect();
            assert!(!kinds.contains(&FindingKind::Nondeterminism), "{found}");
            assert!(kinds.contains(&FindingKind::Panic), "it was hostile");
            found.digest()
        };
        let digest = unharmed(|| explored(1));
        assert_eq!(digest, unharmed(|| explored(2)));
    }

    #[test]
    fn a_branch_that_panics_while_select_drops_it_does_not_silence_later_findings() {
        let run = unharmed(|| {
            Sim::new().run(async {
                let task = spawn(async {
                    reweave::select! {
                        biased;
                        () = yield_now() => {}
                        () = holds(Bomb) => {}
                    }
                });
                assert!(task.await.unwrap_err().is_panic());
                drop(sleep(SECOND));
            })
        });
        assert_eq!(kinds(&run), [FindingKind::NeverAwaited]);
    }
}
