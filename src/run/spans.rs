//! The spans of `tracing` that the code of a poll has entered: left while others run on top of it.

use tracing::dispatcher::{self, Dispatch};
use tracing::span::Id;

/// A subscriber that does not say that a span was left is not asked for more than so many.
const MOST: usize = 64;

/// Spans that were left, the innermost first.
pub(super) struct Spans(Vec<Id>);

impl Spans {
    /// Leaves all that are entered.
    pub(super) fn leave() -> Spans {
        let left = |dispatch: &Dispatch| {
            let innermost = || dispatch.current_span().id().cloned();
            let one = std::iter::from_fn(innermost);
            one.take(MOST).inspect(|id| dispatch.exit(id)).collect()
        };
        Spans(dispatcher::get_default(left))
    }

    /// Enters them again.
    pub(super) fn enter(self) {
        dispatcher::get_default(|dispatch| {
            self.0.iter().rev().for_each(|id| dispatch.enter(id));
        });
    }
}
