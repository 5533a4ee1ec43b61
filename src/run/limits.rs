//! When the loop looks up from polling: because a limit may be reached, a timer may be due, or other threads may want
//! something.

use std::time::{Duration, Instant};

use super::setup::Limits;
use crate::base::span::nanos;
use crate::kernel::kernel::Kernel;
use crate::kernel::operations::COOP_BUDGET;
use crate::record::detail::Reached;
use crate::record::kind::FindingKind;

/// Steps between two looks at wakes from other threads.
const LOOK_EVERY: u64 = 1024;

/// See the top of this file.
pub(crate) struct Watch {
    /// The first instant past the limit of virtual time.
    latest: u64,
    /// The step before which the loop need not look up from polling.
    attention_at: u64,
    /// The step before which it need not look at the limits.
    limits_at: u64,
    /// The step at which the loop last looked at the limits.
    looked_at: u64,
    /// The step at which virtual time last moved, or a task began or ended.
    moved_at: u64,
    /// Operations at this instant, in whole budgets: what is used of one that is not used up does not count, its poll does.
    operations: u64,
    /// How many of them there were when a task last began or ended.
    operations_before: u64,
    /// The step before which a fault strikes.
    strike_at: u64,
    /// How the instant began.
    instant: Beginning,
    /// The step whose budget was counted last.
    counted_at: u64,
    /// Whether a limit was reached, and told.
    over: bool,
    /// When the run started in real time, if that is limited.
    started: Option<Instant>,
}

/// The beginning of an instant of virtual time.
#[derive(Clone, Copy, Default)]
struct Beginning {
    step: u64,
    /// How many tasks had begun, and how many of them had ended.
    begun: u64,
    ended: u64,
}

impl Beginning {
    fn now(kernel: &Kernel) -> Beginning {
        let begun = u64::from(kernel.tasks.spawned());
        Beginning {
            step: kernel.steps(),
            begun,
            ended: begun.saturating_sub(kernel.tasks.alive() as u64),
        }
    }
}

/// So many times as many polls and operations as are in order while no task begins or ends are in order at one instant.
const TIMES_IN_ALL: u64 = 2;

/// So many polls and operations are in order at one instant, whether tasks begin and end or not.
fn most_in_all(limits: &Limits) -> u64 {
    limits.steps_at_once.saturating_mul(TIMES_IN_ALL)
}

/// A limit that was reached.
pub(crate) enum Over {
    /// One of those that the user sets.
    Limit(Reached),
    /// So many polls and operations, and virtual time stands still; meanwhile so many tasks began, and so many ended.
    Livelock {
        polls: u64,
        operations: u64,
        begun: u64,
        ended: u64,
    },
}

impl Over {
    pub(crate) fn kind(&self) -> FindingKind {
        match self {
            Over::Limit(_) => FindingKind::Limit,
            Over::Livelock { .. } => FindingKind::Livelock,
        }
    }
}

impl Watch {
    pub(crate) fn new(limits: &Limits) -> Watch {
        let mut watch = Watch {
            latest: nanos(limits.virtual_time).saturating_add(1),
            attention_at: 0,
            limits_at: 0,
            looked_at: 0,
            moved_at: 0,
            operations: 0,
            operations_before: 0,
            strike_at: u64::MAX,
            instant: Beginning::default(),
            counted_at: 0,
            over: false,
            started: limits.wall_time.map(|_| Instant::now()),
        };
        watch.set_limits_at(limits, 0);
        watch.attention_at = watch.limits_at;
        watch
    }

    /// Whether the loop looks up before this step.
    #[inline(always)]
    pub(crate) fn is_due(&self, steps: u64) -> bool {
        steps >= self.attention_at
    }

    /// Whether it looks at the limits.
    pub(crate) fn limits_are_due(&self, steps: u64) -> bool {
        steps >= self.limits_at
    }

    /// The first instant past the limit of virtual time.
    pub(crate) fn latest(&self) -> u64 {
        self.latest
    }

    /// A limit was reached, and told.
    pub(crate) fn end(&mut self) {
        self.over = true;
        self.look_next();
    }

    /// Whether a limit was reached, and told.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// The loop looks at the limits before the next step.
    pub(crate) fn look_next(&mut self) {
        self.limits_at = 0;
        self.attention_at = 0;
    }

    /// The loop looks up from polling before the next step.
    pub(crate) fn look_up(&mut self) {
        self.attention_at = 0;
    }

    /// Decides when the loop next looks up from polling: at once if a timer is due, or ready tasks may have to be held.
    #[inline]
    pub(crate) fn set_attention(&mut self, kernel: &Kernel) {
        self.attention_at = if kernel.may_be_due() || kernel.hosts.is_any_paused() {
            0
        } else {
            self.limits_at.min(self.strike_at)
        };
    }

    /// A fault strikes before this step; before none if that is `u64::MAX`.
    pub(crate) fn strike_at(&mut self, step: u64) {
        self.strike_at = step;
        self.attention_at = self.attention_at.min(step);
    }

