//! The clock of a host.

use std::time::Duration;

use super::Host;
use crate::base::span::nanos;

/// The clock of a host; see [`Host::clock`].
#[derive(Clone, Debug)]
pub struct Clock {
    host: Host,
}

/// How much a clock can gain or lose: it never stands, and goes at most twice as fast.
const MOST_GAIN: i32 = 1_000_000;
const MOST_LOSS: i32 = -999_999;

impl Host {
    /// The host's clock, which shows the time of the run unless it is told otherwise: it can drift, and its system clock can jump.
    ///
    /// A machine has one clock, which goes on when its process dies or its power is lost.
    pub fn clock(&self) -> Clock {
        Clock { host: self.clone() }
    }
}

impl Clock {
    /// The clock gains so many microseconds in each second of the run; it loses them if that is negative. Its timers go by it, and
    /// [`Instant`](crate::time::Instant) and [`SystemTime`](crate::time::SystemTime): at -500,000, a sleep of 1 s takes 2 s
    /// of the run.
    ///
    /// It can be said while no task of the host lives: when the host was just made, or is down.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let slow = reweave::host("slow");
    /// slow.clock().drift_ppm(-500_000);
    /// let start = Instant::now();
    /// slow.spawn(async { sleep(Duration::from_secs(1)).await }).await.unwrap();
    /// assert_eq!(start.elapsed(), Duration::from_secs(2));
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// Below -999,999 the clock would stand, and above 1,000,000 go at more than double speed: both are refused, and so is a host
    /// with tasks, whose timers are set. If the host's run is not under way on this thread.
    #[track_caller]
    pub fn drift_ppm(&self, gains: i32) -> &Clock {
        let called = "Clock::drift_ppm";
        assert!(
            (MOST_LOSS..=MOST_GAIN).contains(&gains),
            "`{called}`: {gains} is out of range, which goes from {MOST_LOSS} (the clock all but stands) to {MOST_GAIN} (it goes \
             at double speed)"
        );
        let set = self
            .host
            .with(called, |cx| cx.run().set_drift(self.host.number, gains));
        assert!(
            set,
            "`{called}`: host {:?} has tasks, whose timers are set by its clock as it is: set the drift before the first is spawned, \
             or while the host is down",
            self.host.name()
        );
        self
    }

    /// The system clock jumps ahead, as when it is set by hand or by a time server: what
    /// [`SystemTime::now`](crate::time::SystemTime::now) gives on the host. Timers and [`Instant`](crate::time::Instant)s know nothing of it.
    ///
    /// ```
    /// use reweave::time::{Duration, SystemTime};
    ///
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// db.clock().jump_ahead(Duration::from_secs(3600));
    /// let there = db.spawn(async { SystemTime::now() }).await.unwrap();
    /// assert_eq!(there.duration_since(SystemTime::now()), Ok(Duration::from_secs(3600)));
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If the clock would come out of its range, which ends 584 years after 1970; if the host's run is not under way on this
    /// thread.
    #[track_caller]
    pub fn jump_ahead(&self, by: Duration) -> &Clock {
        self.jump("Clock::jump_ahead", by, true)
    }

    /// The system clock jumps back; see [`Clock::jump_ahead`].
    ///
    /// ```
    /// use reweave::time::{Duration, SystemTime, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// let clock = db.clock();
    /// let task = db.spawn(async move {
    ///     let before = SystemTime::now();
    ///     clock.jump_back(Duration::from_secs(10));
    ///     before.elapsed()
    /// });
    /// assert_eq!(task.await.unwrap().unwrap_err().duration(), Duration::from_secs(10));
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If the clock would show a time before 1970; if the host's run is not under way on this thread.
    #[track_caller]
    pub fn jump_back(&self, by: Duration) -> &Clock {
        self.jump("Clock::jump_back", by, false)
    }

    #[track_caller]
    fn jump(&self, called: &str, by: Duration, ahead: bool) -> &Clock {
        let number = self.host.number;
        let set = self
            .host
            .with(called, |cx| cx.run().jump_clock(number, nanos(by), ahead));
        assert!(
            set,
            "`{called}`: {by:?} is too far for the clock of host {:?}, which shows times from 1970 to 2554",
            self.host.name()
        );
        self
    }
}
