//! Scheduling points that a run passes over, because their `Pending` was taken for an answer.
//!
//! A scheduling point shows itself to user code as a `Pending`. Code that polls a future once and drops it (`poll!`,
//! `now_or_never` with a real waker, a `poll_fn` that looks once, a timeout of zero) takes that for an answer, where tokio
//! has the value. Such a run is made again with the points at that source place passed over, and its tape says so:
//!
//! ```text
//! pass src/queue.rs:31:18         no point at the operations that are called here
//! pass combinators                no point in futures that are polled with another waker than their task's
//! ```

use std::fmt;

use crate::base::place::{Place, SourcePlace};

/// Scheduling points that a run passes over, because their `Pending` was taken for an answer: the `pass` lines of a tape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passes {
    places: Vec<SourcePlace>,
    combinators: bool,
}

impl Passes {
    /// No point is passed over.
    pub const NONE: Passes = Passes {
        places: Vec::new(),
        combinators: false,
    };

    /// Whether no point is passed over.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty() && !self.combinators
    }

    /// The source places whose points are passed over.
    pub fn places(&self) -> &[SourcePlace] {
        &self.places
    }

    /// Whether all points inside combinators are passed over.
    pub fn combinators(&self) -> bool {
        self.combinators
    }

    /// Whether the points of operations that are called here are passed over.
    pub(crate) fn has(&self, place: Place) -> bool {
        self.places.iter().any(|known| known.is(place))
    }

    pub(crate) fn add(&mut self, place: SourcePlace) {
        if !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    pub(crate) fn add_combinators(&mut self) {
        self.combinators = true;
    }
}

/// A line of a tape for each.
impl fmt::Display for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in &self.places {
            writeln!(f, "pass {}", Escaped(&place.to_string()))?;
        }
        if self.combinators {
            writeln!(f, "pass {COMBINATORS}")?;
        }
        Ok(())
    }
}

/// What a tape calls the points inside combinators.
pub(crate) const COMBINATORS: &str = "combinators";

/// A text as one word of a tape: blanks and characters with a meaning there as `%` and two hex digits.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if matches!(c, '%' | ';' | '#' | '\'') || c.is_whitespace() || c.is_control() {
                let mut utf8 = [0; 4];
                for byte in c.encode_utf8(&mut utf8).bytes() {
                    write!(f, "%{byte:02x}")?;
                }
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

/// The place that a word of a tape names, if it names one.
pub(crate) fn place_in(word: &str) -> Option<SourcePlace> {
    let mut bytes = Vec::new();
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).ok()?;
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let place = SourcePlace::new(file, line.parse().ok()?, column.parse().ok()?);
    (!file.is_empty()).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_whatever_its_file_is_called() {
        for file in ["src/a.rs", "C:\\my code\\a;b#c'd%.rs", "größe.rs"] {
            let place = SourcePlace::new(file, 31, 5);
            let word = Escaped(&place.to_string()).to_string();
            assert!(!word.contains([' ', ';', '\'']), "{word}");
            assert_eq!(place_in(&word), Some(place));
        }
        for word in ["", "a", "a:1", "a:1:x", ":1:1", "%z:1:1", "a%2:1:1"] {
            assert_eq!(place_in(word), None, "{word}");
        }
    }
}
