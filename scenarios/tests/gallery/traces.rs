//! The plain run of every program: its hash in one list, and a few traces in full.
//!
//! The list says which programs run another way than before. The words of a trace are the same for all, so ten
//! traces hold them, chosen for the events they show.

use reweave_scenarios::registry::programs;

use crate::named;

/// As the list names them.
const IN_FULL: [&str; 10] = [
    "blocking_call",
    "awaited_twice",
    "event_loop",
    "cancel_unsafe_select",
    "drop_order",
    "bounded_channel_deadlock",
    "futurelock",
    "abandoned_receiver",
    "shutdown_unheard.fixed",
    "stopped_router",
];

#[test]
fn every_plain_run_has_the_hash_that_was_kept() {
    let hashes: String = programs()
        .map(|(scenario, twin)| {
            let run = scenario.run(twin, scenario.sim());
            format!("{:<32} {:016x}\n", named(scenario, twin), run.hash())
        })
        .collect();
    insta::assert_snapshot!("hashes", hashes);
}

#[test]
fn ten_traces_read_as_they_were_kept() {
    for name in IN_FULL {
        let (scenario, twin) = programs()
            .find(|&(scenario, twin)| named(scenario, twin) == name)
            .unwrap_or_else(|| panic!("there is no program `{name}`"));
        let run = scenario.run(twin, scenario.sim());
        insta::assert_snapshot!(name, run.trace());
    }
}
