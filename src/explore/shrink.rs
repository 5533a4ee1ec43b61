//! Shrinking: a smaller tape whose run fails in the same way.
//!
//! ```text
//!   the tape as found
//!     │ the plain run?  the random values of the plain run?
//!     │ without halves, quarters, … of its faults, then of delays and timers, preemptions, inputs; then of all (ddmin)
//!     │ each single deviation of the plain run; each pair, if there are few enough
//!     │ smaller values
//!     ▼ without each single deviation, until none can go
//!   the least that was found, and what is known of it
//! ```
//!
//! Delta debugging is by Zeller and Hildebrandt ("Simplifying and isolating failure-inducing input", TSE 2002). A run that fails is
//! followed by its own tape, which has only what was followed of the edited one.
//!
//! Not done: to take away all deviations of a host, or of a task, before halves of all. It saves no runs: on the gallery as many are
//! made as without, and for `transfers` of `scenarios/examples/shrink.rs` a few more. Nor are random values made zeros: code that draws
//! again what it does not like would never end, and what fails because two random names are equal is another bug than that which was
//! found. The values of the plain run are as good as any.

mod reduce;
mod search;
mod size;

use super::explanation::Minimality;
use super::trials::{Same, Trials};
use crate::api::workload::parts::KEPT;
use crate::choice::draw::{HIGHEST_DIGIT, Kind};
use crate::choice::tape::{Choice, Tape};
use reduce::{Pass, reduce};
use search::Searched;
use size::Class;

/// The least tape that was found, and what is known of it.
pub(super) struct Shrunk {
    pub(super) tape: Tape,
    pub(super) minimality: Minimality,
}

/// Shrinks a tape whose run fails.
pub(super) fn shrink(trials: &mut Trials<'_>, found: Same) -> Shrunk {
    let mut least = found;
    for values in [0, least.tape.values()] {
        let plain = least.tape.plain().with_values(values);
        if let Ok(same) = trials.attempt(&plain) {
            return Shrunk {
                tape: same.tape,
                minimality: Minimality::Plain,
            };
        }
    }
    let values = least.tape.clone().with_values(0);
    if least.tape.values() != 0
        && let Ok(same) = trials.attempt(&values)
    {
        least = same;
    }
    for class in Class::ALL {
        (least, _) = reduce(trials, least, |kind| Class::of(kind) == class);
    }
    let mut pass;
    (least, pass) = reduce(trials, least, |_| true);
    let searched = match pass {
        Pass::Whole => search::smaller(trials, &mut least),
        Pass::CutShort => Searched::Nothing,
    };
    if pass == Pass::Whole {
        let lowered = lower(trials, &mut least);
        (least, pass) = reduce(trials, least, |_| true);
        if lowered == Pass::CutShort {
            pass = lowered;
        }
    }
    let deviations = least.tape.deviations().len();
    let minimality = match (pass, searched) {
        (Pass::CutShort, _) => Minimality::CutShort,
        (Pass::Whole, _) if deviations == 0 => Minimality::Plain,
        (Pass::Whole, Searched::Pairs) => Minimality::Minimal,
        (Pass::Whole, Searched::Singles) if deviations <= 2 => Minimality::Minimal,
        // The plain run was tried.
        (Pass::Whole, Searched::Nothing) if deviations <= 1 => Minimality::Minimal,
        (Pass::Whole, Searched::Singles | Searched::Nothing) => Minimality::OneMinimal,
    };
    Shrunk {
        tape: least.tape,
        minimality,
    }
}

/// Takes a smaller number in place of each that was chosen, the smallest if there are few.
fn lower(trials: &mut Trials<'_>, least: &mut Same) -> Pass {
    let mut at = 0;
    loop {
        let Some(choice) = least.tape.deviations().nth(at).map(|d| d.choice) else {
            return Pass::Whole;
        };
        if let Choice::Number(chosen) = choice {
            if !trials.affords(1, 0) {
                return Pass::CutShort;
            }
            let smaller = (1..chosen).take(MOST_VALUES);
            let lower = smaller
                .map(|number| least.tape.choosing(at, Choice::Number(number)))
                .find_map(|tape| trials.attempt(&tape).ok());
            match lower {
                Some(same) => *least = same,
                None => bisect(trials, least, at, chosen),
            }
        }
        // Where a digit came to nothing the next stands in its place.
        let is_gone = borrow(trials, least, at);
        at += usize::from(!is_gone);
    }
}

