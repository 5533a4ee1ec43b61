//! The text form of a run that is kept.
//!
//! ```text
//! # Kept by Reweave: …                                a comment, as in a tape
//! reweave regression 1                                the form and its version
//! test bank::transfers::the_total_is_kept             whose it is
//! finding panic                                       what it showed: the kind,
//! at src/lib.rs                                       and the rest of its lasting signature, a part a line
//! at the total is #
//! strategy surw                                       what it was found by, if that was a seed; for people
//! seed 7
//! faults hosts(crash)                                 the faults that its runs may meet, if they are not the test's own
//! threads on                                          whether tasks run between two statements, if the test itself says otherwise
//! costs 5ms                                           how much virtual time a poll may take, likewise
//! reweave tape 1                                      the tape, as it is written elsewhere
//! main/a point@2 main/b
//! end                                                 without it the file was cut short
//! ```
//!
//! There is no date and no name of a machine in it: what is found again is the same file.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::choice::tape::Tape;
use crate::entry::circumstances::Circumstances;
use crate::entry::lines::{ESCAPED, Form, FormError, escaped, unescaped};
use crate::record::kind::FindingKind;
use crate::record::signature::Signature;

const FORM: Form = Form {
    begins: "reweave regression",
    version: 1,
    remedy: "take it from version control again, or delete it",
    if_newer: "it was kept by a later version of Reweave; update that, or delete the file",
};

/// Whether a text is one of these, as far as its beginning tells.
pub(in crate::entry) fn is_kept(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .next()
        .is_some_and(|line| line.starts_with(FORM.begins))
}

/// See the top of this file.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::entry) struct Regression {
    /// The crate and the path of the test in it.
    pub(super) test: String,
    /// What it showed.
    pub(super) finding: Signature,
    /// The same in words, for people.
    pub(super) words: Vec<String>,
    pub(super) strategy: Option<String>,
    pub(super) seed: Option<u64>,
    /// What its run is made with, as far as that is not the test's own.
    pub(in crate::entry) circumstances: Circumstances,
    pub(in crate::entry) tape: Tape,
}

impl Regression {
    /// Whether both are the same run of the same test, whoever found it.
    pub(super) fn is_same_run(&self, other: &Regression) -> bool {
        let of = |kept: &Regression| (kept.test.clone(), kept.finding.clone());
        let same = self.circumstances == other.circumstances && self.tape == other.tape;
        same && of(self) == of(other)
    }
}

impl fmt::Display for Regression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Kept by Reweave: a run in which this test failed. The test makes it before any other, until this file is deleted.\n\
             # It belongs in version control, so that everybody's does."
        )?;
        writeln!(f, "{}\ntest {}", FORM.header(), self.test)?;
        writeln!(f, "finding {}", self.finding.kind())?;
        for part in self.finding.parts() {
            writeln!(f, "at {}", escaped(part))?;
        }
        for line in self.words.iter().flat_map(|words| words.lines()) {
            writeln!(f, "# {}", escaped(line))?;
        }
        if let Some(strategy) = &self.strategy {
            writeln!(f, "strategy {strategy}")?;
        }
        if let Some(seed) = self.seed {
            writeln!(f, "seed {seed}")?;
        }
        let Circumstances {
            faults,
            threads,
            costs,
        } = &self.circumstances;
        if let Some(faults) = faults {
            writeln!(f, "faults {faults}")?;
        }
        if let Some(threads) = threads {
            writeln!(f, "threads {}", if *threads { "on" } else { "off" })?;
        }
        if let Some(costs) = costs {
            writeln!(f, "costs {costs}")?;
        }
        writeln!(f, "{}end", self.tape)
    }
}

