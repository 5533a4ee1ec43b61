//! Instants of the virtual clock.

use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use crate::run::context;

/// An instant of virtual time.
///
/// It is counted from the start of the run, in nanoseconds, and reaches from 17 000 years before that to as far beyond it as a
/// [`std::time::Instant`] does. So code that takes an instant before the run for "long ago" gets one. Arithmetic that leaves
/// this range panics, as in tokio; the `checked_` methods give `None`.
///
/// ```
/// use reweave::time::{Duration, Instant, sleep};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// let long_ago = start - Duration::from_secs(60);
/// sleep(Duration::from_millis(250)).await;
/// assert_eq!(Instant::now() - start, Duration::from_millis(250));
/// assert_eq!(long_ago.elapsed(), Duration::from_millis(60_250));
/// # }).unwrap();
/// ```
///
/// # Instants of the standard library
///
/// It converts from and into [`std::time::Instant`], which libraries have in their interfaces. The start of a run is one fixed
/// instant of the standard library, the same in every run and every process. So a conversion there and back gives the same
/// instant, and two instants are as far apart as what they are converted to:
///
/// ```
/// use reweave::time::{Duration, Instant};
///
/// # reweave::Sim::new().run(async {
/// let now = Instant::now();
/// let (std, later) = (now.into_std(), (now + Duration::from_secs(5)).into_std());
/// assert_eq!(later - std, Duration::from_secs(5));
/// assert_eq!(Instant::from_std(std), now);
/// # }).unwrap();
/// ```
///
/// What [`std::time::Instant::now`] gives is no instant of a run, and no simulation has a say in it: such an instant lies
/// thousands of years before those that instants of a run are converted to, and so [`std::time::Instant::elapsed`] is zero
/// for these. See [`Instant::from_std`] for what it is taken for.
// Aligned as two words: as an `i128` is, it would make every future with a timer larger than it need be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(8))]
pub struct Instant(i128);

const SECOND: i128 = 1_000_000_000;

impl Instant {
    /// How many seconds before the start of a run the first instant is.
    pub(super) const SECONDS_BEFORE: u64 = 1 << 39;
    const FIRST: Instant = Instant(-(Self::SECONDS_BEFORE as i128) * SECOND);
    /// As long before the end of [`std::time::Instant`]s of 64-bit seconds as a run starts after their middle.
    pub(super) const LAST: Instant = Instant((i64::MAX as i128 - (1 << 40)) * SECOND);

    /// The virtual time now; in a closure of [`spawn_blocking`](crate::task::spawn_blocking), on the clock of that closure.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn now() -> Instant {
        Instant::at(context::with("Instant::now", |cx| cx.run().time_here()))
    }

    /// So many nanoseconds after the start of the run.
    #[inline(always)]
    pub(crate) fn at(nanos: u64) -> Instant {
        Instant(nanos.into())
    }

    /// So many nanoseconds after the start of the run, or before it; the last instant, or the first, if that is too far.
    pub(super) fn saturating_at(nanos: i128) -> Instant {
        Instant(nanos).clamp(Instant::FIRST, Instant::LAST)
    }

    /// On the clock of the run, which shows no time before its start, and none after [`FAR`](crate::base::span::FAR).
    #[inline(always)]
    pub(crate) fn on_clock(self) -> u64 {
        u64::try_from(self.0).unwrap_or(if self.0 < 0 { 0 } else { u64::MAX })
    }

    /// From the start of the run; negative before it.
    #[inline(always)]
    pub(super) fn nanos(self) -> i128 {
        self.0
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// The time from `earlier` to this instant; `None` if `earlier` is later.
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        (*self >= earlier).then(|| span(self.0 - earlier.0))
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.checked_duration_since(earlier).unwrap_or_default()
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

    /// The instant `duration` later; `None` if that is beyond the last.
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        Some(Instant(self.0 + nanos(duration))).filter(|sum| *sum <= Instant::LAST)
    }

    /// The instant `duration` earlier; `None` if that is before the first.
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        Some(Instant(self.0 - nanos(duration))).filter(|sum| *sum >= Instant::FIRST)
    }

    /// The instant `duration` later, or the last.
    #[inline]
    pub(super) fn saturating_add(self, duration: Duration) -> Instant {
        self.checked_add(duration).unwrap_or(Instant::LAST)
    }
}

/// No duration is longer than 2^94 ns, so sums with instants do not overflow.
fn nanos(duration: Duration) -> i128 {
    duration.as_nanos() as i128
}

/// The duration of so many nanoseconds, which are not negative.
pub(super) fn span(nanos: i128) -> Duration {
    match u64::try_from(nanos) {
        Ok(nanos) => Duration::from_nanos(nanos),
        Err(_) => Duration::new((nanos / SECOND) as u64, (nanos % SECOND) as u32),
    }
}

impl std::fmt::Debug for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "Instant({sign}{:?})", span(self.0.abs()))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    /// # Panics
    ///
    /// If there is no such instant; [`Instant::checked_add`] asks first.
    #[track_caller]
    fn add(self, duration: Duration) -> Instant {
        self.checked_add(duration)
            .expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for Instant {
    #[track_caller]
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    /// # Panics
    ///
    /// If there is no such instant; [`Instant::checked_sub`] asks first.
    #[track_caller]
    fn sub(self, duration: Duration) -> Instant {
        self.checked_sub(duration)
            .expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for Instant {
    #[track_caller]
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    /// Zero if the other instant is later.
    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}
