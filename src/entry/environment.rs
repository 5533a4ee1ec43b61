//! The environment variables: they choose the run without touching the code.
//!
//! | variable | value | effect |
//! | --- | --- | --- |
//! | `REWEAVE_SEED` | `7` | one run, with this seed |
//! | `REWEAVE_SEEDS` | `1000` or `0..100000` | these seeds instead of the test's own |
//! | | `5000..` | as many as the test's own, from this one on |
//! | | `random` or `random:1000` | seeds that nobody has run yet: as many as the test's own, or so many |
//! | | `merged` or `merged:10000` | no runs: what [parts](super::parts) of the seeds came to is judged; of these seeds |
//! | `REWEAVE_PARTS` | a folder | what the seeds of a test came to is written there, and judged by `REWEAVE_SEEDS=merged` |
//! | `REWEAVE_TAPE` | a tape, or a file with one | one run, with these draws |
//! | `REWEAVE_STRATEGY` | `pct(3)`, `plain`, … | who answers the draws of seeds: a [`Builtin`] |
//! | `REWEAVE_FAULTS` | `hosts` or `none` | which faults runs may meet, instead of the test's own |
//! | `REWEAVE_THREADS` | `1` or `0` | whether other tasks may run between two statements of one, whatever the test says |
//! | `REWEAVE_COSTS` | `5ms` or `none` | how much virtual time a poll or an operation may take, whatever the test says |
//! | `REWEAVE_REHEARSE` | `0` | the replay line of a failing test is not tried before it is printed |
//! | `REWEAVE_SHRINK` | `0` | a failing run is told as it was found: it is neither shrunk nor explained |
//! | | `1` | it is, even if the test is to fail |
//! | `REWEAVE_REGRESSIONS` | `0` | failing runs of tests are neither [kept](super::regressions) nor made first |
//! | `REWEAVE_TRACE` | `html` | keeps the run that is told as a [timeline](crate::Report::to_html), a file whose path is printed |
//! | | `text` or `json` | prints the trace of the plain run, the chosen one, and the one that fails |
//! | | `chrome`, `shiviz` or `dot` | keeps the run that is told in a form for Perfetto, ShiViz or GraphViz |
//! | `REWEAVE_STOP_AT` | `#e12` | a debugger stops at this event of the run that was chosen |
//! | `REWEAVE_WATCHDOG` | `0` | nothing is said of a poll that never returns |
//!
//! `REWEAVE_CHILD` is set by Reweave itself, for the processes in which it [tries a run](super::child).

use std::env;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use super::circumstances::{Circumstances, Costs};
use super::regressions::form::{self, Regression};
use crate::base::short::short;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::tape::{Tape, TapeError};
use crate::model::faults::parse::FaultsError;
use crate::record::event::EventNo;

pub(super) const SEED: &str = "REWEAVE_SEED";
pub(super) const SEEDS: &str = "REWEAVE_SEEDS";
pub(super) const PARTS: &str = "REWEAVE_PARTS";
pub(super) const TAPE: &str = "REWEAVE_TAPE";
pub(super) const STRATEGY: &str = "REWEAVE_STRATEGY";
pub(super) const FAULTS: &str = "REWEAVE_FAULTS";
pub(super) const THREADS: &str = "REWEAVE_THREADS";
pub(super) const COSTS: &str = "REWEAVE_COSTS";
pub(super) const TRACE: &str = "REWEAVE_TRACE";
pub(super) const REHEARSE: &str = "REWEAVE_REHEARSE";
pub(super) const SHRINK: &str = "REWEAVE_SHRINK";
pub(super) const STOP_AT: &str = "REWEAVE_STOP_AT";
pub(super) const REGRESSIONS: &str = "REWEAVE_REGRESSIONS";
pub(super) const WATCHDOG: &str = "REWEAVE_WATCHDOG";
/// Names the file in which a process that tries one run says how far it gets.
pub(super) const GUARD: &str = "REWEAVE_CHILD";
/// Names the file in which a process that tries a replay line says how its run ended.
pub(super) const REHEARSAL: &str = "REWEAVE_REHEARSAL";

