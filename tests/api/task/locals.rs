//! `spawn_local`, `LocalSet` and `task_local!`.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use futures::FutureExt;
use reweave::task::{Builder, JoinSet, LocalSet, spawn_local, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, spawn};

use super::{Flag, SECOND};

reweave::task_local! {
    /// The number of a request.
    static REQUEST: u32;
    static NAME: String;
}

#[reweave::test]
async fn tasks_need_not_be_send() {
    let count = Rc::new(Cell::new(0));
    let theirs = count.clone();
    spawn_local(async move { theirs.set(theirs.get() + 1) })
        .await
        .unwrap();
    let set = LocalSet::new();
    let theirs = count.clone();
    let task = set.spawn_local(async move {
        sleep(SECOND).await;
        theirs.set(theirs.get() + 10);
    });
    let seen = set
        .run_until(async { task.await.map(|()| count.get()) })
        .await;
    assert_eq!(seen.unwrap(), 11);
}

#[reweave::test]
async fn a_local_set_is_a_future_that_ends_with_its_tasks() {
    let set = LocalSet::new();
    let count = Rc::new(Cell::new(0));
    for n in 1..=3 {
        let count = count.clone();
        drop(set.spawn_local(async move {
            sleep(n * SECOND).await;
            count.set(count.get() + n);
        }));
    }
    set.await;
    assert_eq!(count.get(), 6);
}

#[test]
fn a_local_set_takes_its_tasks_with_it() {
    let (flag, dropped) = Flag::new();
    let run = Sim::new().run(async move {
        let set = LocalSet::new();
        drop(set.spawn_local(async move {
            let _flag = flag;
            pending::<()>().await;
        }));
        yield_now().await;
        drop(set);
        sleep(SECOND).await;
        dropped.load(SeqCst)
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.output(), Some(&true));
}

#[reweave::test]
async fn in_a_local_set_what_is_spawned_belongs_to_the_set() {
    let ended = Rc::new(Cell::new(0));
    let set = LocalSet::new();
    let count = ended.clone();
    let slow = |seconds: u32, count: Rc<Cell<u32>>| async move {
        sleep(seconds * SECOND).await;
        count.set(count.get() + 1);
    };
    set.run_until(async {
        drop(spawn_local(slow(1, count.clone())));
        let mut joined = JoinSet::new();
        joined.spawn_local(slow(2, count.clone()));
        joined.detach_all();
    })
    .await;
    drop(set.spawn_local(async move {
        drop(spawn_local(slow(3, count.clone())));
        let builder = Builder::new().name("slow");
        drop(builder.spawn_local(slow(4, count)));
    }));
    assert_eq!(ended.get(), 0);
    set.await;
    assert_eq!(ended.get(), 4);
}

#[reweave::test]
async fn an_entered_local_set_gets_what_is_spawned() {
    let set = LocalSet::new();
    let guard = set.enter();
    let inside = spawn_local(pending::<()>());
    drop(guard);
    let outside = spawn_local(async { 7 });
    drop(set);
    assert!(inside.await.unwrap_err().is_cancelled());
    assert_eq!(outside.await.unwrap(), 7);
}

#[reweave::test]
async fn what_is_spawned_into_a_local_set_that_was_dropped_is_cancelled() {
    let set = LocalSet::new();
    let guard = set.enter();
    drop(set);
    assert!(spawn_local(async {}).await.unwrap_err().is_cancelled());
    drop(guard);
}

#[reweave::test]
async fn tasks_of_a_local_set_run_while_it_is_driven() {
    let ticks = Rc::new(Cell::new(0));
    let set = LocalSet::new();
    let count = ticks.clone();
    drop(set.spawn_local(async move {
        loop {
            count.set(count.get() + 1);
            sleep(SECOND).await;
        }
    }));
    sleep(10 * SECOND).await;
    assert_eq!(ticks.get(), 0, "nobody drove it");
    set.run_until(sleep(SECOND * 5 / 2)).await;
    assert_eq!(ticks.get(), 3);
    sleep(10 * SECOND).await;
    assert_eq!(ticks.get(), 3, "nobody drives it any more");
}

/// A set with a task that counts its polls, each after this future.
fn counting<F>(pause: impl Fn() -> F + 'static) -> (LocalSet, Rc<Cell<u32>>)
where
    F: Future<Output = ()> + 'static,
{
    let (set, polls) = (LocalSet::new(), Rc::new(Cell::new(0)));
    let count = polls.clone();
    drop(set.spawn_local(async move {
        loop {
            count.set(count.get() + 1);
            pause().await;
        }
    }));
    (set, polls)
}

#[reweave::test]
async fn a_local_set_polled_once_stands_still_after_a_while() {
    let (mut yields, polls) = counting(yield_now);
    assert!((&mut yields).now_or_never().is_none());
    sleep(60 * SECOND).await;
    assert_eq!(polls.get(), 61, "tokio's figure");
    assert!((&mut yields).now_or_never().is_none());
    sleep(60 * SECOND).await;
    assert_eq!(polls.get(), 2 * 61);
    let (mut sleeps, polls) = counting(|| sleep(SECOND));
    assert!((&mut sleeps).now_or_never().is_none());
    sleep(60 * SECOND).await;
    assert_eq!(polls.get(), 1, "it was woken after the poll");
    // The same of a `run_until` that is held and not polled.
    let mut driven = Box::pin(sleeps.run_until(pending::<()>()));
    assert!((&mut driven).now_or_never().is_none());
    sleep(60 * SECOND).await;
    assert_eq!(polls.get(), 2);
    drop(driven);
}

#[test]
fn a_local_set_that_is_awaited_goes_on_and_on() {
    for run_until in [false, true] {
        let run = Sim::new().run(async move {
            let (mut set, polls) = counting(yield_now);
            let (sleeps, naps) = (set.spawn_local(sleep(60 * SECOND)), Rc::new(Cell::new(0)));
            let count = naps.clone();
            drop(set.spawn_local(async move {
                loop {
                    sleep(SECOND).await;
                    count.set(count.get() + 1);
                }
            }));
            let limit = async {
                while polls.get() < 1000 {
                    yield_now().await
                }
            };
            match run_until {
                true => set.run_until(limit).await,
                false => reweave::select! { () = &mut set => {} () = limit => {} },
            }
            drop(sleeps);
            (polls.get() >= 1000, naps.get())
        });
        assert_eq!(run.unwrap(), (true, 0));
    }
    let run = Sim::new().run(async {
        let (set, polls) = counting(|| sleep(SECOND));
        set.run_until(sleep(SECOND * 1001 / 2)).await;
        polls.get()
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.unwrap(), 501);
}

#[reweave::test]
async fn a_task_of_a_local_set_that_is_woken_by_another_drives_on() {
    let set = LocalSet::new();
    let (sender, mut receiver) = reweave::sync::mpsc::channel(1);
    let received = set.spawn_local(async move {
        let mut sum = 0;
        while let Some(n) = receiver.recv().await {
            sum += n;
        }
        sum
    });
    let sends = spawn(async move {
        for n in 1..=100 {
            sender.send(n).await.unwrap();
            if n % 10 == 0 {
                sleep(SECOND).await;
            }
        }
    });
    // Two drivers, of which one ends early.
    let (sum, ()) = futures::join!(set.run_until(received), set.run_until(sleep(3 * SECOND)));
    assert_eq!(sum.unwrap(), 5050);
    sends.await.unwrap();
}

#[test]
fn a_local_set_that_nobody_drives_is_found() {
    let run = Sim::new().run(async {
        let set = LocalSet::new();
        set.spawn_local(async {}).await.unwrap();
    });
    assert_eq!(run.findings()[0].kind(), FindingKind::Deadlock, "{run}");
}

#[reweave::test]
async fn dropping_a_local_set_drops_its_tasks_there_and_then() {
    let set = LocalSet::new();
    let (ready, running) = (Flag::new(), Flag::new());
    for flag in [ready.0, running.0] {
        drop(set.spawn_local(async move {
            let _flag = flag;
            pending::<()>().await;
        }));
    }
    set.run_until(yield_now()).await;
    let (late, never_polled) = Flag::new();
    drop(set.spawn_local(async move { drop(late) }));
    drop(set);
    for dropped in [ready.1, running.1, never_polled] {
        assert!(dropped.load(SeqCst));
    }
}

#[reweave::test]
async fn what_panics_while_a_local_set_is_dropped_is_its_tasks() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let set = LocalSet::new();
    let task = set.spawn_local(async {
        let _panics = Panics;
        pending::<()>().await;
    });
    set.run_until(sleep(SECOND)).await;
    drop(set);
    assert!(task.await.unwrap_err().is_panic());
}

#[test]
fn a_local_set_may_end_with_its_thread() {
    thread_local!(static SET: LocalSet = LocalSet::new());
    let thread = std::thread::spawn(|| {
        SET.with(|_| ());
        let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            SET.with(|set| drop(set.spawn_local(pending::<()>())));
            sleep(SECOND).await;
        });
        run.unwrap();
    });
    assert!(thread.join().is_ok());
}

