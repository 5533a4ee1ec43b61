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
    fn a_duration_too_long_for_the_clock_is_the_end_of_time() {
        assert_eq!(nanos(Duration::MAX), FAR);
        assert_eq!(nanos(Duration::from_millis(1)), 1_000_000);
    }
}
