//! Locks, atomics and cells of `std_sync`, which may be held across a call.

use reweave as tokio;
use reweave::std_sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use reweave::std_sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, RwLock};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

use super::programs;

programs! {
    it_sends_under_a_lock,
    it_notifies_under_a_lock,
    it_spawns_under_a_lock,
    updates_are_made_again,
    a_stack_of_numbers_is_pushed_by_exchange,
    it_calls_while_it_initialises,
    it_publishes_under_a_lock,
    a_flag_is_looked_at_and_set_under_one_lock,
    a_lazy_value_is_made_once,
    a_poisoned_lock_is_used_on,
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}

async fn it_sends_under_a_lock() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let next = Arc::new(Mutex::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let (sender, next) = (sender.clone(), next.clone());
        tasks.spawn(async move {
            let mut next = next.lock().unwrap();
            sender.send(*next).unwrap();
            *next += 1;
        });
    }
    drop(sender);
    let mut received = Vec::new();
    while let Some(n) = receiver.recv().await {
        received.push(n);
    }
    assert_eq!(received, [0, 1, 2], "in order");
    join(tasks).await;
}

async fn it_notifies_under_a_lock() {
    let state = Arc::new((Mutex::new(false), Notify::new()));
    let worker = tokio::spawn({
        let state = state.clone();
        async move {
            let mut ready = state.0.lock().unwrap();
            state.1.notify_one();
            *ready = true;
        }
    });
    state.1.notified().await;
    assert!(*state.0.lock().unwrap());
    worker.await.unwrap();
}

async fn it_spawns_under_a_lock() {
    let tasks = Arc::new(Mutex::new(Vec::new()));
    let child = tokio::spawn({
        let tasks = tasks.clone();
        async move {
            let mut list = tasks.lock().unwrap();
            let counted = tasks.clone();
            let task = tokio::spawn(async move { assert_eq!(counted.lock().unwrap().len(), 1) });
            list.push(task);
        }
    });
    child.await.unwrap();
    // The grandchild looks at the list under the lock: it is taken out when that is over.
    while !tasks.lock().unwrap()[0].is_finished() {
        tokio::task::yield_now().await;
    }
    let task = tasks.lock().unwrap().pop().unwrap();
    task.await.unwrap();
}

async fn updates_are_made_again() {
    let count = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let count = count.clone();
        tasks.spawn(async move {
            for _ in 0..2 {
                let added = count.fetch_update(SeqCst, SeqCst, |n| n.checked_add(1));
                added.unwrap();
            }
        });
    }
    join(tasks).await;
    assert_eq!(count.load(SeqCst), 6);
}

async fn a_stack_of_numbers_is_pushed_by_exchange() {
    let digits = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for digit in 1..=3 {
        let digits = digits.clone();
        tasks.spawn(async move {
            let mut seen = digits.load(SeqCst);
            while let Err(other) =
                digits.compare_exchange_weak(seen, seen * 10 + digit, SeqCst, SeqCst)
            {
                seen = other;
            }
        });
    }
    join(tasks).await;
    let mut sum = 0;
    let mut rest = digits.load(SeqCst);
    while rest > 0 {
        (sum, rest) = (sum + rest % 10, rest / 10);
    }
    assert_eq!(sum, 6);
}

async fn it_calls_while_it_initialises() {
    let state = Arc::new((OnceLock::new(), AtomicU32::new(0), Notify::new()));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            let made = state.0.get_or_init(|| {
                state.2.notify_one();
                state.1.fetch_add(1, SeqCst) + 1
            });
            assert_eq!(*made, 1);
        });
    }
    join(tasks).await;
}

async fn it_publishes_under_a_lock() {
    let (sender, receiver) = watch::channel(0);
    let state = Arc::new((RwLock::new(0), sender));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            let mut total = state.0.write().unwrap();
            *total += 1;
            state.1.send(*total).unwrap();
        });
    }
    join(tasks).await;
    assert_eq!(*receiver.borrow(), *state.0.read().unwrap());
}

async fn a_flag_is_looked_at_and_set_under_one_lock() {
    let state = Arc::new((Mutex::new(false), AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            let mut done = state.0.lock().unwrap();
            if !*done {
                state.1.fetch_add(1, SeqCst);
                *done = true;
            }
        });
    }
    join(tasks).await;
    assert_eq!(state.1.load(SeqCst), 1);
}

async fn a_lazy_value_is_made_once() {
    let made = Arc::new(AtomicU32::new(0));
    let counted = made.clone();
    let lazy = Arc::new(LazyLock::new(move || counted.fetch_add(1, SeqCst)));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let lazy = lazy.clone();
        tasks.spawn(async move { assert_eq!(**lazy, 0) });
    }
    join(tasks).await;
    assert_eq!(made.load(SeqCst), 1);
}

async fn a_poisoned_lock_is_used_on() {
    let state = Arc::new((Mutex::new(1), AtomicBool::new(false)));
    let failing = tokio::spawn({
        let state = state.clone();
        async move {
            let _held = state.0.lock().unwrap();
            state.1.store(true, SeqCst);
            panic!("within the lock");
        }
    });
    assert!(failing.await.unwrap_err().is_panic());
    assert!(state.1.load(SeqCst) && state.0.is_poisoned());
    let value = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(*value, 1);
}