impl FromStr for Regression {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Regression, FormError> {
        let text = text.trim_start_matches('\u{feff}');
        let lines = FORM.lines(text)?;
        let (mut test, mut finding, mut parts) = (None, None, BTreeSet::new());
        let (mut strategy, mut seed) = (None, None);
        let mut circumstances = Circumstances::default();
        let mut seen = BTreeSet::new();
        for (number, line) in lines {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            // Of `at` there are several. What is there twice was merged by somebody, and one of the two is wrong.
            if key != "at" && !seen.insert(key) {
                return Err(FORM.expected(number, &format!("one line `{key}`"), line));
            }
            match key {
                "test" => test = Some(value.trim().to_owned()),
                "finding" => {
                    let kind = FindingKind::from_name(value.trim());
                    let name =
                        || FORM.expected(number, "the name of a finding, such as panic", value);
                    finding = Some(kind.ok_or_else(name)?);
                }
                "at" => {
                    let part = unescaped(value);
                    parts.insert(part.ok_or_else(|| FORM.expected(number, ESCAPED, value))?);
                }
                "strategy" => strategy = Some(value.to_owned()),
                "seed" => {
                    let number_of = || FORM.expected(number, "a seed: a whole number", value);
                    seed = Some(value.trim().parse().map_err(|_| number_of())?);
                }
                "faults" => {
                    let wrong =
                        |error| FormError(format!("line {number}: {error}: {}", FORM.remedy));
                    circumstances.faults = Some(value.parse().map_err(wrong)?);
                }
                "threads" => {
                    circumstances.threads = Some(match value.trim() {
                        "on" => true,
                        "off" => false,
                        _ => return Err(FORM.expected(number, "`on` or `off`", value)),
                    });
                }
                "costs" => {
                    let costs = value
                        .parse()
                        .map_err(|words| FORM.expected(number, words, value));
                    circumstances.costs = Some(costs?);
                }
                "reweave" => {
                    let missing = |name| FORM.expected(number, name, line);
                    let finding = finding.ok_or_else(|| missing("a line `finding` before it"))?;
                    return Ok(Regression {
                        test: test.ok_or_else(|| missing("a line `test` before it"))?,
                        finding: Signature::new(finding, parts),
                        words: Vec::new(),
                        strategy,
                        seed,
                        circumstances,
                        tape: tape(text, number)?,
                    });
                }
                "end" => break,
                _ => {
                    let keys = "`test`, `finding`, `at`, `strategy`, `seed`, `faults`, `threads`, `costs` or `reweave tape`";
                    return Err(FORM.expected(number, keys, line));
                }
            }
        }
        let last = text.lines().count();
        Err(FORM.expected(last, "a tape, which begins with `reweave tape`", "end"))
    }
}

