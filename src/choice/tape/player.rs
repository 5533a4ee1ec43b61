//! Playing a tape: each draw is looked up by its key.
//!
//! A player may list the draws that it is asked for, so that others know what could have gone differently; and it may give up the
//! tape after so many draws, and go on as a random walk.

use std::collections::BTreeMap;

use super::survey::Survey;
use super::{Choice, Key, Match, Tape};
use crate::base::ids::TaskNo;
use crate::choice::draw::{Draw, Kind};
use crate::choice::strategies::walk::RandomWalk;
use crate::choice::strategy::Strategy;

/// Counts what each task does, for the keys of its draws. The same counts are made when a tape is written and when it
/// is played.
#[derive(Debug)]
pub(crate) struct Keys {
    /// By the task's number.
    tasks: Vec<Counts>,
    draws: BTreeMap<(TaskNo, Kind), u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// How often it became ready, but by a scheduling point.
    turns: u32,
    /// How many draws of [`Kind::Task`] were its own in this turn.
    overtaken: u32,
    operations: u32,
    /// How often it was at a point between two statements.
    calls: u32,
    /// How many draws of [`Kind::Preempt`] were made at the last of them.
    preempted: u32,
}

impl Keys {
    pub(crate) fn new() -> Keys {
        Keys {
            tasks: Vec::with_capacity(8),
            draws: BTreeMap::new(),
        }
    }

    fn counts(&mut self, task: TaskNo) -> &mut Counts {
        let at = task.get() as usize;
        if at >= self.tasks.len() {
            return self.make_room_for(at);
        }
        &mut self.tasks[at]
    }

    #[cold]
    #[inline(never)]
    fn make_room_for(&mut self, at: usize) -> &mut Counts {
        self.tasks.resize(at + 1, Counts::default());
        &mut self.tasks[at]
    }

    /// The task became ready: it was spawned, woken, or yielded.
    pub(crate) fn turn(&mut self, task: TaskNo) {
        let counts = self.counts(task);
        counts.turns += 1;
        counts.overtaken = 0;
    }

    /// The task begins an operation.
    pub(crate) fn operation(&mut self, task: TaskNo) {
        self.counts(task).operations += 1;
    }

    /// The task is at a point between two statements.
    pub(crate) fn call(&mut self, task: TaskNo) {
        let counts = self.counts(task);
        counts.calls += 1;
        counts.preempted = 0;
    }

    /// How many operations the task has begun, with points between statements: what a strategy is told that it came to.
    pub(crate) fn operations(&self, task: TaskNo) -> u32 {
        let counts = self.tasks.get(task.get() as usize);
        counts.map_or(0, |counts| counts.operations + counts.calls)
    }

    /// The key of a draw of this task's that is made now.
    #[inline(always)]
    pub(crate) fn next(&mut self, task: TaskNo, kind: Kind) -> Key {
        match kind {
            Kind::Task => {
                let counts = self.counts(task);
                counts.overtaken += 1;
                (kind, counts.turns, counts.overtaken - 1)
            }
            Kind::Point => (kind, self.counts(task).operations, 0),
            Kind::Preempt => {
                let counts = self.counts(task);
                counts.preempted += 1;
                (kind, counts.calls, counts.preempted - 1)
            }
            Kind::Timer
            | Kind::Fire
            | Kind::Select
            | Kind::Wake
            | Kind::Latency
            | Kind::Choose
            | Kind::Flip
            | Kind::Cost
            | Kind::Fault
            | Kind::Any => (kind, self.count_draw(task, kind), 0),
        }
    }

    #[inline(never)]
    fn count_draw(&mut self, task: TaskNo, kind: Kind) -> u32 {
        let count = self.draws.entry((task, kind)).or_default();
        *count += 1;
        *count
    }
}

