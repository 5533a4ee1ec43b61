//! The virtual system clock: a calendar time that is the same in every run.
//!
//! It starts at 2000-01-01 00:00:00 UTC, or where [`Sim::epoch`](crate::Sim::epoch) says, and goes on with
//! virtual time.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use crate::base::span::nanos;
use crate::run::context;

/// A point of calendar time, shaped as [`std::time::SystemTime`].
///
/// ```
/// use reweave::time::{Duration, SystemTime, UNIX_EPOCH, sleep};
///
/// # reweave::Sim::new().run(async {
/// let start = SystemTime::now();
/// assert_eq!(start.duration_since(UNIX_EPOCH).unwrap().as_secs(), 946_684_800); // 2000-01-01
/// sleep(Duration::from_secs(1)).await;
/// assert_eq!(start.elapsed(), Ok(Duration::from_secs(1)));
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime {
    /// Since the Unix epoch.
    since_epoch: Duration,
}

/// 1970-01-01 00:00:00 UTC.
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

impl SystemTime {
    /// 1970-01-01 00:00:00 UTC.
    pub const UNIX_EPOCH: SystemTime = SystemTime {
        since_epoch: Duration::ZERO,
    };

    /// The time of the virtual system clock now; in a closure of [`spawn_blocking`](crate::task::spawn_blocking), on the clock
    /// of that closure. On a host whose [clock](crate::host::Clock) drifts or jumped, what that shows.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn now() -> SystemTime {
        let nanos = context::with("SystemTime::now", |cx| cx.run().system_time_here());
        SystemTime {
            since_epoch: Duration::from_nanos(nanos),
        }
    }

    /// The time from `earlier` to this.
    ///
    /// # Errors
    ///
    /// If `earlier` is later; the error says by how much.
    pub fn duration_since(&self, earlier: SystemTime) -> Result<Duration, SystemTimeError> {
        let error = || SystemTimeError(earlier.since_epoch - self.since_epoch);
        self.since_epoch
            .checked_sub(earlier.since_epoch)
            .ok_or_else(error)
    }

    /// The time from this until now.
    ///
    /// # Errors
    ///
    /// If this is later than now.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        SystemTime::now().duration_since(*self)
    }

    /// The time `duration` later, if it can be represented.
    pub fn checked_add(&self, duration: Duration) -> Option<SystemTime> {
        let since_epoch = self.since_epoch.checked_add(duration)?;
        Some(SystemTime { since_epoch })
    }

    /// The time `duration` earlier, unless that is before the Unix epoch.
    pub fn checked_sub(&self, duration: Duration) -> Option<SystemTime> {
        let since_epoch = self.since_epoch.checked_sub(duration)?;
        Some(SystemTime { since_epoch })
    }
}

impl fmt::Debug for SystemTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SystemTime({:?} since 1970)", self.since_epoch)
    }
}

impl From<SystemTime> for std::time::SystemTime {
    fn from(time: SystemTime) -> std::time::SystemTime {
        std::time::SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos(time.since_epoch))
    }
}

impl Add<Duration> for SystemTime {
    type Output = SystemTime;

    /// Saturates at the end of time.
    fn add(self, duration: Duration) -> SystemTime {
        SystemTime {
            since_epoch: self.since_epoch.saturating_add(duration),
        }
    }
}

impl Sub<Duration> for SystemTime {
    type Output = SystemTime;

    /// Saturates at the Unix epoch.
    fn sub(self, duration: Duration) -> SystemTime {
        SystemTime {
            since_epoch: self.since_epoch.saturating_sub(duration),
        }
    }
}

/// The other time was later; by how much, says [`SystemTimeError::duration`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemTimeError(Duration);

impl SystemTimeError {
    /// By how much the other time was later.
    pub fn duration(&self) -> Duration {
        self.0
    }
}

impl fmt::Display for SystemTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the second time was {:?} later than the first", self.0)
    }
}

impl std::error::Error for SystemTimeError {}
