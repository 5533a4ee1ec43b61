//! How far shrinking is, for whoever waits for it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How far the shrinking of a failing run is, and what follows it: see [`Sim::on_shrink`](crate::Sim::on_shrink). Its `Display` is a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shrinking {
    /// What is being done.
    pub stage: Stage,
    /// How many deviations the least run has that was found so far.
    pub deviations: usize,
    /// How many runs were made so far.
    pub runs: u64,
}

/// What is done for a run that failed, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// It is shrunk.
    Shrink,
    /// The step is looked for from which on it was lost.
    TurningPoint,
    /// A run is looked for that is near, and passes.
    NearestPass,
}

/// Who is told, and who may end it.
#[derive(Clone)]
pub(crate) struct Listener {
    told: Arc<dyn Fn(Shrinking) + Send + Sync>,
    ends: fn() -> bool,
}

impl Listener {
    pub(super) fn new(told: impl Fn(Shrinking) + Send + Sync + 'static) -> Listener {
        Listener {
            told: Arc::new(told),
            ends: || false,
        }
    }

    /// Nothing more is tried once this says so.
    pub(super) fn ended_by(self, ends: fn() -> bool) -> Listener {
        Listener { ends, ..self }
    }

    pub(super) fn tell(&self, shrinking: Shrinking) {
        (self.told)(shrinking);
    }

    pub(super) fn ends(&self) -> bool {
        (self.ends)()
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// At which moments somebody is told: once a second, first a second after the beginning.
#[derive(Debug)]
pub(super) struct Pace {
    next: Instant,
}

const EVERY: Duration = Duration::from_secs(1);

impl Pace {
    pub(super) fn begin(now: Instant) -> Pace {
        Pace { next: now + EVERY }
    }

    /// Whether somebody is told now.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        let due = now >= self.next;
        if due {
            self.next = now + EVERY;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_told_after_a_second_and_then_at_most_once_a_second() {
        let begin = Instant::now();
        let mut pace = Pace::begin(begin);
        let at = [0, 999, 1_000, 1_001, 1_999, 5_500, 5_501, 6_499, 6_500];
        let due = at
            .into_iter()
            .filter(|&ms| pace.is_due(begin + Duration::from_millis(ms)));
        assert_eq!(due.collect::<Vec<_>>(), [1_000, 5_500, 6_500]);
    }
}
