//! Every scenario does what its header says.
//!
//! ```text
//!   transcripts   gallery A: what is printed, when it ends
//!   words         gallery A: what is found, in which words
//!   orders        what exploring shows, and what it never shows
//!   hunts         a bug is found within so many seeds, a fixed twin stays clean for so many
//!   repeats       same seed, same run: twice, on any number of threads, from a tape, in another process
//!   crowd         a hundred thousand open tasks
//!   traces        the plain run of every program, as it was kept
//!   findings      what is found in every program with a bug, as it was kept
//!   reports       ten whole reports, as they were kept
//!   memory        how much memory this process holds, for `crowd`
//!   command_line  what the commands print, and with which code they exit
//! ```
//!
//! `repeats` is run over many more seeds by the test binary `long`, which `cargo test` leaves out:
//! `cargo test --release -p reweave-scenarios --test long`.
//!
//! After a change that is meant to change runs or words, `INSTA_UPDATE=always cargo test -p reweave-scenarios` writes
//! the new snapshots, to be read before they are kept.

mod command_line;
mod crowd;
mod findings;
mod hunts;
#[cfg(unix)]
#[path = "../../../tests/interrupts.rs"]
mod interrupts;
mod memory;
mod orders;
mod repeats;
mod reports;
mod traces;
mod transcripts;
mod words;

use reweave::Run;
use reweave_scenarios::{Scenario, Twin, registry};

/// The scenario of this name, which there must be.
fn scenario(name: &str) -> &'static Scenario {
    registry::find(name).unwrap_or_else(|| panic!("there is no scenario `{name}`"))
}

/// The plain run of a scenario's original.
fn plain(name: &str) -> Run<String> {
    let scenario = scenario(name);
    scenario.run(Twin::Original, scenario.sim())
}

/// The name of a program: its scenario's, and whether it is the fixed twin.
fn named(scenario: &Scenario, twin: Twin) -> String {
    match twin {
        Twin::Original => scenario.name.to_owned(),
        Twin::Fixed => format!("{}.fixed", scenario.name),
    }
}

#[test]
fn names_are_distinct_and_a_bug_has_a_fixed_twin() {
    for (at, scenario) in registry::ALL.iter().enumerate() {
        let name = scenario.name;
        assert!(
            registry::ALL[..at].iter().all(|before| before.name != name),
            "two are called {name}"
        );
        assert_eq!(scenario.bug.is_some(), scenario.fixed.is_some(), "{name}");
    }
}

/// Seeds for which `repeats` explores each program.
const SEEDS: u64 = 1_000;
/// Most bugs of the field show under every seed, and each failing run is run again to be told in full.
const FIELD_SEEDS: u64 = 100;
