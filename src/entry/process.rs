//! Another process of the test's own binary, which makes one run and says in a file that its parent names how it went.
//!
//! It is given the variables of that run and none that chooses otherwise, and is ended once its parent knows enough.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::environment::{
    COSTS, FAULTS, GUARD, PARTS, REHEARSAL, SEED, SEEDS, STRATEGY, TAPE, THREADS, TRACE,
};

/// The variables that choose runs, and those in which a process is told where to answer: each process is given its own.
const ITS_OWN: [&str; 11] = [
    SEED, SEEDS, PARTS, TAPE, STRATEGY, FAULTS, THREADS, COSTS, TRACE, GUARD, REHEARSAL,
];

/// From one look to the next.
const TICK: Duration = Duration::from_millis(5);

/// How it stands with a process.
pub(super) struct Look {
    pub(super) id: u32,
    /// How it ended, if it has.
    pub(super) ended: Option<ExitStatus>,
    /// It has had its time.
    pub(super) is_late: bool,
}

/// The arguments of the binary for this test alone; those of this process for a program.
pub(super) fn command(test: Option<&str>) -> Option<Command> {
    let mut command = Command::new(env::current_exe().ok()?);
    match test {
        Some(test) => command.args([test, "--exact", "--include-ignored", "--nocapture"]),
        None => command.args(env::args_os().skip(1)),
    };
    for name in ITS_OWN {
        command.env_remove(name);
    }
    Some(command)
}

/// Starts the process with these variables, and looks at it until the look gives something. `None` if it cannot be started, or
/// followed.
pub(super) fn ask<T>(
    mut command: Command,
    variables: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>,
    (answers_by, file): (&str, &Path),
    patience: Duration,
    mut look: impl FnMut(Look) -> Option<T>,
) -> Option<T> {
    command.envs(variables).env(answers_by, file);
    command.stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = Ended(command.spawn().ok()?);
    let began = Instant::now();
    loop {
        // Before the look, so that no answer is missed that was given at the end.
        let ended = child.0.try_wait().ok()?;
        let is_late = began.elapsed() > patience;
        let id = child.0.id();
        if let Some(found) = look(Look { id, ended, is_late }) {
            return Some(found);
        }
        if ended.is_some() || is_late {
            return None;
        }
        thread::sleep(TICK);
    }
}

/// A process that is ended in any case.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may be over by itself by now.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
