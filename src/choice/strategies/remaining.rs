//! How many operations each task of a run still has before it, as far as the calibration tells; and when one has made one.
//!
//! What a task spawns is before it, too, until it is spawned.

use super::by_task::{ByTask, task, tasks};
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::prng::Prng;
use crate::choice::calibration::Below;
use crate::choice::draw::Draw;
use crate::choice::strategy::Observation;

/// See the top of this file.
#[derive(Debug)]
pub(super) struct Remaining {
    /// Every task has so many left at the least, whatever the calibration says.
    least: u64,
    tasks: ByTask<Known>,
    /// How many tasks were spawned and were no candidates yet.
    unmet: usize,
    /// Whose operation is to be next. It stays so until that was made: a task that runs is not yet one that did something, and if it were
    /// drawn anew then, who runs more often on the way to an operation would have fewer.
    intended: Option<TaskNo>,
}

/// What is known of a task.
#[derive(Clone, Debug, Default)]
struct Known {
    /// Who spawned it.
    by: TaskNo,
    /// Whether it was a candidate.
    met: bool,
    /// How many operations it and what it spawns make in a whole run.
    in_all: u64,
    /// How many of them are over, or those of a task that has been spawned.
    over: u64,
    /// The operation that it came to, and has not begun as far as is known.
    before: Option<Before>,
}

/// An operation that a task stands before.
#[derive(Clone, Copy, Debug)]
struct Before {
    /// Whether it is one of those that count.
    counts: bool,
}

impl Known {
    /// Whether it stands before an operation that counts.
    fn is_before_one(&self) -> bool {
        self.before.is_some_and(|before| before.counts)
    }

    fn left(&self, least: u64) -> u64 {
        // It may make more than it did in any run of the calibration.
        let least = least.max(u64::from(self.is_before_one()));
        self.in_all.saturating_sub(self.over).max(least)
    }

    /// It begins the operation that it stood before; says whether that counts.
    fn begin(&mut self) -> bool {
        let counts = self.is_before_one();
        self.before = None;
        self.over += u64::from(counts);
        counts
    }
}

impl Remaining {
    /// Of no run. Every task has so many left at the least.
    pub(super) fn at_least(least: u64) -> Remaining {
        Remaining {
            least,
            tasks: ByTask::default(),
            unmet: 0,
            intended: None,
        }
    }

    /// A run begins in the memory of the one before.
    pub(super) fn restart(&mut self) {
        self.tasks.clear();
        self.unmet = 0;
        self.intended = None;
    }

    /// Takes note of candidates that were none before. A child has its part of what was before its parent, and that part of the
    /// intention, too.
    #[inline(always)]
    pub(super) fn meet(&mut self, draw: &Draw<'_>, below: &Below, prng: &mut Prng) {
        if self.unmet > 0 {
            self.meet_new(draw, below, prng);
        }
    }

    #[inline(never)]
    fn meet_new(&mut self, draw: &Draw<'_>, below: &Below, prng: &mut Prng) {
        for (nth, task) in tasks(draw).enumerate() {
            // The runtime was never spawned, and makes no operations.
            if task != TaskNo::RUNTIME && !self.tasks.of(task).met {
                let path = draw.task(nth).map(|candidate| candidate.path_hash());
                let in_all = path.and_then(|path| below.of(path));
                self.add(task, in_all.unwrap_or_default(), prng);
                self.unmet -= 1;
            }
        }
    }

    fn add(&mut self, task: TaskNo, in_all: u64, prng: &mut Prng) {
        let known = self.tasks.of(task);
        (known.met, known.in_all) = (true, in_all);
        let by = known.by;
        if by == TaskNo::RUNTIME {
            return;
        }
        let least = self.least;
        let parent = self.tasks.of(by);
        let before = parent.left(least);
        parent.over += in_all;
        if self.intended == Some(by) && before > 0 && one_below(prng, before) < in_all {
            self.intended = Some(task);
        }
    }

    /// The candidate whose operation is to be next, if one of them has any left.
    pub(super) fn intended(&mut self, draw: &Draw<'_>, prng: &mut Prng) -> Option<usize> {
        if let Some(intended) = self.intended
            && let Some(nth) = tasks(draw).position(|task| task == intended)
        {
            return Some(nth);
        }
        let (least, of) = (self.least, &mut self.tasks);
        let mut left = |task| of.of(task).left(least);
        let all = tasks(draw).map(&mut left).sum();
        self.intended = None;
        if all == 0 {
            return None;
        }
        let mut one = one_below(prng, all);
        for (nth, task) in tasks(draw).enumerate() {
            match one.checked_sub(left(task)) {
                Some(rest) => one = rest,
                None => {
                    self.intended = Some(task);
                    return Some(nth);
                }
            }
        }
        None
    }

    /// Whether the task stands before an operation that counts, and another is to make one first.
    pub(super) fn is_held_back(&mut self, task: TaskNo) -> bool {
        self.intended != Some(task) && self.tasks.of(task).is_before_one()
    }

    /// This candidate runs.
    pub(super) fn run(&mut self, draw: &Draw<'_>, chosen: usize) {
        let task = task(draw, chosen);
        self.begins(task);
    }

    fn begins(&mut self, task: TaskNo) {
        if self.tasks.of(task).begin() && self.intended == Some(task) {
            self.intended = None;
        }
    }

    /// Something happened. `counts` says of which resources, by the place where they were made, operations count.
    pub(super) fn observe(
        &mut self,
        observation: Observation,
        counts: impl Fn(Option<Place>) -> bool,
    ) {
        match observation {
            Observation::Spawned { task, by } => {
                self.tasks.of(task).by = by;
                self.unmet += 1;
            }
            Observation::Reached { task, made, .. } => {
                // If it stood before another, it began that with nobody asked.
                self.begins(task);
                let counts = counts(made);
                self.tasks.of(task).before = Some(Before { counts });
            }
            // One that yields asks for others to go first, and may do so until one of them has done something.
            Observation::Ended { task } | Observation::Yielded { task }
                if self.intended == Some(task) =>
            {
                self.intended = None;
            }
            _ => {}
        }
    }
}

/// A number below this one, which is at least 1, each as likely as the next.
fn one_below(prng: &mut Prng, bound: u64) -> u64 {
    match u32::try_from(bound) {
        Ok(bound) => u64::from(prng.below(bound)),
        Err(_) => prng.next_u64() % bound,
    }
}
