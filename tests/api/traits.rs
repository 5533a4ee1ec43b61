//! The traits that the ecosystem is written against, on our own types: streams, sinks, byte streams, executors. Each is
//! used as a library would use it, through the combinators of `futures` (and of tokio, with the feature `tokio`).

mod claims;
mod echo;
mod pipes;
mod runtime;
mod sinks;
mod spawning;
mod streams;
mod terminal;
#[cfg(feature = "tokio")]
mod tokio_io;
mod wrappers;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use futures::task::ArcWake;
use reweave::Sim;

const SECOND: Duration = Duration::from_secs(1);

/// What a program gives in the plain run and in fifty drawn ones: the same, if schedules do not matter to it.
#[track_caller]
fn in_any_schedule<F>(program: fn() -> F) -> F::Output
where
    F: Future + 'static,
    F::Output: PartialEq + std::fmt::Debug,
{
    let plain = Sim::new().run(program()).unwrap();
    for seed in 0..50 {
        assert_eq!(
            Sim::new().seed(seed).run(program()).unwrap(),
            plain,
            "seed {seed}"
        );
    }
    plain
}

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
