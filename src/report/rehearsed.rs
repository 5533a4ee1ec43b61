//! What came of trying a replay line before it is printed, and the words for it.

use std::fmt;
use std::time::Duration;

/// How the run ended in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rehearsed {
    /// With the same failure.
    FailsLikewise,
    /// With another failure.
    FailsOtherwise,
    Passes,
    /// Nothing is known: it gave no answer in this time.
    TooSlow(Duration),
    /// Nothing is known: it did not start, or ended without an answer.
    NoAnswer,
}

impl fmt::Display for Rehearsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outlives = "something outlives a run (a static, a thread-local; a port or file still held by the parent)";
        match self {
            Rehearsed::FailsLikewise => {
                write!(f, "replayed alone in a fresh process: the same failure")
            }
            Rehearsed::FailsOtherwise => write!(f, "fails alone in another way: {outlives}"),
            Rehearsed::Passes => write!(f, "does not fail alone: {outlives}"),
            Rehearsed::NoAnswer => {
                write!(f, "not tried: there was no answer from a fresh process")
            }
            Rehearsed::TooSlow(time) => {
                let seconds = time.as_secs();
                write!(
                    f,
                    "not tried: a fresh process gave no answer within {seconds} s"
                )
            }
        }
    }
}
