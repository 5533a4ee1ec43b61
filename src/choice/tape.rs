//! Tapes: what was drawn, written as deviations from the default.
//!
//! ```text
//! reweave tape 1                  the format and its version
//! values 7                        the seed of the random values given to user code
//! main/a@3 task main/b            before main/a took its step 3, main/b ran instead
//! main/a@3+1 task main/c          … and main/c after it: the second such draw at that step
//! main@5 select 1                 in main's step 5, select! looked at branch 1 first
//! ```
//!
//! A line is `TASK@STEP[+NTH] KIND CHOICE`. `;` may stand for a line's end, so that a tape fits into
//! one shell word; `#` at the start of a line makes it a comment. The empty tape is the plain run.
//!
//! Draws are keyed by the path of a task and that task's own step, never by a position in a global
//! stream: so a tape survives an edit of the code elsewhere. A line that matches nothing is passed
//! over, its draw takes the default, and [`Match`] says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use super::draw::{Draw, Kind, Strategy};
use crate::base::ids::TaskNo;

/// The version of the text form that this code writes and reads.
pub const VERSION: u32 = 1;

/// One draw that did not take its default.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deviation {
    /// The path of the task whose draw it is. For [`Kind::Task`], of the task that would have run.
    pub task: String,
    /// That task's own step, from 1.
    pub step: u32,
    /// Which draw of this kind at that step, from 0.
    pub nth: u32,
    /// What was drawn.
    pub kind: Kind,
    /// The path of the task that was chosen, or the number of the candidate.
    pub choice: String,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.task, self.step)?;
        if self.nth > 0 {
            write!(f, "+{}", self.nth)?;
        }
        write!(f, " {} {}", self.kind, self.choice)
    }
}

/// The draws of a run. [`Tape::default`] is the plain run.
///
/// # Examples
///
/// ```
/// let tape: reweave::Tape = "reweave tape 1; main@2 task main/late".parse()?;
/// assert_eq!(tape.deviations().len(), 1);
/// assert_eq!(tape.to_string(), "reweave tape 1\nmain@2 task main/late\n");
/// # Ok::<(), reweave::TapeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tape {
    values: u64,
    deviations: Vec<Deviation>,
}

impl Tape {
    /// A tape with this seed for random values, and these deviations.
    pub fn new(values: u64, deviations: Vec<Deviation>) -> Tape {
        Tape { values, deviations }
    }

    /// The seed of the random values that [`reweave::rng()`](crate::rng) gives.
    pub fn values(&self) -> u64 {
        self.values
    }

    /// The draws that did not take their default, in the order in which they were made.
    pub fn deviations(&self) -> &[Deviation] {
        &self.deviations
    }

    /// The tape on one line, for an environment variable.
    pub fn to_line(&self) -> String {
        self.to_string().trim_end().replace('\n', "; ")
    }

    pub(crate) fn push(&mut self, deviation: Deviation) {
        self.deviations.push(deviation);
    }
}

impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "reweave tape {VERSION}")?;
        if self.values != 0 {
            writeln!(f, "values {}", self.values)?;
        }
        self.deviations
            .iter()
            .try_for_each(|deviation| writeln!(f, "{deviation}"))
    }
}

/// Why a text is not a tape: where, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeError {
    line: usize,
    column: usize,
    expected: &'static str,
    found: String,
}

impl TapeError {
    /// The line of the mistake, from 1. A `;` ends a line as a line break does.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the mistake within its line, in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            expected,
            found,
        } = self;
        write!(
            f,
            "tape, line {line}, column {column}: expected {expected}, found "
        )?;
        if found.is_empty() {
            f.write_str("the end of the line")
        } else {
            write!(f, "`{found}`")
        }
    }
}

impl std::error::Error for TapeError {}

impl FromStr for Tape {
    type Err = TapeError;

    fn from_str(text: &str) -> Result<Tape, TapeError> {
        let mut tape = Tape::default();
        let mut header = false;
        let mut keys = BTreeSet::new();
        for (index, line) in text.split(['\n', ';']).enumerate() {
            let mut words = Words {
                line: index + 1,
                text: line,
                at: 0,
            };
            let first = words.next();
            if first.text.is_empty() || first.text.starts_with('#') {
                continue;
            }
            if !header {
                words.expect(first, "reweave", "`reweave tape 1` on the first line")?;
                let word = words.next();
                words.expect(word, "tape", "`reweave tape 1` on the first line")?;
                let word = words.next();
                words.expect(word, "1", "version 1, the only one this release reads")?;
                header = true;
            } else if first.text == "values" {
                let word = words.next();
                tape.values = words.parse(word, "a seed: a whole number below 2^64")?;
            } else {
                let deviation = words.deviation(first)?;
                if !keys.insert((
                    deviation.task.clone(),
                    deviation.step,
                    deviation.nth,
                    deviation.kind,
                )) {
                    return Err(words.error(first, "a draw that no line before this one answers"));
                }
                tape.deviations.push(deviation);
            }
            let rest = words.next();
            if !rest.text.is_empty() {
                return Err(words.error(rest, "the end of the line"));
            }
        }
        if !header {
            let words = Words {
                line: 1,
                text: "",
                at: 0,
            };
            let nothing = Word { start: 0, text: "" };
            return Err(words.error(nothing, "`reweave tape 1` on the first line"));
        }
        Ok(tape)
    }
}

