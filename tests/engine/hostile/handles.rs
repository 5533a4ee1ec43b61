//! Handles and timers that are carried out of their run, forgotten, or used on their own task.

use std::any::Any;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;

use futures::FutureExt;
use reweave::task::{AbortHandle, Builder, JoinHandle, JoinSet, yield_now};
use reweave::time::{Interval, Sleep, interval, sleep};
use reweave::{FindingKind, Sim, spawn};

use super::{OnDrop, SECOND, kinds, unharmed};

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
fn a_task_that_waits_for_its_own_end_is_a_deadlock_and_is_dropped() {
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
        let told = run.failure().unwrap().message();
        let expected =
            "main/task waits for itself, and will for ever: main ended, and left it behind";
        assert_eq!(told, expected);
    });
    assert!(dropped.load(SeqCst));
}

fn words(panic: Box<dyn Any + Send>) -> String {
    *panic.downcast::<String>().expect("a text")
}
