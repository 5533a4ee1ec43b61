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
//! State is known by a number that it has from the order in which state is made in the run. State that was made before, by another run or by
//! none, or in a `const`, has no number in this one, and all of that is taken for one.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

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
    /// In which order tasks are spawned, which their ids tell.
    Spawns,
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
    /// The task waits no more, for it gave up.
    GivesUp,
    /// The task polls several futures in this poll.
    Several,
    /// From now on steps are not told apart by what they touch.
    Together,
}

/// By what state is known in the run that made it; in any other it is [`Shared::Elsewhere`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Number {
    run: u32,
    nth: u32,
}

impl Number {
    /// That of what no run makes.
    pub(crate) const NONE: Number = Number { run: 0, nth: 0 };

    /// That of what is made now.
    #[inline(always)]
    pub(crate) fn next() -> Number {
        match WANTED.get() {
            true => Number::numbered(),
            false => Number::NONE,
        }
    }

    #[cold]
    #[inline(never)]
    fn numbered() -> Number {
        MADE.set(MADE.get() + 1);
        Number {
            run: RUN.get(),
            nth: MADE.get(),
        }
    }
}

/// What was looked at as long as this lives: its end touches it, too.
#[derive(Debug)]
pub(crate) struct Held(pub(crate) Number);

impl Drop for Held {
    fn drop(&mut self) {
        state(self.0);
    }
}

thread_local! {
    static WANTED: Cell<bool> = const { Cell::new(false) };
    /// The run that is under way, by a number that no other has.
    static RUN: Cell<u32> = const { Cell::new(0) };
    static MADE: Cell<u32> = const { Cell::new(0) };
    static LIST: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// A run begins on this thread, or ends, of which touches are wanted or not.
pub(crate) fn begin(wanted: bool) {
    /// Only compared, so that no run sees it.
    static NEXT: AtomicU32 = AtomicU32::new(1);
    if wanted || WANTED.get() {
        WANTED.set(wanted);
        RUN.set(NEXT.fetch_add(1, Relaxed));
        MADE.set(0);
        LIST.with_borrow_mut(Vec::clear);
    }
}

/// State with this number is touched.
#[inline(always)]
pub(crate) fn state(number: Number) {
    if WANTED.get() {
        note_state(number);
    }
}

#[cold]
#[inline(never)]
fn note_state(number: Number) {
    let known = number.run == RUN.get() && number.nth > 0;
    note(Line::Touch(match known {
        true => Shared::State(number.nth),
        false => Shared::Elsewhere,
    }));
}

/// This is touched.
#[inline(always)]
pub(crate) fn touch(shared: Shared) {
    if WANTED.get() {
        note(Line::Touch(shared));
    }
}

/// From now on steps are not told apart by what they touch: each may touch everything.
pub(crate) fn no_longer_apart() {
    if WANTED.get() {
        note(Line::Together);
    }
}

/// The running task waits for what it has touched.
#[inline(always)]
pub(crate) fn waits() {
    if WANTED.get() {
        note(Line::Waits);
    }
}

/// The running task waits no more for what it waited for in this poll.
#[inline(always)]
pub(crate) fn gives_up() {
    if WANTED.get() {
        note(Line::GivesUp);
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
        let before = Number::next();
        state(before);
        waits();
        assert_eq!(taken(), []);
        begin(true);
        let (one, other) = (Number::next(), Number::next());
        for number in [other, other, one, before, Number::NONE] {
            state(number);
        }
        waits();
        let touched = [Shared::State(2), Shared::State(1), Shared::Elsewhere].map(Line::Touch);
        assert_eq!(taken(), [&touched[..], &[Line::Waits]].concat());
        touch(Shared::Everything);
        // What another run made has no number in this one.
        begin(true);
        state(other);
        drop(Held(Number::next()));
        no_longer_apart();
        let touched = [Shared::Elsewhere, Shared::State(1)].map(Line::Touch);
        assert_eq!(taken(), [&touched[..], &[Line::Together]].concat());
        begin(false);
        no_longer_apart();
        assert_eq!(taken(), []);
    }

    #[test]
    fn everything_overlaps_with_all() {
        let (one, other) = (Shared::State(1), Shared::State(2));
        assert!(one.overlaps(one) && !one.overlaps(other));
        assert!(Shared::Everything.overlaps(one) && other.overlaps(Shared::Everything));
    }
}
