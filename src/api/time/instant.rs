//! Instants of the virtual clock.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use crate::model::clocks::ReadBy;
use crate::run::context;
use crate::run::state::Run;

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
/// # Hosts whose clocks drift
///
/// On a host with a [clock of its own](crate::host::Clock) it is what that shows. An instant that was read by the clock of one host is
/// compared with others as it stands, wherever it came from. Slept for on another host it is taken as it stands, too, if the two
/// clocks agree; if they differ, that is a panic which names both, for it would mean another time there. An instant that was read before
/// any clock drifted, and one that came from the standard library, is taken for one of the host that sleeps.
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
#[derive(Clone, Copy)]
pub struct Instant {
    /// Nanoseconds from the start of the run: the lower half, and the upper.
    low: u64,
    high: i32,
    /// By whose clock. Two words in all: more would make every future with a timer larger than it need be.
    read_by: ReadBy,
}

const SECOND: i128 = 1_000_000_000;

impl Instant {
    /// How many seconds before the start of a run the first instant is.
    pub(super) const SECONDS_BEFORE: u64 = 1 << 39;
    const FIRST: Instant = Instant::of(-(Self::SECONDS_BEFORE as i128) * SECOND, ReadBy::ANY);
    /// As long before the end of [`std::time::Instant`]s of 64-bit seconds as a run starts after their middle.
    pub(super) const LAST: Instant =
        Instant::of((i64::MAX as i128 - (1 << 40)) * SECOND, ReadBy::ANY);

    /// The virtual time now; in a closure of [`spawn_blocking`](crate::task::spawn_blocking), on the clock of that closure.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn now() -> Instant {
        context::with("Instant::now", |cx| Instant::here(&cx.run()))
    }

    /// What the clock shows for the code that runs now.
    #[inline(always)]
    pub(super) fn here(run: &Run) -> Instant {
        let (nanos, read_by) = run.read_clock_here();
        Instant {
            read_by,
            ..Instant::at(nanos)
        }
    }

    /// So many nanoseconds, which fit, after the start of the run.
    const fn of(nanos: i128, read_by: ReadBy) -> Instant {
        Instant {
            low: nanos as u64,
            high: (nanos >> 64) as i32,
            read_by,
        }
    }

    /// So many nanoseconds after the start of the run.
    #[inline(always)]
    pub(crate) fn at(nanos: u64) -> Instant {
        Instant {
            low: nanos,
            high: 0,
            read_by: ReadBy::ANY,
        }
    }

    /// So many nanoseconds after this, on the clock of the run.
    #[inline(always)]
    pub(super) fn on_clock_after(self, nanos: u64) -> Instant {
        Instant {
            read_by: self.read_by,
            ..Instant::at(self.on_clock().saturating_add(nanos))
        }
    }

    /// By whose clock it was read.
    #[inline(always)]
    pub(super) fn read_by(self) -> ReadBy {
        self.read_by
    }

    /// So many nanoseconds after the start of the run, or before it; the last instant, or the first, if that is too far.
    pub(super) fn saturating_at(nanos: i128) -> Instant {
        let nanos = nanos.clamp(Instant::FIRST.nanos(), Instant::LAST.nanos());
        Instant::of(nanos, ReadBy::ANY)
    }

    /// On the clock of the run, which shows no time before its start, and none after [`FAR`](crate::base::span::FAR).
    #[inline(always)]
    pub(crate) fn on_clock(self) -> u64 {
        match self.high {
            0 => self.low,
            ..0 => 0,
            1.. => u64::MAX,
        }
    }

    /// From the start of the run; negative before it.
    #[inline(always)]
    pub(super) const fn nanos(self) -> i128 {
        (self.high as i128) << 64 | self.low as i128
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// The time from `earlier` to this instant; `None` if `earlier` is later.
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        (*self >= earlier).then(|| span(self.nanos() - earlier.nanos()))
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
        let sum = self.nanos() + nanos(duration);
        (sum <= Instant::LAST.nanos()).then(|| Instant::of(sum, self.read_by))
    }

    /// The instant `duration` earlier; `None` if that is before the first.
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        let rest = self.nanos() - nanos(duration);
        (rest >= Instant::FIRST.nanos()).then(|| Instant::of(rest, self.read_by))
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

// By whose clock it was read makes no difference: what is compared is what the clocks showed.
impl PartialEq for Instant {
    #[inline]
    fn eq(&self, other: &Instant) -> bool {
        (self.high, self.low) == (other.high, other.low)
    }
}

impl Eq for Instant {}

impl PartialOrd for Instant {
    #[inline]
    fn partial_cmp(&self, other: &Instant) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Instant {
    #[inline]
    fn cmp(&self, other: &Instant) -> Ordering {
        (self.high, self.low).cmp(&(other.high, other.low))
    }
}

impl Hash for Instant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.high, self.low).hash(state);
    }
}

impl std::fmt::Debug for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nanos = self.nanos();
        let sign = if nanos < 0 { "-" } else { "" };
        write!(f, "Instant({sign}{:?})", span(nanos.abs()))
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
