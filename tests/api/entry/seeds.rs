//! `REWEAVE_SEEDS`: fresh ones, and those from a seed on.

use rand::Rng;

use super::{DOES, does, run};

#[reweave::test]
async fn victim() {
    // It passes with the plain schedule.
    let heads = reweave::choose(0..8) > 0;
    assert!(!(does("fail") && heads), "seldom not");
    assert!(!does("always fail"), "always");
}

// No runs but those of the seeds.
#[reweave::test(seeds = 3, strategy = "random")]
async fn victim_of_three() {
    if does("print") {
        // Past the harness.
        use std::io::Write;
        writeln!(std::io::stderr(), "run {}", reweave::rng().next_u64()).unwrap();
    }
}

/// The values that the runs drew, each once: some runs are made twice.
fn drawn(seeds: &str) -> (Vec<String>, String) {
    let variables = [("REWEAVE_SEEDS", seeds), (DOES, "print")];
    let (passed, text) = run("entry::seeds::victim_of_three", &variables);
    assert!(passed, "{text}");
    let mut runs: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("run "))
        .map(str::to_owned)
        .collect();
    runs.sort();
    runs.dedup();
    (runs, text)
}

#[test]
fn fresh_seeds_are_others_each_time_and_can_be_had_again() {
    let (first, text) = drawn("random");
    let (second, _) = drawn("random");
    assert_eq!((first.len(), second.len()), (3, 3));
    assert!(
        first.iter().all(|run| !second.contains(run)),
        "{first:?} {second:?}"
    );
    let again = text.split("; REWEAVE_SEEDS=").nth(1).unwrap();
    let again = again.split_whitespace().next().unwrap();
    assert_eq!(drawn(again).0, first, "{text}");
    assert_eq!(drawn("random:7").0.len(), 7);
}

#[test]
fn seeds_from_one_on_are_as_many_as_the_tests_own() {
    assert_eq!(drawn("5..").0, drawn("5..8").0);
}

#[test]
fn a_fresh_seed_that_fails_has_its_replay_line() {
    let variables = [("REWEAVE_SEEDS", "random"), (DOES, "fail")];
    let (passed, text) = run("entry::seeds::victim", &variables);
    assert!(!passed && text.contains("replay: REWEAVE_SEED="), "{text}");
    assert!(
        text.contains("replayed alone in a fresh process: the same failure"),
        "{text}"
    );
}

/// Where no seed is needed, none is told.
#[test]
fn what_the_plain_run_shows_too_is_told_of_that() {
    for seeds in ["random", "3..9"] {
        let variables = [("REWEAVE_SEEDS", seeds), (DOES, "always fail")];
        let (passed, text) = run("entry::seeds::victim", &variables);
        assert!(!passed, "{text}");
        assert!(text.contains("\nrun: the plain schedule, "), "{text}");
        let told =
            "\nschedule: the plain one, oldest ready task first; it fails in the same way as seed ";
        assert!(text.contains(told), "{text}");
        assert!(
            text.contains("replay: REWEAVE_STRATEGY=plain cargo test "),
            "{text}"
        );
        assert!(text.contains("the same failure"), "{text}");
        assert!(text.contains("seen: in 65 of 65 seeds"), "{text}");
    }
    // It fails in another way, or not at all.
    let (passed, text) = run(
        "entry::seeds::victim",
        &[("REWEAVE_SEEDS", "3..9"), (DOES, "fail")],
    );
    assert!(
        !passed && !text.contains("schedule: the plain one"),
        "{text}"
    );
    assert!(text.contains("\nrun: shrunk from seed "), "{text}");
}

/// What is told is the least that fails in the same way, unless that is turned off; the run as it was found comes back, too.
#[test]
fn a_failing_seed_is_shrunk_unless_that_is_turned_off() {
    let seeds = ("REWEAVE_SEEDS", "3..9");
    let (passed, text) = run("entry::seeds::victim", &[seeds, (DOES, "fail")]);
    assert!(!passed && text.contains("; minimal: "), "{text}");
    assert!(
        text.contains("\nshrunk: REWEAVE_TAPE='reweave tape 1; "),
        "{text}"
    );
    let variables = [seeds, (DOES, "fail"), ("REWEAVE_SHRINK", "0")];
    let (passed, text) = run("entry::seeds::victim", &variables);
    assert!(
        !passed && text.contains("\nschedule: the plain one, but\n"),
        "{text}"
    );
    assert!(
        !text.contains("\nshrunk: ") && !text.contains("\nnearest "),
        "{text}"
    );
    // A tape that is the least already stays as it is.
    let tape = "reweave tape 1; main choose@1 1";
    let (passed, text) = run(
        "entry::seeds::victim",
        &[("REWEAVE_TAPE", tape), (DOES, "fail")],
    );
    assert!(!passed && !text.contains("\nshrunk: "), "{text}");
    assert!(
        text.contains(&format!("replay: REWEAVE_TAPE='{tape}' ")),
        "{text}"
    );
}

#[reweave::test(strategy = "plain")]
async fn victim_of_the_plain_strategy() {
    assert!(!(does("fail") && reweave::choose(0..1_000) > 0), "mostly");
    assert!(!does("always fail"), "always");
}

#[test]
fn the_plain_run_is_replayed_by_the_name_of_its_strategy() {
    let always = [(DOES, "always fail")];
    let (passed, text) = run("entry::seeds::victim_of_the_plain_strategy", &always);
    let line = "replay: REWEAVE_STRATEGY=plain cargo test ";
    assert!(!passed && text.contains(line), "{text}");
    assert!(text.contains("the same failure"), "{text}");
}

#[test]
fn a_strategy_that_is_not_the_tests_own_stands_in_the_line() {
    let variables = [
        ("REWEAVE_SEEDS", "5..6"),
        ("REWEAVE_STRATEGY", "random"),
        (DOES, "fail"),
    ];
    let (passed, text) = run("entry::seeds::victim_of_the_plain_strategy", &variables);
    let line = "replay: REWEAVE_STRATEGY=random REWEAVE_SEED=5 cargo test ";
    assert!(!passed && text.contains(line), "{text}");
    assert!(text.contains("the same failure"), "{text}");
}

#[test]
fn what_a_guided_search_finds_is_replayed_by_its_tape() {
    let variables = [
        ("REWEAVE_SEEDS", "5..105"),
        ("REWEAVE_STRATEGY", "guided"),
        (DOES, "fail"),
    ];
    let victim = "entry::seeds::victim_of_the_plain_strategy";
    let (passed, text) = run(victim, &variables);
    let searched = "schedules were tried until one failed (guided)";
    assert!(!passed && text.contains(searched), "{text}");
    let line = "replay: REWEAVE_TAPE='reweave tape 1; main choose@1 ";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("the same failure"), "{text}");
    let (passed, text) = run(victim, &variables[..2]);
    let searched = "100 schedules pass (guided)";
    assert!(passed && text.contains(searched), "{text}");
}
