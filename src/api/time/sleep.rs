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

/// Waits until `duration` of virtual time has passed, counted from this call and not from the first poll. One that ends
/// beyond the clock's range (584 years) never wakes.
///
/// ```
/// use reweave::time::{Duration, Instant, sleep};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// sleep(Duration::from_secs(3600)).await;
/// assert_eq!(start.elapsed(), Duration::from_secs(3600));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe: dropping it takes its timer back, and nothing else is lost. To wait for the rest of the time later, keep
/// the future and await it by reference.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    let place = caller();
    context::with("time::sleep", |cx| {
        let run = cx.run();
        let deadline = Instant::here(&run).on_clock_after(nanos(duration));
        Sleep {
            timer: Timer::new(deadline, place),
            unpolled: Unpolled::made_now(place, "sleep", cx.moment_of(&run)),
            pinned: PhantomPinned,
        }
    })
}

/// Waits until an instant of virtual time; ready at once if that has passed.
///
/// ```
/// use reweave::time::{Duration, Instant, sleep_until};
///
/// # reweave::Sim::new().run(async {
/// let deadline = Instant::now() + Duration::from_secs(5);
/// sleep_until(deadline).await;
/// assert_eq!(Instant::now(), deadline);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe, as [`sleep`] is.
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    let place = caller();
    Sleep {
        timer: Timer::new(deadline, place),
        unpolled: Unpolled::new(place, "sleep"),
        pinned: PhantomPinned,
    }
}

pin_project! {
    /// The future of [`sleep`] and [`sleep_until`].
    ///
    /// It sets its timer when it is first polled. Dropped before, it is the finding
    /// [`never_awaited`](crate::FindingKind::NeverAwaited).
    ///
    /// # Panics
    ///
    /// When polled outside a simulation, unless it has fired already.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Sleep {
        timer: Timer,
        unpolled: Unpolled,
        // Not `Unpin`, as tokio's is not, so that code that moves it does not compile here either.
        #[pin]
        pinned: PhantomPinned,
    }
}

impl Sleep {
    /// When it is due.
    pub fn deadline(&self) -> Instant {
        self.timer.deadline()
    }

    /// Whether its timer has fired. One that was never polled nor reset has none, even when it is due.
    pub fn is_elapsed(&self) -> bool {
        self.timer.is_elapsed()
    }

    /// Sets another deadline, also after it has fired.
    ///
    /// Whoever polled it last and waits for it is woken at the new deadline, without another poll; at once, if that has come
    /// already. After it has fired, nobody waits until it is polled again.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (start, second) = (Instant::now(), Duration::from_secs(1));
    /// let mut idle = std::pin::pin!(sleep(second));
    /// idle.as_mut().await;
    /// idle.as_mut().reset(start + 3 * second);
    /// idle.await;
    /// assert_eq!(start.elapsed(), 3 * second);
    /// # }).unwrap();
    /// ```
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().timer.reset(deadline);
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
