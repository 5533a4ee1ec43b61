//! Tapes: what was drawn, written as deviations from the default.
//!
//! ```text
//! reweave tape 1                  the format and its version
//! values 7                        the seed of the random values given to user code
//! main/a task@3 main/b            when main/a was next to run, ready for the 3rd time, main/b ran instead
//! main/a task@3+1 main/c          … and main/c after it: the second such draw while main/a was ready
//! main/a point@2 main/b           before main/a's 2nd operation, main/b ran first
//! main select@5 1                 in main's 5th select!, branch 1 was polled first
//! crash fault@1 2                 processes crash in this run, with the second strength
//! crash@db fault@7 19             in the 7th period of that, the host db crashed, at a time and for a time that 19 says
//! main@1.ops[2].key any@1 5       in main's 1st workload, the key in the 3rd of the `ops` is 5
//! pass src/queue.rs:31:18         the operations called here were no scheduling points
//! ```
//!
//! A line is `TASK KIND@NTH[+AGAIN] CHOICE`. `;` may stand for a line's end, so that a tape fits into one shell word; `#`
//! at the start of a line makes it a comment. The empty tape is the plain run.
//!
//! Draws are keyed by the path of a task and by what that task did: how often it became ready, its n-th
//! operation, its n-th draw of a kind. Polls are not counted, for a preemption makes one more of them: so a tape survives an
//! edit of the code elsewhere, and the removal of any of its lines. A line that matches nothing is passed over, its draw
//! takes the default, and [`Match`] says so.

mod edit;
mod near;
mod player;
mod survey;
mod text;

pub(crate) use player::{Keys, Player};
pub(crate) use survey::Survey;

use std::collections::BTreeMap;
use std::fmt;

use super::draw::Kind;
use super::labels::nth_label;
use super::passes::Passes;
use crate::base::count::counted;
use crate::base::ids::TaskNo;
use crate::base::short::short;

pub use text::TapeError;

/// The version of the text form that this code writes and reads.
pub const VERSION: u32 = 1;

/// One draw that did not take its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deviation<'a> {
    /// The path of the task whose draw it is. For [`Kind::Task`], of the task that would have run; for [`Kind::Fault`], it may be a
    /// label that is no task's, as `crash@db`; and in a [random workload](crate::workload) a place in that, as `main@1.key`.
    pub task: &'a str,
    /// What was drawn.
    pub kind: Kind,
    /// Which of the task's own it was, from 1: its n-th operation for [`Kind::Point`], its n-th point between statements for
    /// [`Kind::Preempt`], its n-th time of being ready for [`Kind::Task`], else its n-th draw of the kind.
    pub nth: u32,
    /// Which draw of [`Kind::Task`] while it was ready for the n-th time, or of [`Kind::Preempt`] at that point, from 0.
    pub again: u32,
    /// What was chosen.
    pub choice: Choice<'a>,
}

/// A candidate, as a tape names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice<'a> {
    /// The path of a task.
    Task(&'a str),
    /// The number of a candidate, from 0.
    Number(u32),
}

impl fmt::Display for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Choice::Task(path) => f.write_str(path),
            Choice::Number(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Display for Deviation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}@{}", self.task, self.kind, self.nth)?;
        if self.again > 0 {
            write!(f, "+{}", self.again)?;
        }
        write!(f, " {}", self.choice)
    }
}

/// The draws of a run. [`Tape::default`] is the plain run.
///
/// # Examples
///
/// ```
/// let tape: reweave::Tape = "reweave tape 1; main point@2 main/late".parse()?;
/// assert_eq!(tape.deviations().count(), 1);
/// assert_eq!(tape.to_string(), "reweave tape 1\nmain point@2 main/late\n");
/// # Ok::<(), reweave::tape::TapeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tape {
    values: u64,
    passes: Passes,
    /// The paths that the marks name, by number.
    paths: Vec<String>,
    marks: Vec<Mark>,
}

/// Equal if they say the same in the same order.
impl PartialEq for Tape {
    fn eq(&self, other: &Tape) -> bool {
        self.values == other.values
            && self.passes == other.passes
            && self.deviations().eq(other.deviations())
    }
}

impl Eq for Tape {}

/// A deviation in 16 bytes: tasks by their numbers in the list of paths.
#[derive(Clone, Copy, Debug)]
struct Mark {
    task: u32,
    nth: u32,
    /// The kind in the upper 8 bits, `again` below.
    kind_and_again: u32,
    choice: u32,
}

const AGAIN_BITS: u32 = 24;

impl Mark {
    fn new(task: u32, (kind, nth, again): Key, choice: u32) -> Mark {
        let again = again.min((1 << AGAIN_BITS) - 1);
        Mark {
            task,
            nth,
            kind_and_again: (kind as u32) << AGAIN_BITS | again,
            choice,
        }
    }

    fn kind(self) -> Kind {
        Kind::ALL[(self.kind_and_again >> AGAIN_BITS) as usize]
    }

    fn key(self) -> Key {
        (
            self.kind(),
            self.nth,
            self.kind_and_again & ((1 << AGAIN_BITS) - 1),
        )
    }
}

/// Which draw of its task: kind, n-th, and which while it was ready.
pub(crate) type Key = (Kind, u32, u32);

/// Puts a tape together from deviations that name paths.
struct Builder {
    tape: Tape,
    /// The number of each path.
    numbers: BTreeMap<String, u32>,
}

