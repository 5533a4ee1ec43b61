//! Giving up on a future after a while.

use std::future::{Future, IntoFuture};
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::Instant;
use super::timer::Timer;
use crate::api::counting::poll_counted;
use crate::api::future::{DiscardFrom, DiscardUntil};
use crate::api::task::coop;
use crate::base::place::{Place, caller};
use crate::base::span::nanos;
use crate::base::touched;
use crate::run::context;

/// Errors of this module.
pub mod error {
    use std::fmt;

    /// The time was up before the future was done.
    #[derive(Debug, PartialEq, Eq)]
    pub struct Elapsed(pub(super) ());

    impl fmt::Display for Elapsed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("deadline has elapsed")
        }
    }

    impl std::error::Error for Elapsed {}

    impl From<Elapsed> for std::io::Error {
        fn from(error: Elapsed) -> std::io::Error {
            std::io::Error::new(std::io::ErrorKind::TimedOut, error)
        }
    }
}

/// Gives a future this much virtual time, counted from this call.
///
/// Each poll polls the future first, so one that is ready when the time is up gives its output. A future that is ready at
/// once never sets a timer.
///
/// ```
/// use reweave::time::{Duration, sleep, timeout};
///
/// # reweave::Sim::new().run(async {
/// let second = Duration::from_secs(1);
/// assert_eq!(timeout(second, async { "fast" }).await, Ok("fast"));
/// let slow = timeout(second, sleep(2 * second)).await;
/// assert_eq!(slow.unwrap_err().to_string(), "deadline has elapsed");
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// [`Elapsed`](error::Elapsed) when the time is up before the future is done.
///
/// # Cancel safety
///
/// As cancel safe as the future, which is dropped with it. When the time is up, the future stays in the [`Timeout`] until that
/// is dropped or taken apart, and progress that it kept in itself is then lost: a future that is not cancel safe is given by
/// reference (`&mut future`), and can go on afterwards.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    timeout_from(caller(), duration, future)
}

/// [`timeout`], called here.
#[track_caller]
pub(crate) fn timeout_from<F: IntoFuture>(
    place: Place,
    duration: Duration,
    future: F,
) -> Timeout<F::IntoFuture> {
    let now = context::with("time::timeout", |cx| Instant::here(&cx.run()));
    let deadline = now.on_clock_after(nanos(duration));
    Timeout::new(place, deadline, future)
}

/// Gives a future until this instant of virtual time. Otherwise as [`timeout`].
///
/// ```
/// use reweave::time::{Duration, Instant, sleep, timeout_at};
///
/// # reweave::Sim::new().run(async {
/// let deadline = Instant::now() + Duration::from_secs(1);
/// assert!(timeout_at(deadline, sleep(Duration::from_secs(2))).await.is_err());
/// assert_eq!(Instant::now(), deadline);
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// [`Elapsed`](error::Elapsed) when the instant has come before the future is done.
///
/// # Cancel safety
///
/// As for [`timeout`].
#[track_caller]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout::new(caller(), deadline, future)
}

pin_project! {
    /// The future of [`timeout`] and [`timeout_at`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Timeout<F> {
        // Fields are dropped in this order, so that no `never_awaited` is found in a future whose time is up.
        elapsed: DiscardFrom,
        #[pin]
        future: F,
        until: DiscardUntil,
        timer: Timer,
        // Not `Unpin`, as tokio's is not, so that code that moves it does not compile here either.
        #[pin]
        pinned: PhantomPinned,
    }
}

impl<F> Timeout<F> {
    fn new(place: Place, deadline: Instant, future: impl IntoFuture<IntoFuture = F>) -> Timeout<F> {
        Timeout {
            elapsed: DiscardFrom::default(),
            future: future.into_future(),
            until: DiscardUntil::default(),
            timer: Timer::new(deadline, place),
            pinned: PhantomPinned,
        }
    }

    /// The future.
    pub fn get_ref(&self) -> &F {
        &self.future
    }

    /// The future.
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.future
    }

    /// The future, without its limit. It goes on where it was.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, sleep, timeout};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (start, second) = (Instant::now(), Duration::from_secs(1));
    /// timeout(second, sleep(2 * second)).into_inner().await;
    /// assert_eq!(start.elapsed(), 2 * second);
    /// # }).unwrap();
    /// ```
    pub fn into_inner(self) -> F {
        self.future
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, error::Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let had_budget = coop::has_budget_remaining();
        if let Poll::Ready(output) = poll_counted(cx, |cx| this.future.poll(cx)) {
            return Poll::Ready(Ok(output));
        }
        // A future that has just used up the budget would otherwise never be timed out.
        let timer = match (had_budget, coop::has_budget_remaining()) {
            (true, false) => this.timer.poll_uncharged(cx),
            _ => this.timer.poll(cx),
        };
        let (from, until) = (this.elapsed, this.until);
        timer.map(|()| {
            touched::gives_up();
            from.armed = true;
            until.armed = true;
            Err(error::Elapsed(()))
        })
    }
}
