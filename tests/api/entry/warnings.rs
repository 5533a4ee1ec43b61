//! Warnings of a test that passes.

use super::{DOES, does, run};

const VICTIM: &str = "entry::warnings::victim";

/// Leaves a task in every run, and in some another.
#[reweave::test]
async fn victim() {
    if does("warn") {
        drop(reweave::spawn(std::future::pending::<()>()));
        if reweave::flip(0.5) {
            drop(reweave::spawn(std::future::pending::<()>()));
        }
        reweave::task::yield_now().await;
    }
}

#[test]
fn each_is_told_once_with_the_line_that_replays_its_run() {
    let (passed, text) = run(VICTIM, &[(DOES, "warn")]);
    assert!(passed, "{text}");
    let lines = text.lines().filter(|line| line.starts_with("replay: "));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 2, "{text}");
    let variables = [
        "replay: REWEAVE_STRATEGY=plain cargo ",
        "replay: REWEAVE_SEED=",
    ];
    for (line, variable) in lines.iter().zip(variables) {
        assert!(line.starts_with(variable), "{text}");
    }
}
