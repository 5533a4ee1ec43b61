//! A process of its own for one run, to see whether it takes its process down.
//!
//! The child is the test's own binary, with the same test and one run. It says in a file that its parent names how far it got;
//! where the file says that the run began, and not that it ended, the run has ended the process.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use super::environment::{GUARD, SEED, STRATEGY, of_plain, of_tape};
use super::process::{self, Look};
use crate::choice::strategies::builtin::Builtin;
use crate::run::underway::Drawn;

const BEGUN: &str = "begun";
const ENDED: &str = "ended";
const HANGS: &str = "hangs";

/// How long a child may take. Whether it hangs its watchdog says before.
const PATIENCE: Duration = Duration::from_secs(30);

/// The file in which this process is to say how far it gets, if it is a child.
fn report() -> Option<PathBuf> {
    env::var_os(GUARD).map(PathBuf::from)
}

/// Whether this process is a child.
pub(super) fn is_one() -> bool {
    report().is_some()
}

/// The run of a child begins; it has ended, for better or worse, when what is given is dropped.
pub(super) fn begins() -> Option<Begun> {
    let report = report()?;
    fs::write(&report, BEGUN).ok()?;
    Some(Begun(report))
}

/// See [`begins`].
pub(super) struct Begun(PathBuf);

impl Drop for Begun {
    fn drop(&mut self) {
        // Without it the parent says more than is true; it cannot be helped.
        let _ = fs::write(&self.0, ENDED);
    }
}

/// A poll of a child does not return.
pub(super) fn hangs() {
    if let Some(report) = report() {
        let _ = fs::write(report, HANGS);
    }
}

/// How a run takes its process down.
#[derive(Debug)]
pub(super) enum Fate {
    Exited(ExitStatus),
    Hung,
    /// It took more than this many MB.
    Grew(u64),
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Exited(status) => {
                write!(f, "the process ended in the middle of the run: {status}")
            }
            Fate::Hung => write!(f, "a poll did not return for five seconds"),
            Fate::Grew(most) => write!(f, "the process took more than {most} MB, and was ended"),
        }
    }
}

/// Makes one run in a process of its own. `None` if it ends well, or it cannot be known.
pub(super) fn try_one(test: Option<&str>, drawn: &Drawn, report: &Path) -> Option<Fate> {
    let (variable, value) = match drawn {
        Drawn::Seed(seed) => (SEED, seed.to_string()),
        Drawn::Plain => of_plain(),
        Drawn::Tape(tape) => of_tape(tape),
        Drawn::Unnamed => return None,
    };
    // Who answers the draws of a seed is as in this process, where the environment says it.
    let strategy = match drawn {
        Drawn::Seed(_) => {
            let name = env::var(STRATEGY).ok();
            let has_seeds = |name: &String| {
                let strategy = name.trim().parse();
                strategy.is_ok_and(|strategy: Builtin| strategy != Builtin::Plain)
            };
            name.filter(has_seeds).map(|name| (STRATEGY, name))
        }
        Drawn::Plain | Drawn::Tape(_) | Drawn::Unnamed => None,
    };
    let _ = fs::remove_file(report);
    let command = process::command(test)?;
    let most = most_memory();
    let answers = (GUARD, report);
    let variables = strategy.into_iter().chain([(variable, value)]);
    let fate = process::ask(command, variables, answers, PATIENCE, |look| {
        fate(&look, report, most)
    });
    let _ = fs::remove_file(report);
    fate.flatten()
}

/// What is known of a child by now; `Some(None)` if it ends well, or it cannot be known.
fn fate(look: &Look, report: &Path, most: u64) -> Option<Option<Fate>> {
    let said = |word: &str| fs::read_to_string(report).is_ok_and(|said| said == word);
    if let Some(status) = look.ended {
        return Some(said(BEGUN).then_some(Fate::Exited(status)));
    }
    if said(HANGS) {
        return Some(Some(Fate::Hung));
    }
    if memory(look.id) > most {
        return Some(said(BEGUN).then_some(Fate::Grew(most)));
    }
    (said(ENDED) || look.is_late).then_some(None)
}

/// How much memory a child may take, in MB: half of what there is, so that nobody else has to go.
fn most_memory() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let available = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = available.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or(u64::MAX, |kilobytes| kilobytes / 2048)
}

/// How much memory a process takes, in MB; 0 where that is not known.
fn memory(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let resident = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = resident.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