/// Takes one from a digit of a number, and the highest in place of the next, which is lowered after it: so a number comes to the
/// bound that it breaks, also where that has fewer digits. Gives whether the digit is gone.
fn borrow(trials: &mut Trials<'_>, least: &mut Same, at: usize) -> bool {
    let deviation = least.tape.deviations().nth(at);
    let digit = deviation.filter(|deviation| deviation.kind == Kind::Any);
    let Some(Choice::Number(digit)) = digit.map(|digit| digit.choice) else {
        return false;
    };
    let Some(tape) = least.tape.borrowing(at, HIGHEST_DIGIT) else {
        return false;
    };
    match trials.attempt(&tape) {
        Ok(same) => {
            *least = same;
            digit == 1
        }
        Err(_) => false,
    }
}

/// Takes lower numbers in place of the one that was chosen, as long as that fails in the same way: what asks for a number above a bound
/// is brought to the bound, however far it is, by halves; and where bits say what of an input is kept, bit by bit.
fn bisect(trials: &mut Trials<'_>, least: &mut Same, at: usize, chosen: u32) {
    let deviation = least.tape.deviations().nth(at);
    let bits = deviation.is_some_and(|deviation| {
        let field = deviation.task.rsplit_once('.');
        field.is_some_and(|(_, field)| field == KEPT)
    });
    // Those below were tried, if they are numbers.
    let (mut passes, mut fails) = (if bits { 0 } else { MOST_VALUES as u32 }, chosen);
    let next = |passes: u32, fails: u32| match bits {
        true => bitwise(passes, fails),
        false => halfway(passes, fails),
    };
    while let Some(middle) = next(passes, fails) {
        match trials.attempt(&least.tape.choosing(at, Choice::Number(middle))) {
            Ok(same) => {
                *least = same;
                fails = middle;
            }
            Err(_) => passes = middle,
        }
    }
}

/// The next candidate of a search by halves between these two.
fn halfway(passes: u32, fails: u32) -> Option<u32> {
    let between = fails.saturating_sub(passes);
    (between > 1).then(|| passes + between / 2)
}

/// The next candidate of a bitwise search between these two: the highest undecided bit cleared, all lower bits set. Where bits say what
/// of an input is kept, each step removes one part and leaves the rest.
fn bitwise(passes: u32, fails: u32) -> Option<u32> {
    let (first, last) = (passes + 1, fails.checked_sub(1)?);
    match last.checked_sub(first)? {
        0 => Some(first),
        _ => {
            let highest = (first ^ last).ilog2();
            Some((last >> highest << highest) - 1)
        }
    }
}

/// No more values are tried one by one in place of one.
const MOST_VALUES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked for on the way down to a bound.
    fn asked(bound: u32, mut fails: u32) -> Vec<u32> {
        let mut passes = 0;
        let middles = std::iter::from_fn(|| {
            let middle = bitwise(passes, fails)?;
            match middle >= bound {
                true => fails = middle,
                false => passes = middle,
            }
            Some(middle)
        });
        let middles = middles.collect();
        assert_eq!(fails, bound);
        middles
    }

    #[test]
    fn one_bit_after_the_other_is_decided_with_all_others_set() {
        assert_eq!(
            asked(0b01010, 0b11111),
            [0b01111, 0b00111, 0b01011, 0b01001, 0b01010]
        );
        assert_eq!(asked(1, 2), [1]);
        assert_eq!(asked(1, 1), [0; 0]);
    }

    #[test]
    fn a_bound_is_found_in_as_many_steps_as_there_are_bits() {
        for fails in 1..200 {
            for bound in 1..=fails {
                assert!(asked(bound, fails).len() <= 8, "{bound} below {fails}");
            }
        }
        for bound in [1, 57, 1 << 20, HIGHEST_DIGIT - 1, HIGHEST_DIGIT] {
            assert!(asked(bound, HIGHEST_DIGIT).len() <= 31, "{bound}");
        }
    }
}
