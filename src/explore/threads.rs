//! The threads of an exploration.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

/// How many threads are meant by this number of jobs, for so many runs: 0 is one a core, and there are no more than runs.
pub(super) fn count(jobs: usize, runs: u64) -> usize {
    let jobs = match jobs {
        0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        jobs => jobs,
    };
    jobs.min(usize::try_from(runs).unwrap_or(usize::MAX))
}

/// Does this on so many threads: on new ones, or on the calling one if there is to be one.
///
/// # Panics
///
/// With what one of them panicked with: what a maker, a strategy or a callback panics with is the caller's to see.
pub(super) fn on(jobs: usize, work: impl Fn() + Sync) {
    if jobs <= 1 {
        return work();
    }
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(&work)).collect();
        let ended: Vec<_> = workers.into_iter().map(ScopedJoinHandle::join).collect();
        if let Some(panic) = ended.into_iter().find_map(Result::err) {
            resume_unwind(panic);
        }
    });
}
