//! Delta debugging: parts of a tape are taken away, halves first, then smaller ones, down to single deviations.

use super::super::trials::{Outcome, Same, Trials};
use crate::choice::draw::Kind;

/// Whether all was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// None of the deviations can go by itself.
    Whole,
    CutShort,
}

/// Takes away deviations of these kinds until none can go.
pub(super) fn reduce(
    trials: &mut Trials<'_>,
    mut least: Same,
    among: impl Fn(Kind) -> bool,
) -> (Same, Pass) {
    let places = |least: &Same| -> Vec<usize> {
        let kinds = least.tape.deviations().map(|deviation| deviation.kind);
        let among = kinds.enumerate().filter(|(_, kind)| among(*kind));
        among.map(|(at, _)| at).collect()
    };
    let mut all = places(&least);
    let mut part = all.len();
    // The end of what is still to be tried: later deviations are often consequences of earlier ones, so they go first.
    let mut end = all.len();
    while part > 0 {
        let begin = end.saturating_sub(part);
        let away = &all[begin..end];
        match trials.attempt(&least.tape.keeping(|at| away.binary_search(&at).is_err())) {
            Ok(same) => {
                least = same;
                all = places(&least);
                // What stood before the part is still there, unless it could not be followed any more.
                end = begin.min(all.len());
                part = part.min(all.len());
            }
            Err(Outcome::Passes | Outcome::FailsOtherwise) => end = begin,
            Err(Outcome::NotTried) => return (least, Pass::CutShort),
        }
        if end == 0 {
            end = all.len();
            part = match part {
                // Once more, until a whole round of single ones has changed nothing: those that were tried are known.
                1 => match again(trials, &least, &all) {
                    true => 1,
                    false => 0,
                },
                part => part.div_ceil(2).min(all.len()),
            };
        }
    }
    (least, Pass::Whole)
}

/// Whether one of these was not tried yet in this tape.
fn again(trials: &Trials<'_>, least: &Same, all: &[usize]) -> bool {
    let untried = |&at: &usize| !trials.knows(&least.tape.keeping(|other| other != at));
    all.iter().any(untried)
}
