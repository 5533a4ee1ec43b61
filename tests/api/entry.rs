//! `#[reweave::test]` as the harness runs it: replay lines, fresh seeds, replays that pass. Each test that is looked at runs in a
//! process of its own, where it behaves as a variable says.

mod costs;
mod expects;
mod faults;
mod hint;
mod kept;
mod pace;
mod parts;
mod regressions;
mod rehearsal;
mod replays;
mod seeds;
mod stop_at;
mod threads;
mod warnings;

use std::env;
use std::process::Command;

/// What the test that is run is to do; without it, it passes.
const DOES: &str = "TESTS_OF_REWEAVE_DOES";

/// Whether this process is one that is to do this.
fn does(what: &str) -> bool {
    env::var(DOES).is_ok_and(|does| does == what)
}

/// Runs a test of this binary with these variables; gives whether it passed, and what it printed, which the harness hides of
/// those that pass.
fn run(test: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([test, "--exact", "--show-output"])
        .env("RUST_BACKTRACE", "0");
    // What this process was given is not meant for that one.
    for (name, _) in env::vars().filter(|(name, _)| name.starts_with("REWEAVE_")) {
        command.env_remove(name);
    }
    // These fail on purpose.
    command.env("REWEAVE_REGRESSIONS", "0");
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text.into_owned())
}