/// The words of one line, with their places for error messages.
struct Words<'a> {
    line: usize,
    text: &'a str,
    at: usize,
}

#[derive(Clone, Copy)]
struct Word<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Words<'a> {
    /// The next word; an empty one at the end of the line.
    fn next(&mut self) -> Word<'a> {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start().len();
        let start = self.at + blank;
        let rest = &self.text[start..];
        let text = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
        self.at = start + text.len();
        Word { start, text }
    }

    fn error(&self, word: Word<'_>, expected: &'static str) -> TapeError {
        let column = self.text[..word.start.min(self.text.len())].chars().count() + 1;
        TapeError {
            line: self.line,
            column,
            expected,
            found: word.text.to_owned(),
        }
    }

    fn expect(&self, word: Word<'_>, text: &str, expected: &'static str) -> Result<(), TapeError> {
        if word.text == text {
            Ok(())
        } else {
            Err(self.error(word, expected))
        }
    }

    fn parse<T: FromStr>(&self, word: Word<'_>, expected: &'static str) -> Result<T, TapeError> {
        word.text.parse().map_err(|_| self.error(word, expected))
    }

    fn deviation(&mut self, key: Word<'a>) -> Result<Deviation, TapeError> {
        const KEY: &str = "TASK@STEP or TASK@STEP+NTH, such as main/worker#2@3";
        let Some((task, at)) = key
            .text
            .rsplit_once('@')
            .filter(|(task, _)| !task.is_empty())
        else {
            return Err(self.error(key, KEY));
        };
        let after = |skipped: usize, text: &'a str| Word {
            start: key.start + skipped,
            text,
        };
        let (step, nth) = match at.split_once('+') {
            Some((step, nth)) => {
                let nth = after(task.len() + step.len() + 2, nth);
                (
                    step,
                    self.parse(nth, "the number of the draw at this step, from 0")?,
                )
            }
            None => (at, 0),
        };
        let step = self.parse(after(task.len() + 1, step), "the task's own step, from 1")?;
        let word = self.next();
        let Some(kind) = Kind::from_name(word.text) else {
            return Err(self.error(
                word,
                "a kind: task, preempt, timer, fire, select, wake, choose or flip",
            ));
        };
        let word = self.next();
        let choice = match kind {
            Kind::Task if word.text.is_empty() => Err(self.error(word, "the path of a task")),
            Kind::Task => Ok(word.text.to_owned()),
            _ => self
                .parse::<u32>(word, "the number of a candidate, from 0")
                .map(|number| number.to_string()),
        }?;
        Ok(Deviation {
            task: task.to_owned(),
            step,
            nth,
            kind,
            choice,
        })
    }
}

/// How much of a tape a run could follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How many deviations were asked for, and their choice was among the candidates.
    pub matched: usize,
    /// How many deviations the tape has.
    pub total: usize,
    /// The first on the tape that could not be followed, and why.
    pub first_mismatch: Option<(Deviation, &'static str)>,
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((deviation, why)) = &self.first_mismatch else {
            return write!(f, "all {} deviations of the tape matched", self.total);
        };
        // Rounded down: 100 % is said only of a whole match.
        let percent = self.matched * 100 / self.total.max(1);
        write!(
            f,
            "{percent} % of the tape matched ({} of {} deviations); the first that did not: \
             `{deviation}`: {why}",
            self.matched, self.total
        )
    }
}

/// Counts the draws of one kind at one step of one task, for the `+NTH` of a key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asks {
    last: BTreeMap<(TaskNo, Kind), (u32, u32)>,
}

impl Asks {
    /// The number of this draw among those of its kind at this step, from 0.
    pub(crate) fn next(&mut self, task: TaskNo, step: u32, kind: Kind) -> u32 {
        let last = self.last.entry((task, kind)).or_insert((step, u32::MAX));
        let nth = if last.0 == step {
            last.1.wrapping_add(1)
        } else {
            0
        };
        *last = (step, nth);
        nth
    }
}

/// Answers draws from a tape, and with the default where the tape is silent.
#[derive(Debug)]
pub(crate) struct Player {
    tape: Tape,
    /// Positions on the tape, by task path and then by key.
    index: BTreeMap<String, BTreeMap<(u32, u32, Kind), usize>>,
    /// The task paths of this run, so that a path is put together once a task, not once a draw.
    known: BTreeMap<TaskNo, Option<String>>,
    asks: Asks,
    outcome: Vec<Outcome>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    NeverAsked,
    NotACandidate,
    Followed,
}