/// All there are.
pub(super) const KNOWN: [&str; 16] = [
    SEED,
    SEEDS,
    PARTS,
    TAPE,
    STRATEGY,
    FAULTS,
    THREADS,
    COSTS,
    REHEARSE,
    SHRINK,
    REGRESSIONS,
    TRACE,
    STOP_AT,
    WATCHDOG,
    GUARD,
    REHEARSAL,
];

/// What the variables say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Environment {
    pub(crate) draws: Option<Chosen>,
    /// The folder for parts of the seeds.
    pub(super) parts: Option<PathBuf>,
    pub(crate) strategy: Option<Builtin>,
    pub(super) circumstances: Circumstances,
    pub(crate) rehearse: bool,
    /// `Some(true)`: even where a test is to fail.
    pub(crate) shrink: Option<bool>,
    /// Whether runs that fail are kept, and those that are kept are made.
    pub(crate) regressions: bool,
    pub(crate) trace: Option<TraceFormat>,
    pub(crate) stop_at: Option<EventNo>,
    /// `Some(false)` is no watchdog.
    pub(crate) watchdog: Option<bool>,
}

/// Which runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Chosen {
    Seed(u64),
    Seeds(Range<u64>),
    /// As many as the test's own, from this one on.
    SeedsFrom(u64),
    /// Fresh ones: so many, or as many as the test's own.
    FreshSeeds(Option<u64>),
    /// None: parts of the seeds are judged that were run before; of these seeds, if it is said of which.
    Merged(Option<Range<u64>>),
    Tape(Tape),
}

/// How a trace is printed, or kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TraceFormat {
    Text,
    Json,
    Html,
    Chrome,
    Shiviz,
    Dot,
}

impl TraceFormat {
    /// The format of this name.
    fn named(name: &str) -> Option<TraceFormat> {
        Some(match name {
            "text" => TraceFormat::Text,
            "json" => TraceFormat::Json,
            "html" => TraceFormat::Html,
            "chrome" => TraceFormat::Chrome,
            "shiviz" => TraceFormat::Shiviz,
            "dot" => TraceFormat::Dot,
            _ => return None,
        })
    }
}

/// A variable that cannot be followed: its name, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentError(String);

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EnvironmentError {}

/// The variable that chooses the plain run.
pub(super) fn of_plain() -> (&'static str, String) {
    (STRATEGY, Builtin::Plain.to_string())
}

/// The variable that chooses the run that is played from this tape.
pub(super) fn of_tape(tape: &Tape) -> (&'static str, String) {
    match *tape == Tape::default() {
        true => of_plain(),
        false => (TAPE, tape.to_line()),
    }
}

impl Environment {
    /// Reads the variables of this process.
    ///
    /// # Errors
    ///
    /// If one has a value that means nothing, or two contradict each other.
    pub(crate) fn read() -> Result<Environment, EnvironmentError> {
        Environment::from(|name| {
            let value = env::var_os(name)?;
            Some(
                value
                    .into_string()
                    .map_err(|raw| raw.to_string_lossy().into_owned()),
            )
        })
    }

