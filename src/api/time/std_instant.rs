//! Instants of the standard library, made from those of a run and taken for such.
//!
//! They are opaque, and what they count from differs from system to system. What can be found without looking inside is the
//! earliest of them, and from there an instant at which a run starts that is the same in every process: a run must not see
//! when its machine was started.
//!
//! ```text
//!   earliest            zero   readings of the real clock         first of a run        start          last
//!      │ (signed seconds) │ ├──── years ────┤                            │    2^39 s    │               │
//!   ───┴──────────────────┴──────────────────────────────────────────────┴──────────────┴── … ──────────┴───
//!                         └───────────────── 2^40 s ────────────────────────────────────┘
//! ```

use std::sync::OnceLock;
use std::time::{Duration, Instant as StdInstant};

use super::Instant;
use super::instant::span;
use crate::run::context;

/// When a run starts on the clock of the standard library: 35 000 years after its zero, where no real clock comes.
const START: Duration = Duration::from_secs(1 << 40);

impl Instant {
    /// The instant of virtual time that an instant of the standard library stands for.
    ///
    /// One that was made of an instant of a run, in this process or another, with what was added to it or taken from it, is that
    /// instant again, exactly.
    ///
    /// Others come from [`std::time::Instant::now`], and stand for no virtual time. They are taken as what code means by them:
    /// the real time from now until then, from virtual now on. `std::time::Instant::now() + 30 s` is in 30 s. Since reading
    /// the real clock and converting take real time, that is rounded up to two digits, and at least to whole milliseconds;
    /// durations with no more digits than that come out the same in every run, unless the machine is held up for longer.
    /// Code that is to repeat asks [`Instant::now`] for the time.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, sleep_until};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (start, limit) = (Instant::now(), Duration::from_secs(30));
    /// sleep_until((std::time::Instant::now() + limit).into()).await;
    /// assert_eq!(start.elapsed(), limit);
    /// # }).unwrap();
    /// ```
    pub fn from_std(std: StdInstant) -> Instant {
        let first = START - Duration::from_secs(Instant::SECONDS_BEFORE);
        match std.checked_duration_since(zero()) {
            Some(since) if since >= first => {
                Instant::saturating_at(since.as_nanos() as i128 - START.as_nanos() as i128)
            }
            Some(_) | None => from_now(real_nanos_until(std)),
        }
    }

    /// The instant of the standard library that stands for this one; see [`Instant`] for what that means.
    ///
    /// ```
    /// use reweave::time::Instant;
    ///
    /// # reweave::Sim::new().run(async {
    /// let now = Instant::now();
    /// assert_eq!(Instant::from_std(now.into_std()), now);
    /// # }).unwrap();
    /// ```
    pub fn into_std(self) -> StdInstant {
        // Not negative: no instant is further before the start than half of it.
        zero() + span(START.as_nanos() as i128 + self.nanos())
    }
}

impl From<StdInstant> for Instant {
    /// As [`Instant::from_std`].
    fn from(std: StdInstant) -> Instant {
        Instant::from_std(std)
    }
}

impl From<Instant> for StdInstant {
    /// As [`Instant::into_std`].
    fn from(instant: Instant) -> StdInstant {
        instant.into_std()
    }
}

/// The earliest instant, or the middle of all where seconds are signed. A clock counts up from there.
fn zero() -> StdInstant {
    static ZERO: OnceLock<StdInstant> = OnceLock::new();
    *ZERO.get_or_init(|| {
        let now = StdInstant::now();
        let earliest = earliest(now);
        let middle = earliest.checked_add(Duration::from_secs(1 << 63));
        middle.filter(|middle| *middle <= now).unwrap_or(earliest)
    })
}

/// The earliest instant that there is: by steps back, ever shorter, each taken if it can be.
fn earliest(from: StdInstant) -> StdInstant {
    let seconds = (0..64).rev().map(|bit| Duration::from_secs(1 << bit));
    let nanos = (0..30).rev().map(|bit| Duration::from_nanos(1 << bit));
    seconds
        .chain(nanos)
        .fold(from, |at, step| at.checked_sub(step).unwrap_or(at))
}

/// The real time until then; negative if it has passed.
fn real_nanos_until(then: StdInstant) -> i128 {
    let now = StdInstant::now();
    let (ahead, ago) = (then.duration_since(now), now.duration_since(then));
    ahead.as_nanos() as i128 - ago.as_nanos() as i128
}

/// So much later than virtual now, or earlier; outside a simulation, than the start of a run.
fn from_now(nanos: i128) -> Instant {
    let here = context::try_with(|cx| Instant::here(&cx.run()));
    let here = here.unwrap_or(Instant::at(0));
    Instant::saturating_at(here.nanos() + rounded_up(nanos))
}

/// To two digits, and to a millisecond at least.
fn rounded_up(nanos: i128) -> i128 {
    const MILLISECOND: i128 = 1_000_000;
    let digits = nanos.abs().checked_ilog10().unwrap_or(0);
    let grain = 10i128.pow(digits.saturating_sub(1)).max(MILLISECOND);
    -(-nanos).div_euclid(grain) * grain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_real_time_took_is_rounded_away() {
        const MS: i128 = 1_000_000;
        let asked = [0, 5, 99, 100, 250, 1000, 1500, 10_000, 30_000, 86_400_000];
        for ms in asked {
            let two_digits = if ms == 86_400_000 { 87_000_000 } else { ms };
            for took in [0, 1, 20_000, 999_999] {
                assert_eq!(rounded_up(ms * MS - took), two_digits * MS, "{ms} ms");
            }
        }
        assert_eq!(rounded_up(-5000 * MS - 20_000), -5000 * MS);
        assert_eq!(rounded_up(-20_000), 0);
        assert_eq!(rounded_up(1), MS);
    }

    #[test]
    fn the_first_the_start_and_the_last_are_exact_there_and_back() {
        let first = Instant::saturating_at(i128::MIN);
        let last = Instant::saturating_at(i128::MAX);
        for instant in [
            first,
            Instant::at(0),
            Instant::at(1),
            Instant::at(u64::MAX),
            last,
        ] {
            assert_eq!(Instant::from_std(instant.into_std()), instant);
        }
        assert!(StdInstant::now() < first.into_std());
        assert_eq!(last, Instant::LAST);
    }

    #[test]
    fn zero_is_found_whenever_it_is_asked_for() {
        let found = earliest(StdInstant::now());
        std::thread::sleep(Duration::from_micros(1));
        assert_eq!(earliest(StdInstant::now()), found);
        assert_eq!(found.checked_sub(Duration::from_nanos(1)), None);
        assert!(zero() <= StdInstant::now());
    }
}