impl Builder {
    fn new() -> Builder {
        Builder {
            tape: Tape::default(),
            numbers: BTreeMap::new(),
        }
    }

    fn push(&mut self, deviation: Deviation<'_>) {
        let task = self.number(deviation.task);
        let choice = match deviation.choice {
            Choice::Task(path) => self.number(path),
            Choice::Number(number) => number,
        };
        let key = (deviation.kind, deviation.nth, deviation.again);
        self.tape.marks.push(Mark::new(task, key, choice));
    }

    fn number(&mut self, path: &str) -> u32 {
        if let Some(&number) = self.numbers.get(path) {
            return number;
        }
        let number = self.tape.paths.len() as u32;
        self.tape.paths.push(path.to_owned());
        self.numbers.insert(path.to_owned(), number);
        number
    }
}

impl Tape {
    /// A tape with this seed for random values, and these deviations.
    pub fn new<'a>(values: u64, deviations: impl IntoIterator<Item = Deviation<'a>>) -> Tape {
        let mut builder = Builder::new();
        builder.tape.values = values;
        for deviation in deviations {
            builder.push(deviation);
        }
        builder.tape
    }

    /// The seed of the random values that [`reweave::rng()`](crate::rng) gives.
    pub fn values(&self) -> u64 {
        self.values
    }

    /// The scheduling points that its run passes over.
    pub fn passes(&self) -> &Passes {
        &self.passes
    }

    /// The tape with these points passed over.
    pub(crate) fn passing(self, passes: Passes) -> Tape {
        Tape { passes, ..self }
    }

    /// The draws that did not take their default, in the order in which they were made.
    pub fn deviations(&self) -> impl ExactSizeIterator<Item = Deviation<'_>> {
        self.marks.iter().map(|mark| self.read(*mark))
    }

    fn read(&self, mark: Mark) -> Deviation<'_> {
        let (kind, nth, again) = mark.key();
        let path = |number: u32| self.paths[number as usize].as_str();
        Deviation {
            task: path(mark.task),
            kind,
            nth,
            again,
            choice: match kind.is_among_tasks() {
                true => Choice::Task(path(mark.choice)),
                false => Choice::Number(mark.choice),
            },
        }
    }

    /// The tape on one line, for an environment variable.
    pub fn to_line(&self) -> String {
        self.to_string().trim_end().replace('\n', "; ")
    }
}

/// Writes a tape while a run goes on, with tasks by their numbers in the run.
#[derive(Debug)]
pub(crate) struct TapeWriter {
    values: u64,
    marks: Vec<Mark>,
}

impl TapeWriter {
    pub(crate) fn new(values: u64) -> TapeWriter {
        TapeWriter {
            values,
            marks: Vec::with_capacity(16),
        }
    }

    /// A draw did not take its default. `choice` is a task's number in the run, for a kind among tasks.
    pub(crate) fn push(&mut self, task: TaskNo, key: Key, choice: u32) {
        self.marks.push(Mark::new(task.get(), key, choice));
    }

    /// The tape, with the path of each task, by its number in the run.
    pub(crate) fn finish<'p>(mut self, path: impl Fn(TaskNo) -> &'p str) -> Tape {
        let mut named = Named::default();
        for mark in &mut self.marks {
            mark.task = named.number(mark.task, &path);
            if mark.kind().is_among_tasks() {
                mark.choice = named.number(mark.choice, &path);
            }
        }
        Tape {
            values: self.values,
            passes: Passes::NONE,
            paths: named.paths,
            marks: self.marks,
        }
    }
}

/// The tasks that a tape names, each with its path once.
#[derive(Default)]
struct Named {
    paths: Vec<String>,
    /// By the task's number, the number of its path.
    numbers: Vec<Option<u32>>,
    /// The same for labels.
    labels: Vec<Option<u32>>,
}

impl Named {
    #[inline(always)]
    fn number<'p>(&mut self, task: u32, path: impl Fn(TaskNo) -> &'p str) -> u32 {
        match self.numbers.get(task as usize) {
            Some(&Some(number)) => number,
            _ => self.add(task, path(TaskNo(task))),
        }
    }

    #[inline(never)]
    fn add(&mut self, task: u32, path: &str) -> u32 {
        let (list, at) = match nth_label(TaskNo(task)) {
            Some(nth) => (&mut self.labels, nth),
            None => (&mut self.numbers, task as usize),
        };
        if at >= list.len() {
            list.resize(at + 1, None);
        }
        let next = self.paths.len() as u32;
        let number = *list[at].get_or_insert(next);
        if number == next {
            self.paths.push(path.to_owned());
        }
        number
    }
}

/// How much of a tape a run could follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How many deviations were asked for, and their choice was among the candidates.
    pub matched: usize,
    /// How many deviations the tape has.
    pub total: usize,
    /// The first on the tape that could not be followed, as the tape writes it, and why.
    pub first_mismatch: Option<(String, &'static str)>,
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((deviation, why)) = &self.first_mismatch else {
            return match self.total {
                1 => f.write_str("the only deviation of the tape matched"),
                total => write!(f, "all {total} deviations of the tape matched"),
            };
        };
        // Rounded down: 100 % is said only of a whole match.
        let percent = self.matched * 100 / self.total.max(1);
        write!(
            f,
            "{percent} % of the tape matched ({} of {}); the first that did not: \
             `{}`: {why}",
            self.matched,
            counted(self.total, "deviation"),
            short(deviation)
        )
    }
}
