//! Virtual time in numbers: nanoseconds from the start of the run, in a `u64`.
//!
//! 2⁶⁴ ns are 584 years, so every sum saturates: [`FAR`], the end of time, is never reached by a
//! run that ends, and `sleep(Duration::MAX)` simply never wakes.

use std::fmt;
use std::time::Duration;

/// The end of virtual time; a deadline there never comes.
pub const FAR: u64 = u64::MAX;

/// A duration in nanoseconds, [`FAR`] if it does not fit.
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(FAR)
}

/// Shows nanoseconds as seconds without trailing zeros: `0s`, `0.25s`, `7s`, `0.000000001s`.
pub struct Seconds(pub u64);

/// The units of durations, with their length in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("h", 60 * 60 * 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Nanoseconds as people write them: a whole number and a unit, such as `5ms`; shown in the largest unit up to seconds of which it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub u64);

impl Span {
    /// What is written so; `None` if it is none, or beyond the end of time.
    pub fn read(text: &str) -> Option<Span> {
        let digits = text.find(|c: char| !c.is_ascii_digit());
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let number = number.parse::<u64>().ok()?;
        number.checked_mul(*length).map(Span)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Minutes and hours are seldom what was written.
        let mut units = UNITS[2..].iter();
        let whole = units.find(|(_, length)| self.0.is_multiple_of(*length));
        let (unit, length) = whole.expect("all are whole nanoseconds");
        write!(f, "{}{unit}", self.0 / length)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == FAR {
            return f.pad("never");
        }
        let (whole, part) = (self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        let text = if part == 0 {
            format!("{whole}s")
        } else {
            let digits = format!("{part:09}");
            format!("{whole}.{}s", digits.trim_end_matches('0'))
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_short_and_exact() {
        let shown = |ns| Seconds(ns).to_string();
        assert_eq!(shown(0), "0s");
        assert_eq!(shown(250_000_000), "0.25s");
        assert_eq!(shown(7_000_000_000), "7s");
        assert_eq!(shown(1), "0.000000001s");
        assert_eq!(shown(FAR), "never");
    }

    #[test]
    fn what_is_written_with_a_unit_is_read_back() {
        for text in ["5ms", "7ns", "1500us", "90s"] {
            assert_eq!(Span::read(text).unwrap().to_string(), text);
        }
        assert_eq!(Span::read("2m"), Some(Span(120_000_000_000)));
        for text in [
            "",
            "5",
            "ms",
            "-5ms",
            "5 ms",
            "0.5s",
            "18446744073709551615us",
        ] {
            assert_eq!(Span::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_too_long_for_the_clock_is_the_end_of_time() {
        assert_eq!(nanos(Duration::MAX), FAR);
        assert_eq!(nanos(Duration::from_millis(1)), 1_000_000);
    }
}