impl Player {
    pub(crate) fn new(tape: Tape) -> Player {
        let mut index: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
        for (at, d) in tape.deviations.iter().enumerate() {
            index
                .entry(d.task.clone())
                .or_default()
                .insert((d.step, d.nth, d.kind), at);
        }
        let outcome = vec![Outcome::NeverAsked; tape.deviations.len()];
        Player {
            tape,
            index,
            known: BTreeMap::new(),
            asks: Asks::default(),
            outcome,
        }
    }

    /// How much of the tape was followed so far.
    pub(crate) fn matched(&self) -> Match {
        let total = self.outcome.len();
        let matched = self
            .outcome
            .iter()
            .filter(|&&o| o == Outcome::Followed)
            .count();
        let first_mismatch = self
            .outcome
            .iter()
            .zip(&self.tape.deviations)
            .find_map(|(o, d)| {
                let why = match o {
                    Outcome::Followed => return None,
                    Outcome::NeverAsked => "no such draw was made",
                    Outcome::NotACandidate => "the choice was not among the candidates",
                };
                Some((d.clone(), why))
            });
        Match {
            matched,
            total,
            first_mismatch,
        }
    }
}

impl Strategy for Player {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let (task, step) = draw.owner();
        let index = &self.index;
        let known = self.known.entry(task).or_insert_with(|| {
            let path = draw.owner_path();
            index.contains_key(&path).then_some(path)
        });
        let Some(path) = known else { return 0 };
        let nth = self.asks.next(task, step, draw.kind());
        let Some(&at) = self.index[path.as_str()].get(&(step, nth, draw.kind())) else {
            return 0;
        };
        let chosen = draw.labelled(&self.tape.deviations[at].choice);
        self.outcome[at] = if chosen.is_some() {
            Outcome::Followed
        } else {
            Outcome::NotACandidate
        };
        chosen.unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "reweave tape 1\nvalues 7\nmain/a@3 task main/b\nmain/a@3+1 task main/c\n\
                        main@5 select 1\n";

    #[test]
    fn a_tape_reads_back_as_it_was_written() {
        let tape: Tape = TEXT.parse().unwrap();
        assert_eq!(tape.values(), 7);
        assert_eq!(tape.deviations().len(), 3);
        assert_eq!(tape.to_string(), TEXT);
        assert_eq!(tape.to_line().parse::<Tape>().unwrap(), tape);
    }

    #[test]
    fn comments_and_blank_lines_are_passed_over() {
        let tape: Tape = "# a note\n\nreweave tape 1\n  # more\n".parse().unwrap();
        assert_eq!(tape, Tape::default());
    }

    #[test]
    fn mistakes_are_told_by_line_column_and_what_was_expected() {
        let error = |text: &str| text.parse::<Tape>().unwrap_err().to_string();
        let tape = |line: &str| error(&format!("reweave tape 1\n{line}"));
        let all = [
            error(""),
            error("tape 1"),
            error("reweave tape 2"),
            tape("values -1"),
            tape("values 1 2"),
            tape("main task main/a"),
            tape("@3 task main/a"),
            tape("größe@x task main/a"),
            tape("main@3+y task main/a"),
            tape("main@3 tusk main/a"),
            tape("main@3 task"),
            tape("main@3 select main/a"),
        ];
        insta::assert_snapshot!(all.join("\n"), @r"
        tape, line 1, column 1: expected `reweave tape 1` on the first line, found the end of the line
        tape, line 1, column 1: expected `reweave tape 1` on the first line, found `tape`
        tape, line 1, column 14: expected version 1, the only one this release reads, found `2`
        tape, line 2, column 8: expected a seed: a whole number below 2^64, found `-1`
        tape, line 2, column 10: expected the end of the line, found `2`
        tape, line 2, column 1: expected TASK@STEP or TASK@STEP+NTH, such as main/worker#2@3, found `main`
        tape, line 2, column 1: expected TASK@STEP or TASK@STEP+NTH, such as main/worker#2@3, found `@3`
        tape, line 2, column 7: expected the task's own step, from 1, found `x`
        tape, line 2, column 8: expected the number of the draw at this step, from 0, found `y`
        tape, line 2, column 8: expected a kind: task, preempt, timer, fire, select, wake, choose or flip, found `tusk`
        tape, line 2, column 12: expected the path of a task, found the end of the line
        tape, line 2, column 15: expected the number of a candidate, from 0, found `main/a`
        ");
    }

    #[test]
    fn asks_count_within_a_step_and_start_anew_with_the_next() {
        let mut asks = Asks::default();
        let mut next = |step, kind| asks.next(TaskNo::MAIN, step, kind);
        let counted = [
            next(1, Kind::Task),
            next(1, Kind::Task),
            next(1, Kind::Flip),
            next(2, Kind::Task),
        ];
        assert_eq!(counted, [0, 1, 0, 0]);
    }
}
