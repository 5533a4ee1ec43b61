//! Starvation: tasks that are ready, and are not polled for very long.
//!
//! With a fair scheduler there are none. A strategy that prefers some tasks shows what happens where the scheduler is
//! not fair: a task that spins until another has done something may keep that other from ever doing it.
//!
//! Looked at seldom: whoever was ready at one look, is ready at the next, and took no step in between has been ready
//! all that time, for one leaves the queue only to be polled. Between two looks there are many more steps than there
//! were ready tasks, so that random picks would have come to each of them, and the looks cost next to nothing.

use super::look::Seen;
use crate::base::ids::TaskNo;
use crate::kernel::kernel::Kernel;
use crate::kernel::tasks::RUNTIME_SLOT;
use crate::record::detail::Starvation;

/// Steps for which a task must be ready and not polled, at least.
const LONG: u64 = 10_000;

/// The same for each task that is ready with it: by then a uniform pick has missed it with a probability of e⁻¹⁰⁰.
const LONG_EACH: u64 = 100;

/// Who was ready at the last look.
#[derive(Debug)]
pub(crate) struct Starved {
    looked_at: u64,
    next_look: u64,
    ready: Vec<(u32, TaskNo, u32)>,
}

impl Starved {
    pub(crate) fn new() -> Starved {
        Starved {
            looked_at: 0,
            next_look: LONG,
            ready: Vec::new(),
        }
    }

    /// Begins a run in place of the one before.
    pub(crate) fn begin(&mut self) {
        self.looked_at = 0;
        self.next_look = LONG;
        self.ready.clear();
    }

    /// Looks, if it is time. Gives the slots of starved tasks, and for how many steps they were not polled.
    pub(crate) fn look(&mut self, kernel: &Kernel) -> (Vec<u32>, u64) {
        let now = kernel.steps();
        if now < self.next_look {
            return (Vec::new(), 0);
        }
        let waited = now - self.looked_at;
        let of = |slot: u32| {
            let row = kernel.tasks.row(slot);
            (slot, row.number, row.steps)
        };
        let unpolled = |&&(slot, task, steps): &&(u32, TaskNo, u32)| {
            let row = kernel.tasks.row(slot);
            (row.number, row.steps) == (task, steps)
        };
        let starved = self.ready.iter().filter(unpolled);
        let starved = starved.map(|&(slot, ..)| slot).collect();
        let ready = kernel.ready.places().iter().copied();
        self.ready = ready.filter(|&slot| slot != RUNTIME_SLOT).map(of).collect();
        self.next_look = now + LONG.max(LONG_EACH * self.ready.len() as u64);
        self.looked_at = now;
        (starved, waited)
    }
}

/// The task in this slot was ready for so many steps of others, and not polled.
pub(crate) fn seen(kernel: &Kernel, slot: u32, steps: u64) -> Seen {
    Seen::new(
        Starvation { steps },
        Some(slot),
        Some(kernel.tasks.place(slot)),
    )
}
