//! A guard is dropped, and the thread it protected runs on.
//!
//! A computation on a thread of its own must be alone, so it is started under a lock, and awaited. Then
//! somebody adds a short cut: if a cache knows the answer first, `select!` drops the rest. That drops the
//! guard. The thread cannot be dropped, and goes on:
//!
//! ```text
//!   round 1   locks ─ starts a thread ─ ✗ the cache was first
//!   thread 1             computes ─ ─ ─ ─ ─ ─ ─ writes
//!   round 2                                locks ─ starts a thread: two at once
//! ```
//!
//! Fixed, the thread is given the guard.
//!
//! Met in: "Async cancellation and sync blocks: good luck debugging this", blog.dfb.sh,
//! <https://blog.dfb.sh/blog/async-cancel>.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Mutex;
use tokio::task::{spawn_blocking, yield_now};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "guard_outlived",
    gallery: Gallery::Field,
    summary: "select! drops a guard while the thread it protects computes",
    bug: Some(FindingKind::UnobservedPanic),
    original: || program(rounds(compute_broken)),
    fixed: Some(|| program(rounds(compute_fixed))),
    configure: |sim| sim,
};

#[derive(Default)]
struct Worker {
    alone: Arc<Mutex<()>>,
    /// How many rounds are in the database. Each computes from what the one before it wrote.
    written: AtomicU32,
}

impl Worker {
    /// Must run alone, and in turn.
    fn compute(&self, round: u32) {
        let before = self.written.swap(round + 1, Relaxed);
        assert!(before <= round, "round {round} after round {before}");
    }
}

async fn compute_broken(worker: Arc<Worker>, round: u32) {
    let lock = worker.alone.clone();
    let _alone = lock.lock().await;
    drop(spawn_blocking(move || worker.compute(round)).await);
}

async fn compute_fixed(worker: Arc<Worker>, round: u32) {
    let alone = worker.alone.clone().lock_owned().await;
    let thread = spawn_blocking(move || {
        worker.compute(round);
        drop(alone);
    });
    drop(thread.await);
}

/// The cache may be quick.
async fn ask_cache() {
    yield_now().await;
}

async fn rounds(compute: impl AsyncFn(Arc<Worker>, u32)) {
    let worker = Arc::new(Worker::default());
    for round in 0..3 {
        tokio::select! {
            () = compute(worker.clone(), round) => {}
            () = ask_cache() => {}
        }
    }
    // No thread computes any more when the lock is free, or so one thinks.
    drop(worker.alone.lock().await);
}
