//! A moment of a run: as long as nothing is polled and no operation completes, it is the same moment.

use super::scope::Scope;

/// See the top of this file. Compared for equality only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The number of the step, in all tasks.
    step: u32,
    /// What is left of the task's budget, which operations that complete take from.
    budget: u8,
    /// What is left before operations that are charged to no budget are counted.
    free: u8,
    /// How often a future marked with `must_await` was polled, or a `select!` ended.
    others: u16,
}

impl Moment {
    pub(crate) fn new(step: u64, scope: &Scope) -> Moment {
        Moment {
            step: step as u32,
            budget: scope.operations.budget().unwrap_or(u8::MAX),
            free: scope.operations.free(),
            others: scope.discards.others(),
        }
    }
}
