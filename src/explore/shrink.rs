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

use std::future::Future;

use super::explanation::Minimality;
use super::trials::{Same, Trials};
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
pub(super) fn shrink<M, F>(trials: &mut Trials<'_, M>, found: Same) -> Shrunk
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
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
fn lower<M, F>(trials: &mut Trials<'_, M>, least: &mut Same) -> Pass
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
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
fn borrow<M, F>(trials: &mut Trials<'_, M>, least: &mut Same, at: usize) -> bool
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
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

/// Halves the number that was chosen as long as that fails in the same way: what asks for a number above a bound is brought to the
/// bound, however far it is.
fn bisect<M, F>(trials: &mut Trials<'_, M>, least: &mut Same, at: usize, chosen: u32)
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    let (mut passes, mut fails) = (MOST_VALUES as u32, chosen);
    while fails.saturating_sub(passes) > 1 {
        let middle = passes + (fails - passes) / 2;
        match trials.attempt(&least.tape.choosing(at, Choice::Number(middle))) {
            Ok(same) => {
                *least = same;
                fails = middle;
            }
            Err(_) => passes = middle,
        }
    }
}

/// No more values are tried one by one in place of one.
const MOST_VALUES: usize = 32;
