//! Which other tasks may run beside the one that is polled: on top of its poll, which is paused meanwhile.
//!
//! Two things keep all of them away: a [bar](Preemption::bar), which holds as long as the poll in which it was set up; and a
//! [local](Local) whose value is borrowed, for it cannot be put away.

use std::cell::{Cell, RefCell};

/// So many polls may be paused at once.
const DEEPEST: u8 = 8;

/// See the top of this file.
#[derive(Default)]
pub(crate) struct Preemption {
    on: Cell<bool>,
    /// How many polls are paused.
    depth: Cell<u8>,
    /// Whether one of them is that of a task that is bound to its thread.
    bound: Cell<bool>,
    /// How many guards live by which a task has made its thread that of something, over polls.
    claims: Cell<u32>,
    bars: Cell<Bars>,
    /// What is set for the code that runs now, the innermost last.
    locals: RefCell<Vec<&'static dyn Local>>,
}

/// How many bars were set up in a step, and still stand.
#[derive(Clone, Copy, Default)]
struct Bars {
    step: u64,
    count: u32,
}

/// A value that is set for the code of one poll, and to be seen by no other.
pub(crate) trait Local: Sync {
    /// Whether nobody borrows it.
    fn is_free(&self) -> bool;

    /// Unsets it; gives what sets it again.
    fn put_away(&'static self) -> Box<dyn FnOnce()>;
}

/// What a poll said that is paused.
pub(crate) struct Said {
    bound: bool,
    bars: Bars,
    locals: Vec<&'static dyn Local>,
    away: Vec<Box<dyn FnOnce()>>,
}

impl Preemption {
    /// A run begins, in which others may run beside a task, or not.
    pub(super) fn begin(&self, on: bool) {
        self.on.set(on);
        self.depth.set(0);
        self.bound.set(false);
        self.claims.set(0);
        self.bars.set(Bars::default());
        if on {
            self.locals.borrow_mut().clear();
        }
    }

    /// Whether others may run beside a task at all.
    #[inline(always)]
    pub(crate) fn is_on(&self) -> bool {
        self.on.get()
    }

    /// How many polls are paused.
    pub(crate) fn depth(&self) -> u8 {
        self.depth.get()
    }

    /// Whether a task that is bound to its thread is paused, or the thread of `main` and of such tasks is claimed.
    pub(crate) fn is_bound(&self) -> bool {
        self.bound.get() || self.claims.get() > 0
    }

    /// The thread of `main`, and of tasks that are bound to theirs, is claimed by a guard, or was.
    pub(crate) fn claim_thread(&self, claimed: bool) {
        let claims = self.claims.get();
        self.claims.set(match claimed {
            true => claims + 1,
            false => claims.saturating_sub(1),
        });
    }

    /// Whether no more polls may be paused, or something speaks against it in this step.
    pub(crate) fn is_barred(&self, step: u64) -> bool {
        let Bars { step: of, count } = self.bars.get();
        self.depth.get() == DEEPEST
            || (of == step && count > 0)
            || !self.locals.borrow().iter().all(|local| local.is_free())
    }

    /// Nothing runs beside the task whose step this is, until the bar is taken down.
    pub(crate) fn bar(&self, step: u64) {
        let bars = self.bars.get();
        let before = if bars.step == step { bars.count } else { 0 };
        self.bars.set(Bars {
            step,
            count: before + 1,
        });
    }

    /// A bar that was set up in this step is taken down; of another step it has fallen already.
    pub(crate) fn unbar(&self, step: u64) {
        let bars = self.bars.get();
        if bars.step == step {
            self.bars.set(Bars {
                step,
                count: bars.count.saturating_sub(1),
            });
        }
    }

    /// This is set for the code that runs from now on.
    pub(crate) fn set(&self, local: &'static dyn Local) {
        self.locals.borrow_mut().push(local);
    }

    /// What was [set](Preemption::set) last of this is no more.
    pub(crate) fn unset(&self, local: &'static dyn Local) {
        let mut locals = self.locals.borrow_mut();
        if let Some(at) = locals
            .iter()
            .rposition(|&set| std::ptr::addr_eq(set, local))
        {
            locals.remove(at);
        }
    }

    /// The poll is paused, of a task that is `bound` to its thread or not.
    pub(crate) fn pause(&self, bound: bool) -> Said {
        self.depth.set(self.depth.get() + 1);
        let locals = self.locals.take();
        let away = locals.iter().rev().map(|local| local.put_away()).collect();
        let said = Said {
            bound: self.bound.get(),
            bars: self.bars.take(),
            locals,
            away,
        };
        self.bound.set(bound || said.bound);
        said
    }

    /// It goes on.
    pub(crate) fn resume(&self, said: Said) {
        let Said {
            bound,
            bars,
            locals,
            away,
        } = said;
        away.into_iter().rev().for_each(|set_again| set_again());
        self.locals.replace(locals);
        self.bars.set(bars);
        self.bound.set(bound);
        self.depth.set(self.depth.get() - 1);
    }
}
