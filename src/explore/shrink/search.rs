//! The search for a smaller tape: all single deviations of the plain run, and all pairs if there are few enough.
//!
//! A pair is a deviation of the plain run, and one of the run that this makes, later than it: so each is met once.

use super::super::trials::{Outcome, Same, Trials};
use super::size::Size;
use crate::choice::tape::Tape;

/// Of which sizes all tapes were tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Searched {
    Nothing,
    Singles,
    Pairs,
}

/// Puts a smaller tape in place of this one, if one of at most two deviations fails in the same way.
pub(super) fn smaller(trials: &mut Trials<'_>, least: &mut Same) -> Searched {
    let plain = least.tape.plain();
    let draws = trials.draws_of(&plain);
    let singles = draws.count_alternatives(0);
    if draws.is_partial() || !trials.affords(singles, least.steps) {
        return Searched::Nothing;
    }
    let mut tried = Vec::new();
    for (at, deviation) in draws.alternatives(0) {
        let tape = plain.with(deviation);
        if !take_if_smaller(trials, least, &tape) {
            return Searched::Nothing;
        }
        tried.push((at, tape));
    }
    if least.tape.deviations().len() <= 2 {
        return Searched::Singles;
    }
    // Beside the runs of the pairs, one for each first deviation, to know the draws that follow.
    let pairs = singles.saturating_mul(singles + 1) / 2 + singles;
    if !trials.affords(pairs, least.steps) {
        return Searched::Singles;
    }
    let mut searched = Searched::Pairs;
    for (at, first) in &tried {
        let draws = trials.draws_of(first);
        if draws.is_partial() {
            searched = Searched::Singles;
        }
        for (_, second) in draws.alternatives(at + 1) {
            if !take_if_smaller(trials, least, &first.with(second)) {
                return Searched::Singles;
            }
            if least.tape.deviations().len() <= 2 {
                return searched;
            }
        }
    }
    searched
}

/// Takes this tape if it is smaller and fails in the same way. Gives whether that is known.
fn take_if_smaller(trials: &mut Trials<'_>, least: &mut Same, tape: &Tape) -> bool {
    if Size::of(tape) >= Size::of(&least.tape) {
        return true;
    }
    match trials.attempt(tape) {
        Ok(same) => *least = same,
        Err(Outcome::Passes | Outcome::FailsOtherwise) => {}
        Err(Outcome::NotTried) => return false,
    }
    true
}