/// Answers draws from a tape, and with the default where the tape is silent.
#[derive(Debug)]
pub(crate) struct Player {
    tape: Tape,
    /// The number of each path on the tape.
    numbers: BTreeMap<String, u32>,
    /// Positions on the tape, by the number of a path and key.
    index: BTreeMap<(u32, Key), usize>,
    /// The numbers of the tasks' paths on the tape, so that a path is put together once a task.
    known: BTreeMap<TaskNo, Option<u32>>,
    outcome: Vec<Outcome>,
    /// How many draws it was asked for.
    asked: u64,
    /// After so many draws a walk answers.
    walk: Option<(u64, Box<RandomWalk>)>,
    survey: Option<Box<Survey>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    NeverAsked,
    NotACandidate,
    Followed,
}

impl Player {
    pub(crate) fn new(tape: Tape) -> Player {
        let mut numbers = BTreeMap::new();
        // Tasks of one path have one number here; on a tape that was just recorded each may have its own.
        let mut number = |(path, number): (&String, u32)| -> u32 {
            *numbers.entry(path.clone()).or_insert(number)
        };
        let known: Vec<u32> = tape.paths.iter().zip(0..).map(&mut number).collect();
        let marks = tape.marks.iter().enumerate();
        let index = marks.map(|(at, mark)| ((known[mark.task as usize], mark.key()), at));
        Player {
            index: index.collect(),
            numbers,
            known: BTreeMap::new(),
            outcome: vec![Outcome::NeverAsked; tape.marks.len()],
            tape,
            asked: 0,
            walk: None,
            survey: None,
        }
    }

    /// One that lists the draws it is asked for.
    pub(crate) fn surveying(self) -> Player {
        Player {
            survey: Some(Box::default()),
            ..self
        }
    }

    /// One that follows the tape for so many draws, and then the walk that has this label.
    pub(crate) fn walking_after(self, draws: u64, label: &str) -> Player {
        Player {
            walk: Some((draws, Box::new(RandomWalk::labelled(label)))),
            ..self
        }
    }

    /// The list of draws, if it makes one.
    pub(crate) fn survey_mut(&mut self) -> Option<&mut Survey> {
        self.survey.as_deref_mut()
    }

    /// How much of the tape was followed so far.
    pub(crate) fn matched(&self) -> Match {
        let followed = |outcome: &&Outcome| **outcome == Outcome::Followed;
        let mut pairs = self.outcome.iter().zip(self.tape.deviations());
        Match {
            matched: self.outcome.iter().filter(followed).count(),
            total: self.outcome.len(),
            first_mismatch: pairs.find_map(|(outcome, deviation)| {
                let why = match outcome {
                    Outcome::Followed => return None,
                    Outcome::NeverAsked => "no such draw was made",
                    Outcome::NotACandidate => "the choice was not among the candidates",
                };
                Some((deviation.to_string(), why))
            }),
        }
    }

    /// The answer to the draw with this key. `path` gives the path of its owner, or the label for which that stands.
    pub(crate) fn answer(
        &mut self,
        draw: &Draw<'_>,
        owner: TaskNo,
        key: Key,
        path: impl Fn() -> String,
    ) -> usize {
        let walking = self.walk.as_mut().filter(|(after, _)| self.asked >= *after);
        self.asked += 1;
        let chosen = match walking {
            Some((_, walk)) => walk.draw(draw),
            None => self.look_up(draw, owner, key, &path),
        };
        if let Some(survey) = &mut self.survey {
            survey.add(draw, owner, key, path, chosen);
        }
        chosen
    }

    fn look_up(
        &mut self,
        draw: &Draw<'_>,
        owner: TaskNo,
        key: Key,
        path: impl Fn() -> String,
    ) -> usize {
        let numbers = &self.numbers;
        let number = *self
            .known
            .entry(owner)
            .or_insert_with(|| numbers.get(&path()).copied());
        let Some(&at) = number.and_then(|number| self.index.get(&(number, key))) else {
            return 0;
        };
        let chosen = match self.tape.read(self.tape.marks[at]).choice {
            Choice::Number(number) => {
                Some(number as usize).filter(|&number| number < draw.candidates())
            }
            Choice::Task(path) => (0..draw.candidates())
                .find(|&nth| draw.task(nth).is_some_and(|task| task.path() == path)),
        };
        self.outcome[at] = match chosen {
            Some(_) => Outcome::Followed,
            None => Outcome::NotACandidate,
        };
        chosen.unwrap_or(0)
    }
}
