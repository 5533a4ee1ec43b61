//! The turning point: from which draw on a run was lost.
//!
//! For a draw `s` of the failing run, its first `s` draws are repeated, and what follows is drawn by random walks, 64 of them; `f(s)` is
//! how many of those fail in the same way. The same labelled walks are used at each draw. Where `f(0)` is 64 there is no such draw. `f` need not
//! grow: so the search goes back from the end, where all fail, looks at each draw, and stops at the first of which some continuation does
//! not.

use super::explanation::{CONTINUATIONS, Turning};
use super::trials::Trials;
use crate::choice::tape::Tape;

/// Looks for it in the run of a tape, which has so many draws.
pub(super) fn find(trials: &mut Trials<'_>, tape: &Tape, draws: usize) -> Turning {
    // Asked first, for then nothing else is to be said.
    match all_fail(trials, tape, 0) {
        Some(true) => return Turning::Start,
        Some(false) => {}
        None => return Turning::Unknown,
    }
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
    Turning::Unknown
}

/// Whether all continuations of the first so many draws fail in the same way; `None` if that was not to be had.
fn all_fail(trials: &mut Trials<'_>, tape: &Tape, draws: usize) -> Option<bool> {
    for nth in 0..CONTINUATIONS {
        match fails(trials, tape, draws, nth)? {
            true => {}
            false => return Some(false),
        }
    }
    Some(true)
}

/// How many of them do.
fn count(trials: &mut Trials<'_>, tape: &Tape, draws: usize) -> Option<u32> {
    (0..CONTINUATIONS).try_fold(0, |failed, nth| {
        let fails = fails(trials, tape, draws, nth)?;
        Some(failed + u32::from(fails))
    })
}

fn fails(trials: &mut Trials<'_>, tape: &Tape, draws: usize, nth: u32) -> Option<bool> {
    let label = format!("continuation {nth}");
    trials.fails_after(tape, draws as u64, &label).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::api::rng::{choose, flip};
    use crate::api::sync::Mutex;
    use crate::api::task::{spawn, yield_now};
    use crate::base::place::caller;
    use crate::choice::chooser::Source;
    use crate::choice::strategies::walk::Which;
    use crate::explore::one::{self, prepare};
    use crate::explore::outcome::Run;
    use crate::explore::shrinking::Stage;
    use crate::record::journal::Keep;
    use crate::run::context::Context;
    use crate::run::setup::{Plan, Setup};

    /// Locks in opposite orders, an update that is lost, or a bad choice; after and before things that do not matter.
    async fn program(number: u32) {
        let locks = Arc::new([Mutex::new(0), Mutex::new(0)]);
        let tasks: Vec<_> = (0..2)
            .map(|nth| {
                let locks = locks.clone();
                spawn(async move {
                    for _ in 0..number % 3 {
                        yield_now().await;
                    }
                    let (first, second) = (nth, (nth + 1) % 2);
                    if number.is_multiple_of(2) {
                        let _one = locks[first].lock().await;
                        let _other = locks[second].lock().await;
                    } else {
                        let old = *locks[0].lock().await;
                        *locks[0].lock().await = old + 1;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
        let unlucky = number % 5 == 4 && flip(0.5);
        let _ = choose(0..3);
        assert!(!unlucky, "unlucky");
        assert!(
            number.is_multiple_of(2) || *locks[0].lock().await == 2,
            "lost"
        );
    }

    #[test]
    fn after_the_turning_point_each_draw_was_looked_at() {
        let mut found_some = 0;
        for number in 0..10 {
            let make = || program(number);
            let _active = prepare("a test");
            let mut cx = Context::new(Setup::default());
            let place = caller();
            let run = (0..500)
                .map(|seed| {
                    let plan = Plan {
                        source: Source::Walk(Which::of(seed)),
                        record: Some(Keep::Ends),
                        ..Plan::NONE
                    };
                    one::recorded(&mut cx, plan, make(), place).0
                })
                .find(Run::failed)
                .expect("it fails");
            let wanted = run.failure().expect("it fails").signature();
            let mut trials = Trials::new(&mut cx, &make, place, wanted);
            trials.allow(Stage::TurningPoint, u64::MAX / 2);
            let draws = trials.draws_of(run.tape()).len();
            let fail: Vec<_> = (0..=draws)
                .map(|draws| count(&mut trials, run.tape(), draws).expect("it may be tried"))
                .collect();
            match find(&mut trials, run.tape(), draws) {
                Turning::Draw { place, before } => {
                    assert_eq!(fail[place], before);
                    assert!(before < CONTINUATIONS);
                    assert!(fail[place + 1..].iter().all(|&f| f == CONTINUATIONS));
                    found_some += 1;
                }
                Turning::Start => assert_eq!(fail[0], CONTINUATIONS),
                Turning::Unknown => panic!("all could be tried"),
            }
        }
        assert!(found_some >= 8, "{found_some}");
    }
}
