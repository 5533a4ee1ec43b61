//! Every scenario does what its header says.
//!
//! ```text
//!   transcripts   gallery A: what is printed, when it ends
//!   words         gallery A: what is found, in which words
//!   orders        what exploring shows, and what it never shows
//!   hunts         a bug is found within so many seeds, a fixed twin stays clean for so many
//!   repeats       same seed, same run: twice, on any number of threads, from a tape, in another process
//!   crowd         a hundred thousand open tasks
//! ```

mod crowd;
mod hunts;
mod orders;
mod repeats;
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

/// Every program there is.
fn programs() -> impl Iterator<Item = (&'static Scenario, Twin)> {
    registry::ALL
        .iter()
        .flat_map(|scenario| scenario.twins().map(move |twin| (scenario, twin)))
}
