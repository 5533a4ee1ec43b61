//! A bug is found within so many seeds; a fixed twin, and a program without a bug, stay clean for more.

use reweave_scenarios::Gallery;
use reweave_scenarios::registry::programs;

use crate::plain;

/// Seeds within which every bug must show.
const FOUND_WITHIN: u64 = 100;
/// Seeds for which programs without a bug must show nothing.
const CLEAN_FOR: u64 = 2_000;

#[test]
fn every_bug_is_found_as_what_it_is() {
    for (scenario, twin) in programs() {
        let Some(bug) = scenario.expected(twin) else {
            continue;
        };
        let found = scenario.explore(twin).seeds(0..FOUND_WITHIN).run();
        let failure = found
            .failure()
            .unwrap_or_else(|| panic!("{} is missed", scenario.name));
        assert_eq!(
            failure.failure().map(|f| f.kind()),
            Some(bug),
            "{}: {failure}",
            scenario.name
        );
    }
}

#[test]
fn programs_without_a_bug_show_nothing() {
    for (scenario, twin) in programs() {
        if scenario.expected(twin).is_some() {
            continue;
        }
        let found = scenario.explore(twin).seeds(0..CLEAN_FOR).jobs(2).run();
        let clean = !found.failed() && found.warnings().is_empty();
        assert!(clean, "{} ({twin:?}): {found}", scenario.name);
        assert_eq!(found.runs(), CLEAN_FOR);
    }
}

#[test]
fn classics_hide_from_the_plain_run_and_from_some_seeds() {
    for (scenario, twin) in programs() {
        if scenario.gallery != Gallery::Classics || scenario.expected(twin).is_none() {
            continue;
        }
        // Two tasks that take turns lose an update in the most orderly of worlds.
        let hides = scenario.name != "lost_update";
        assert_eq!(!plain(scenario.name).failed(), hides, "{}", scenario.name);
        let fails = |seed| scenario.run(twin, scenario.sim().seed(seed)).failed();
        let failing = (0..FOUND_WITHIN).filter(|&seed| fails(seed)).count() as u64;
        assert!(
            (1..FOUND_WITHIN).contains(&failing),
            "{}: {failing} seeds",
            scenario.name
        );
    }
}
