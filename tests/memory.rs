//! Timers that are not needed any more leave nothing, and tasks no more than is told of them.
#![cfg(target_os = "linux")]

use std::future::ready;
use std::sync::{Arc, Mutex};

use reweave::task::yield_now;
use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, Sim, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// Bytes of memory that this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("VmRSS");
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

/// By how many bytes the process grows over a million turns, after some to warm up.
fn growth<F: Future + 'static>(turn: fn() -> F) -> u64 {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    // An exploration, because a run that is looked at keeps its whole trace.
    let found = reweave::explore(move || {
        let log = log.clone();
        async move {
            for turns in [100_000, 1_000_000] {
                for _ in 0..turns {
                    turn().await;
                }
                log.lock().unwrap().push(resident());
            }
        }
    })
    .sim(Sim::new().max_steps(u64::MAX).max_steps_at_once(u64::MAX))
    .seeds(0..1)
    .verify_every(0)
    .run();
    assert!(!found.failed(), "{found}");
    let seen = seen.lock().unwrap();
    seen[1].saturating_sub(seen[0])
}

/// A million timers left behind would take several times as much.
const FLAT: u64 = 16 << 20;

/// Each task spawns the next.
fn chain() {
    drop(spawn(async { chain() }));
}

/// The same, with virtual time between.
fn slow_chain(left: u32) {
    if left > 0 {
        let next = async move {
            sleep(SECOND).await;
            slow_chain(left - 1);
        };
        drop(spawn(next));
    }
}

/// By how many bytes the process grows in a chain of 50,000 tasks that is told as a livelock.
fn growth_of_a_recorded_chain() -> u64 {
    let before = resident();
    let sim = Sim::new().max_steps_at_once(25_000);
    let run = sim.run(async {
        chain();
        sleep(SECOND).await;
    });
    let kinds: Vec<_> = run.findings().iter().map(|found| found.kind()).collect();
    assert_eq!(kinds, [FindingKind::Livelock], "{run}");
    resident().saturating_sub(before)
}

/// By how many bytes it grows in a chain that goes on for long.
fn growth_of_an_explored_chain() -> u64 {
    let before = resident();
    let found = reweave::explore(async || {
        slow_chain(300_000);
        sleep(SECOND * 300_001).await;
    })
    .sim(
        Sim::new()
            .max_steps(u64::MAX)
            .max_virtual_time(Duration::MAX),
    )
    .seeds(0..1)
    .verify_every(0)
    .run();
    assert!(!found.failed(), "{found}");
    resident().saturating_sub(before)
}

/// One test, for what other tests of the same process hold would count as well.
#[test]
fn what_is_over_leaves_nothing() {
    let explored = growth_of_an_explored_chain();
    assert!(
        explored < FLAT / 2,
        "a chain of tasks, explored: {explored} bytes"
    );
    let recorded = growth_of_a_recorded_chain();
    assert!(
        recorded < 3 * FLAT,
        "a chain of tasks, recorded: {recorded} bytes"
    );
    let ready = growth(|| async { timeout(30 * SECOND, ready(())).await.unwrap() });
    assert!(
        ready < FLAT,
        "around a future that was ready: {ready} bytes"
    );
    let cancelled = growth(|| async { timeout(30 * SECOND, yield_now()).await.unwrap() });
    assert!(cancelled < FLAT, "set and cancelled: {cancelled} bytes");
}
