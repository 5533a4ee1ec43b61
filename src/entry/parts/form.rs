//! The text form of what a part of a test's seeds came to.
//!
//! ```text
//! # What seeds of a test came to, …                   a comment
//! reweave part 1                                      the form and its version
//! test bank/bank::transfers::the_total_is_kept        whose they are
//! with portfolio REWEAVE_THREADS=1                    by which strategy they are run, and in which circumstances that are not the test's own
//! seeds 0..5000                                       which they are,
//! runs 5000                                           and how many of them were run
//! property a retry                                    a property that is to hold in some run, by name: of each
//! at src/transfers.rs:12:5                            where it is, if a run came to it
//! reached 12                                          in how many runs it was come to,
//! held 3                                              and in how many of them it held
//! expected                                            if the test names it
//! failed panic in main at 60s: …                      the report of the run that failed, if one did: a line of it each
//! end                                                 without it the file was cut short
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::base::place::SourcePlace;
use crate::entry::lines::{ESCAPED, Form, FormError, escaped, unescaped};
use crate::explore::properties::Property;

const FORM: Form = Form {
    begins: "reweave part",
    version: 1,
    remedy: "run these seeds again, or delete it",
    if_newer: "a later version of Reweave wrote it; run these seeds again with this one",
};

/// See the top of this file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// The package, and the crate and the path of the test in it.
    pub(super) test: String,
    /// Strategy and circumstances of the runs.
    pub(super) with: String,
    pub(super) seeds: Range<u64>,
    /// How many of them were run: all, unless one failed.
    pub(super) runs: u64,
    pub(super) properties: Vec<Property>,
    /// The report of the run that failed.
    pub(super) failed: Option<String>,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.seeds;
        writeln!(
            f,
            "# What seeds of a test came to, written by Reweave. REWEAVE_SEEDS=merged judges it together with the test's other parts."
        )?;
        writeln!(f, "{}\ntest {}", FORM.header(), self.test)?;
        writeln!(f, "with {}", escaped(&self.with))?;
        writeln!(f, "seeds {start}..{end}\nruns {}", self.runs)?;
        for property in &self.properties {
            writeln!(f, "property {}", escaped(&property.name))?;
            if let Some(place) = &property.place {
                writeln!(f, "at {}", escaped(&place.to_string()))?;
            }
            let Property { reached, held, .. } = property;
            writeln!(f, "reached {reached}\nheld {held}")?;
            if property.expected {
                writeln!(f, "expected")?;
            }
        }
        for line in self.failed.iter().flat_map(|report| report.lines()) {
            writeln!(f, "failed {}", escaped(line))?;
        }
        writeln!(f, "end")
    }
}

impl FromStr for Part {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Part, FormError> {
        let mut read = Part {
            test: String::new(),
            with: String::new(),
            seeds: 0..0,
            runs: 0,
            properties: Vec::new(),
            failed: None,
        };
        // What was said of the whole, and of the property that was named last.
        let (mut said, mut of_property) = (BTreeSet::new(), BTreeSet::new());
        let mut lines = FORM.lines(text)?;
        while let Some((number, line)) = lines.next() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let wrong = |words: &str| FORM.expected(number, words, value);
            let count = || value.parse::<u64>().map_err(|_| wrong("a whole number"));
            let is_of_property = matches!(key, "at" | "reached" | "held" | "expected");
            let said = match is_of_property {
                true => &mut of_property,
                false => &mut said,
            };
            // What is there twice was merged by somebody, and one of the two is wrong.
            if !matches!(key, "property" | "failed" | "end") && !said.insert(key) {
                return Err(FORM.expected(number, &format!("one line `{key}`"), line));
            }
            match key {
                "test" => read.test = value.to_owned(),
                "with" => read.with = unescaped(value).ok_or_else(|| wrong(ESCAPED))?,
                "seeds" => {
                    let range = value.split_once("..");
                    let range = range.and_then(|(start, end)| {
                        let range = start.parse().ok()?..end.parse().ok()?;
                        (!range.is_empty()).then_some(range)
                    });
                    read.seeds = range.ok_or_else(|| wrong("seeds such as 0..5000"))?;
                }
                "runs" => read.runs = count()?,
                "property" => {
                    let name = unescaped(value).ok_or_else(|| wrong(ESCAPED))?;
                    of_property.clear();
                    read.properties.push(Property::named(&name));
                }
                "failed" => {
                    let line = unescaped(value).ok_or_else(|| wrong(ESCAPED))?;
                    let report = read.failed.get_or_insert_default();
                    report.push_str(&line);
                    report.push('\n');
                }
                "end" => match lines.next() {
                    None => break,
                    Some((number, line)) => {
                        return Err(FORM.expected(number, "nothing behind `end`", line));
                    }
                },
                "at" | "reached" | "held" | "expected" => {
                    let Some(property) = read.properties.last_mut() else {
                        return Err(FORM.expected(number, "a line `property` before it", line));
                    };
                    match key {
                        "at" => {
                            let place = unescaped(value).and_then(|place| place_of(&place));
                            let words = "a place such as src/lib.rs:12:5";
                            property.place = Some(place.ok_or_else(|| wrong(words))?);
                        }
                        "reached" => property.reached = count()?,
                        "held" => property.held = count()?,
                        _ => property.expected = true,
                    }
                }
                _ => {
                    let keys = "`test`, `with`, `seeds`, `runs`, `property`, `at`, `reached`, `held`, `expected`, `failed` or `end`";
                    return Err(FORM.expected(number, keys, line));
                }
            }
        }
        let last = text.lines().count();
        for key in ["test", "with", "seeds", "runs"] {
            if !said.contains(key) {
                return Err(FORM.expected(last, &format!("a line `{key}` before it"), "end"));
            }
        }
        let wrong = |words: &str| Err(FORM.expected(last, words, "end"));
        let all = read.seeds.end - read.seeds.start;
        if read.failed.is_none() && read.runs != all {
            return wrong(&format!("`runs {all}` before it, for all its seeds"));
        }
        // The plain run may have come to it, too.
        let fits = |property: &Property| {
            property.held <= property.reached && property.reached <= all.saturating_add(1)
        };
        if !read.properties.iter().all(fits) {
            return wrong(
                "properties before it that held no more often than runs came to them, and no more runs than there are",
            );
        }
        Ok(read)
    }
}

