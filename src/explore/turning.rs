//! The turning point: from which draw on a run was lost.
//!
//! For a draw `s` of the failing run, its first `s` draws are repeated, and what follows is drawn by random walks, 64 of them; `f(s)` is
//! how many of those fail in the same way. The same labelled walks are used at each draw. `f` need not grow: so the search goes
//! back from the end, where all fail, looks at each draw, and stops at the first of which some continuation does not.

use std::future::Future;

use super::explanation::{CONTINUATIONS, Turning};
use super::trials::{Outcome, Trials};
use crate::choice::tape::Tape;

/// Looks for it in the run of a tape, which has so many draws.
pub(super) fn find<M, F>(trials: &mut Trials<'_, M>, tape: &Tape, draws: usize) -> Turning
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    for place in (0..draws).rev() {
        match all_fail(trials, tape, place) {
            Some(true) => {}
            Some(false) => {
                return match count(trials, tape, place) {
                    Some(before) => Turning::Draw { place, before },
                    None => Turning::Unknown,
                };
            }
            None => return Turning::Unknown,
        }
    }
    Turning::Start
}

/// Whether all continuations of the first so many draws fail in the same way; `None` if that was not to be had.
fn all_fail<M, F>(trials: &mut Trials<'_, M>, tape: &Tape, draws: usize) -> Option<bool>
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    for nth in 0..CONTINUATIONS {
        match fails(trials, tape, draws, nth)? {
            true => {}
            false => return Some(false),
        }
    }
    Some(true)
}

/// How many of them do.
fn count<M, F>(trials: &mut Trials<'_, M>, tape: &Tape, draws: usize) -> Option<u32>
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    (0..CONTINUATIONS).try_fold(0, |failed, nth| {
        let fails = fails(trials, tape, draws, nth)?;
        Some(failed + u32::from(fails))
    })
}

fn fails<M, F>(trials: &mut Trials<'_, M>, tape: &Tape, draws: usize, nth: u32) -> Option<bool>
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    match trials.goes_on(tape, draws as u64, &format!("continuation {nth}")) {
        Ok(_) => Some(true),
        Err(Outcome::Passes | Outcome::FailsOtherwise) => Some(false),
        Err(Outcome::NotTried) => None,
    }
}
