//! One choice of a run.
//!
//! Whatever could go differently in a run is a [`Draw`]: a [`Kind`], candidates, and a default. A
//! [`Strategy`](super::strategy::Strategy) answers it. The default is always candidate 0, the plainest (the running task, the
//! oldest ready task, no fault, the first branch), so a strategy that always answers 0 gives the run that a plain FIFO
//! executor gives. Where that would go on without end, candidate 0 is another answer: see [`Kind`].
//!
//! ```text
//!    who must choose          what is drawn            answered by
//!    the executor    ─┐                             ┌─ a seeded generator (a random run)
//!    an operation     ┤                             ├─ a tape             (a replay)
//!    the timer queue ─┼──►  Draw { kind,      }  ───┼─ the default        (the plain run)
//!    select!         ─┤          { candidates }     └─ any Strategy       (an exploration)
//!    reweave::choose ─┘
//! ```

use std::fmt;

use crate::base::ids::{HostNo, TaskNo};
use crate::base::path::PathHash;
use crate::base::place::Place;
use crate::base::prng::Prng;
use crate::base::resource::Operation;

macro_rules! draw_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What a draw is about.
        ///
        /// # Where a default would be taken without end
        ///
        /// A loop that waits until a coin shows `true`, or for the second branch of a `select!` whose first is always ready, would never end in a run
        /// in which every draw takes the same default. So where a place in the source has drawn the default 1,024 times in a row, the defaults of the next
        /// 1,024 draws there are those of a generator, which is the same in every run; then they are the plainest again for 1,024, those of the generator for
        /// 2,048, and so on. A [random workload](crate::workload) counts as one draw, and all of its defaults are the plainest, or none. They are defaults like others:
        /// no tape and no event tells of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
        }

        impl Kind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),*];

            /// The kind's name on a tape.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }
        }
    };
}

draw_kinds! {
    /// Which ready task is polled next. Candidates: the ready tasks, oldest first.
    Task = "task";
    /// A scheduling point: whether the running task goes on with its operation, or which ready task runs first.
    /// Candidates: the running task, then the ready tasks, oldest first.
    Point = "point";
    /// A point between two statements, with [`threads`](crate::Sim::threads): whether the running task goes on, or which other
    /// is polled first, as on another thread. Candidates: the running task, then those that may run beside it, oldest first.
    Preempt = "preempt";
    /// Which of several timers due at the same instant fires first. Candidates: the timers, the one set first in front.
    Timer = "timer";
    /// Whether another due timer fires before the ready tasks ran dry. Default: no. Not drawn once there were [1,024 polls and
    /// operations](crate::Sim::max_steps_at_once) at one instant: then it fires.
    Fire = "fire";
    /// Which branch `select!` polls first. Default: the first, [for the most part](Kind#where-a-default-would-be-taken-without-end). Candidates: the
    /// branches, the default in front, then those behind it, then those before it.
    Select = "select";
    /// In which order waiters that are woken together run. Default: as they came.
    Wake = "wake";
    /// How long a packet takes from one host to another. Candidates: the values of the link's
    /// [`Latency`](crate::net::Latency), the shortest first.
    Latency = "latency";
    /// [`reweave::choose`](crate::choose). Default: the first alternative, [for the most part](Kind#where-a-default-would-be-taken-without-end).
    /// Candidates: the default, then the alternatives behind it, then those before it.
    Choose = "choose";
    /// [`reweave::flip`](crate::flip). Default: `false`, [for the most part](Kind#where-a-default-would-be-taken-without-end). Candidates: the default,
    /// then the other.
    Flip = "flip";
    /// How much virtual time a poll or an operation takes; see [`Sim::costs`](crate::Sim::costs). Default: none.
    Cost = "cost";
    /// Whether there is a fault, and which; see [`faults`](crate::faults). Default: none.
    Fault = "fault";
    /// A part of a [random workload](crate::workload): a number, a variant, whether a collection has an item more. Default: the plainest,
    /// [for the most part](Kind#where-a-default-would-be-taken-without-end).
    Any = "any";
}

impl Kind {
    /// The kind with this name on a tape.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether the draw says what comes first: a task, a timer before the tasks that are ready, or how long a packet takes.
    pub const fn steers(self) -> bool {
        matches!(
            self,
            Kind::Task | Kind::Point | Kind::Preempt | Kind::Fire | Kind::Latency
        )
    }

