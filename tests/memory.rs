//! Timers that are not needed any more leave nothing, tasks no more than is told of them, and an exploration no more the more seeds it has.
#![cfg(target_os = "linux")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::ready;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use reweave::task::yield_now;
use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, Level, Sim, spawn};

/// The allocator of the system, which counts the bytes that are in use.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static IN_USE: AtomicI64 = AtomicI64::new(0);

// SAFETY: all is done by the allocator of the system, with what the caller promises.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size() as i64, Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size() as i64, Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

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

/// By how many bytes an exploration grows from 2,000 seeds to 40,000, each of which fails, warns of something, and comes to a property;
/// with so many threads, the first of which stands still for a while at its first seed.
fn growth_of_an_exploration(jobs: usize) -> i64 {
    let in_use = Arc::new([const { AtomicI64::new(0) }; 2]);
    let seen = in_use.clone();
    let made = Arc::new(AtomicI64::new(0));
    let found = reweave::explore(|| async {
        let last = reweave::choose(&[1, 2, 3]).to_owned();
        reweave::sometimes!(last == 3, "three");
        drop(spawn(sleep(SECOND * 100)));
        assert!(last > 3, "no number is above three");
    })
    .sim(Sim::new().level(FindingKind::UnawaitedTask, Level::Warn))
    .builtin("portfolio".parse().unwrap())
    .seeds(0..40_000)
    .jobs(jobs)
    .collect()
    .on_run(move |seed| {
        let nth = made.fetch_add(1, Relaxed);
        match nth {
            2_000 => seen[0].store(IN_USE.load(Relaxed), Relaxed),
            // Nearly the last: the thread that stands still has some, too.
            39_800 => seen[1].store(IN_USE.load(Relaxed), Relaxed),
            _ => {}
        }
        while jobs > 1 && seed == 0 && made.load(Relaxed) < 39_900 {
            std::thread::yield_now();
        }
    })
    .run();
    assert_eq!(found.runs(), 40_000);
    let shown: Vec<_> = found.failures().iter().map(|run| run.shown()).collect();
    assert_eq!(shown.len(), 1, "{found}");
    in_use[1].load(Relaxed) - in_use[0].load(Relaxed)
}

/// One test, for what other tests of the same process hold would count as well.
#[test]
fn what_is_over_leaves_nothing() {
    for jobs in [1, 2] {
        let grown = growth_of_an_exploration(jobs);
        assert!(
            grown < 16 << 10,
            "an exploration with {jobs} threads: {grown} bytes"
        );
    }
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
