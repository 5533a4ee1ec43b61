//! A hundred thousand open tasks saturate nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use reweave::explore;
use reweave_scenarios::articles::event_coroutines::crowd;

use crate::memory;

const TASKS: usize = 100_000;

/// Prints what an open task costs. To see it, with no other test beside it:
/// `cargo test -p reweave-scenarios --test gallery crowd -- --nocapture`.
#[test]
fn a_hundred_thousand_open_tasks() {
    let before = memory::resident().unwrap_or(0);
    let peak = Arc::new(AtomicU64::new(0));
    let seen = peak.clone();
    // Explored, so that no trace is kept: the tasks are measured, not the record of them.
    let found = explore(move || {
        let seen = seen.clone();
        async move {
            let note_peak = || seen.store(memory::resident().unwrap_or(0), Relaxed);
            let waited = crowd(TASKS, note_peak).await;
            assert_eq!(waited, TASKS, "all of them wait at once");
        }
    })
    .seeds(0..1)
    .verify_every(0)
    .run();
    assert!(!found.failed() && found.warnings().is_empty(), "{found}");
    let used = peak.load(Relaxed).saturating_sub(before);
    println!(
        "{TASKS} open tasks: {} bytes of resident memory a task",
        used / TASKS as u64
    );
}
