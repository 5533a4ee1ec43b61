//! Futures that are dropped and were never polled, or stand at a scheduling point: whether something explains it.
//!
//! A `select!` drops the branches that lost, a cancelled task what it had not come to. And between a future's making and its drop
//! others may have been polled, to which it may have lost in a combinator: those are counted, as a part of the
//! [`Moment`](super::moment::Moment) at which it was made.

use std::cell::Cell;

/// See the top of this file.
#[derive(Default)]
pub(crate) struct Discards {
    /// How many guards of [`Discards::discard`] are alive.
    discarding: Cell<u32>,
    /// How many `select!`s are dropping the branches that lost.
    losing: Cell<u32>,
    /// How often a future marked with `must_await` was polled, or a `select!` ended.
    others: Cell<u16>,
}

impl Discards {
    /// A run begins.
    pub(super) fn begin(&self) {
        self.discarding.set(0);
        self.losing.set(0);
        self.others.set(0);
    }

    /// Until the guard is dropped, futures that are dropped unpolled are in order.
    pub(crate) fn discard(&self) -> Discarding<'_> {
        self.discarding.set(self.discarding.get() + 1);
        Discarding(self)
    }

    /// Ends what a forgotten guard of [`Discards::discard`] began.
    pub(crate) fn end_discard(&self) {
        self.discarding.set(self.discarding.get().saturating_sub(1));
    }

    /// A `select!` begins to drop the branches that lost.
    pub(crate) fn begin_losing(&self) {
        self.losing.set(self.losing.get() + 1);
    }

    /// It has dropped them.
    pub(crate) fn end_losing(&self) {
        self.losing.set(self.losing.get().saturating_sub(1));
    }

    /// Whether what is dropped now lost in a `select!`.
    pub(crate) fn is_losing(&self) -> bool {
        self.losing.get() > 0
    }

    /// A future marked with `must_await` is polled, or a `select!` ends.
    #[inline]
    pub(crate) fn count_other(&self) {
        self.others.set(self.others.get().wrapping_add(1));
    }

    /// How many there were.
    pub(crate) fn others(&self) -> u16 {
        self.others.get()
    }

    pub(crate) fn is_discarding(&self) -> bool {
        self.discarding.get() > 0
    }
}

/// See [`Discards::discard`].
pub(crate) struct Discarding<'a>(&'a Discards);

impl Drop for Discarding<'_> {
    fn drop(&mut self) {
        self.0.end_discard();
    }
}
