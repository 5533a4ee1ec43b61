//! The one door for every choice.
//!
//! Whatever could go differently in a run is a [`Draw`]: a [`Kind`], candidates, and a default. A
//! [`Strategy`] answers it. The default is always the plainest candidate (the oldest ready task, no
//! fault, the first branch), so a strategy that always answers [`Draw::default_choice`] gives the
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

use super::ids::TaskNo;
use super::stream::Stream;

/// What a draw is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Which ready task is polled next. Default: the one that has been ready longest.
    Task,
    /// Which of several timers due at the same instant fires first. Default: the one set first.
    Timer,
    /// Whether another due timer fires before the ready tasks ran dry. Default: no.
    Fire,
    /// Which branch `select!` or `join!` looks at first. Default: the first.
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
    pub const ALL: [Kind; 7] =
        [Kind::Task, Kind::Timer, Kind::Fire, Kind::Select, Kind::Wake, Kind::Choose, Kind::Flip];

    /// The kind's name on a tape.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Task => "task",
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

/// One choice to be made.
///
/// Its candidates stand in *places*, numbered from 0. Places may be empty: the queue of ready tasks
/// leaves a hole where a task was taken out of turn, so that the others keep their order at no cost.
pub struct Draw<'a> {
    kind: Kind,
    places: Places<'a>,
    names: &'a dyn Names,
}

enum Places<'a> {
    /// This many candidates, without holes.
    Count(usize),
    /// The slot of one task a place, or [`HOLE`].
    Tasks(&'a [u32]),
    /// A coin that shows 1 with probability `ones` in 2³².
    Coin { ones: u32 },
}

/// An empty place in the queue of ready tasks.
pub(crate) const HOLE: u32 = u32::MAX;

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
}

impl<'a> Draw<'a> {
    /// A choice among `count` candidates.
    pub(crate) fn among(kind: Kind, count: usize, names: &'a dyn Names) -> Draw<'a> {
        Draw { kind, places: Places::Count(count), names }
    }

    /// A choice among ready tasks, oldest first.
    #[inline(always)]
    pub(crate) fn tasks(ready: &'a [u32], names: &'a dyn Names) -> Draw<'a> {
        Draw { kind: Kind::Task, places: Places::Tasks(ready), names }
    }

    /// A coin toss that shows 1 with probability `ones` in 2³².
    pub(crate) fn coin(kind: Kind, ones: u32, names: &'a dyn Names) -> Draw<'a> {
        Draw { kind, places: Places::Coin { ones }, names }
    }

    /// What is chosen.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many places there are; an answer is below this.
    pub fn places(&self) -> usize {
        match self.places {
            Places::Count(count) => count,
            Places::Tasks(tasks) => tasks.len(),
            Places::Coin { .. } => 2,
        }
    }

    /// Whether there is a candidate in this place.
    pub fn is_candidate(&self, place: usize) -> bool {
        match self.places {
            Places::Tasks(tasks) => tasks.get(place).is_some_and(|&slot| slot != HOLE),
            _ => place < self.places(),
        }
    }

    /// The places with a candidate, the default first.
    pub fn candidates(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.places()).filter(|&place| self.is_candidate(place))
    }

    /// The place of the default: the first candidate.
    pub fn default_choice(&self) -> usize {
        self.candidates().next().unwrap_or(0)
    }

    /// The task whose draw this is, and that task's own step count; see [`Names::owner`].
    pub(crate) fn owner(&self) -> (TaskNo, u32) {
        self.names.owner()
    }

    /// The path of that task.
    pub(crate) fn owner_path(&self) -> String {
        self.names.owner_path()
    }

    /// What a tape calls the candidate in this place: a task's path, else the place's number.
    pub(crate) fn label(&self, place: usize) -> String {
        match self.places {
            Places::Tasks(tasks) => self.names.path_at(tasks[place]),
            _ => place.to_string(),
        }
    }

    /// The place of the candidate with this label.
    pub(crate) fn place_of(&self, label: &str) -> Option<usize> {
        match self.places {
            Places::Tasks(_) => self.candidates().find(|&place| self.label(place) == label),
            _ => label.parse().ok().filter(|&place| self.is_candidate(place)),
        }
    }

    /// A candidate drawn from a stream: uniform, but for a coin with odds of its own.
    #[inline(always)]
    pub fn uniform(&self, stream: &mut Stream) -> usize {
        match self.places {
            Places::Tasks(tasks) => loop {
                // At least half of the places hold a candidate, so this takes two rounds at most on
                // average.
                let place = stream.below(tasks.len() as u32) as usize;
                if tasks[place] != HOLE {
                    return place;
                }
            },
            Places::Count(count) => stream.below(count as u32) as usize,
            Places::Coin { ones } => usize::from(stream.next_u32() < ones),
        }
    }
}

/// Answers draws. This is the seam for random walks, priorities, exhaustive search, mutation.
pub trait Strategy: Send {
    /// The place of the chosen candidate. An answer that names no candidate counts as the default.
    fn draw(&mut self, draw: &Draw<'_>) -> usize;
}

/// The plain schedule: every draw takes its default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Strategy for Plain {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        draw.default_choice()
    }
}

/// The random walk: every draw is uniform over its candidates.
#[derive(Clone, Debug)]
pub struct RandomWalk {
    stream: Stream,
}

impl RandomWalk {
    /// The walk of this seed.
    pub fn new(seed: u64) -> RandomWalk {
        RandomWalk { stream: Stream::for_draws(seed) }
    }
}

impl Strategy for RandomWalk {
    #[inline(always)]
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        draw.uniform(&mut self.stream)
    }
}