    /// Whether its candidates are tasks, which a tape names by their paths.
    pub const fn is_among_tasks(self) -> bool {
        matches!(self, Kind::Task | Kind::Point | Kind::Preempt)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One choice to be made. Its candidates are numbered from 0, and candidate 0 is the default.
pub struct Draw<'a> {
    kind: Kind,
    candidates: Candidates<'a>,
    view: &'a dyn View,
    /// The numbers of the candidates that are tasks, if they were looked up already.
    numbers: &'a [TaskNo],
}

/// What there is to choose from.
#[derive(Clone, Copy)]
pub(crate) enum Candidates<'a> {
    /// This many, told apart by number.
    Count(usize),
    /// The tasks in these slots of the table of tasks.
    Tasks(&'a [u32]),
    /// The running task, and those in these slots.
    Point { running: u32, ready: &'a [u32] },
    /// A coin that shows 1 with probability `ones` in 2³².
    Coin { ones: u32 },
    /// With probability `ones` in 2³² one of so many others than the default.
    Rare { ones: u32, others: u32 },
    /// So many numbers from 0, at most 2³¹, of which small ones and the two ends come often.
    Numbers { count: u32, favour: Favour },
}

/// The highest of the most numbers there are to choose from: a larger number is drawn in digits, on the base that follows.
pub(crate) const HIGHEST_DIGIT: u32 = (1 << 31) - 1;

/// Which of the [numbers](Candidates::Numbers) come more often still: those that go on as the digits before them began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Favour {
    Nothing,
    /// Nothing but zeros came before, and digits follow.
    First,
    /// The digit before was the highest.
    Last,
}

impl Candidates<'_> {
    #[inline(always)]
    pub(crate) fn count(self) -> usize {
        match self {
            Candidates::Count(count) => count,
            Candidates::Tasks(slots) => slots.len(),
            Candidates::Point { ready, .. } => ready.len() + 1,
            Candidates::Coin { .. } => 2,
            Candidates::Rare { others, .. } => others as usize + 1,
            Candidates::Numbers { count, .. } => count as usize,
        }
    }

    /// One of them, drawn from a generator.
    #[inline(always)]
    pub(crate) fn uniform(self, prng: &mut Prng) -> usize {
        match self {
            Candidates::Coin { ones } => usize::from(prng.next_u32() < ones),
            Candidates::Rare { ones, others } => rare(prng, ones, others),
            Candidates::Numbers { count, favour } => number(prng, count, favour) as usize,
            Candidates::Count(_) | Candidates::Tasks(_) | Candidates::Point { .. } => {
                prng.below(self.count() as u32) as usize
            }
        }
    }

    /// The slot of a candidate that is a task.
    #[inline(always)]
    pub(crate) fn slot(self, candidate: usize) -> Option<u32> {
        match self {
            Candidates::Tasks(slots) => slots.get(candidate).copied(),
            Candidates::Point { running, .. } if candidate == 0 => Some(running),
            Candidates::Point { ready, .. } => ready.get(candidate - 1).copied(),
            Candidates::Count(_)
            | Candidates::Coin { .. }
            | Candidates::Rare { .. }
            | Candidates::Numbers { .. } => None,
        }
    }
}

/// What a draw shows of the run: asked for only by who wants to know.
pub(crate) trait View {
    /// The task whose draw it is.
    fn owner(&self) -> TaskNo;
    /// The task in this slot of the table of tasks.
    fn task(&self, slot: u32) -> TaskNo;
    /// Its path.
    fn path(&self, slot: u32) -> String;
    /// A hash of that.
    fn path_hash(&self, slot: u32) -> PathHash {
        PathHash::of(&self.path(slot))
    }
    /// The host it runs on.
    fn host(&self, slot: u32) -> HostNo;
    /// Where it was spawned.
    fn spawned(&self, slot: u32) -> Place;
    /// The operations it stands before, or is parked in, if all are known.
    fn operations(&self, slot: u32) -> Option<&[Operation]>;
    /// What is drawn, if that is told by a label, and not by the task.
    fn label(&self) -> Option<&str> {
        None
    }
}

