//! Moving the clock by hand.
//!
//! The clock of a simulation is what tokio calls paused, and moves on when every task waits. So
//! [`pause`] and [`resume`] change nothing but whether [`advance`] is allowed; they are here for code that
//! is tested on both.

use std::time::Duration;

use crate::api::task::yield_now;
use crate::base::span::nanos;
use crate::record::event::Event;
use crate::run::context;
use crate::run::step::caller;

/// Allows [`advance`] again.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn pause() {
    context::with("time::pause", |cx| cx.world().paused = true);
}

/// Forbids [`advance`] until [`pause`] is called. Time stays virtual.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn resume() {
    context::with("time::resume", |cx| cx.world().paused = false);
}

/// Moves the clock on, fires every timer that is due then, and yields, so that the tasks they woke run.
///
/// # Panics
///
/// Outside a simulation, and after [`resume`].
#[track_caller]
pub fn advance(duration: Duration) -> impl Future<Output = ()> {
    let place = caller();
    async move {
        context::with("time::advance", |cx| {
            let mut world = cx.world();
            assert!(
                world.paused,
                "`time::advance` at {place}: the clock was resumed; call `time::pause` first"
            );
            let nanos = nanos(duration);
            world.record(Event::Advanced { nanos });
            let to = world.now.saturating_add(nanos);
            world.move_clock(to);
            loop {
                let Some(waker) = world.fire_timer() else {
                    break;
                };
                // A waker may be the user's, and do anything.
                drop(world);
                waker.wake();
                world = cx.world();
            }
        });
        yield_now().await;
    }
}
