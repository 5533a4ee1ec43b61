//! A replay line is tried before it is printed.

use std::env;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use super::{DOES, does, run};

const VICTIM: &str = "entry::rehearsal::victim";

/// Set in the processes that a test of this file starts, and in those that these start.
fn is_fresh() -> bool {
    env::var_os("REWEAVE_REHEARSAL").is_some()
}

#[reweave::test]
async fn victim() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let runs = RUNS.fetch_add(1, Relaxed);
    assert!(!does("fail"), "always");
    assert!(!does("count") || runs < 10, "too many");
    if does("differ") {
        assert!(is_fresh(), "one place");
        panic!("another place");
    }
    if does("note") {
        reweave::note!("run {runs}");
    }
    if does("exit") || does("hang") {
        let exits = does("exit");
        assert!(is_fresh(), "in the parent");
        match exits {
            true => process::exit(0),
            false => thread::sleep(Duration::from_secs(60)),
        }
    }
}

#[reweave::test]
#[should_panic]
async fn victim_that_is_to_fail() {
    panic!("always");
}

#[track_caller]
fn says(does: &str, expected: &str) {
    let (passed, text) = run(VICTIM, &[(DOES, does)]);
    assert!(!passed, "{text}");
    let mut lines = text
        .lines()
        .skip_while(|line| !line.starts_with("replay: "));
    let (line, below) = (lines.next(), lines.next().unwrap_or_default());
    assert!(
        line.is_some() && below.trim_start().starts_with(expected),
        "{text}"
    );
}

#[test]
fn what_fails_alone_is_said_to() {
    says(
        "fail",
        "replayed alone in a fresh process: the same failure",
    );
}

#[test]
fn what_outlives_a_run_is_told() {
    says(
        "count",
        "does not fail alone: something outlives a run (a static, ",
    );
    says(
        "differ",
        "fails alone in another way: something outlives a run (a static, ",
    );
}

#[test]
fn without_an_answer_nothing_is_claimed() {
    says(
        "exit",
        "not tried: there was no answer from a fresh process",
    );
    says(
        "hang",
        "not tried: a fresh process gave no answer within 5 s",
    );
}

#[test]
fn what_is_not_tried_is_not_spoken_of() {
    let words = [
        "replayed alone",
        "fails alone",
        "not fail alone",
        "not tried",
    ];
    let is_silent = |text: &str| words.iter().all(|words| !text.contains(words));
    let (passed, text) = run(VICTIM, &[(DOES, "fail"), ("REWEAVE_REHEARSE", "0")]);
    assert!(
        !passed && text.contains("replay: ") && is_silent(&text),
        "{text}"
    );
    let (passed, text) = run("entry::rehearsal::victim_that_is_to_fail", &[]);
    assert!(
        passed && text.contains("replay: ") && is_silent(&text),
        "{text}"
    );
    // That two runs of a seed differ, one run cannot show.
    let (passed, text) = run(VICTIM, &[(DOES, "note")]);
    assert!(
        !passed && text.contains("nondeterminism") && is_silent(&text),
        "{text}"
    );
    // A child makes no more children, and says nothing to a file of somebody else.
    let file = env::temp_dir().join(format!("reweave-tests-{}", process::id()));
    std::fs::write(&file, "another::test").unwrap();
    let guard = [
        (DOES, "fail"),
        ("REWEAVE_REHEARSAL", file.to_str().unwrap()),
    ];
    let (passed, text) = run(VICTIM, &guard);
    assert!(!passed && is_silent(&text), "{text}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "another::test");
    std::fs::remove_file(file).unwrap();
}
