//! The text form of a tape: written, and read with errors that name line and column.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Builder, Choice, Deviation, Tape, VERSION};
use crate::base::short::short;
use crate::choice::draw::Kind;
use crate::choice::passes::{COMBINATORS, place_in};

impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "reweave tape {VERSION}")?;
        if self.values != 0 {
            writeln!(f, "values {}", self.values)?;
        }
        write!(f, "{}", self.passes())?;
        self.deviations()
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
            write!(f, "`{}`", short(found))
        }
    }
}

impl std::error::Error for TapeError {}

impl FromStr for Tape {
    type Err = TapeError;

    fn from_str(text: &str) -> Result<Tape, TapeError> {
        let mut builder = Builder::new();
        let mut header = false;
        let mut values = false;
        let text = text.trim_start_matches('\u{feff}');
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
                if std::mem::replace(&mut values, true) {
                    return Err(words.error(
                        first,
                        "one line with `values`, and there is one before this",
                    ));
                }
                let word = words.next();
                builder.tape.values = words.parse(word, "a seed: a whole number below 2^64")?;
            } else if first.text == "pass" {
                let word = words.next();
                if word.text == COMBINATORS {
                    builder.tape.passes.add_combinators();
                } else {
                    let place = place_in(word.text).ok_or_else(|| words.error(word, PASS))?;
                    builder.tape.passes.add(place);
                }
            } else {
                let deviation = words.deviation(first)?;
                let Deviation {
                    task,
                    kind,
                    nth,
                    again,
                    ..
                } = deviation;
                if !keys.insert((task, kind, nth, again)) {
                    return Err(words.error(first, "a draw that no line before this one answers"));
                }
                builder.push(deviation);
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
        Ok(builder.tape)
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

    /// What follows the path of a task: `KIND@NTH[+AGAIN] CHOICE`.
    fn deviation(&mut self, task: Word<'a>) -> Result<Deviation<'a>, TapeError> {
        const KEY: &str = "KIND@NTH or KIND@NTH+AGAIN, such as point@3";
        let key = self.next();
        let after = |skipped: usize, text: &'a str| Word {
            start: key.start + skipped,
            text,
        };
        let Some((name, at)) = key.text.split_once('@') else {
            return Err(self.error(key, KEY));
        };
        let Some(kind) = Kind::from_name(name) else {
            return Err(self.error(key, KINDS));
        };
        let (nth, again) = match at.split_once('+') {
            Some((nth, again)) => {
                let word = after(name.len() + nth.len() + 2, again);
                let again: u32 = self.parse(word, AGAIN)?;
                if again > MOST_AGAIN {
                    return Err(self.error(word, AGAIN));
                }
                (nth, again)
            }
            None => (at, 0),
        };
        let word = after(name.len() + 1, nth);
        let nth = match self.parse(word, NTH)? {
            0 => return Err(self.error(word, NTH)),
            nth => nth,
        };
        let word = self.next();
        let choice = match kind.is_among_tasks() {
            true if word.text.is_empty() => Err(self.error(word, "the path of a task")),
            true => Ok(Choice::Task(word.text)),
            false => self
                .parse(word, "the number of a candidate, from 0")
                .map(Choice::Number),
        }?;
        Ok(Deviation {
            task: task.text,
            kind,
            nth,
            again,
            choice,
        })
    }
}

const KINDS: &str = "a kind: task, point, preempt, timer, fire, select, wake, latency, choose, flip, cost, fault or any";
const PASS: &str = "FILE:LINE:COLUMN, such as src/queue.rs:31:18, or combinators";
const NTH: &str = "which of the task's own it was, from 1";
const AGAIN: &str = "the number of the draw while the task was ready, from 0";
const MOST_AGAIN: u32 = (1 << super::AGAIN_BITS) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "reweave tape 1\nvalues 7\npass src/a.rs:3:4\npass combinators\nmain/a task@3 main/b\nmain/a task@3+1 main/c\n\
                        main select@5 1\n";

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
            tape("values 1\nvalues 1"),
            tape("main"),
            tape("main task main/a"),
            tape("größe task@x main/a"),
            tape("main point@0 main/a"),
            tape("main task@3+y main/a"),
            tape("main task@3+16777216 main/a"),
            tape("main tusk@3 main/a"),
            tape("main task@3"),
            tape("main select@3 main/a"),
            tape("main select@3 1\nmain select@3 2"),
            tape("pass"),
            tape("pass src/a.rs"),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        tape, line 1, column 1: expected `reweave tape 1` on the first line, found the end of the line
        tape, line 1, column 1: expected `reweave tape 1` on the first line, found `tape`
        tape, line 1, column 14: expected version 1, the only one this release reads, found `2`
        tape, line 2, column 8: expected a seed: a whole number below 2^64, found `-1`
        tape, line 2, column 10: expected the end of the line, found `2`
        tape, line 3, column 1: expected one line with `values`, and there is one before this, found `values`
        tape, line 2, column 5: expected KIND@NTH or KIND@NTH+AGAIN, such as point@3, found the end of the line
        tape, line 2, column 6: expected KIND@NTH or KIND@NTH+AGAIN, such as point@3, found `task`
        tape, line 2, column 12: expected which of the task's own it was, from 1, found `x`
        tape, line 2, column 12: expected which of the task's own it was, from 1, found `0`
        tape, line 2, column 13: expected the number of the draw while the task was ready, from 0, found `y`
        tape, line 2, column 13: expected the number of the draw while the task was ready, from 0, found `16777216`
        tape, line 2, column 6: expected a kind: task, point, preempt, timer, fire, select, wake, latency, choose, flip, cost, fault or any, found `tusk@3`
        tape, line 2, column 12: expected the path of a task, found the end of the line
        tape, line 2, column 15: expected the number of a candidate, from 0, found `main/a`
        tape, line 3, column 1: expected a draw that no line before this one answers, found `main`
        tape, line 2, column 5: expected FILE:LINE:COLUMN, such as src/queue.rs:31:18, or combinators, found the end of the line
        tape, line 2, column 6: expected FILE:LINE:COLUMN, such as src/queue.rs:31:18, or combinators, found `src/a.rs`
        ");
    }
}
