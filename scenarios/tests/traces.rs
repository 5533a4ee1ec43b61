//! The trace of every program's plain run, as a snapshot in `snapshots/`.
//!
//! After a change that is meant to change traces, `INSTA_UPDATE=always cargo test -p reweave-scenarios --test
//! traces` writes the new ones, to be read before they are kept.

use reweave_scenarios::{Twin, registry};

#[test]
fn every_program_leaves_the_trace_that_was_read_and_kept() {
    for scenario in registry::ALL {
        for twin in scenario.twins() {
            let name = match twin {
                Twin::Original => scenario.name.to_owned(),
                Twin::Fixed => format!("{}.fixed", scenario.name),
            };
            let run = scenario.run(twin, scenario.sim());
            insta::assert_snapshot!(name, run.trace());
        }
    }
}
