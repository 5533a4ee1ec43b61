//! When the loop looks up from polling: because a limit may be reached, a timer may be due, or other threads may want
//! something.

use std::time::{Duration, Instant};

use super::setup::Limits;
use crate::base::span::nanos;
use crate::kernel::kernel::Kernel;
use crate::record::detail::Reached;
use crate::record::kind::FindingKind;

/// Steps between two looks at real time, and at wakes from other threads.
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
    /// The step at which virtual time last moved.
    moved_at: u64,
    /// How many tasks were spawned and alive when [`Watch::progressed`] last looked.
    tasks_seen: (u32, usize),
    /// When the run started in real time, if that is limited.
    started: Option<Instant>,
}

/// A limit that was reached.
pub(crate) enum Over {
    /// One of those that the user sets.
    Limit(Reached),
    /// So many polls, and virtual time stands still.
    Livelock(u64),
}

impl Over {
    pub(crate) fn kind(&self) -> FindingKind {
        match self {
            Over::Limit(_) => FindingKind::Limit,
            Over::Livelock(_) => FindingKind::Livelock,
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
            tasks_seen: (0, 0),
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

    /// The loop looks at the limits before the next step.
    pub(crate) fn look_next(&mut self) {
        self.limits_at = 0;
        self.attention_at = 0;
    }

    /// Decides when the loop next looks up from polling: at once if a timer is due.
    #[inline]
    pub(crate) fn set_attention(&mut self, kernel: &Kernel) {
        self.attention_at = if kernel.may_be_due() {
            0
        } else {
            self.limits_at
        };
    }

    /// The clock was moved.
    pub(crate) fn clock_moved(&mut self, kernel: &Kernel) {
        // `limits_at` may be early now, which costs a look, and is never late.
        self.moved_at = kernel.steps();
        if kernel.now() >= self.latest {
            self.limits_at = 0;
        }
        self.set_attention(kernel);
    }

    fn set_limits_at(&mut self, limits: &Limits, now: u64) {
        let at_once = self.moved_at.saturating_add(limits.steps_at_once);
        let look = self.looked_at.saturating_add(LOOK_EVERY);
        self.limits_at = limits.steps.min(at_once).min(look);
        if now >= self.latest {
            self.limits_at = 0;
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
        } else if steps - self.moved_at >= limits.steps_at_once && !self.progressed(kernel) {
            return Some(Over::Livelock(steps - self.moved_at));
        } else if let Some((limit, elapsed)) = wall.filter(|(limit, elapsed)| elapsed > limit) {
            Reached::WallTime { elapsed, limit }
        } else {
            self.set_limits_at(limits, now);
            self.set_attention(kernel);
            return None;
        };
        Some(Over::Limit(reached))
    }

    /// Whether tasks began or ended since this was last asked; if so, it is as if time had moved.
    fn progressed(&mut self, kernel: &Kernel) -> bool {
        let tasks = (kernel.tasks.spawned(), kernel.tasks.alive());
        let progressed = std::mem::replace(&mut self.tasks_seen, tasks) != tasks;
        if progressed {
            self.moved_at = kernel.steps();
        }
        progressed
    }
}
