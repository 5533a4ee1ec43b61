//! Durations in arguments: a whole number and a unit, `"30s"`.

/// The units, with their length in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 60 * 60 * 1_000_000_000),
];

/// The duration in nanoseconds.
///
/// # Errors
///
/// A message: there is no number, no unit or an unknown one, or more nanoseconds than fit in a `u64`,
/// which is the range of virtual time.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '_')
        .unwrap_or(text.len());
    let (number, unit) = (text[..end].replace('_', ""), text[end..].trim());
    if number.is_empty() {
        return Err("a duration begins with a whole number, as in \"30s\"".into());
    }
    let Some((_, nanoseconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(match unit {
            "" => format!(
                "this number has no unit; \"{number}s\" are seconds, and ns, us, ms, m and h are units too"
            ),
            _ if unit.starts_with('.') => {
                "a duration is a whole number; \"1500ms\" is one and a half seconds".into()
            }
            _ => format!("`{unit}` is not a unit of time; the units are ns, us, ms, s, m and h"),
        });
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(*nanoseconds))
        .ok_or_else(|| "longer than virtual time can be (about 584 years)".into())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_unit_has_its_length() {
        for (text, expected) in [
            ("7ns", Duration::from_nanos(7)),
            ("7us", Duration::from_micros(7)),
            ("7ms", Duration::from_millis(7)),
            ("7s", Duration::from_secs(7)),
            ("7m", Duration::from_secs(7 * 60)),
            ("7h", Duration::from_secs(7 * 60 * 60)),
            ("0s", Duration::ZERO),
            ("1_000 ms", Duration::from_secs(1)),
            ("18446744073709551615ns", Duration::from_nanos(u64::MAX)),
        ] {
            let nanoseconds = parse(text).expect(text);
            assert_eq!(Duration::from_nanos(nanoseconds), expected, "{text}");
        }
    }

    #[test]
    fn each_mistake_has_its_message() {
        for (text, word) in [
            ("", "begins with a whole number"),
            ("s", "begins with a whole number"),
            ("-1s", "begins with a whole number"),
            ("30", "\"30s\" are seconds"),
            ("1.5s", "whole number"),
            ("30 sec", "`sec` is not a unit"),
            ("18446744073709551616ns", "584 years"),
            ("6000000h", "584 years"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(word), "{text:?}: {error}");
        }
    }
}
