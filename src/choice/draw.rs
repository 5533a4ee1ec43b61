//! The one door for every choice.
//!
//! Whatever could go differently in a run is a [`Draw`]: a [`Kind`], candidates, and a default. A
//! [`Strategy`] answers it. The default is always the plainest candidate (the oldest ready task, no
//! fault, the first branch), so a strategy that always answers 0 gives the
//! run that a plain FIFO executor gives.
//!
//! ```text
//!    who must choose          what is drawn            answered by
//!    the executor    ─┐                             ┌─ a seeded stream (a random run)
//!    the timer queue ─┼──►  Draw { kind,      }  ───┼─ a tape          (a replay)
//!    select!         ─┤          { candidates }     ├─ the default     (the plain run)
//!    reweave::choose ─┘                             └─ any Strategy    (an exploration)
//! ```

use std::fmt;

use crate::base::ids::TaskNo;
use crate::base::prng::Prng;

/// What a draw is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Which ready task is polled next. Default: the one that has been ready longest.
    Task,
    /// Whether the running task lets others run before an operation. Default: no.
    Preempt,
    /// Which of several timers due at the same instant fires first. Default: the one set first.
    Timer,
    /// Whether another due timer fires before the ready tasks ran dry. Default: no.
    Fire,
    /// Which branch `select!` looks at first. Default: the first.
    Select,
    /// In which order waiters that are woken together run. Default: as they came.
    Wake,
    /// [`reweave::choose`](crate::choose). Default: the first alternative.
    Choose,
    /// [`reweave::flip`](crate::flip). Default: `false`.
    Flip,
}

impl Kind {
    /// All kinds, in the order of their declaration.
    pub const ALL: [Kind; 8] = [
        Kind::Task,
        Kind::Preempt,
        Kind::Timer,
        Kind::Fire,
        Kind::Select,
        Kind::Wake,
        Kind::Choose,
        Kind::Flip,
    ];

    /// The kind's name on a tape.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Task => "task",
            Kind::Preempt => "preempt",
            Kind::Timer => "timer",
            Kind::Fire => "fire",
            Kind::Select => "select",
            Kind::Wake => "wake",
            Kind::Choose => "choose",
            Kind::Flip => "flip",
        }
    }

    /// The kind with this name on a tape.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an operation is about to touch. Two operations commute unless they touch the same resource, and one of
/// them writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// The resource's number within the run.
    pub resource: u32,
    /// Whether it changes it.
    pub access: Access,
}

/// Whether an operation changes what it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It looks only: others that look may come in any order.
    Read,
    /// It may change it.
    Write,
}

/// One choice to be made. Its candidates are numbered from 0, and candidate 0 is the default.
pub struct Draw<'a> {
    kind: Kind,
    candidates: Candidates<'a>,
    names: &'a dyn Names,
}

/// What there is to choose from.
#[derive(Clone, Copy)]
pub(crate) enum Candidates<'a> {
    /// This many, told apart by number.
    Count(usize),
    /// The tasks in these slots of the table of tasks.
    Tasks(&'a [u32]),
    /// A coin that shows 1 with probability `ones` in 2³².
    Coin { ones: u32 },
}

impl Candidates<'_> {
    #[inline(always)]
    fn count(self) -> usize {
        match self {
            Candidates::Count(count) => count,
            Candidates::Tasks(slots) => slots.len(),
            Candidates::Coin { .. } => 2,
        }
    }

    /// One drawn from a stream: uniform, but for a coin with odds of its own.
    #[inline(always)]
    pub(crate) fn uniform(self, stream: &mut Prng) -> usize {
        match self {
            Candidates::Coin { ones } => usize::from(stream.next_u32() < ones),
            _ => stream.below(self.count() as u32) as usize,
        }
    }
}

/// The stable names behind a draw: asked for only when a tape is written or read.
pub(crate) trait Names {
    /// The path of the task the draw belongs to and that task's own step count.
    ///
    /// For [`Kind::Task`] this is the default candidate and the step it is about to take.
    fn owner(&self) -> (TaskNo, u32);
    /// The path of that task.
    fn owner_path(&self) -> String;
    /// The path of the task in this slot of the table of tasks.
    fn path_at(&self, slot: u32) -> String;
    /// What the task in this slot announced to touch when it next runs.
    fn footprint_at(&self, slot: u32) -> Option<Footprint>;
    /// The slot of the task the draw belongs to.
    fn owner_slot(&self) -> u32;
}

