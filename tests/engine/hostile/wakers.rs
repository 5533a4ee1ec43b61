//! Wakers that panic, are leaked, or are woken from anywhere at any time.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWakerVTable, Wake, Waker};
use std::thread;

use futures::FutureExt;
use reweave::task::yield_now;
use reweave::time::sleep;
use reweave::{FindingKind, Sim, spawn};

use super::{SECOND, kinds, my_waker, unharmed};

/// A waker that panics whenever it is used.
pub(super) fn rude_waker(clones: bool) -> Waker {
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
fn of_another_task_in_a_timer_whatever_that_task_does_when_it_fires() {
    for is_over in [false, true] {
        let run = unharmed(|| {
            Sim::new().allow(FindingKind::Futurelock).run(async move {
                let (give, given) = reweave::sync::oneshot::channel();
                let task = spawn(async move {
                    let waker = my_waker().await;
                    let _ = give.send(waker.clone());
                    if is_over {
                        return 0;
                    }
                    let mut polls = 0;
                    poll_fn(|_| {
                        polls += 1;
                        match polls {
                            1 => Poll::Pending,
                            _ => Poll::Ready(()),
                        }
                    })
                    .await;
                    polls
                });
                let waker = given.await.unwrap();
                let mut sleeping = Box::pin(sleep(SECOND));
                let polled = sleeping.poll_unpin(&mut Context::from_waker(&waker));
                assert!(polled.is_pending());
                sleep(2 * SECOND).await;
                (task.await.unwrap(), sleeping.is_elapsed())
            })
        });
        let polls = if is_over { 0 } else { 2 };
        assert_eq!(run.output(), Some(&(polls, true)), "{run}");
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

#[test]
fn that_are_left_in_a_timer_end_with_their_run() {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let nobody = Arc::new(Nobody);
    let waker = Waker::from(nobody.clone());
    let run = unharmed(|| {
        Sim::new().run(async move {
            let mut sleeping = Box::pin(sleep(SECOND));
            let polled = sleeping.poll_unpin(&mut Context::from_waker(&waker));
            assert!(polled.is_pending());
            std::mem::forget(sleeping);
        })
    });
    assert!(!run.failed(), "{run}");
    assert_eq!(Arc::strong_count(&nobody), 1, "the thread keeps it");
}