    /// Whether a fault strikes before this step.
    pub(crate) fn strikes(&self, steps: u64) -> bool {
        steps >= self.strike_at
    }

    /// The clock was moved, and nothing else happened.
    pub(crate) fn time_passed(&mut self, kernel: &Kernel) {
        if kernel.now() >= self.latest {
            self.limits_at = 0;
        }
        self.look_up();
    }

    /// The clock was moved.
    pub(crate) fn clock_moved(&mut self, kernel: &Kernel) {
        self.operations = 0;
        self.instant = Beginning::now(kernel);
        self.progressed(kernel);
        // Between steps, where the clock mostly moves, attention is decided afterwards.
        self.time_passed(kernel);
    }

    fn set_limits_at(&mut self, limits: &Limits, now: u64) {
        let operations = self.operations;
        let same_tasks = self.moved_at.saturating_add(limits.steps_at_once);
        let same_tasks = same_tasks.saturating_sub(operations - self.operations_before);
        let in_all = self.instant.step.saturating_add(most_in_all(limits));
        let at_once = same_tasks.min(in_all.saturating_sub(operations));
        let every = match limits.wall_time {
            Some(_) => 1,
            None => LOOK_EVERY,
        };
        let look = self.looked_at.saturating_add(every);
        self.limits_at = limits.steps.min(at_once).min(look);
        if now >= self.latest {
            self.limits_at = 0;
        }
    }

    /// Virtual time moved, or a task began or ended. `limits_at` may be early now, which costs a look, and is never late.
    #[inline(always)]
    pub(crate) fn progressed(&mut self, kernel: &Kernel) {
        self.moved_at = kernel.steps();
        self.operations_before = self.operations;
    }

    /// The running task has used up its budget, or as many operations without one. Says whether there were more than
    /// may be at one instant; the loop then looks at the limits.
    #[cold]
    pub(crate) fn count_budget(&mut self, limits: &Limits, steps: u64, free: bool) -> bool {
        // Of one budget, several operations may see that it is used up.
        if free || std::mem::replace(&mut self.counted_at, steps) != steps {
            self.count(u64::from(COOP_BUDGET));
        }
        self.is_over_at_once(limits, steps)
    }

    /// Streams have moved bytes that count as so many operations. Says whether there were more than may be at one instant.
    #[cold]
    pub(crate) fn count_moved(&mut self, limits: &Limits, steps: u64, operations: u64) -> bool {
        self.count(operations);
        self.is_over_at_once(limits, steps)
    }

    fn count(&mut self, operations: u64) {
        self.operations = self.operations.saturating_add(operations);
        self.limits_at = self.limits_at.saturating_sub(operations);
        self.attention_at = self.attention_at.min(self.limits_at);
    }

    fn is_over_at_once(&self, limits: &Limits, steps: u64) -> bool {
        self.spins_with_same_tasks(limits, steps)
            || self.at_this_instant(steps) >= most_in_all(limits)
    }

    /// How many polls and operations there were at this instant.
    pub(super) fn at_this_instant(&self, steps: u64) -> u64 {
        (steps - self.instant.step).saturating_add(self.operations)
    }

    fn spins_with_same_tasks(&self, limits: &Limits, steps: u64) -> bool {
        let operations = self.operations - self.operations_before;
        (steps - self.moved_at).saturating_add(operations) >= limits.steps_at_once
    }

    fn livelock(&self, limits: &Limits, kernel: &Kernel) -> Over {
        if self.spins_with_same_tasks(limits, kernel.steps()) {
            return Over::Livelock {
                polls: kernel.steps() - self.moved_at,
                operations: self.operations - self.operations_before,
                begun: 0,
                ended: 0,
            };
        }
        let now = Beginning::now(kernel);
        Over::Livelock {
            polls: now.step - self.instant.step,
            operations: self.operations,
            begun: now.begun - self.instant.begun,
            ended: now.ended.saturating_sub(self.instant.ended),
        }
    }

    /// Whether the run has gone too far. If not, decides when to look again.
    #[cold]
    pub(crate) fn over(&mut self, limits: &Limits, kernel: &Kernel) -> Option<Over> {
        let (now, steps, alive) = (kernel.now(), kernel.steps(), kernel.tasks.alive());
        self.looked_at = steps;
        let elapsed = self.started.map(|started| started.elapsed());
        let wall = limits.wall_time.zip(elapsed);
        let reached = if alive > limits.tasks {
            Reached::Tasks {
                alive,
                limit: limits.tasks,
            }
        } else if now > nanos(limits.virtual_time) {
            let limit = Duration::from_nanos(nanos(limits.virtual_time));
            Reached::VirtualTime { limit }
        } else if steps >= limits.steps {
            Reached::Steps { limit: steps }
        } else if self.is_over_at_once(limits, steps) {
            return Some(self.livelock(limits, kernel));
        } else if let Some((limit, elapsed)) = wall.filter(|(limit, elapsed)| elapsed > limit) {
            Reached::WallTime { elapsed, limit }
        } else {
            self.set_limits_at(limits, now);
            self.set_attention(kernel);
            return None;
        };
        Some(Over::Limit(reached))
    }
}
