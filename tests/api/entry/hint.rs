//! The real tokio's code runs unsimulated inside a run: the report says what to do.

use reweave::Sim;

/// What tokio 1 says where it finds no runtime of its own.
const WORDS: &str =
    "there is no reactor running, must be called from the context of a Tokio 1.x runtime";

const HINT: &str = "hint: ";

#[test]
fn a_panic_for_want_of_a_runtime_has_a_hint() {
    let run = Sim::new().run(async { panic!("{WORDS}") });
    let report = run.to_string();
    assert_eq!(report.matches(HINT).count(), 1, "{report}");
    assert!(report.contains("extern crate reweave as tokio"), "{report}");
    // Told of a task, too, and once for both.
    let run = Sim::new().run(async {
        let task = reweave::spawn(async { panic!("{WORDS}") });
        reweave::task::yield_now().await;
        drop(task);
    });
    let report = run.to_string();
    assert_eq!(report.matches(HINT).count(), 1, "{report}");
}

#[test]
fn other_panics_have_none() {
    for words in ["no", "there is no reactor", "the reactor is running"] {
        let report = Sim::new().run(async move { panic!("{words}") }).to_string();
        assert!(!report.contains(HINT), "{report}");
    }
}
