//! Real locks of std, which are not held across a call of ours, and thread-locals, which are not borrowed across one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use reweave as tokio;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;

use super::programs;

programs! {
    a_count_is_kept_under_a_lock,
    a_queue_of_ones_own,
    snapshots_of_settings,
    numbers_are_given_once,
    a_cell_of_the_thread_is_swapped,
    a_buffer_of_the_thread_is_used_in_between,
    settings_are_read_once,
    one_is_the_leader,
    a_flag_says_stop,
    answers_find_who_asked,
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}

async fn a_count_is_kept_under_a_lock() {
    let state = Arc::new((Mutex::new(0), Notify::new()));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            *state.0.lock().unwrap() += 1;
            state.1.notify_one();
        });
    }
    join(tasks).await;
    assert_eq!(*state.0.lock().unwrap(), 3);
}

async fn a_queue_of_ones_own() {
    let state = Arc::new((Mutex::new(VecDeque::new()), Notify::new()));
    let producer = tokio::spawn({
        let state = state.clone();
        async move {
            for n in 0..4 {
                state.0.lock().unwrap().push_back(n);
                state.1.notify_one();
            }
        }
    });
    let mut taken = Vec::new();
    while taken.len() < 4 {
        let next = state.0.lock().unwrap().pop_front();
        match next {
            Some(n) => taken.push(n),
            // A notification that comes before this is kept.
            None => state.1.notified().await,
        }
    }
    assert_eq!(taken, [0, 1, 2, 3]);
    producer.await.unwrap();
}

async fn snapshots_of_settings() {
    let settings = Arc::new(RwLock::new(Arc::new((1, 1))));
    let (changed, mut changes) = mpsc::channel(1);
    let setter = tokio::spawn({
        let settings = settings.clone();
        async move {
            *settings.write().unwrap() = Arc::new((2, 2));
            changed.send(()).await.unwrap();
        }
    });
    let seen = settings.read().unwrap().clone();
    reweave::preempt();
    assert_eq!(seen.0, seen.1);
    changes.recv().await.unwrap();
    assert_eq!(settings.read().unwrap().0, 2);
    setter.await.unwrap();
}

async fn numbers_are_given_once() {
    let state = Arc::new((AtomicU32::new(0), Mutex::new(Vec::new())));
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let state = state.clone();
        tasks.spawn(async move {
            let number = state.0.fetch_add(1, SeqCst);
            reweave::preempt();
            state.1.lock().unwrap().push(number);
        });
    }
    join(tasks).await;
    let mut numbers = std::mem::take(&mut *state.1.lock().unwrap());
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

async fn a_cell_of_the_thread_is_swapped() {
    let changed = Arc::new(Notify::new());
    let mut tasks = JoinSet::new();
    for n in 1..=3 {
        let changed = changed.clone();
        tasks.spawn(async move {
            // Whatever it was, it is one of those that were set.
            assert!(LAST.replace(n) <= 3);
            changed.notify_one();
            assert!(LAST.get() <= 3);
        });
    }
    join(tasks).await;
}

async fn a_buffer_of_the_thread_is_used_in_between() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for n in 0..3 {
        let sender = sender.clone();
        tasks.spawn(async move {
            let text = BUFFER.with_borrow_mut(|buffer| {
                buffer.clear();
                buffer.push_str("line ");
                buffer.push_str(&n.to_string());
                buffer.clone()
            });
            sender.send(text).unwrap();
        });
    }
    drop(sender);
    let mut lines = Vec::new();
    while let Some(line) = receiver.recv().await {
        lines.push(line);
    }
    lines.sort_unstable();
    assert_eq!(lines, ["line 0", "line 1", "line 2"]);
    join(tasks).await;
}

async fn settings_are_read_once() {
    let state = Arc::new((OnceLock::new(), AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            reweave::preempt();
            let made = state.0.get_or_init(|| state.1.fetch_add(1, SeqCst) + 1);
            assert_eq!(*made, 1);
        });
    }
    join(tasks).await;
}

async fn one_is_the_leader() {
    let state = Arc::new((AtomicBool::new(false), AtomicU32::new(0), Notify::new()));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let state = state.clone();
        tasks.spawn(async move {
            let first = state.0.compare_exchange(false, true, SeqCst, SeqCst);
            state.2.notify_waiters();
            if first.is_ok() {
                state.1.fetch_add(1, SeqCst);
            }
        });
    }
    join(tasks).await;
    assert_eq!(state.1.load(SeqCst), 1);
}

async fn a_flag_says_stop() {
    let state = Arc::new((AtomicBool::new(false), Notify::new()));
    let worker = tokio::spawn({
        let state = state.clone();
        async move {
            while !state.0.load(SeqCst) {
                state.1.notified().await;
            }
        }
    });
    state.0.store(true, SeqCst);
    state.1.notify_one();
    worker.await.unwrap();
}

async fn answers_find_who_asked() {
    let pending = Arc::new(Mutex::new(BTreeMap::new()));
    let (requests, mut inbox) = mpsc::channel(2);
    let server = tokio::spawn({
        let pending = pending.clone();
        async move {
            while let Some(id) = inbox.recv().await {
                let asked: Option<oneshot::Sender<u32>> = pending.lock().unwrap().remove(&id);
                asked.expect("noted before it was sent").send(id).unwrap();
            }
        }
    });
    let mut tasks = JoinSet::new();
    for id in 0..3 {
        let (pending, requests) = (pending.clone(), requests.clone());
        tasks.spawn(async move {
            let (answer, answered) = oneshot::channel();
            pending.lock().unwrap().insert(id, answer);
            requests.send(id).await.unwrap();
            assert_eq!(answered.await.unwrap(), id);
        });
    }
    drop(requests);
    join(tasks).await;
    server.await.unwrap();
}
