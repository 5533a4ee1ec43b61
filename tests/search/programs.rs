//! Programs that are searched, and what they log.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use reweave::strategies::{Builtin, Searched};
use reweave::sync::Mutex as AsyncMutex;
use reweave::task::spawn_local;
use reweave::time::{Duration, sleep};
use reweave::{Exploration, explore};

/// What a run did.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<String>>);

impl Log {
    pub fn add(&self, what: impl std::fmt::Display) {
        self.0.borrow_mut().push_str(&format!("{what} "));
    }

    pub fn take(&self) -> String {
        self.0.take()
    }
}

/// Tasks that lock the same mutex, so often each.
pub async fn lockers(counts: &'static [usize]) -> String {
    let log = Log::default();
    let all = Rc::new(AsyncMutex::new(()));
    let tasks: Vec<_> = ('a'..)
        .zip(counts)
        .map(|(letter, &count)| {
            let (log, all) = (log.clone(), all.clone());
            spawn_local(async move {
                for _ in 0..count {
                    log.add(letter);
                    drop(all.lock().await);
                    log.add(letter.to_ascii_uppercase());
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
        log.add('.');
    }
    log.take()
}

/// Choices, ties of timers, a `select!`.
pub async fn choices() -> String {
    let log = Log::default();
    log.add(reweave::choose(0..3));
    if reweave::flip(0.5) {
        log.add(reweave::choose(0..2));
    }
    let second = Duration::from_secs(1);
    let (telling, told) = (log.clone(), log.clone());
    let late = spawn_local(async move {
        sleep(second).await;
        telling.add("late");
    });
    reweave::select! {
        () = sleep(second) => told.add("one"),
        () = sleep(second) => told.add("other"),
    }
    late.await.unwrap();
    log.take()
}

/// What each run of a search gave, in order.
pub fn searched<F>(
    strategy: Builtin,
    budget: u64,
    program: impl Fn() -> F + Sync,
) -> (Vec<String>, Exploration)
where
    F: Future<Output = String> + 'static,
{
    let last = Arc::new(Mutex::new(String::new()));
    let all = Arc::new(Mutex::new(Vec::new()));
    let (given, kept) = (last.clone(), all.clone());
    let found = explore(|| {
        let (program, last) = (program(), last.clone());
        async move { *last.lock().unwrap() = program.await }
    })
    .builtin(strategy)
    .seeds(0..budget)
    .collect()
    .on_run(move |_| kept.lock().unwrap().push(given.lock().unwrap().clone()))
    .run();
    let all = all.lock().unwrap().clone();
    (all, found)
}

pub fn how_far(found: &Exploration) -> &Searched {
    found.searched().expect("a search says how far it got")
}
