//! A finding that was kept is looked for again, in a program that was edited since: by its tape, and by tapes that are near.
//!
//! ```text
//!   the tape ─► shows the finding: that is the run
//!     │ not any more
//!     ▼
//!   the tapes that are one edit away, two edits, …       choice/tape/near.rs
//!   each of those with a deviation more
//!     │ one shows it: its run                            else the run of the tape itself
//! ```
//!
//! All of it is bounded by runs and steps, so that what comes of it depends on the program; the [trials](super::trials) have a brake of real
//! time, too, for programs whose runs take very long.

use std::collections::{BTreeSet, VecDeque};

use super::shrinking::Stage;
use super::tested::Tested;
use super::trials::{Outcome, Trials};
use crate::base::place::Place;
use crate::choice::tape::Tape;
use crate::record::signature::Signature;
use crate::run::context::Context;

/// How much is done, in steps; a run counts as a few. As much again for tapes with a deviation more. It is done for each file that is kept
/// of a failure that is mended; of the edits in `tests/engine/edits.rs` none needs more than 15,000.
const FOR_AGAIN: u64 = 20_000;

/// So many edits away, at the most.
const MOST_EDITS: u32 = 3;

/// A tape near this one whose run shows the finding with this lasting signature. The tape itself was tried.
pub(super) fn near(
    cx: &mut Context,
    program: &dyn Tested,
    place: Place,
    tape: &Tape,
    wanted: &Signature,
) -> Option<Tape> {
    let mut trials = Trials::new(cx, program, place, wanted.clone()).lasting();
    trials.allow(Stage::Shrink, FOR_AGAIN);
    let mut seen = BTreeSet::from([tape.identity()]);
    let mut one_edit = vec![tape.clone()];
    let mut next = VecDeque::from([(tape.clone(), 0)]);
    'edits: while let Some((tape, edits)) = next.pop_front() {
        for near in tape.near() {
            if !seen.insert(near.identity()) {
                continue;
            }
            match trials.attempt(&near) {
                Ok(same) => return Some(same.tape),
                Err(Outcome::NotTried) => break 'edits,
                Err(Outcome::Passes | Outcome::FailsOtherwise) => {}
            }
            if edits == 0 {
                one_edit.push(near.clone());
            }
            if edits + 1 < MOST_EDITS {
                next.push_back((near, edits + 1));
            }
        }
    }
    trials.allow(Stage::Shrink, FOR_AGAIN);
    for tape in one_edit {
        for (_, deviation) in trials.draws_of(&tape).alternatives(0) {
            match trials.attempt(&tape.with(deviation)) {
                Ok(same) => return Some(same.tape),
                Err(Outcome::NotTried) => return None,
                Err(Outcome::Passes | Outcome::FailsOtherwise) => {}
            }
        }
    }
    None
}
