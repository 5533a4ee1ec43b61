//! Who hears which runs a test makes: the watchdog, and the file of running seeds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::environment::Environment;
use super::running::Running;
use super::{unknown, watchdog};
use crate::explore::sim::Sim;
use crate::run::underway::{Batch, Drawn, Underway, Witness};

/// See the top of this file.
pub(super) struct Entry<R> {
    /// The line that replays a run, if one does.
    replay: R,
    /// Whether there is a watchdog.
    watched: bool,
    running: Option<Running>,
    threads: AtomicUsize,
}

impl<R: Fn(&Drawn) -> Option<String> + Send + Sync> Entry<R> {
    pub(super) fn new(replay: R, watched: bool, running: Option<Running>) -> Entry<R> {
        Entry {
            replay,
            watched,
            running,
            threads: AtomicUsize::new(0),
        }
    }
}

impl<R> std::fmt::Debug for Entry<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").finish_non_exhaustive()
    }
}

impl<R: Fn(&Drawn) -> Option<String> + Send + Sync> Witness for Entry<R> {
    fn begins(&self, underway: &Arc<Underway>) -> usize {
        if self.watched {
            watchdog::watch(underway);
        }
        self.threads.fetch_add(1, Relaxed)
    }

    fn takes(&self, thread: usize, batch: &Batch) {
        if let Some(running) = &self.running {
            running.takes(thread, batch);
        }
    }

    fn replay(&self, drawn: &Drawn) -> Option<String> {
        (self.replay)(drawn)
    }
}

/// Has the runs of a command line watched: `replay` makes the line that replays the run with a seed, or the plain one.
pub fn watched(sim: Sim, replay: impl Fn(Option<u64>) -> String + Send + Sync + 'static) -> Sim {
    let replay = move |drawn: &Drawn| match drawn {
        Drawn::Seed(seed) => Some(replay(Some(*seed))),
        Drawn::Plain => Some(replay(None)),
        Drawn::Tape(_) | Drawn::Unnamed => None,
    };
    unknown::tell();
    // Of variables that contradict each other the runs of a test speak.
    let watched = Environment::read().map_or(true, |read| read.watchdog != Some(false));
    sim.with_witness(Arc::new(Entry::new(replay, watched, None)))
}
