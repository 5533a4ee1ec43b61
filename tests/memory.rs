//! Timers that are not needed any more leave nothing.
#![cfg(target_os = "linux")]

use std::future::ready;
use std::sync::{Arc, Mutex};

use reweave::Sim;
use reweave::task::yield_now;
use reweave::time::{Duration, timeout};

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

/// One test, for what other tests of the same process hold would count as well.
#[test]
fn a_million_timers_that_are_not_needed_any_more_leave_nothing() {
    let ready = growth(|| async { timeout(30 * SECOND, ready(())).await.unwrap() });
    assert!(
        ready < FLAT,
        "around a future that was ready: {ready} bytes"
    );
    let cancelled = growth(|| async { timeout(30 * SECOND, yield_now()).await.unwrap() });
    assert!(cancelled < FLAT, "set and cancelled: {cancelled} bytes");
}
