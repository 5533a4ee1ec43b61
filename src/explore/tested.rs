//! The code under test, whatever its type is.
//!
//! What explores, shrinks and explains knows a program by this trait alone, and is compiled once: not for each test anew.

use std::future::Future;

use super::one::{self, Quick};
use super::outcome::Run;
use crate::base::place::Place;
use crate::run::context::Context;
use crate::run::setup::Plan;

/// Makes runs of a program, each of a new future.
pub(crate) trait Tested {
    /// Makes a run for its hash. With the points whose `Pending` was taken for an answer.
    fn quick(&self, cx: &mut Context, plan: Plan, place: Place) -> (Quick, Vec<Place>);

    /// Makes a run, and takes everything that it kept, but not what the future returned.
    fn recorded(&self, cx: &mut Context, plan: Plan, place: Place) -> (Run, Vec<Place>);
}

impl<M, F> Tested for M
where
    M: Fn() -> F,
    F: Future + 'static,
    F::Output: 'static,
{
    fn quick(&self, cx: &mut Context, plan: Plan, place: Place) -> (Quick, Vec<Place>) {
        one::quick(cx, plan, self(), place)
    }

    fn recorded(&self, cx: &mut Context, plan: Plan, place: Place) -> (Run, Vec<Place>) {
        let (run, mistaken) = one::recorded(cx, plan, self(), place);
        (run.without_output(), mistaken)
    }
}