#[reweave::test]
async fn values_belong_to_the_task_that_is_polled() {
    let scoped = |n| {
        REQUEST.scope(n, async move {
            for _ in 0..5 {
                assert_eq!(REQUEST.get(), n);
                yield_now().await;
            }
            let inner = REQUEST.scope(100, async { REQUEST.get() }).await;
            inner + REQUEST.get()
        })
    };
    let (one, two) = (spawn(scoped(1)), spawn(scoped(2)));
    assert_eq!((one.await.unwrap(), two.await.unwrap()), (101, 102));
    assert!(REQUEST.try_get().is_err(), "it is not set outside");
    assert!(
        REQUEST
            .try_with(|_| ())
            .unwrap_err()
            .to_string()
            .contains("not set")
    );
}

#[reweave::test]
async fn values_can_be_set_for_a_closure_and_seen_by_destructors() {
    assert_eq!(NAME.sync_scope("ada".into(), || NAME.with(String::len)), 3);
    struct Reads(Arc<AtomicU32>);
    impl Drop for Reads {
        fn drop(&mut self) {
            self.0.store(REQUEST.try_get().unwrap_or(99), SeqCst);
        }
    }
    let seen = Arc::new(AtomicU32::new(0));
    let reads = Reads(seen.clone());
    let task = spawn(REQUEST.scope(7, async move {
        let _reads = reads;
        pending::<()>().await;
    }));
    yield_now().await;
    yield_now().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(seen.load(SeqCst), 7);
}

#[test]
fn nothing_is_left_of_a_value_when_its_run_was_cut_off() {
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        drop(spawn(REQUEST.scope(7, pending::<()>())));
        sleep(SECOND).await;
    });
    assert!(run.findings().is_empty(), "{run}");
    assert!(REQUEST.try_get().is_err());
    let run = Sim::new().run(async { REQUEST.scope(1, async { panic!("within") }).await });
    assert!(run.failed() && REQUEST.try_get().is_err());
}
