//! A replay that passes says so.

use super::{DOES, does, run};

const VICTIM: &str = "entry::replays::victim";

async fn one() -> bool {
    reweave::flip(0.5)
}

async fn two() {}

/// Two draws: which of two tasks runs first, and a flip.
#[reweave::test]
async fn victim() {
    let one = reweave::spawn(one());
    let two = reweave::spawn(two());
    two.await.unwrap();
    let flipped = one.await.unwrap();
    assert!(!does("fail") || !flipped, "heads");
}

const WHOLE: &str = "reweave tape 1; main/one task@1 main/two; main/one flip@1 1";
const HALF: &str = "reweave tape 1; main/one task@1 main/two; main/nobody flip@1 1";
const NOTHING: &str = "reweave tape 1; main/nobody flip@1 1";

fn replay(tape: &str, does: &str) -> (bool, String) {
    run(VICTIM, &[("REWEAVE_TAPE", tape), (DOES, does)])
}

#[track_caller]
fn passes(variable: (&str, &str), expected: [&str; 2]) {
    let (passed, text) = run(VICTIM, &[variable]);
    let said = text
        .lines()
        .find(|line| line.starts_with("reweave: entry::replays::victim passes with "));
    let said = said.unwrap_or_else(|| panic!("it does not say that it passes:\n{text}"));
    assert!(
        passed && expected.iter().all(|words| said.contains(words)),
        "{text}"
    );
}

#[test]
fn a_seed_or_a_tape_that_passes_says_so() {
    passes(("REWEAVE_SEED", "3"), ["with seed 3: ", " steps, hash "]);
    passes(
        ("REWEAVE_TAPE", WHOLE),
        ["with this tape: ", "; all 2 deviations of the tape matched"],
    );
    passes(
        ("REWEAVE_TAPE", HALF),
        ["with this tape: ", "; 50 % of the tape matched (1 of 2"],
    );
    passes(
        ("REWEAVE_TAPE", "reweave tape 1"),
        ["with this tape: ", "; it is that of the plain run"],
    );
    passes(
        ("REWEAVE_STRATEGY", "plain"),
        ["with the plain schedule: ", " steps, hash "],
    );
}

#[test]
fn a_tape_of_which_nothing_matches_is_no_replay() {
    let (passed, text) = replay(NOTHING, "pass");
    assert!(
        !passed && text.contains("nothing of the tape in REWEAVE_TAPE matched"),
        "{text}"
    );
    assert!(text.contains("`main/nobody flip@1 1`"), "{text}");
}

#[test]
fn a_run_that_fails_is_not_said_to_pass() {
    let (passed, text) = replay(WHOLE, "fail");
    assert!(!passed && !text.contains(" passes "), "{text}");
    let (passed, text) = run(VICTIM, &[]);
    assert!(passed && !text.contains(" passes "), "{text}");
}
