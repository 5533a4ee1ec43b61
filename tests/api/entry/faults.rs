//! Faults of the attribute and of the environment, and the line that replays a run which met them.

use std::future::pending;

use reweave::time::{Duration, sleep};

use super::{DOES, does, run};

async fn needs_the_database() {
    let db = reweave::host("db").start(pending::<()>);
    for _ in 0..60 {
        sleep(Duration::from_secs(1)).await;
        assert!(!does("fail") || db.is_running(), "the database is down");
    }
}

#[reweave::test(faults = "hosts(crash)", seeds = 20)]
async fn victim() {
    needs_the_database().await;
}

#[reweave::test(seeds = 20)]
async fn victim_without() {
    needs_the_database().await;
}

#[reweave::test(faults = "hosts(crash), buggify = 7", seeds = 20)]
#[should_panic(
    expected = "the attribute's argument `faults`: faults, column 25: expected a probability from 0 to 1, as in \
                `buggify = 0.05`, found `7`"
)]
async fn what_is_no_fault_is_refused_when_the_test_runs() {}

const FAIL: (&str, &str) = (DOES, "fail");

#[test]
fn the_attributes_own_faults_need_no_variable() {
    let (passed, text) = run("entry::faults::victim", &[FAIL]);
    assert!(!passed && text.contains("replay: REWEAVE_SEED="), "{text}");
    assert!(!text.contains("REWEAVE_FAULTS="), "{text}");
    assert!(text.contains("the same failure"), "{text}");
    let (passed, text) = run("entry::faults::victim_without", &[FAIL]);
    assert!(passed, "{text}");
}

#[test]
fn other_faults_stand_in_the_line() {
    let variables = [FAIL, ("REWEAVE_FAULTS", "hosts(crash = 9s)")];
    let (passed, text) = run("entry::faults::victim_without", &variables);
    let line = text.lines().find(|line| line.starts_with("replay: "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(!passed && line.contains("REWEAVE_SEED="), "{line}");
    assert!(
        line.contains(" REWEAVE_FAULTS='hosts(crash = 9s)' cargo test "),
        "{line}"
    );
    assert!(text.contains("the same failure"), "{text}");
    // As they are the test's own, they do not.
    let (_, text) = run(
        "entry::faults::victim",
        &[FAIL, ("REWEAVE_FAULTS", "hosts(crash)")],
    );
    assert!(!text.contains("REWEAVE_FAULTS="), "{text}");
}

#[test]
fn the_environment_takes_faults_away_and_is_told_what_it_gets_wrong() {
    let (passed, text) = run("entry::faults::victim", &[FAIL, ("REWEAVE_FAULTS", "none")]);
    assert!(passed, "{text}");
    let (passed, text) = run(
        "entry::faults::victim",
        &[("REWEAVE_FAULTS", "hosts(crsh)")],
    );
    let told = "REWEAVE_FAULTS: faults, column 7: expected one of `crash`, `power`, `pause`, found `crsh`: did you mean `crash`?";
    assert!(!passed && text.contains(told), "{text}");
}
