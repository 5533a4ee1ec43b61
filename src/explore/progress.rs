//! How far an exploration is, for whoever waits for it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::shrinking::Pace;

/// How far an exploration is: see [`Explore::on_progress`](crate::Explore::on_progress). Its `Display` is a line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How many runs were made so far, by all threads.
    pub runs: u64,
    /// How many it may make at the most.
    pub of: u64,
    /// How long it has taken so far, in real time.
    pub took: Duration,
    /// How many distinct findings were seen so far, warnings among them.
    pub findings: usize,
}

impl Progress {
    /// How many runs it made a second, on average.
    pub fn per_second(&self) -> f64 {
        self.runs as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }
}

/// Who is told.
pub(super) type ProgressListener = Box<dyn Fn(&Progress) + Sync>;

/// When somebody is told. Threads count their runs here.
pub(super) struct Teller {
    pub(super) began: Instant,
    of: u64,
    runs: AtomicU64,
    pace: Mutex<Pace>,
}

impl Teller {
    /// For an exploration that may make so many runs, and begins now.
    pub(super) fn begin(of: u64) -> Teller {
        let began = Instant::now();
        Teller {
            began,
            of,
            runs: AtomicU64::new(0),
            pace: Mutex::new(Pace::begin(began)),
        }
    }

    /// A run more was made. Somebody is told if it is time, by the thread that made it; one that finds another one telling goes on.
    pub(super) fn made(&self, told: &dyn Fn(&Progress), findings: impl FnOnce() -> usize) {
        let runs = self.runs.fetch_add(1, Relaxed) + 1;
        let Ok(mut pace) = self.pace.try_lock() else {
            return;
        };
        let now = Instant::now();
        if pace.is_due(now) {
            told(&Progress {
                runs,
                of: self.of,
                took: now - self.began,
                findings: findings(),
            });
        }
    }
}