impl<'a> Draw<'a> {
    pub(crate) fn new(kind: Kind, candidates: Candidates<'a>, names: &'a dyn Names) -> Draw<'a> {
        Draw {
            kind,
            candidates,
            names,
        }
    }

    /// What is chosen.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many candidates there are; an answer is below this.
    pub fn candidates(&self) -> usize {
        self.candidates.count()
    }

    /// A candidate drawn from a stream: uniform, but for [`Kind::Flip`], which has odds of its own.
    pub fn uniform(&self, stream: &mut Prng) -> usize {
        self.candidates.uniform(stream)
    }

    /// What comes next if this candidate is chosen, as far as it was announced: for [`Kind::Task`] the operation
    /// that the task stands before, for [`Kind::Preempt`] (candidate 0) the running task's. `None` if nothing is known:
    /// then anything may be touched.
    pub fn footprint(&self, candidate: usize) -> Option<Footprint> {
        match (self.kind, self.candidates) {
            (_, Candidates::Tasks(slots)) => self.names.footprint_at(*slots.get(candidate)?),
            (Kind::Preempt, _) if candidate == 0 => {
                self.names.footprint_at(self.names.owner_slot())
            }
            _ => None,
        }
    }

    /// The task whose draw this is, and that task's own step count; see [`Names::owner`].
    pub(crate) fn owner(&self) -> (TaskNo, u32) {
        self.names.owner()
    }

    /// The path of that task.
    pub(crate) fn owner_path(&self) -> String {
        self.names.owner_path()
    }

    /// What a tape calls a candidate: a task's path, else its number.
    pub(crate) fn label(&self, candidate: usize) -> String {
        match self.candidates {
            Candidates::Tasks(slots) => self.names.path_at(slots[candidate]),
            _ => candidate.to_string(),
        }
    }

    /// The candidate with this label.
    pub(crate) fn labelled(&self, label: &str) -> Option<usize> {
        match self.candidates {
            Candidates::Tasks(slots) => (0..slots.len()).find(|&nth| self.label(nth) == label),
            _ => label.parse().ok().filter(|&nth| nth < self.candidates()),
        }
    }
}

/// Answers draws. This is the seam for random walks, priorities, exhaustive search, mutation.
///
/// ```
/// use reweave::{Draw, Sim, Strategy};
///
/// /// The opposite of the default: the last candidate.
/// struct Last;
///
/// impl Strategy for Last {
///     fn draw(&mut self, draw: &Draw<'_>) -> usize {
///         draw.candidates() - 1
///     }
/// }
///
/// let pick = || async { reweave::choose(["red", "green", "blue"]) };
/// assert_eq!(Sim::new().run(pick()).unwrap(), "red");
/// assert_eq!(Sim::new().run_with(Last, pick()).unwrap(), "blue");
/// ```
pub trait Strategy: Send {
    /// The number of the chosen candidate. An answer that names none counts as the default, 0.
    fn draw(&mut self, draw: &Draw<'_>) -> usize;
}

/// The plain schedule: every draw takes its default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Strategy for Plain {
    fn draw(&mut self, _: &Draw<'_>) -> usize {
        0
    }
}

/// The random walk: every draw is uniform over its candidates.
#[derive(Clone, Debug)]
pub struct RandomWalk {
    stream: Prng,
}

impl RandomWalk {
    /// The walk of this seed.
    pub fn new(seed: u64) -> RandomWalk {
        RandomWalk {
            stream: Prng::for_draws(seed),
        }
    }
}

impl RandomWalk {
    /// Starts over as [`RandomWalk::new`] of this seed.
    pub(crate) fn restart(&mut self, seed: u64) {
        self.stream.restart(seed);
    }

    /// The walk's answer, which depends on nothing but the candidates.
    #[inline(always)]
    pub(crate) fn step(&mut self, candidates: Candidates<'_>) -> usize {
        candidates.uniform(&mut self.stream)
    }
}

impl Strategy for RandomWalk {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        draw.uniform(&mut self.stream)
    }
}
