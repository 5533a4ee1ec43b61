//! The `enumerate` command: how many runs searches make that try all schedules of a small program: Reweave's `dpor` and `exhaustive`, loom, and
//! shuttle's depth-first search.
//!
//! Each program is written once for tasks (Reweave, shuttle) and once for threads (loom, which has no tasks that share its mutex), with the same
//! locks in the same order. They fail in some schedules; all are made all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::Result;
use comfy_table::Table;
use reweave::strategies::Builtin;

/// After so many runs a search gives up.
const MOST: u64 = 500_000;

/// A lost update with a mutex: each of the tasks reads under the lock, and writes under it again.
const TASKS: usize = 3;

/// Counts the runs of each search, and prints them.
pub(crate) fn enumerate() -> Result<()> {
    let mut table = Table::new();
    table.set_header(["program", "dpor", "exhaustive", "loom", "shuttle DFS"]);
    table.add_row([
        "lost update, 3 tasks".to_owned(),
        reweave(Builtin::Dpor, lost_update_of_tasks),
        reweave(Builtin::Exhaustive, lost_update_of_tasks),
        loom(lost_update_of_threads),
        shuttle(lost_update_of_shuttle),
    ]);
    table.add_row([
        "philosophers, 3".to_owned(),
        reweave(Builtin::Dpor, philosophers_of_tasks),
        reweave(Builtin::Exhaustive, philosophers_of_tasks),
        loom(philosophers_of_threads),
        shuttle(philosophers_of_shuttle),
    ]);
    println!("{table}");
    println!("Runs until all schedules are tried; `>` where a search gave up.");
    Ok(())
}

fn reweave<F>(strategy: Builtin, program: impl Fn() -> F + Sync) -> String
where
    F: Future<Output = ()> + 'static,
{
    let found = reweave::explore(program)
        .builtin(strategy)
        .seeds(0..MOST)
        .collect()
        .run();
    match found.searched() {
        Some(searched) if searched.is_complete() => searched.runs.to_string(),
        _ => format!("> {}", found.runs()),
    }
}

fn loom(program: fn()) -> String {
    let runs = Arc::new(AtomicU64::new(0));
    let count = runs.clone();
    let mut model = loom::model::Builder::new();
    model.max_permutations = usize::try_from(MOST).ok();
    model.check(move || {
        count.fetch_add(1, Relaxed);
        program();
    });
    shown(runs.load(Relaxed))
}

fn shuttle(program: fn()) -> String {
    let runs = Arc::new(AtomicU64::new(0));
    let count = runs.clone();
    let program = move || {
        count.fetch_add(1, Relaxed);
        program();
    };
    shuttle::check_dfs(program, usize::try_from(MOST).ok());
    shown(runs.load(Relaxed))
}

fn shown(runs: u64) -> String {
    match runs < MOST {
        true => runs.to_string(),
        false => format!("> {runs}"),
    }
}

async fn lost_update_of_tasks() {
    let total = Arc::new(reweave::sync::Mutex::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let total = total.clone();
            reweave::spawn(async move {
                let read = *total.lock().await;
                *total.lock().await = read + 1;
            })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
}

fn lost_update_of_threads() {
    let total = loom::sync::Arc::new(loom::sync::Mutex::new(0));
    let threads: Vec<_> = (0..TASKS)
        .map(|_| {
            let total = total.clone();
            loom::thread::spawn(move || {
                let read = *total.lock().unwrap();
                *total.lock().unwrap() = read + 1;
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

fn lost_update_of_shuttle() {
    let total = Arc::new(shuttle::sync::Mutex::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let total = total.clone();
            shuttle::future::spawn(async move {
                let read = *total.lock().unwrap();
                *total.lock().unwrap() = read + 1;
            })
        })
        .collect();
    for task in tasks {
        let _ = shuttle::future::block_on(task);
    }
}

/// Each philosopher takes the fork with the lower number first, so that none waits for ever: loom stops at a deadlock.
fn forks(of: usize) -> (usize, usize) {
    let (one, other) = (of, (of + 1) % TASKS);
    (one.min(other), one.max(other))
}

async fn philosophers_of_tasks() {
    let table: Arc<Vec<_>> = Arc::new((0..TASKS).map(|_| reweave::sync::Mutex::new(0)).collect());
    let tasks: Vec<_> = (0..TASKS)
        .map(|of| {
            let table = table.clone();
            reweave::spawn(async move {
                let (first, second) = forks(of);
                let mut first = table[first].lock().await;
                let mut second = table[second].lock().await;
                *first += 1;
                *second += 1;
            })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
}

fn philosophers_of_threads() {
    let table = loom::sync::Arc::new(
        (0..TASKS)
            .map(|_| loom::sync::Mutex::new(0))
            .collect::<Vec<_>>(),
    );
    let threads: Vec<_> = (0..TASKS)
        .map(|of| {
            let table = table.clone();
            loom::thread::spawn(move || {
                let (first, second) = forks(of);
                let mut first = table[first].lock().unwrap();
                let mut second = table[second].lock().unwrap();
                *first += 1;
                *second += 1;
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

fn philosophers_of_shuttle() {
    let table: Arc<Vec<_>> = Arc::new((0..TASKS).map(|_| shuttle::sync::Mutex::new(0)).collect());
    let tasks: Vec<_> = (0..TASKS)
        .map(|of| {
            let table = table.clone();
            shuttle::future::spawn(async move {
                let (first, second) = forks(of);
                let mut first = table[first].lock().unwrap();
                let mut second = table[second].lock().unwrap();
                *first += 1;
                *second += 1;
            })
        })
        .collect();
    for task in tasks {
        let _ = shuttle::future::block_on(task);
    }
}
