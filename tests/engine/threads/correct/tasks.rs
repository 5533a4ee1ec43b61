//! Tasks that share something, begin and end.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use reweave as tokio;
use tokio::sync::{Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, oneshot};
use tokio::task::{JoinSet, LocalSet, spawn_local};
use tokio::time::{interval, sleep};

use super::programs;

programs! {
    no_more_are_let_in_than_may,
    rounds_end_together,
    a_notification_is_not_missed,
    transfers_keep_the_total,
    a_cache_is_filled_once,
    one_initialises,
    outputs_are_summed,
    an_aborted_task_cleans_up,
    work_is_cancelled,
    closures_compute_elsewhere,
    local_tasks_share_without_locks,
    local_tasks_of_no_set_share_without_locks,
    each_task_sees_its_own_local,
    ticks_are_counted,
    a_worker_is_started_by_who_comes_first,
    permits_are_spent_and_given,
    a_panic_is_seen_by_who_waits,
    hosts_serve_each_for_itself,
}

async fn join<T: Send + 'static>(mut tasks: JoinSet<T>) -> Vec<T> {
    let mut outputs = Vec::new();
    while let Some(output) = tasks.join_next().await {
        outputs.push(output.unwrap());
    }
    outputs
}

async fn no_more_are_let_in_than_may() {
    let state = Arc::new((Semaphore::new(2), AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let state = state.clone();
        tasks.spawn(async move {
            let permit = state.0.acquire().await.unwrap();
            assert!(state.1.fetch_add(1, SeqCst) < 2);
            tokio::task::yield_now().await;
            reweave::preempt();
            state.1.fetch_sub(1, SeqCst);
            drop(permit);
        });
    }
    join(tasks).await;
}

async fn rounds_end_together() {
    let state = Arc::new((Barrier::new(3), AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            for round in 1..=2 {
                state.1.fetch_add(1, SeqCst);
                state.0.wait().await;
                assert!(state.1.load(SeqCst) >= 3 * round);
            }
        });
    }
    join(tasks).await;
}

async fn a_notification_is_not_missed() {
    let state = Arc::new((AtomicBool::new(false), Notify::new()));
    let other = state.clone();
    let worker = tokio::spawn(async move {
        other.0.store(true, SeqCst);
        other.1.notify_waiters();
    });
    loop {
        // Made before the look.
        let notified = state.1.notified();
        if state.0.load(SeqCst) {
            break;
        }
        notified.await;
    }
    worker.await.unwrap();
}

async fn transfers_keep_the_total() {
    let accounts = Arc::new([Mutex::new(100), Mutex::new(100)]);
    let mut tasks = JoinSet::new();
    for amount in [10, 20] {
        let accounts = accounts.clone();
        tasks.spawn(async move {
            // Always in this order.
            let mut from = accounts[0].lock().await;
            let mut to = accounts[1].lock().await;
            *from -= amount;
            *to += amount;
        });
    }
    let (one, other) = (accounts[0].lock().await, accounts[1].lock().await);
    assert_eq!(*one + *other, 200);
    drop((one, other));
    join(tasks).await;
}

async fn a_cache_is_filled_once() {
    let cache = Arc::new(RwLock::new(None));
    let made = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let (cache, made) = (cache.clone(), made.clone());
        tasks.spawn(async move {
            if let Some(value) = *cache.read().await {
                return value;
            }
            // Looked at once more, now that nobody else can write.
            *cache.write().await.get_or_insert_with(|| {
                made.fetch_add(1, SeqCst);
                7
            })
        });
    }
    assert_eq!(join(tasks).await, [7, 7, 7]);
    assert_eq!(made.load(SeqCst), 1);
}

async fn one_initialises() {
    let state = Arc::new((OnceCell::new(), AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            let make = || async {
                tokio::task::yield_now().await;
                state.1.fetch_add(1, SeqCst) + 1
            };
            *state.0.get_or_init(make).await
        });
    }
    assert_eq!(join(tasks).await, [1, 1, 1]);
}

async fn outputs_are_summed() {
    let mut tasks = JoinSet::new();
    for n in 1..=4 {
        tasks.spawn(async move { n });
    }
    let mut sum = 0;
    while let Some(n) = tasks.try_join_next() {
        sum += n.unwrap();
    }
    sum += join(tasks).await.into_iter().sum::<u32>();
    assert_eq!(sum, 10);
}

async fn an_aborted_task_cleans_up() {
    struct Counted(Arc<Notify>, Arc<AtomicU32>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.1.fetch_add(1, SeqCst);
            self.0.notify_one();
        }
    }
    let (gone, count) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
    let counted = Counted(gone.clone(), count.clone());
    let task = tokio::spawn(async move {
        let _counted = counted;
        std::future::pending::<()>().await;
    });
    tokio::task::yield_now().await;
    task.abort();
    gone.notified().await;
    assert_eq!(count.load(SeqCst), 1);
    assert!(task.await.unwrap_err().is_cancelled());
}

async fn work_is_cancelled() {
    let (cancel, cancelled) = oneshot::channel();
    let work = tokio::spawn(async move {
        tokio::select! {
            _ = cancelled => "cancelled",
            () = sleep(Duration::from_secs(60)) => "done",
        }
    });
    cancel.send(()).unwrap();
    assert_eq!(work.await.unwrap(), "cancelled");
}

