//! Blocking calls, modelled.

use std::time::Duration;

use crate::base::place::caller;
use crate::run::context;

/// Blocks the thread, as [`std::thread::sleep`] does: virtual time passes, and no other task runs.
///
/// In a task that is the finding [`blocking`](crate::FindingKind::Blocking). In a closure of
/// [`spawn_blocking`](crate::task::spawn_blocking) it is none, and holds nobody up.
///
/// ```
/// use reweave::time::{Duration, Instant};
///
/// # reweave::Sim::new().run(async {
/// let slept = reweave::task::spawn_blocking(|| {
///     let start = Instant::now();
///     reweave::thread::sleep(Duration::from_secs(1));
///     start.elapsed()
/// });
/// assert_eq!(slept.await.unwrap(), Duration::from_secs(1));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn sleep(duration: Duration) {
    let place = caller();
    context::with("thread::sleep", |cx| cx.run().block(duration, place));
}
