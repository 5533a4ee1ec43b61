//! Blocking calls, modelled.

use std::time::Duration;

use crate::base::place::caller;
use crate::run::context;

/// Blocks the thread, as [`std::thread::sleep`] does: virtual time passes, and no other task runs.
///
/// In a task that is the finding `blocking`. In a closure of
/// [`spawn_blocking`](crate::task::spawn_blocking) it is in its place, and holds nobody up.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn sleep(duration: Duration) {
    let place = caller();
    context::with("thread::sleep", |cx| cx.run().block(duration, place));
}
