//! `REWEAVE_STOP_AT`: the run that was chosen says that it is at the event, and goes on where there is no debugger; `.ci/debugger` looks
//! at one.

use super::{DOES, does, run};

const VICTIM: &str = "entry::stop_at::victim";

#[reweave::test(seeds = 0..8)]
async fn victim() {
    reweave::note!("before");
    reweave::note!("after");
    assert!(!does("fail"), "it fails");
}

/// The lines that speak of the stop.
fn said(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| line.contains("REWEAVE_STOP_AT"));
    lines.collect()
}

#[test]
fn the_run_that_was_chosen_says_that_it_is_at_the_event() {
    for chosen in [
        ("REWEAVE_SEED", "3"),
        ("REWEAVE_STRATEGY", "plain"),
        ("REWEAVE_TAPE", "reweave tape 1"),
    ] {
        let (passed, text) = run(VICTIM, &[chosen, ("REWEAVE_STOP_AT", "#e3")]);
        assert!(passed, "{text}");
        let [line] = said(&text)[..] else {
            panic!("not one line: {text}");
        };
        assert!(
            line.starts_with("reweave: REWEAVE_STOP_AT: the run is at #e3"),
            "{line}"
        );
        // Elsewhere it is not known whether there is a debugger.
        let words = match cfg!(target_os = "linux") {
            true => "no debugger is attached, and the run goes on",
            false => "a breakpoint on reweave::entry::debugger::reached",
        };
        assert!(line.contains(words), "{line}");
    }
}

#[test]
fn a_run_that_fails_is_told_as_it_was_chosen_and_stops_once() {
    let variables = [
        (DOES, "fail"),
        ("REWEAVE_SEED", "3"),
        ("REWEAVE_STOP_AT", "#e2"),
    ];
    let (passed, text) = run(VICTIM, &variables);
    assert!(!passed && text.contains("it fails"), "{text}");
    // Of a run that was shrunk, or replayed in another process, it would be another event.
    assert_eq!(said(&text).len(), 1, "{text}");
    assert!(!text.contains("fresh process"), "{text}");
}

#[test]
fn an_event_that_never_comes_and_one_of_no_run_are_told() {
    let (passed, text) = run(
        VICTIM,
        &[("REWEAVE_SEED", "3"), ("REWEAVE_STOP_AT", "#e900")],
    );
    assert!(passed, "{text}");
    let [line] = said(&text)[..] else {
        panic!("not one line: {text}");
    };
    assert!(
        line.contains("the run never came to #e900: its events are #e0 to #e"),
        "{line}"
    );

    let (passed, text) = run(VICTIM, &[("REWEAVE_STOP_AT", "#e3")]);
    assert!(!passed, "{text}");
    assert!(
        text.contains("event #e3 is one of a run, and no run is chosen: set REWEAVE_TAPE"),
        "{text}"
    );
}
