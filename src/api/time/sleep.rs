//! Sleeping.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::Instant;
use super::timer::Timer;
use crate::api::future::Unpolled;
use crate::base::place::caller;
use crate::base::span::nanos;
use crate::run::context;

/// Waits until `duration` of virtual time has passed. One that ends beyond the clock's range never
/// wakes.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    let now = context::with("time::sleep", |cx| cx.run().time_here());
    Sleep::new(now.saturating_add(nanos(duration)))
}

/// Waits until an instant of virtual time.
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::new(deadline.as_nanos())
}

pin_project! {
    /// The future of [`sleep`] and [`sleep_until`].
    ///
    /// It sets its timer when it is first polled. Dropped before, it is the finding `never_awaited`.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Sleep {
        timer: Timer,
        unpolled: Unpolled,
        // As tokio's, so that code does not come to rely on moving it.
        #[pin]
        pinned: PhantomPinned,
    }
}

impl Sleep {
    #[track_caller]
    fn new(deadline: u64) -> Sleep {
        let unpolled = Unpolled::new(caller(), "sleep");
        Sleep {
            timer: Timer::new(deadline),
            unpolled,
            pinned: PhantomPinned,
        }
    }

    /// When it is due.
    pub fn deadline(&self) -> Instant {
        Instant::from_nanos(self.timer.deadline())
    }

    /// Whether its timer has fired.
    pub fn is_elapsed(&self) -> bool {
        self.timer.is_elapsed()
    }

    /// Sets another deadline, also after it has fired.
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().timer.reset(deadline.as_nanos());
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        this.unpolled.polled();
        this.timer.poll(cx)
    }
}
