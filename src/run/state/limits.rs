//! How much there was at one instant, in the run, and in line: what says that a limit is reached, or that something may be wrong.

use super::Run;
use crate::diagnose::starvation;
use crate::kernel::scope::Scope;
use crate::record::kind::FindingKind;
use crate::run::limits::Over;

impl Run {
    /// The running task's budget is used up, or as many operations were charged to none (`free`), and it goes on unless
    /// there were too many.
    #[cold]
    #[inline(never)]
    pub(crate) fn used_up(&mut self, scope: &Scope, free: bool) -> bool {
        let steps = self.kernel.steps();
        let over = self.watch.count_budget(&self.setup.limits, steps, free);
        if free && !over {
            scope.operations.recount_free();
        }
        free && !over
    }

    /// Streams have moved bytes that count as so many operations. Says whether the running task may go on.
    #[cold]
    #[inline(never)]
    pub(crate) fn moved(&mut self, scope: &Scope, operations: u64) -> bool {
        let steps = self.kernel.steps();
        let over = self
            .watch
            .count_moved(&self.setup.limits, steps, operations);
        if !over {
            scope.operations.recount_moved();
        }
        !over
    }

    /// How many steps a run may take.
    pub(in crate::run) fn most_steps(&self) -> u64 {
        self.setup.limits.steps
    }

    /// The limit that the run has reached, if it has.
    pub(in crate::run) fn over_limit(&mut self) -> Option<Over> {
        self.watch.over(&self.setup.limits, &self.kernel)
    }

    /// Looks for tasks that were ready for long and not polled.
    pub(in crate::run) fn look_for_starved(&mut self) {
        let (starved, steps) = self.starved.look(&self.kernel);
        for slot in starved {
            let place = self.kernel.tasks.place(slot);
            self.find(FindingKind::Starvation, Some(slot), Some(place), |look| {
                starvation::seen(look.kernel, slot, steps).detail
            });
        }
    }

    /// Whether a semaphore may have fewer permits than are wanted, because some were forgotten.
    pub(in crate::run) fn may_be_short_of_permits(&self) -> bool {
        self.counters.may_be_short()
    }

    /// How many operations stand in line for permits.
    pub(in crate::run) fn in_line(&self) -> i64 {
        self.counters.in_line()
    }

    /// Whether operations stand in line for permits.
    pub(in crate::run) fn is_anybody_in_line(&self) -> bool {
        self.counters.in_line() > 0
    }

    /// Whether locks or permits are held.
    pub(in crate::run) fn is_anything_held(&self) -> bool {
        self.counters.held() > 0
    }
}
