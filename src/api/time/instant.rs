//! Instants of the virtual clock.

use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use crate::base::span::nanos;
use crate::run::context;

/// An instant of virtual time, in nanoseconds from the start of the run.
///
/// Arithmetic saturates at the ends of the clock (584 years after the start of the run, and its
/// start) where the standard library panics; the `checked_` methods give `None` there.
///
/// ```
/// use reweave::time::{Duration, Instant, sleep};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// sleep(Duration::from_millis(250)).await;
/// assert_eq!(Instant::now() - start, Duration::from_millis(250));
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The virtual time now; in a closure of [`spawn_blocking`](crate::task::spawn_blocking), on the clock of that closure.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn now() -> Instant {
        Instant(context::with("Instant::now", |cx| cx.run().time_here()))
    }

    pub(crate) fn from_nanos(nanos: u64) -> Instant {
        Instant(nanos)
    }

    pub(crate) fn as_nanos(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// The time from `earlier` to this instant; `None` if `earlier` is later.
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.0.checked_sub(earlier.0).map(Duration::from_nanos)
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The time from this instant until now.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// The instant `duration` later; `None` if the clock does not reach so far.
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        self.0.checked_add(nanos).map(Instant)
    }

    /// The instant `duration` earlier; `None` if that is before the start of the run.
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        self.0.checked_sub(nanos).map(Instant)
    }
}

impl std::fmt::Debug for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instant({:?})", Duration::from_nanos(self.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_add(nanos(duration)))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    fn sub(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_sub(nanos(duration)))
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}
