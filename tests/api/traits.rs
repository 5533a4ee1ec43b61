//! The traits that the ecosystem is written against, on our own types: streams, sinks, byte streams, executors. Each is
//! used as a library would use it, through the combinators of `futures`. Those of tokio are tried in the binary `features`.

#[path = "../any_schedule.rs"]
mod any_schedule;
mod claims;
mod echo;
mod pipes;
mod runtime;
mod sinks;
mod spawning;
mod streams;
mod terminal;
mod wrappers;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use futures::task::ArcWake;

pub use any_schedule::in_any_schedule;

const SECOND: Duration = Duration::from_secs(1);

/// Counts wakes, for futures that are polled by hand.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wakes {
    fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl ArcWake for Wakes {
    fn wake_by_ref(this: &Arc<Self>) {
        this.0.fetch_add(1, SeqCst);
    }
}
