//! A latch: how a main future awaits many tasks without joining them, so that what joining costs is measured at its own
//! workload only.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::Poll;

use futures::task::AtomicWaker;

/// Opens when as many tasks have [arrived](Latch::arrive) as it was made for, and adds up the units they report.
#[derive(Clone, Debug)]
pub struct Latch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    missing: AtomicUsize,
    units: AtomicU64,
    opened: AtomicWaker,
}

impl Latch {
    /// A latch for so many tasks.
    pub fn new(tasks: usize) -> Self {
        Self(Arc::new(Inner {
            missing: AtomicUsize::new(tasks),
            units: AtomicU64::new(0),
            opened: AtomicWaker::new(),
        }))
    }

    /// One task is done and did so many units. The last one opens the latch.
    pub fn arrive(&self, units: u64) {
        self.0.units.fetch_add(units, Relaxed);
        if self.0.missing.fetch_sub(1, Relaxed) == 1 {
            self.0.opened.wake();
        }
    }

    /// Waits until the latch is open.
    pub async fn opened(&self) {
        std::future::poll_fn(|context| {
            self.0.opened.register(context.waker());
            match self.0.missing.load(Relaxed) {
                0 => Poll::Ready(()),
                _ => Poll::Pending,
            }
        })
        .await;
    }

    /// The units of all who have arrived.
    pub fn units(&self) -> u64 {
        self.0.units.load(Relaxed)
    }
}