    /// Reads variables from anywhere; `Err` is a value that is not Unicode.
    fn from(
        get: impl Fn(&str) -> Option<Result<String, String>>,
    ) -> Result<Environment, EnvironmentError> {
        let text = |name: &str| match get(name) {
            None => Ok(None),
            // Set to nothing is how shells unset for one command.
            Some(Ok(value)) if value.trim().is_empty() => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(raw)) => Err(expected(name, "text in Unicode", &raw)),
        };
        let mut chosen = Vec::new();
        if let Some(value) = text(SEED)? {
            let words = "a seed: a whole number from 0 to 18446744073709551615";
            let seed = value
                .trim()
                .parse()
                .map_err(|_| expected(SEED, words, &value))?;
            chosen.push((SEED, Chosen::Seed(seed)));
        }
        if let Some(value) = text(SEEDS)? {
            chosen.push((SEEDS, seeds(&value)?));
        }
        let mut of_kept = Circumstances::default();
        if let Some(value) = text(TAPE)? {
            let (tape, of) = tape(&value)?;
            of_kept = of;
            chosen.push((TAPE, Chosen::Tape(tape)));
        }
        if let [(first, _), (second, _), ..] = &chosen[..] {
            let words =
                format!("{first} and {second} are both set, and each chooses the runs: unset one");
            return Err(EnvironmentError(words));
        }
        let parts = text(PARTS)?.map(PathBuf::from);
        if let [(_, Chosen::Merged(_))] = chosen[..]
            && parts.is_none()
        {
            return Err(EnvironmentError(format!(
                "{SEEDS}=merged judges the parts in a folder, and {PARTS} does not say in which: set it as it was when they were written"
            )));
        }
        let trace = match text(TRACE)? {
            None => None,
            Some(value) => match TraceFormat::named(value.trim()) {
                None => {
                    let words = "`text`, `json`, `html`, `chrome`, `shiviz` or `dot`";
                    return Err(expected(TRACE, words, &value));
                }
                format => format,
            },
        };
        let stop_at = match text(STOP_AT)? {
            None => None,
            Some(value) => Some(event(&value)?),
        };
        let switch = |name: &str| match text(name)? {
            None => Ok(None),
            Some(value) => match value.trim() {
                "0" => Ok(Some(false)),
                "1" => Ok(Some(true)),
                _ => Err(expected(name, "`0` or `1`", &value)),
            },
        };
        let strategy = match text(STRATEGY)? {
            None => None,
            Some(name) => Some(
                name.trim()
                    .parse()
                    .map_err(|error| EnvironmentError(format!("REWEAVE_STRATEGY: {error}")))?,
            ),
        };
        let faults =
            match text(FAULTS)? {
                None => None,
                Some(value) => Some(value.parse().map_err(|error: FaultsError| {
                    EnvironmentError(format!("{FAULTS}: {error}"))
                })?),
            };
        let costs = match text(COSTS)? {
            None => None,
            Some(value) => {
                let costs = value.parse::<Costs>();
                Some(costs.map_err(|words| expected(COSTS, words, &value))?)
            }
        };
        let said = Circumstances {
            faults,
            threads: switch(THREADS)?,
            costs,
        };
        if let (Some(Builtin::Plain), Some((name, chosen))) = (strategy, chosen.first())
            && !matches!(chosen, Chosen::Tape(_))
        {
            return Err(EnvironmentError(format!(
                "{STRATEGY}=plain and {name} are both set, and the plain strategy has one run and no seeds: unset one"
            )));
        }
        Ok(Environment {
            rehearse: switch(REHEARSE)? != Some(false),
            shrink: switch(SHRINK)?,
            regressions: switch(REGRESSIONS)? != Some(false),
            draws: chosen.pop().map(|(_, chosen)| chosen),
            parts,
            strategy,
            circumstances: said.or(of_kept),
            trace,
            stop_at,
            watchdog: switch(WATCHDOG)?,
        })
    }
}

fn expected(name: &str, words: &str, found: &str) -> EnvironmentError {
    EnvironmentError(format!(
        "{name}: expected {words}, found `{}`",
        short(found)
    ))
}

/// `#e12`, as a timeline calls its events; `e12` or `12`.
fn event(value: &str) -> Result<EventNo, EnvironmentError> {
    let number = value.trim();
    let number = number.strip_prefix('#').unwrap_or(number);
    // What `parse` takes beyond digits is a sign.
    let number = number.strip_prefix('e').unwrap_or(number).replace('+', "-");
    let words = "an event as the timeline calls it, such as `#e12`";
    let number = number.parse().map_err(|_| expected(STOP_AT, words, value));
    number.map(EventNo)
}

