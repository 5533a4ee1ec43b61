//! Costs: in a run that draws them, a poll or an operation may take virtual time, so that a timer fires while others work, and a timeout
//! beats a task that is slow.
//!
//! Without them virtual time stands still while anything is ready. The time is taken before the poll, or the operation, does what it does:
//! for the program it is as if the thread had been busy with something else.

use super::Run;
use crate::choice::draw::{Candidates, Kind};
use crate::kernel::phase::Phase;
use crate::kernel::tasks::RUNTIME_SLOT;
use crate::record::event::Event;
use crate::run::costs::Costs;

/// How often one costs something, by what was drawn for the run: never, one in 4, in 16, in 64.
const ONES: [u32; 4] = [0, 1 << 30, 1 << 28, 1 << 26];

/// What one costs is the most, or half of that, a quarter, and so on: so many sizes, the smallest first.
const SIZES: u32 = 8;

impl Run {
    /// At the beginning of a run: whether it has costs, and how often.
    pub(super) fn begin_costs(&mut self) {
        self.costs = Costs::default();
        if let Some(most) = self.setup.costs {
            let rates = Candidates::Count(ONES.len());
            let label = || "costs".to_owned();
            let (rate, event) = self.draws.draw_labelled(Kind::Cost, rates, label, 1);
            self.made_draw();
            self.record_draw(event);
            self.costs = Costs {
                most,
                ones: ONES[rate],
            };
            if self.has_costs() {
                // The first poll is asked, too.
                self.watch.look_up();
            }
        }
    }

    /// Whether polls and operations may take time.
    #[inline(always)]
    pub(in crate::run) fn has_costs(&self) -> bool {
        self.costs.ones != 0
    }

    /// The task in this slot is about to be polled: it may take time.
    #[cold]
    #[inline(never)]
    pub(in crate::run) fn poll_takes_time(&mut self, slot: u32) {
        if slot != RUNTIME_SLOT
            && let Some(row) = self.kernel.tasks.row_if_any(slot)
        {
            let task = row.number;
            self.kernel.set_current(slot, task);
            self.take_time(slot);
            self.kernel.set_idle();
        }
        // Each poll is asked.
        self.watch.look_up();
    }

    /// The running task begins an operation, which may take time.
    #[cold]
    #[inline(never)]
    pub(super) fn operation_takes_time(&mut self) {
        // On a thread of its own time goes by without the others.
        if !self.is_on_own_thread() {
            self.take_time(self.kernel.current());
        }
    }

    fn take_time(&mut self, slot: u32) {
        // When `main` is done nothing is timed any more.
        if self.kernel.phase() != Phase::Running || self.is_dead() {
            return;
        }
        let Costs { most, ones } = self.costs;
        let sizes = Candidates::Rare {
            ones,
            others: SIZES,
        };
        let size = self.draw_for(slot, Kind::Cost, sizes) as u32;
        if size == 0 {
            return;
        }
        let nanos = (most >> (SIZES - size)).max(1);
        let to = self.now().saturating_add(nanos).min(self.watch.latest());
        self.record(Event::Took {
            nanos: nanos.into(),
        });
        self.pass_time(to);
    }
}
