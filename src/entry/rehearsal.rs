//! A replay line is tried before it is printed: the test's own binary makes the run again, in a fresh process.
//!
//! What outlives a run, such as a counter in a static, may make a run fail that does not fail alone. So the parent starts its
//! own binary with the variables of the replay line and the test's name, and names a file in [`REHEARSAL`] in which the child
//! is to say how its run ended. The file begins with the test's path: a process that the test starts has the variable,
//! too, and is not meant.
//!
//! An answer is waited for only so long, and without one nothing is claimed. `REWEAVE_REHEARSE=0` turns it off.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::command::{Program, Variables};
use super::environment::REHEARSAL;
use super::process;
use crate::base::hash::Hash;
use crate::explore::outcome::Run;
use crate::record::kind::{FindingKind, Level};
use crate::report::rehearsed::Rehearsed;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a run ended, as the file says it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Passes,
    /// With a first failure of this [fingerprint].
    Fails(u64),
}

impl Answer {
    fn of<T>(run: &Run<T>) -> Answer {
        fingerprint(run).map_or(Answer::Passes, Answer::Fails)
    }

    /// A line: without its end it was not written to the end.
    fn write(self) -> String {
        match self {
            Answer::Passes => "passes\n".to_owned(),
            Answer::Fails(fingerprint) => format!("fails {fingerprint:016x}\n"),
        }
    }

    fn read(text: &str) -> Option<Answer> {
        match text.strip_suffix('\n')?.split_once(' ') {
            Some(("fails", fingerprint)) => {
                u64::from_str_radix(fingerprint, 16).ok().map(Answer::Fails)
            }
            Some(_) => None,
            None => (text == "passes\n").then_some(Answer::Passes),
        }
    }
}

/// What tells the run's first failure from others, in one number. Whether a seed repeats is no property of one run: a finding
/// that says so is passed over.
fn fingerprint<T>(run: &Run<T>) -> Option<u64> {
    let denied = run
        .findings()
        .iter()
        .filter(|finding| finding.level() == Level::Deny);
    let mut failures = denied.filter(|finding| finding.kind() != FindingKind::Nondeterminism);
    let failure = failures.next()?;
    let mut hash = Hash::new();
    hash.fold_str(&failure.signature().to_string());
    Some(hash.get())
}

/// Tries the run that failed in a process of its own. `None` if there is nothing to try, or it is not to be tried.
pub(super) fn rehearse<T>(program: &Program, run: &Run<T>, wanted: bool) -> Option<Rehearsed> {
    let expected = fingerprint(run)?;
    let test = program.test_name()?;
    if !wanted || program.built().is_none() || !reads_reports(program) {
        return None;
    }
    Some(match ask(test, program.path(), program.variables(run)) {
        Asked::Answered(Answer::Passes) => Rehearsed::Passes,
        Asked::Answered(Answer::Fails(found)) if found == expected => Rehearsed::FailsLikewise,
        Asked::Answered(Answer::Fails(_)) => Rehearsed::FailsOtherwise,
        Asked::TooSlow => Rehearsed::TooSlow(PATIENCE),
        Asked::NoAnswer => Rehearsed::NoAnswer,
    })
}

/// Whether somebody reads what is said of a failure: not where it is what is expected, nor in a process that tries a replay line. Miri
/// is too slow for more than the runs of the test.
pub(super) fn reads_reports(program: &Program) -> bool {
    let expected = program.built().is_some_and(|built| built.should_panic);
    !expected && !cfg!(miri) && env::var_os(REHEARSAL).is_none()
}

/// Says how the run ended, if this process was started to make it.
pub(super) fn answer<T>(program: &Program, run: &Run<T>) {
    let Some(file) = env::var_os(REHEARSAL) else {
        return;
    };
    let asked = fs::read_to_string(&file);
    if asked.is_ok_and(|asked| asked == program.path()) {
        // Without an answer the parent claims nothing.
        let _ = fs::write(&file, Answer::of(run).write());
    }
}

/// What came of asking a child.
#[derive(Clone, Copy)]
enum Asked {
    Answered(Answer),
    TooSlow,
    NoAnswer,
}

/// Makes the run in a process of its own.
fn ask(test: &str, path: &str, variables: Variables) -> Asked {
    let (Some(file), Some(command)) = (AnswerFile::new(path), process::command(Some(test))) else {
        return Asked::NoAnswer;
    };
    let answers = (REHEARSAL, &*file.0);
    let asked = process::ask(command, variables, answers, PATIENCE, |look| {
        let text = fs::read_to_string(&file.0).ok();
        let answer = text.and_then(|text| Answer::read(&text));
        let late = (look.is_late && look.ended.is_none()).then_some(Asked::TooSlow);
        answer.map(Asked::Answered).or(late)
    });
    asked.unwrap_or(Asked::NoAnswer)
}

/// A file of this process's own, removed in the end.
struct AnswerFile(PathBuf);

impl AnswerFile {
    fn new(path_of_test: &str) -> Option<AnswerFile> {
        static NTH: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "reweave-{}-{}",
            std::process::id(),
            NTH.fetch_add(1, Relaxed)
        );
        let path = env::temp_dir().join(name);
        // Nobody else's, whatever lies there.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .ok()?;
        let file_of_ours = AnswerFile(path);
        file.write_all(path_of_test.as_bytes()).ok()?;
        Some(file_of_ours)
    }
}

impl Drop for AnswerFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_only_whole() {
        for answer in [Answer::Passes, Answer::Fails(7), Answer::Fails(u64::MAX)] {
            let text = answer.write();
            assert_eq!(Answer::read(&text), Some(answer));
            for end in 0..text.len() {
                assert_eq!(Answer::read(&text[..end]), None, "{:?}", &text[..end]);
            }
        }
        assert_eq!(Answer::read("tests::name"), None);
        assert_eq!(Answer::read("fails x\n"), None);
    }
}