/// `1000`, which is 0..1000; `100..200`; `100..=199`; `100..`; `random`; `random:1000`; `merged`; `merged:1000`, `merged:100..200`.
fn seeds(value: &str) -> Result<Chosen, EnvironmentError> {
    let words = "a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or \
                 `random:1000`, with at least one seed, or `merged` or `merged:1000`";
    let error = || expected(SEEDS, words, value);
    if let Some(rest) = value.trim().strip_prefix("merged") {
        return match rest.strip_prefix(':') {
            None if rest.is_empty() => Ok(Chosen::Merged(None)),
            None => Err(error()),
            Some(range) => match seeds(range) {
                Ok(Chosen::Seeds(range)) => Ok(Chosen::Merged(Some(range))),
                _ => Err(error()),
            },
        };
    }
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| error());
    if let Some(rest) = value.trim().strip_prefix("random") {
        let count = match rest.strip_prefix(':') {
            None if rest.is_empty() => None,
            None => return Err(error()),
            Some(count) => Some(number(count)?),
        };
        return match count {
            Some(0) => Err(error()),
            count => Ok(Chosen::FreshSeeds(count)),
        };
    }
    let range = match value.split_once("..") {
        Some((start, end)) if end.trim().is_empty() => {
            return match number(start)? {
                // There is no seed from here on that a range could end behind.
                u64::MAX => Err(error()),
                start => Ok(Chosen::SeedsFrom(start)),
            };
        }
        Some((start, end)) => {
            let end = match end.strip_prefix('=') {
                Some(last) => number(last)?.checked_add(1).ok_or_else(error)?,
                None => number(end)?,
            };
            number(start)?..end
        }
        None => 0..number(value)?,
    };
    match range.is_empty() {
        true => Err(error()),
        false => Ok(Chosen::Seeds(range)),
    }
}

