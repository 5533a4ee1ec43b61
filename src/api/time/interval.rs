//! Ticks at a steady pace.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::Stream;

use super::Instant;
use super::instant::span;
use super::timer::Timer;
use crate::base::place::caller;

/// Ticks at once, and then every `period`.
///
/// ```
/// use reweave::time::{Duration, Instant, interval};
///
/// # reweave::Sim::new().run(async {
/// let (start, mut ticks) = (Instant::now(), interval(Duration::from_secs(10)));
/// ticks.tick().await; // at once
/// ticks.tick().await;
/// ticks.tick().await;
/// assert_eq!(start.elapsed(), Duration::from_secs(20));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If `period` is zero, and outside a simulation.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(Instant::now(), period)
}

/// Ticks at `start`, and then every `period`. A `start` in the past is a tick that came late.
///
/// ```
/// use reweave::time::{Duration, Instant, interval_at};
///
/// # reweave::Sim::new().run(async {
/// let (start, period) = (Instant::now(), Duration::from_secs(10));
/// let mut ticks = interval_at(start + period, period);
/// ticks.tick().await;
/// assert_eq!(start.elapsed(), period);
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If `period` is zero.
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(
        !period.is_zero(),
        "`period` must be non-zero: an interval must let time pass"
    );
    Interval {
        timer: Timer::new(start, caller()),
        period,
        missed: MissedTickBehavior::Burst,
    }
}

/// What an [`Interval`] does about ticks that came too late to be waited for.
///
/// A tick up to 5 ms late counts as in time, as it does in tokio: the next is due a period after it was due.
///
/// An interval of 100 ms, whose ticks at 200, 300 and 400 ms are missed because something took until 450 ms:
///
/// ```text
/// due        0    100   200   300   400   500   600   700
/// Burst      0    100                450 450 450 500  600
/// Delay      0    100                450      550   650
/// Skip       0    100                450 500   600   700
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// Ticks as fast as it can until it has caught up.
    #[default]
    Burst,
    /// Counts the period from the tick that came late.
    Delay,
    /// Leaves out what was missed, and keeps to multiples of the period.
    Skip,
}

impl MissedTickBehavior {
    fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            MissedTickBehavior::Burst => due.saturating_add(period),
            MissedTickBehavior::Delay => now.saturating_add(period),
            MissedTickBehavior::Skip => {
                let late = (now - due).as_nanos() % period.as_nanos();
                now.saturating_add(period - span(late as i128))
            }
        }
    }
}

/// Ticks at a steady pace; made by [`interval`] and [`interval_at`]. It is also a [`Stream`].
#[derive(Debug)]
pub struct Interval {
    timer: Timer,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick; gives the instant at which it was due.
    ///
    /// ```
    /// use reweave::time::{Duration, interval, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let period = Duration::from_secs(1);
    /// let mut ticks = interval(period);
    /// let first = ticks.tick().await;
    /// sleep(period / 2).await;
    /// assert_eq!(ticks.tick().await - first, period);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a tick is used up in the poll that returns it. A call that is dropped while it waits leaves the interval
    /// as it was.
    #[track_caller]
    pub fn tick(&mut self) -> impl Future<Output = Instant> {
        let place = caller();
        async move {
            self.timer.await_at(place);
            poll_fn(|cx| self.poll_tick(cx)).await
        }
    }

    /// Polls for the next tick. The waker of the last poll alone is woken.
    ///
    /// ```
    /// use reweave::time::{Duration, interval};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut ticks = interval(Duration::from_secs(1));
    /// let first = std::future::poll_fn(|cx| ticks.poll_tick(cx)).await;
    /// assert_eq!(ticks.tick().await - first, ticks.period());
    /// # }).unwrap();
    /// ```
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(self.timer.poll(cx));
        let (due, now) = (self.timer.deadline(), Instant::now());
        let next = if now.nanos() - due.nanos() > LATE {
            self.missed.next(due, now, self.period)
        } else {
            due.saturating_add(self.period)
        };
        self.timer.reset(next);
        Poll::Ready(due)
    }

    /// The next tick comes a period from now. Whoever waits for a tick is woken then, as after each of these methods.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, interval, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut idle = interval(Duration::from_secs(10));
    /// idle.tick().await;
    /// sleep(Duration::from_secs(9)).await;
    /// idle.reset();
    /// let reset_at = Instant::now();
    /// assert_eq!(idle.tick().await - reset_at, Duration::from_secs(10));
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    pub fn reset(&mut self) {
        self.reset_after(self.period);
    }

    /// The next tick comes at once.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    pub fn reset_immediately(&mut self) {
        self.timer.reset(Instant::now());
    }

    /// The next tick comes after this much time.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    pub fn reset_after(&mut self, after: Duration) {
        self.timer.reset(Instant::now().saturating_add(after));
    }

    /// The next tick comes at this instant.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.timer.reset(deadline);
    }

    /// What is done about missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets what is done about missed ticks.
    ///
    /// ```
    /// use reweave::time::{Duration, MissedTickBehavior, interval, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut ticks = interval(Duration::from_secs(1));
    /// ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    /// let first = ticks.tick().await;
    /// sleep(Duration::from_millis(3500)).await;
    /// let due = [ticks.tick().await - first, ticks.tick().await - first];
    /// assert_eq!(due.map(|due| due.as_secs()), [1, 4]);
    /// # }).unwrap();
    /// ```
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// The time between ticks.
    pub fn period(&self) -> Duration {
        self.period
    }
}

/// Ticks up to 5 ms late count as in time, as they do in tokio.
const LATE: i128 = 5_000_000;

impl Stream for Interval {
    type Item = Instant;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Instant>> {
        self.poll_tick(cx).map(Some)
    }
}
