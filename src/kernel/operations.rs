//! How many operations the running task may still complete in this poll, and how many there were that no budget is charged with.
//!
//! ```text
//!   charged       claim ──► left of the budget: 128 a poll ──► used up: the task yields, and the run counts a whole budget
//!   not charged   claim, claim_free ──► 128 of them ──────────► the run counts as many
//!   bytes         count_moved ──► as much as 128 operations ──► the run counts them
//! ```
//!
//! The run looks at what it has counted, and so sees a loop that spins at one instant; an operation itself pays for no more than
//! a decrement.

use std::cell::Cell;

/// Operations that a task may complete in one poll before it must yield; tokio's figure.
pub(crate) const COOP_BUDGET: u8 = 128;

/// So many bytes that a stream moves count as an operation: with the limit of operations at one instant that holds unless
/// another is set, a stream without an end takes some 150 MB before it is told.
const BYTES_OF_OPERATION: usize = 384;

/// Bytes after which they are counted: as many operations as a budget has.
const MOST_MOVED: usize = COOP_BUDGET as usize * BYTES_OF_OPERATION;

/// See the top of this file.
pub(crate) struct Operations {
    /// What is left of the running task's budget; 0 if it has none.
    left: Cell<u8>,
    /// Whether the running task has a budget.
    limited: Cell<bool>,
    /// Operations that are charged to no budget, until the run counts them.
    free: Cell<u8>,
    /// Bytes that streams moved, until the run counts them.
    moved: Cell<usize>,
}

impl Default for Operations {
    fn default() -> Operations {
        Operations {
            left: Cell::new(0),
            limited: Cell::new(false),
            free: Cell::new(COOP_BUDGET),
            moved: Cell::new(0),
        }
    }
}

impl Operations {
    /// A run begins.
    pub(super) fn begin(&self) {
        self.set_budget(None);
        self.free.set(COOP_BUDGET);
        self.moved.set(0);
    }

    /// Takes one operation from the running task's budget; `false` if there is none left, or no limit and it is time to count how many
    /// there were.
    #[inline(always)]
    pub(crate) fn claim(&self) -> bool {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                true
            }
            None => !self.limited.get() && self.claim_free(),
        }
    }

    /// Takes one operation that is charged to no budget; `false` if it is time to count them.
    #[inline(always)]
    pub(crate) fn claim_free(&self) -> bool {
        let left = self.free.get();
        self.free.set(left.saturating_sub(1));
        left > 0
    }

    /// What is left of the operations that are charged to no budget until they are counted.
    pub(crate) fn free(&self) -> u8 {
        self.free.get()
    }

    /// As many operations as a budget has were charged to none: they are counted from zero again.
    pub(crate) fn recount_free(&self) {
        self.free.set(COOP_BUDGET);
    }

    /// What was counted so far, to see later whether more was.
    #[inline(always)]
    pub(crate) fn tally(&self) -> Tally {
        Tally {
            left: self.left.get(),
            free: self.free.get(),
            moved: self.moved.get(),
        }
    }

    /// A stream has moved so many bytes.
    #[inline(always)]
    pub(crate) fn count_moved(&self, bytes: usize) {
        self.moved.set(self.moved.get().saturating_add(bytes));
    }

    /// As how many operations what streams moved counts, if it is time to count them.
    #[inline(always)]
    pub(crate) fn moved(&self) -> Option<u64> {
        let moved = self.moved.get();
        (moved >= MOST_MOVED).then_some((moved / BYTES_OF_OPERATION) as u64)
    }

    /// They were counted: from zero again.
    pub(crate) fn recount_moved(&self) {
        self.moved.set(self.moved.get() % BYTES_OF_OPERATION);
    }

    /// One operation was taken from the budget; it is given back if the claim is dropped.
    #[inline(always)]
    pub(crate) fn claimed(&self) -> Claim<'_> {
        Claim(self)
    }

    /// Gives one operation back: it did not complete.
    #[inline(always)]
    pub(crate) fn unclaim(&self) {
        let given_back = match self.limited.get() {
            true => &self.left,
            false => &self.free,
        };
        given_back.set(given_back.get().saturating_add(1));
    }

    /// What is left of the running task's budget; `None` is no limit.
    #[inline(always)]
    pub(crate) fn budget(&self) -> Option<u8> {
        self.limited.get().then(|| self.left.get())
    }

    /// Gives the running task a budget, or none.
    #[inline(always)]
    pub(crate) fn set_budget(&self, budget: Option<u8>) {
        self.left.set(budget.unwrap_or(0));
        self.limited.set(budget.is_some());
    }
}

/// See [`Operations::tally`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tally {
    left: u8,
    free: u8,
    moved: usize,
}

impl Tally {
    /// Whether both have the same count of bytes: none were counted between them.
    #[inline(always)]
    pub(crate) fn has_same_bytes(self, other: Tally) -> bool {
        self.moved == other.moved
    }
}

/// See [`Operations::claimed`].
pub(crate) struct Claim<'a>(&'a Operations);

impl Claim<'_> {
    /// The operation completed.
    #[inline(always)]
    pub(crate) fn use_up(self) {
        std::mem::forget(self);
    }
}

impl Drop for Claim<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.unclaim();
    }
}
