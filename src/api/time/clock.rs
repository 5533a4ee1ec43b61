//! Moving the clock by hand.
//!
//! The clock of a simulation is what tokio calls paused, and moves on when every task waits. So
//! [`pause`] and [`resume`] change nothing but whether [`advance`] is allowed; they are here for code that
//! is tested on both.

use std::time::Duration;

use crate::api::task::yield_now;
use crate::base::place::caller;
use crate::base::span::nanos;
use crate::base::touched::{self, Shared};
use crate::record::event::Event;
use crate::run::context;

/// Allows [`advance`] again after [`resume`].
///
/// ```
/// use reweave::time::{self, Duration};
///
/// # reweave::Sim::new().run(async {
/// time::resume();
/// time::pause();
/// time::advance(Duration::from_secs(1)).await;
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn pause() {
    touched::touch(Shared::Everything);
    context::with("time::pause", |cx| cx.run().pause_clock(true));
}

/// Forbids [`advance`] until [`pause`] is called. Time stays virtual.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn resume() {
    touched::touch(Shared::Everything);
    context::with("time::resume", |cx| cx.run().pause_clock(false));
}

/// Moves the clock on by `duration`, fires every timer that is due then, and yields once, so that the tasks they woke run.
///
/// The clock moves in one step: a task that sleeps twice within `duration` begins its second sleep at the end of it.
///
/// ```
/// use reweave::time::{self, Duration, Instant};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// time::advance(Duration::from_secs(60)).await;
/// assert_eq!(start.elapsed(), Duration::from_secs(60));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// The clock moves in the first poll. Dropped before that, nothing has happened; dropped after it, the clock has moved and
/// only the yield is lost. Awaiting another `advance` moves the clock again.
///
/// # Panics
///
/// When polled outside a simulation, or after [`resume`].
#[track_caller]
pub fn advance(duration: Duration) -> impl Future<Output = ()> {
    let place = caller();
    async move {
        context::with("time::advance", |cx| {
            let mut run = cx.run();
            if run.is_dead() {
                return;
            }
            assert!(
                run.clock_is_paused(),
                "`time::advance` at {place}: the clock was resumed; call `time::pause` first"
            );
            let nanos = nanos(duration);
            run.record(Event::Advanced {
                nanos: nanos.into(),
            });
            let to = run.now().saturating_add(nanos);
            run.move_clock(to);
            while let Some(waker) = run.take_due() {
                // A waker may be the user's, and do anything.
                drop(run);
                waker.wake();
                run = cx.run();
            }
        });
        yield_now().await;
    }
}