/// The tape, which begins on this line, from 1, and ends before the last.
fn tape(text: &str, begins: usize) -> Result<Tape, FormError> {
    let count = text.trim_end().lines().count();
    // The lines before it are left blank, so that an error tells those of the file.
    let lines = (1..count).zip(text.lines());
    let lines: Vec<&str> = lines
        .map(|(number, line)| if number < begins { "" } else { line })
        .collect();
    let tape: Result<Tape, _> = lines.join("\n").parse();
    tape.map_err(|error| FormError(format!("{error}: {}", FORM.remedy)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::circumstances::Costs;

    fn regression() -> Regression {
        let parts = ["src/lib.rs", "two lines\n and a \\ and \u{1b}[1m", "größe"];
        Regression {
            test: "bank::transfers::the_total_is_kept".to_owned(),
            finding: Signature::new(FindingKind::Panic, parts.map(str::to_owned).into()),
            words: Vec::new(),
            strategy: Some("surw".to_owned()),
            seed: Some(7),
            circumstances: Circumstances {
                faults: Some("hosts(crash)".parse().unwrap()),
                threads: Some(true),
                costs: Some(Costs::UpTo(5_000_000)),
            },
            tape: "reweave tape 1; values 7; main/a point@2 main/b"
                .parse()
                .unwrap(),
        }
    }

    #[test]
    fn what_is_kept_reads_back() {
        let kept = regression();
        assert_eq!(kept.to_string().parse(), Ok(kept.clone()));
        let crlf = format!("\u{feff}{}", kept.to_string().replace('\n', "\r\n"));
        assert_eq!(
            crlf.parse(),
            Ok(kept.clone()),
            "as git writes it on Windows"
        );
        let bare = Regression {
            strategy: None,
            seed: None,
            circumstances: Circumstances::default(),
            finding: Signature::new(FindingKind::Deadlock, BTreeSet::new()),
            tape: Tape::default(),
            ..kept
        };
        assert_eq!(bare.to_string().parse(), Ok(bare.clone()));
    }

    #[test]
    fn words_are_comments() {
        let kept = regression();
        let words = ["it panicked\nreweave tape 1".to_owned(), "end".to_owned()];
        let told = Regression {
            words: words.into(),
            ..kept.clone()
        };
        assert_eq!(told.to_string().parse(), Ok(kept));
    }

    #[test]
    fn each_part_of_a_file_alone_is_refused() {
        let text = regression().to_string();
        let whole = text.trim_end().len();
        let ends = (0..whole).filter(|&end| text.is_char_boundary(end));
        for end in ends {
            let error = text[..end].parse::<Regression>();
            assert!(error.is_err(), "{}", &text[..end]);
        }
    }

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        let text = regression().to_string();
        let error = |text: String| text.parse::<Regression>().unwrap_err().to_string();
        let with = |old: &str, new: &str| error(text.replace(old, new));
        let all = [
            error(String::new()),
            error(text[..text.len() - 5].to_owned()),
            with("regression 1", "regression 2"),
            with("regression 1", "regression 0"),
            with("regression 1", "regression x"),
            with("tape 1", "tape 2"),
            with("test ", "<<<<<<< "),
            with("finding panic", "finding love"),
            with("finding panic\n", ""),
            with("seed 7", "seed seven"),
            with("seed 7", "seed 7\nseed 8"),
            with("threads on", "threads maybe"),
            with("costs 5ms", "costs some"),
            with("\\\\", "\\x"),
            with("point@2", "pint@2"),
            with("hosts(crash)", "hots"),
            error(text[..text.find("reweave tape").unwrap()].to_owned() + "end\n"),
        ];
        insta::assert_snapshot!(all.join("\n"), @r"
        line 1: expected `reweave regression 1`, found the end of the line: take it from version control again, or delete it
        expected `end` on the last line, and there is none: the file was cut short; take it from version control again, or delete it
        line 3: expected version 1, the newest that this release reads, found `2`: it was kept by a later version of Reweave; update that, or delete the file
        line 3: expected `reweave regression 1`, found `reweave regression 0`: take it from version control again, or delete it
        line 3: expected `reweave regression 1`, found `reweave regression x`: take it from version control again, or delete it
        tape, line 14, column 14: expected version 1, the only one this release reads, found `2`: take it from version control again, or delete it
        line 4: expected `test`, `finding`, `at`, `strategy`, `seed`, `faults`, `threads`, `costs` or `reweave tape`, found `<<<<<<< bank::transfers::the_total_is_kept`: take it from version control again, or delete it
        line 5: expected the name of a finding, such as panic, found `love`: take it from version control again, or delete it
        line 13: expected a line `finding` before it, found `reweave tape 1`: take it from version control again, or delete it
        line 10: expected a seed: a whole number, found `seven`: take it from version control again, or delete it
        line 11: expected one line `seed`, found `seed 8`: take it from version control again, or delete it
        line 12: expected `on` or `off`, found `maybe`: take it from version control again, or delete it
        line 13: expected a time: a whole number and ns, us, ms, s, m or h, as in `5ms`; or `0` or `none`, found `some`: take it from version control again, or delete it
        line 8: expected text, in which `\` begins \\, \n or \u{…}, found `two lines\n and a \x and \u{1b}[1m`: take it from version control again, or delete it
        tape, line 16, column 8: expected a kind: task, point, preempt, timer, fire, select, wake, latency, choose, flip, cost, fault or any, found `pint@2`: take it from version control again, or delete it
        line 11: faults, column 1: expected one of `hosts`, `network`, `buggify`, `all`, `none`, `start`, `calm`, `core`, found `hots`: did you mean `hosts`?: take it from version control again, or delete it
        line 14: expected a tape, which begins with `reweave tape`, found `end`: take it from version control again, or delete it
        ");
    }
}