async fn closures_compute_elsewhere() {
    let sum = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for n in 1..=3 {
        let sum = sum.clone();
        tasks.spawn_blocking(move || {
            reweave::thread::sleep(Duration::from_millis(n.into()));
            sum.fetch_add(n, SeqCst);
        });
    }
    join(tasks).await;
    assert_eq!(sum.load(SeqCst), 6);
}

/// One task of a set never comes between two statements of another.
async fn local_tasks_share_without_locks() {
    let set = LocalSet::new();
    let (count, changed) = (Rc::new(Cell::new(0)), Rc::new(Notify::new()));
    let beside = tokio::spawn(async {
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    });
    set.run_until(async {
        let add = |(count, changed): (Rc<Cell<u32>>, Rc<Notify>)| async move {
            for _ in 0..3 {
                let seen = count.get();
                changed.notify_one();
                count.set(seen + 1);
                tokio::task::yield_now().await;
            }
        };
        let tasks = [(); 3].map(|()| spawn_local(add((count.clone(), changed.clone()))));
        for task in tasks {
            task.await.unwrap();
        }
    })
    .await;
    beside.await.unwrap();
    assert_eq!(count.get(), 9);
}

/// Nor does `main`, which may be on the same thread.
async fn local_tasks_of_no_set_share_without_locks() {
    let (count, changed) = (Rc::new(Cell::new(0)), Rc::new(Notify::new()));
    let beside = tokio::spawn(async { tokio::task::yield_now().await });
    let add = |(count, changed): (Rc<Cell<u32>>, Rc<Notify>)| async move {
        for _ in 0..3 {
            let seen = count.get();
            changed.notify_one();
            count.set(seen + 1);
            tokio::task::yield_now().await;
        }
    };
    let tasks = [(); 2].map(|()| spawn_local(add((count.clone(), changed.clone()))));
    add((count.clone(), changed.clone())).await;
    for task in tasks {
        task.await.unwrap();
    }
    beside.await.unwrap();
    assert_eq!(count.get(), 9);
}

tokio::task_local! {
    static REQUEST: u32;
}

async fn each_task_sees_its_own_local() {
    let changed = Arc::new(Notify::new());
    let mut tasks = JoinSet::new();
    for n in 0..3 {
        let changed = changed.clone();
        tasks.spawn(async move {
            assert!(REQUEST.try_get().is_err());
            let request = REQUEST.scope(n, async {
                for _ in 0..3 {
                    changed.notify_waiters();
                    assert_eq!(REQUEST.get(), n);
                }
                REQUEST.sync_scope(n + 10, || {
                    changed.notify_waiters();
                    assert_eq!(REQUEST.get(), n + 10);
                });
            });
            request.await;
            assert!(REQUEST.try_get().is_err());
        });
    }
    join(tasks).await;
}

async fn ticks_are_counted() {
    let count = Arc::new(AtomicU32::new(0));
    let ticking = tokio::spawn({
        let count = count.clone();
        async move {
            let mut ticks = interval(Duration::from_millis(10));
            for _ in 0..3 {
                ticks.tick().await;
                count.fetch_add(1, SeqCst);
            }
        }
    });
    sleep(Duration::from_millis(15)).await;
    assert!(count.load(SeqCst) <= 2);
    ticking.await.unwrap();
    assert_eq!(count.load(SeqCst), 3);
}

async fn a_worker_is_started_by_who_comes_first() {
    let worker = Arc::new(Mutex::new(None));
    let starts = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let (worker, starts) = (worker.clone(), starts.clone());
        tasks.spawn(async move {
            let mut worker = worker.lock().await;
            if worker.is_none() {
                starts.fetch_add(1, SeqCst);
                *worker = Some(tokio::spawn(async { tokio::task::yield_now().await }));
            }
        });
    }
    join(tasks).await;
    assert_eq!(starts.load(SeqCst), 1);
    let worker = worker.lock().await.take();
    worker.unwrap().await.unwrap();
}

async fn permits_are_spent_and_given() {
    let tokens = Arc::new(Semaphore::new(0));
    let filling = tokio::spawn({
        let tokens = tokens.clone();
        async move {
            for _ in 0..4 {
                tokens.add_permits(1);
                tokio::task::yield_now().await;
            }
        }
    });
    for _ in 0..2 {
        tokens.acquire_many(2).await.unwrap().forget();
    }
    filling.await.unwrap();
    assert_eq!(tokens.available_permits(), 0);
}

async fn a_panic_is_seen_by_who_waits() {
    let changed = Arc::new(Notify::new());
    let failing = tokio::spawn({
        let changed = changed.clone();
        async move {
            changed.notify_one();
            panic!("no disk");
        }
    });
    let quiet = tokio::spawn(async move { changed.notified().await });
    let error = failing.await.unwrap_err();
    assert!(error.is_panic());
    assert_eq!(*error.into_panic().downcast::<&str>().unwrap(), "no disk");
    quiet.await.unwrap();
}

async fn hosts_serve_each_for_itself() {
    let served = Arc::new(AtomicU32::new(0));
    let hosts = ["one", "two"].map(|name| {
        let served = served.clone();
        tokio::host(name).start(move || {
            let served = served.clone();
            async move {
                let task = tokio::spawn(async move {
                    served.fetch_add(1, SeqCst);
                });
                task.await.unwrap();
            }
        })
    });
    sleep(Duration::from_millis(1)).await;
    assert_eq!(served.load(SeqCst), 2);
    drop(hosts);
}