/// A tape on one line, or the name of a file with one; of a run that is kept, also what it is made with.
fn tape(value: &str) -> Result<(Tape, Circumstances), EnvironmentError> {
    let parse = |text: &str, source: &str| {
        let wrong = |error: TapeError| EnvironmentError(format!("{TAPE}{source}: {error}"));
        let tape = text.parse().map_err(wrong)?;
        Ok((tape, Circumstances::default()))
    };
    let begins = value.trim_start_matches('\u{feff}').trim_start();
    if begins.starts_with("reweave tape") {
        return parse(value, "");
    }
    let shown = short(value);
    let wrong = |why: &dyn fmt::Display| {
        let words = "a tape, which begins with `reweave tape`, or a file with one";
        EnvironmentError(format!("{TAPE}: expected {words}, found `{shown}`: {why}"))
    };
    // What is no file, such as a pipe, may have no end, or wait for somebody who writes.
    match fs::metadata(value) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(wrong(&"it is no regular file; write the tape to one")),
        Err(error) => return Err(wrong(&error)),
    }
    let text = fs::read_to_string(value).map_err(|error| wrong(&error))?;
    if form::is_kept(&text) {
        let kept = text.parse::<Regression>();
        let kept =
            kept.map_err(|error| EnvironmentError(format!("{TAPE} (file {shown}): {error}")))?;
        return Ok((kept.tape, kept.circumstances));
    }
    parse(&text, &format!(" (file {shown})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::faults::plan::Faults;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
        let get = |name: &str| {
            let found = variables.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| Ok((*value).to_owned()))
        };
        Environment::from(get).map_err(|error| error.to_string())
    }

    #[test]
    fn each_variable_is_understood() {
        let chosen = |name, value| read(&[(name, value)]).unwrap().draws;
        let nothing = Environment {
            draws: None,
            parts: None,
            strategy: None,
            circumstances: Circumstances::default(),
            rehearse: true,
            shrink: None,
            regressions: true,
            trace: None,
            stop_at: None,
            watchdog: None,
        };
        assert_eq!(read(&[]).unwrap(), nothing);
        assert_eq!(chosen("REWEAVE_SEED", "7"), Some(Chosen::Seed(7)));
        assert_eq!(chosen("REWEAVE_SEED", ""), None);
        assert_eq!(chosen("REWEAVE_SEEDS", "10"), Some(Chosen::Seeds(0..10)));
        assert_eq!(chosen("REWEAVE_SEEDS", "5..9"), Some(Chosen::Seeds(5..9)));
        assert_eq!(chosen("REWEAVE_SEEDS", "5..=9"), Some(Chosen::Seeds(5..10)));
        for (value, seeds) in [
            ("5..", Chosen::SeedsFrom(5)),
            ("random", Chosen::FreshSeeds(None)),
            ("random:1000", Chosen::FreshSeeds(Some(1000))),
        ] {
            assert_eq!(chosen("REWEAVE_SEEDS", value), Some(seeds));
        }
        for (value, seeds) in [
            ("5..9", Chosen::Seeds(5..9)),
            ("merged", Chosen::Merged(None)),
            ("merged:10", Chosen::Merged(Some(0..10))),
            ("merged:5..=9", Chosen::Merged(Some(5..10))),
        ] {
            let read = read(&[(PARTS, "parts"), (SEEDS, value)]).unwrap();
            assert_eq!(read.parts, Some("parts".into()));
            assert_eq!(read.draws, Some(seeds));
        }
        assert!(!read(&[("REWEAVE_REHEARSE", "0")]).unwrap().rehearse);
        assert_eq!(
            read(&[("REWEAVE_SHRINK", "0")]).unwrap().shrink,
            Some(false)
        );
        let tape = Chosen::Tape("reweave tape 1".parse().unwrap());
        assert_eq!(chosen("REWEAVE_TAPE", "reweave tape 1"), Some(tape));
        for (name, format) in [
            ("text", TraceFormat::Text),
            ("json", TraceFormat::Json),
            ("html", TraceFormat::Html),
            ("chrome", TraceFormat::Chrome),
            ("shiviz", TraceFormat::Shiviz),
            ("dot", TraceFormat::Dot),
        ] {
            let read = read(&[("REWEAVE_TRACE", name)]).unwrap();
            assert_eq!(read.trace, Some(format));
        }
        let said = |name, value| read(&[(name, value)]).unwrap().circumstances;
        assert_eq!(said(FAULTS, "all").faults, Some(Faults::all()));
        assert_eq!(said(THREADS, "1").threads, Some(true));
        for value in ["0", "none", "0ms", " none "] {
            assert_eq!(said(COSTS, value).costs, Some(Costs::Off));
        }
        assert_eq!(said(COSTS, "5ms").costs, Some(Costs::UpTo(5_000_000)));
        for value in ["#e12", "e12", "12"] {
            let read = read(&[(STOP_AT, value)]).unwrap();
            assert_eq!(read.stop_at, Some(EventNo(12)));
        }
        assert_eq!(read(&[(WATCHDOG, "0")]).unwrap().watchdog, Some(false));
    }

    #[test]
    fn a_tape_may_be_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        // Some editors begin a file with a byte-order mark.
        fs::write(&file, "\u{feff}reweave tape 1\nvalues 3\n").unwrap();
        let path = file.path().to_str().unwrap();
        let Some(Chosen::Tape(tape)) = read(&[("REWEAVE_TAPE", path)]).unwrap().draws else {
            panic!("a file with a tape was not taken for one");
        };
        assert_eq!(tape.values(), 3);
    }

    #[test]
    fn wrong_values_name_the_variable_and_say_what_was_expected() {
        let wrong = [
            ("REWEAVE_SEED", "x"),
            ("REWEAVE_SEED", "18446744073709551616"),
            ("REWEAVE_SEEDS", "0"),
            ("REWEAVE_SEEDS", "9..5"),
            ("REWEAVE_SEEDS", "1..x"),
            ("REWEAVE_SEEDS", "18446744073709551615.."),
            ("REWEAVE_SEEDS", "random:0"),
            ("REWEAVE_SEEDS", "randomly"),
            ("REWEAVE_SEEDS", "merged:"),
            ("REWEAVE_SEEDS", "merged:random"),
            ("REWEAVE_TAPE", "reweave tape 9"),
            ("REWEAVE_TAPE", "no/such/file"),
            ("REWEAVE_TRACE", "xml"),
            ("REWEAVE_FAULTS", "hosts(crash = -5s)"),
            ("REWEAVE_FAULTS", "hots"),
            ("REWEAVE_STOP_AT", "main"),
            ("REWEAVE_STOP_AT", "##e12"),
            ("REWEAVE_THREADS", "4"),
            ("REWEAVE_COSTS", "5"),
            ("REWEAVE_COSTS", "off"),
            ("REWEAVE_STOP_AT", "#e4294967296"),
            ("REWEAVE_WATCHDOG", "off"),
            ("REWEAVE_REHEARSE", "no"),
            ("REWEAVE_REGRESSIONS", "off"),
        ];
        let mut errors: Vec<_> = wrong.iter().map(|set| read(&[*set]).unwrap_err()).collect();
        errors.push(read(&[("REWEAVE_SEED", "1"), ("REWEAVE_SEEDS", "2")]).unwrap_err());
        errors.push(read(&[("REWEAVE_STRATEGY", "plain"), ("REWEAVE_SEEDS", "2")]).unwrap_err());
        errors.push(read(&[("REWEAVE_STRATEGY", "plain"), ("REWEAVE_SEED", "2")]).unwrap_err());
        errors.push(read(&[("REWEAVE_TAPE", "/dev")]).unwrap_err());
        errors.push(read(&[("REWEAVE_SEEDS", "merged")]).unwrap_err());
        let merged = [("REWEAVE_SEEDS", "merged"), ("REWEAVE_PARTS", "parts")];
        for other in [("REWEAVE_SEED", "1"), ("REWEAVE_STRATEGY", "plain")] {
            errors.push(read(&[merged[0], merged[1], other]).unwrap_err());
        }
        let long = "x".repeat(10_000_000);
        let of_tape = format!("reweave tape 1; {long}");
        for value in [&*long, &*of_tape] {
            let error = read(&[("REWEAVE_TAPE", value)]).unwrap_err();
            assert!(error.len() < 400, "{} bytes", error.len());
        }
        insta::assert_snapshot!(errors.join("\n"), @"
        REWEAVE_SEED: expected a seed: a whole number from 0 to 18446744073709551615, found `x`
        REWEAVE_SEED: expected a seed: a whole number from 0 to 18446744073709551615, found `18446744073709551616`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `0`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `9..5`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `1..x`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `18446744073709551615..`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `random:0`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `randomly`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `merged:`
        REWEAVE_SEEDS: expected a number of seeds such as 1000, a range such as 100..200, 100..=199 or 100.., `random` or `random:1000`, with at least one seed, or `merged` or `merged:1000`, found `merged:random`
        REWEAVE_TAPE: tape, line 1, column 14: expected version 1, the only one this release reads, found `9`
        REWEAVE_TAPE: expected a tape, which begins with `reweave tape`, or a file with one, found `no/such/file`: No such file or directory (os error 2)
        REWEAVE_TRACE: expected `text`, `json`, `html`, `chrome`, `shiviz` or `dot`, found `xml`
        REWEAVE_FAULTS: faults, column 15: expected a time: a whole number and ns, us, ms, s, m or h, as in `crash = 5s`, found `-5s`
        REWEAVE_FAULTS: faults, column 1: expected one of `hosts`, `network`, `buggify`, `all`, `none`, `start`, `calm`, `core`, found `hots`: did you mean `hosts`?
        REWEAVE_STOP_AT: expected an event as the timeline calls it, such as `#e12`, found `main`
        REWEAVE_STOP_AT: expected an event as the timeline calls it, such as `#e12`, found `##e12`
        REWEAVE_THREADS: expected `0` or `1`, found `4`
        REWEAVE_COSTS: expected a time: a whole number and ns, us, ms, s, m or h, as in `5ms`; or `0` or `none`, found `5`
        REWEAVE_COSTS: expected a time: a whole number and ns, us, ms, s, m or h, as in `5ms`; or `0` or `none`, found `off`
        REWEAVE_STOP_AT: expected an event as the timeline calls it, such as `#e12`, found `#e4294967296`
        REWEAVE_WATCHDOG: expected `0` or `1`, found `off`
        REWEAVE_REHEARSE: expected `0` or `1`, found `no`
        REWEAVE_REGRESSIONS: expected `0` or `1`, found `off`
        REWEAVE_SEED and REWEAVE_SEEDS are both set, and each chooses the runs: unset one
        REWEAVE_STRATEGY=plain and REWEAVE_SEEDS are both set, and the plain strategy has one run and no seeds: unset one
        REWEAVE_STRATEGY=plain and REWEAVE_SEED are both set, and the plain strategy has one run and no seeds: unset one
        REWEAVE_TAPE: expected a tape, which begins with `reweave tape`, or a file with one, found `/dev`: it is no regular file; write the tape to one
        REWEAVE_SEEDS=merged judges the parts in a folder, and REWEAVE_PARTS does not say in which: set it as it was when they were written
        REWEAVE_SEED and REWEAVE_SEEDS are both set, and each chooses the runs: unset one
        REWEAVE_STRATEGY=plain and REWEAVE_SEEDS are both set, and the plain strategy has one run and no seeds: unset one
        ");
    }
}
