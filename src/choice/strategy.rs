//! Strategies: who answers draws.
//!
//! ```text
//!   begin(seed, calibration) ─► draw ─► observe* ─► draw ─► … ─► end(summary)
//! ```
//!
//! **A strategy and a seed are a run**: what a strategy answers depends on the seed, on the
//! [`Calibration`], which is a function of the program alone, and on what it was shown of this run; on nothing else,
//! and on no earlier run. So seeds can be spread over threads and machines, and one seed brings its run back.

use super::calibration::{Calibration, Summary};
use super::draw::Draw;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::Operation;
use crate::base::touched::Shared;

/// Answers the draws of a run. This is the seam for random walks, priorities, bounded and exhaustive search.
///
/// A strategy is made anew for every run. The example `own_strategy` is a whole one: PCT.
///
/// ```
/// use reweave::draw::{Draw, Kind};
/// use reweave::{Sim, Strategy};
///
/// /// Always runs the task that became ready last.
/// struct LastComeFirst;
///
/// impl Strategy for LastComeFirst {
///     fn draw(&mut self, draw: &Draw<'_>) -> usize {
///         match draw.kind() {
///             Kind::Task => draw.candidates() - 1,
///             _ => 0,
///         }
///     }
/// }
///
/// let run = Sim::new().run_with(LastComeFirst, async {
///     for name in ["a", "b"] {
///         reweave::task::Builder::new().name(name).spawn(async {}).unwrap();
///     }
///     reweave::task::yield_now().await;
/// });
/// assert_eq!(run.tape().deviations().next().unwrap().to_string(), "main/a task@1 main");
/// ```
pub trait Strategy: Send {
    /// A run with this seed begins. What was learned of the program is there if
    /// [`Strategy::wants_calibration`] says so, else it is empty.
    fn begin(&mut self, seed: u64, calibration: &Calibration) {
        let _ = (seed, calibration);
    }

    /// The number of the chosen candidate, below [`Draw::candidates`].
    ///
    /// # Panics
    ///
    /// The run panics, and names the strategy, if there is no such candidate.
    fn draw(&mut self, draw: &Draw<'_>) -> usize;

    /// Something happened that later draws may depend on.
    fn observe(&mut self, observation: Observation) {
        let _ = observation;
    }

    /// The run has ended.
    fn end(&mut self, summary: &Summary) {
        let _ = summary;
    }

    /// Whether the program is to be calibrated before the first run.
    fn wants_calibration(&self) -> bool {
        false
    }

    /// Whether it is to be shown all that tasks touch: each [`Detail`]. That costs time. With [`threads`](crate::Sim::threads) what is told lies
    /// within other steps, and is not told of the right one.
    fn wants_touches(&self) -> bool {
        false
    }

    /// The strategy's name, for errors and reports.
    fn name(&self) -> &str {
        std::any::type_name::<Self>()
    }
}

/// What a strategy is shown between draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// A task was spawned.
    Spawned {
        /// The new task.
        task: TaskNo,
        /// Who spawned it; [`TaskNo::RUNTIME`] for `main`.
        by: TaskNo,
    },
    /// A task's poll ended, and it is ready again: it had woken itself, and asks for others to go first.
    Yielded {
        /// The task.
        task: TaskNo,
    },
    /// A parked task became ready.
    Woke {
        /// The task.
        task: TaskNo,
        /// Who woke it; [`TaskNo::RUNTIME`] for a timer.
        by: TaskNo,
    },
    /// The running task came to a scheduling point, before an operation. A draw follows if others are ready; else it goes on
    /// with the operation.
    Reached {
        /// The task.
        task: TaskNo,
        /// What it is about to do, if that is known.
        operation: Option<Operation>,
        /// Where the resource was made that it does it to, if that is known.
        made: Option<Place>,
    },
    /// A task is over.
    Ended {
        /// The task.
        task: TaskNo,
    },
    /// The running task did something with a resource.
    Accessed {
        /// The task.
        task: TaskNo,
        /// What it did.
        operation: Operation,
    },
    /// What only those are shown who [want it](Strategy::wants_touches).
    Detail(Detail),
}

/// What is shown to a strategy that [wants to know](Strategy::wants_touches) which steps of tasks depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// A step of a task begins.
    Began {
        /// The task.
        task: TaskNo,
    },
    /// The running task has looked at something that others can reach, or changed it, since it began its step or came to its last scheduling
    /// point. Told at the latest before the next draw.
    Touched {
        /// The task.
        task: TaskNo,
        /// What it touched.
        shared: Shared,
    },
    /// The running task waits. If it does anything more before its next step begins, it polls several futures.
    Waits {
        /// The task.
        task: TaskNo,
    },
    /// The running task gave up what it waited for.
    GivesUp {
        /// The task.
        task: TaskNo,
    },
    /// The running task polls several futures in one poll, as `select!` and `join!` do: which of them goes on may depend on more than it
    /// touches.
    Several {
        /// The task.
        task: TaskNo,
    },
    /// From now on each step may touch everything, whatever is told of it: there are several hosts.
    Together,
    /// A timer that this task set is due: one of the candidates of a [`Kind::Timer`](super::draw::Kind::Timer) that follows, told in their order; or one that
    /// fires if a [`Kind::Fire`](super::draw::Kind::Fire) says so.
    Due {
        /// The task.
        task: TaskNo,
    },
    /// A timer fired that this task set.
    Fired {
        /// The task.
        task: TaskNo,
    },
    /// No task was ready, and the clock moved.
    Passed,
    /// The run is over, and tasks that are left are dropped.
    Over,
}