fn place_of(text: &str) -> Option<SourcePlace> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(SourcePlace::new(
        file,
        line.parse().ok()?,
        column.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Part {
        let mut retry = Property::named("a retry\nwith \\ and größe");
        retry.place = Some(SourcePlace::new("src/a:b.rs", 12, 5));
        (retry.reached, retry.held) = (12, 3);
        let mut expected = Property::named("a leader");
        expected.expected = true;
        Part {
            test: "bank/bank::transfers::the_total_is_kept".to_owned(),
            with: "portfolio REWEAVE_THREADS=1".to_owned(),
            seeds: 5..5000,
            runs: 78,
            properties: vec![retry, expected],
            failed: Some("panic in main\n\n  \u{1b}[1mend\n".to_owned()),
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let whole = part();
        assert_eq!(whole.to_string().parse(), Ok(whole.clone()));
        let crlf = whole.to_string().replace('\n', "\r\n");
        assert_eq!(crlf.parse(), Ok(whole.clone()));
        let bare = Part {
            runs: 4995,
            properties: Vec::new(),
            failed: None,
            ..whole
        };
        assert_eq!(bare.to_string().parse(), Ok(bare.clone()));
    }

    #[test]
    fn each_part_of_a_file_alone_is_refused() {
        let text = part().to_string();
        let whole = text.trim_end().len();
        let ends = (0..whole).filter(|&end| text.is_char_boundary(end));
        for end in ends {
            assert!(text[..end].parse::<Part>().is_err(), "{}", &text[..end]);
        }
    }

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        let text = part().to_string();
        let error = |text: String| text.parse::<Part>().unwrap_err().to_string();
        let with = |old: &str, new: &str| error(text.replacen(old, new, 1));
        let all = [
            error(String::new()),
            with("\nend\n", "\n"),
            with("part 1", "part 2"),
            with("part 1", "piece 1"),
            with("\ntest ", "\n<<<<<<< "),
            with("seeds 5..5000", "seeds 5000..5"),
            with("seeds 5..5000\n", ""),
            with("runs 78", "runs -1"),
            with("runs 78", "runs 78\nruns 79"),
            with("held 3", "held 3\nheld 4"),
            with("held 3", "held 13"),
            with("reached 12", "reached 18446744073709551615"),
            error(
                text.lines()
                    .filter(|line| !line.starts_with("failed "))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            error(format!("{text}{text}")),
            with("property ", "at src/lib.rs:1:1\nproperty "),
            with("rs:12:5", "rs"),
            with("\\\\", "\\x"),
        ];
        insta::assert_snapshot!(all.join("\n"), @r"
        line 1: expected `reweave part 1`, found the end of the line: run these seeds again, or delete it
        expected `end` on the last line, and there is none: the file was cut short; run these seeds again, or delete it
        line 2: expected version 1, the newest that this release reads, found `2`: a later version of Reweave wrote it; run these seeds again with this one
        line 2: expected `reweave part 1`, found `reweave piece 1`: run these seeds again, or delete it
        line 3: expected `test`, `with`, `seeds`, `runs`, `property`, `at`, `reached`, `held`, `expected`, `failed` or `end`, found `<<<<<<< bank/bank::transfers::the_total_is_kept`: run these seeds again, or delete it
        line 5: expected seeds such as 0..5000, found `5000..5`: run these seeds again, or delete it
        line 17: expected a line `seeds` before it, found `end`: run these seeds again, or delete it
        line 6: expected a whole number, found `-1`: run these seeds again, or delete it
        line 7: expected one line `runs`, found `runs 79`: run these seeds again, or delete it
        line 11: expected one line `held`, found `held 4`: run these seeds again, or delete it
        line 18: expected properties before it that held no more often than runs came to them, and no more runs than there are, found `end`: run these seeds again, or delete it
        line 18: expected properties before it that held no more often than runs came to them, and no more runs than there are, found `end`: run these seeds again, or delete it
        line 15: expected `runs 4995` before it, for all its seeds, found `end`: run these seeds again, or delete it
        line 20: expected nothing behind `end`, found `reweave part 1`: run these seeds again, or delete it
        line 7: expected a line `property` before it, found `at src/lib.rs:1:1`: run these seeds again, or delete it
        line 8: expected a place such as src/lib.rs:12:5, found `src/a:b.rs`: run these seeds again, or delete it
        line 7: expected text, in which `\` begins \\, \n or \u{…}, found `a retry\nwith \x and größe`: run these seeds again, or delete it
        ");
    }
}