impl<'a> Draw<'a> {
    pub(crate) fn new(kind: Kind, candidates: Candidates<'a>, view: &'a dyn View) -> Draw<'a> {
        Draw {
            kind,
            candidates,
            view,
            numbers: &[],
        }
    }

    /// The same, with the numbers of the candidates that are tasks.
    pub(crate) fn with_numbers(&self, numbers: &'a [TaskNo]) -> Draw<'a> {
        Draw { numbers, ..*self }
    }

    /// The numbers of the candidates that are tasks, if they were looked up.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> &'a [TaskNo] {
        self.numbers
    }

    /// The path of the task in this slot.
    pub(crate) fn path(&self, slot: u32) -> String {
        self.view.path(slot)
    }

    /// What is chosen.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many candidates there are; an answer is below this.
    pub fn candidates(&self) -> usize {
        self.candidates.count()
    }

    /// The task whose draw it is: the running one; for [`Kind::Task`] the default candidate, for timers the task that set
    /// the default one.
    pub fn owner(&self) -> TaskNo {
        self.view.owner()
    }

    /// Of what is drawn in a [random workload](crate::workload) where in it, as the tape names it: `main@1.key`. Of a
    /// [`Kind::Fault`] what it is, as the tape names it: `crash` for how strongly that kind strikes in this run,
    /// `crash@db` for whether it strikes that host. `None` for [`buggify!`](crate::buggify), which is drawn by a task.
    pub fn label(&self) -> Option<&str> {
        self.view.label()
    }

    /// A candidate that is a task: any of [`Kind::Task`], [`Kind::Point`] and [`Kind::Preempt`]. `None` for other kinds, and where there is
    /// no such candidate.
    pub fn task(&self, candidate: usize) -> Option<Candidate<'_>> {
        let slot = self.candidates.slot(candidate)?;
        Some(Candidate {
            slot,
            view: self.view,
        })
    }

    /// A candidate drawn from a generator: uniform, but for [`Kind::Flip`], [`Kind::Fault`] and [`Kind::Any`], which have odds of
    /// their own.
    pub fn uniform(&self, prng: &mut Prng) -> usize {
        self.candidates.uniform(prng)
    }
}

/// One of so many numbers: for the most part uniform, else an end, or one of few bits.
#[inline(never)]
pub(crate) fn number(prng: &mut Prng, count: u32, favour: Favour) -> u32 {
    let last = count - 1;
    match (favour, prng.next_u32() >> 29) {
        (Favour::Last, 0..=6) | (Favour::First, 5) => return last,
        (Favour::First, 0..=4) => return 0,
        _ => {}
    }
    if count <= 16 {
        return prng.below(count);
    }
    match prng.next_u32() >> 28 {
        0 => 0,
        1 => last,
        2 => 1,
        3 => last - 1,
        4..=9 => {
            let bits = 1 + prng.below(32 - last.leading_zeros());
            prng.below(count.min(1 << bits))
        }
        _ => prng.below(count),
    }
}

/// With probability `ones` in 2³² one of so many others than 0, each as likely as the next.
#[inline(never)]
pub(crate) fn rare(prng: &mut Prng, ones: u32, others: u32) -> usize {
    match prng.next_u32() < ones {
        true => 1 + prng.below(others) as usize,
        false => 0,
    }
}

impl fmt::Debug for Draw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draw")
            .field("kind", &self.kind)
            .field("candidates", &self.candidates())
            .finish_non_exhaustive()
    }
}

/// A task that could be chosen.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    slot: u32,
    view: &'a dyn View,
}

impl<'a> Candidate<'a> {
    /// Its number; [`TaskNo::RUNTIME`] for the runtime, which ends the run once `main` is done.
    pub fn number(&self) -> TaskNo {
        self.view.task(self.slot)
    }

    /// Its path, such as `main/worker#2`.
    pub fn path(&self) -> String {
        self.view.path(self.slot)
    }

    /// A hash of it.
    pub(crate) fn path_hash(&self) -> PathHash {
        self.view.path_hash(self.slot)
    }

    /// The host it runs on.
    pub fn host(&self) -> HostNo {
        self.view.host(self.slot)
    }

    /// Where it was spawned.
    pub fn spawned(&self) -> Place {
        self.view.spawned(self.slot)
    }

    /// What it is about to do: the operation that it stands before, or those that it is parked in; in a `select!` or `join!`
    /// there may be several. `None` if that is not known, as of a task that stands before its first step, or before a `select!`
    /// whose branches were not polled yet: what it does next may touch anything.
    pub fn operations(&self) -> Option<&'a [Operation]> {
        self.view.operations(self.slot)
    }
}

impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("path", &self.path())
            .field("operations", &self.operations())
            .finish()
    }
}
