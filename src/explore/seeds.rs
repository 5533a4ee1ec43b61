//! Which seeds an exploration runs, and which thread takes which. What it finds does not depend on that.
//!
//! [`Systematic`](super::systematic) and [`guided`](super::guided) searches have no seeds.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Seeds that a thread takes at a time.
pub(super) const SEEDS_AT_ONCE: u64 = 64;

/// There are no seeds after so many times, wherever a range begins.
const ALL_TAKEN: u64 = 1 << 63;

/// Every seed of a range, up to the lowest that fails.
pub(super) struct SeedsInOrder {
    seeds: Range<u64>,
    /// How many times a thread took [`SEEDS_AT_ONCE`] seeds.
    taken: AtomicU64,
    /// The lowest failing seed, if it is to stop there; else the end.
    stop_at: AtomicU64,
    /// No seeds are wanted from this on.
    closed_at: AtomicU64,
}

impl SeedsInOrder {
    pub(super) fn new(seeds: Range<u64>) -> SeedsInOrder {
        SeedsInOrder {
            taken: AtomicU64::new(0),
            stop_at: AtomicU64::new(seeds.end),
            closed_at: AtomicU64::new(seeds.end),
            seeds,
        }
    }

    /// The next runs to make, by their seeds; `None` when there are no more.
    pub(super) fn take(&self) -> Option<Range<u64>> {
        // Those that are taken at once end at a multiple of their number, wherever the range begins.
        let ahead = self.taken.fetch_add(1, Relaxed);
        let batch = self.seeds.start / SEEDS_AT_ONCE + ahead;
        let start = batch.checked_mul(SEEDS_AT_ONCE)?;
        let first = start.max(self.seeds.start);
        let last = self.seeds.end.min(start.saturating_add(SEEDS_AT_ONCE));
        self.is_wanted(first).then_some(first..last)
    }

    /// Whether this run, which was taken, is still to be made.
    pub(super) fn is_wanted(&self, seed: u64) -> bool {
        seed < self.stop_at.load(Relaxed) && seed < self.closed_at.load(Relaxed)
    }

    /// A run failed, and the exploration is to end with the first that does.
    pub(super) fn stop_at(&self, seed: u64) {
        self.stop_at.fetch_min(seed, Relaxed);
    }

    /// No more runs are to be begun with this one and after it.
    pub(super) fn close_at(&self, seed: u64) {
        self.closed_at
            .fetch_min(seed.max(self.seeds.start), Relaxed);
    }

    /// Whether it stops at a run that failed.
    pub(super) fn has_stopped(&self) -> bool {
        self.stop_at.load(Relaxed) < self.closed_at.load(Relaxed)
    }

    /// No more runs are to be taken. Gives the first that nobody has taken; after the first time, the end.
    pub(super) fn close(&self) -> u64 {
        // In one step, so that none is taken in between.
        let ahead = self.taken.swap(ALL_TAKEN, Relaxed);
        let batch = self.seeds.start / SEEDS_AT_ONCE + ahead;
        let untaken = batch.saturating_mul(SEEDS_AT_ONCE);
        let untaken = untaken.clamp(self.seeds.start, self.seeds.end);
        self.close_at(untaken);
        untaken
    }

    /// The runs that count, once all that were wanted are made.
    pub(super) fn made(&self) -> Range<u64> {
        let stop_at = self.stop_at.load(Relaxed);
        // The failing seed itself counts.
        let end = stop_at.saturating_add(1).min(self.closed_at.load(Relaxed));
        self.seeds.start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_is_taken_once_and_none_above_a_failure() {
        let seeds = SeedsInOrder::new(5..150);
        let taken: Vec<u64> = std::iter::from_fn(|| seeds.take()).flatten().collect();
        assert!(taken.iter().copied().eq(5..150));
        assert_eq!(seeds.made(), 5..150);

        let seeds = SeedsInOrder::new(0..1000);
        assert_eq!((seeds.take(), seeds.take()), (Some(0..64), Some(64..128)));
        seeds.stop_at(70);
        seeds.stop_at(75);
        assert!(seeds.is_wanted(69) && !seeds.is_wanted(70));
        assert_eq!((seeds.take(), seeds.made()), (None, 0..71));
    }

    #[test]
    fn what_is_closed_ends_before_what_nobody_has_taken() {
        let seeds = SeedsInOrder::new(5..1000);
        assert_eq!((seeds.take(), seeds.close()), (Some(5..64), 64));
        assert_eq!((seeds.take(), seeds.made()), (None, 5..64));
        assert_eq!((seeds.close(), seeds.made()), (1000, 5..64));
        // A failure among those that were taken still counts.
        seeds.stop_at(20);
        assert_eq!(seeds.made(), 5..21);
    }

    #[test]
    fn the_last_seed_there_is_can_be_run() {
        let seeds = SeedsInOrder::new(u64::MAX - 2..u64::MAX);
        assert_eq!(seeds.take(), Some(u64::MAX - 2..u64::MAX));
        assert_eq!(seeds.take(), None);
        assert_eq!(seeds.made(), u64::MAX - 2..u64::MAX);
    }
}
