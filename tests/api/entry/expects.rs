//! Properties of a test: judged of all its runs, and not of a part of them.

use super::{DOES, does, run};

const VICTIM: &str = "entry::expects::victim";

#[reweave::test(expects("a retry"))]
async fn victim() {
    if reweave::flip(0.5) && !does("never") {
        reweave::reachable!("a retry");
    }
    reweave::sometimes!(!does("unmet"), "a full queue");
}

#[test]
fn a_test_whose_properties_hold_in_some_run_passes() {
    let (passed, text) = run(VICTIM, &[]);
    assert!(passed, "{text}");
}

#[test]
fn one_that_no_run_came_to_and_one_that_never_held_fail_the_test() {
    let (passed, text) = run(VICTIM, &[(DOES, "never")]);
    assert!(
        !passed && text.contains("property: \"a retry\" was expected, and no run came to it"),
        "{text}"
    );
    let (passed, text) = run(VICTIM, &[(DOES, "unmet")]);
    assert!(!passed, "{text}");
    assert!(text.contains("property: \"a full queue\" never held in the 65 runs that came to it (tests/api/entry/expects.rs:"), "{text}");
}

#[test]
fn neither_is_judged_for_a_part_of_the_runs() {
    for variable in [
        ("REWEAVE_SEED", "3"),
        ("REWEAVE_STRATEGY", "plain"),
        ("REWEAVE_TAPE", "reweave tape 1"),
        ("REWEAVE_SEEDS", "10"),
        ("REWEAVE_SEEDS", "100..200"),
    ] {
        let (passed, text) = run(VICTIM, &[(DOES, "never"), variable]);
        assert!(passed, "{variable:?}: {text}");
    }
    // More than its own are judged.
    let (passed, text) = run(VICTIM, &[(DOES, "never"), ("REWEAVE_SEEDS", "100")]);
    assert!(!passed, "{text}");
}
