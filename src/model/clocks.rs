//! Clocks of hosts that differ from the time of the run.
//!
//! ```text
//!   own time
//!      │           ╱ the run's
//!      │        ╱   ⟋ a host whose clock loses: a second of its own takes longer
//!      │     ╱⟋
//!      └─────┴──────────── time of the run
//!           since
//! ```
//!
//! What timers and instants of a host go by never goes back. The system clock is that and an offset, by which it jumps.

use std::collections::BTreeMap;

use crate::base::ids::HostNo;
use crate::base::span::FAR;

/// Parts of a whole: a clock that gains so many shows twice the time.
const WHOLE: i128 = 1_000_000;

/// By what an instant was read: the clock of a host; or whatever clock asks, where all agree or nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadBy(u32);

impl ReadBy {
    /// By whatever clock asks.
    pub(crate) const ANY: ReadBy = ReadBy(0);

    fn host(host: HostNo) -> ReadBy {
        ReadBy(u32::from(host.get()) + 1)
    }

    fn get(self) -> Option<HostNo> {
        let number = self.0.checked_sub(1)?;
        Some(HostNo(number as u16))
    }
}

/// One clock: the line from a time of the run, and what it showed then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Clock {
    since: u64,
    shown: u64,
    gains_ppm: i32,
    offset: i64,
}

impl Clock {
    fn rate(&self) -> i128 {
        WHOLE + i128::from(self.gains_ppm)
    }

    /// What it shows.
    fn at(&self, now: u64) -> u64 {
        if now == FAR {
            return FAR;
        }
        let past = i128::from(now) - i128::from(self.since);
        within(i128::from(self.shown) + (past * self.rate()).div_euclid(WHOLE))
    }

    /// When it first shows that.
    fn when(&self, shown: u64) -> u64 {
        if shown == FAR {
            return FAR;
        }
        let past = i128::from(shown) - i128::from(self.shown);
        let rate = self.rate();
        within(i128::from(self.since) - (-past * WHOLE).div_euclid(rate))
    }
}

fn within(nanos: i128) -> u64 {
    nanos.clamp(0, i128::from(FAR)) as u64
}

/// All clocks of which something was said.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    of: BTreeMap<HostNo, Clock>,
    /// Whether one of them drifts, or did.
    drift: bool,
}

impl Clocks {
    fn get(&self, host: HostNo) -> Clock {
        self.of.get(&host).copied().unwrap_or_default()
    }

    /// What the clock of a host shows.
    pub(crate) fn shown(&self, host: HostNo, now: u64) -> u64 {
        self.get(host).at(now)
    }

    /// By what an instant is read on a host.
    pub(crate) fn read_by(&self, host: HostNo) -> ReadBy {
        match self.drift {
            true => ReadBy::host(host),
            false => ReadBy::ANY,
        }
    }

    /// When a clock shows this, on the clock of the run; by this host's, if by any.
    pub(crate) fn when(&self, host: HostNo, read_by: ReadBy, shown: u64) -> u64 {
        self.get(read_by.get().unwrap_or(host)).when(shown)
    }

    /// Whose clock an instant was read by, if that is another than this host's and the two differ.
    pub(crate) fn stranger(&self, host: HostNo, read_by: ReadBy, now: u64) -> Option<HostNo> {
        let reader = read_by.get().filter(|&reader| reader != host)?;
        let (own, other) = (self.get(host), self.get(reader));
        let agree = own.gains_ppm == other.gains_ppm && own.at(now) == other.at(now);
        (!agree).then_some(reader)
    }

    /// How far the system clock of a host is ahead of what its timers go by.
    pub(crate) fn offset(&self, host: HostNo) -> i64 {
        self.get(host).offset
    }

    /// The system clock of a host jumps.
    pub(crate) fn jump(&mut self, host: HostNo, by: i64) {
        let clock = self.of.entry(host).or_default();
        clock.offset = clock.offset.saturating_add(by);
    }

    /// The clock of a host gains so much from now on; it loses if that is negative.
    pub(crate) fn set_drift(&mut self, host: HostNo, gains_ppm: i32, now: u64) {
        self.drift = true;
        let clock = self.of.entry(host).or_default();
        *clock = Clock {
            since: now,
            shown: clock.at(now),
            gains_ppm,
            offset: clock.offset,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DB: HostNo = HostNo(1);
    const SHOP: HostNo = HostNo(2);

    #[test]
    fn a_deadline_is_due_when_the_clock_shows_it_and_not_before() {
        for ppm in [-999_999, -500_000, -1, 0, 1, 333_333, 1_000_000] {
            let mut clocks = Clocks::default();
            clocks.set_drift(DB, ppm, 1_000);
            for shown in [1_000, 1_001, 1_007, 2_000, 1_000_000_000] {
                let when = clocks.when(DB, ReadBy::ANY, shown);
                assert!(clocks.shown(DB, when) >= shown, "{ppm} {shown}");
                assert!(
                    when == 1_000 || clocks.shown(DB, when - 1) < shown,
                    "{ppm} {shown}"
                );
            }
        }
    }

    #[test]
    fn it_goes_on_from_where_it_was_when_its_drift_changes() {
        let mut clocks = Clocks::default();
        clocks.set_drift(DB, 1_000_000, 0);
        clocks.set_drift(DB, -500_000, 100);
        assert_eq!((clocks.shown(DB, 100), clocks.shown(DB, 200)), (200, 250));
        assert_eq!(clocks.when(DB, ReadBy::ANY, FAR), FAR);
        assert_eq!(clocks.shown(DB, FAR), FAR);
    }

    #[test]
    fn only_an_instant_of_a_clock_that_differs_is_a_strangers() {
        let mut clocks = Clocks::default();
        assert_eq!(clocks.read_by(DB), ReadBy::ANY);
        clocks.set_drift(DB, 10, 0);
        let (db, shop) = (clocks.read_by(DB), clocks.read_by(SHOP));
        assert_eq!(clocks.stranger(SHOP, db, 1_000_000), Some(DB));
        assert_eq!(clocks.stranger(DB, shop, 1_000_000), Some(SHOP));
        assert_eq!(clocks.stranger(DB, db, 1_000_000), None);
        assert_eq!(clocks.stranger(HostNo(3), shop, 1_000_000), None);
        assert_eq!(clocks.stranger(DB, ReadBy::ANY, 1_000_000), None);
        // The same rate is not the same time.
        clocks.set_drift(SHOP, 10, 1_000_000);
        assert_eq!(clocks.stranger(SHOP, db, 1_000_000), Some(DB));
    }
}
