//! What the running code touches of what tasks share: written down as it happens, for a search that wants to know which steps could come in
//! another order.
//!
//! ```text
//!   api     a lock is taken, a channel looked at ─► touch(…) ─► the list of this thread
//!                                                                       │ before the next draw or observation
//!   choice  the chooser ◄───────────────────────────────────────── take ┘ ─► Strategy::observe
//! ```
//!
//! Nothing is written down in any other run: then a touch costs a look at one byte.
//!
//! State is known by a number that it has from the order in which state is made in the run. State that was made before, or in a `const`, has
//! none, and all of that is taken for one.

use std::cell::{Cell, RefCell};

use super::ids::TaskNo;

/// Something that code of several tasks can reach: if two steps touch the same, their order may matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Shared {
    /// All there is: what code does that cannot be taken apart, such as the end of the run.
    Everything,
    /// State that was made outside of the run, or in a `const`: all of it.
    Elsewhere,
    /// State that was made in the run, such as that of a lock or a channel, by its number.
    State(u32),
    /// Whether this task is over, and with what.
    Outcome(TaskNo),
    /// Whether this task was aborted; each of its own steps touches it.
    Life(TaskNo),
}

impl Shared {
    /// Whether one of them may be seen or changed through the other.
    pub fn overlaps(self, other: Shared) -> bool {
        self == other || self == Shared::Everything || other == Shared::Everything
    }
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// This was touched.
    Touch(Shared),
    /// The task waits for what it touched. If it does anything more in the same poll, it polls several futures.
    Waits,
    /// The task polls several futures in this poll.
    Several,
}

thread_local! {
    static WANTED: Cell<bool> = const { Cell::new(false) };
    static MADE: Cell<u32> = const { Cell::new(0) };
    /// Whether all that runs touches everything.
    static ALL: Cell<bool> = const { Cell::new(false) };
    static LIST: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// A run begins on this thread, or ends, of which touches are wanted or not.
pub(crate) fn begin(wanted: bool) {
    if wanted || WANTED.get() {
        WANTED.set(wanted);
        MADE.set(0);
        ALL.set(false);
        LIST.with_borrow_mut(Vec::clear);
    }
}

/// The number of state that is made now; 0 where nobody wants to know.
#[inline(always)]
pub(crate) fn number() -> u32 {
    match WANTED.get() {
        true => next_number(),
        false => 0,
    }
}

#[cold]
#[inline(never)]
fn next_number() -> u32 {
    MADE.set(MADE.get() + 1);
    MADE.get()
}

/// State with this number is touched.
#[inline(always)]
pub(crate) fn state(number: u32) {
    touch(match number {
        0 => Shared::Elsewhere,
        number => Shared::State(number),
    });
}

/// This is touched.
#[inline(always)]
pub(crate) fn touch(shared: Shared) {
    if WANTED.get() {
        note(Line::Touch(shared));
    }
}

/// From now on steps are not told apart by what they touch: each touches everything.
pub(crate) fn no_longer_apart() {
    ALL.set(WANTED.get());
}

/// The running task waits for what it has touched.
#[inline(always)]
pub(crate) fn waits() {
    if WANTED.get() {
        note(Line::Waits);
    }
}

/// The running task polls several futures in this poll.
#[inline(always)]
pub(crate) fn several() {
    if WANTED.get() {
        note(Line::Several);
    }
}

#[cold]
#[inline(never)]
fn note(line: Line) {
    LIST.with_borrow_mut(|list| {
        if list.last() != Some(&line) {
            list.push(line);
        }
    });
}

/// Gives each line to `each`, and empties the list.
pub(crate) fn take(mut each: impl FnMut(Line)) {
    if ALL.get() {
        each(Line::Touch(Shared::Everything));
    }
    LIST.with_borrow_mut(|list| list.drain(..).for_each(&mut each));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken() -> Vec<Line> {
        let mut all = Vec::new();
        take(|touched| all.push(touched));
        all
    }

    #[test]
    fn it_is_written_down_only_where_it_is_wanted() {
        begin(false);
        state(number());
        waits();
        assert_eq!(taken(), []);
        begin(true);
        assert_eq!((number(), number()), (1, 2));
        state(2);
        state(2);
        state(0);
        waits();
        let expected = [
            Line::Touch(Shared::State(2)),
            Line::Touch(Shared::Elsewhere),
            Line::Waits,
        ];
        assert_eq!(taken(), expected);
        no_longer_apart();
        let everything = [Line::Touch(Shared::Everything)];
        assert_eq!(taken(), everything);
        assert_eq!(taken(), everything, "of each step");
        begin(false);
        assert_eq!((taken(), number()), (vec![], 0));
    }

    #[test]
    fn everything_overlaps_with_all() {
        let (one, other) = (Shared::State(1), Shared::State(2));
        assert!(one.overlaps(one) && !one.overlaps(other));
        assert!(Shared::Everything.overlaps(one) && other.overlaps(Shared::Everything));
    }
}
