//! `tracing` events of the code under test on the trace (feature `tracing`).
#![cfg(feature = "tracing")]

use reweave::time::{Duration, sleep};
use tracing_subscriber::prelude::*;

async fn serve(user: u32) {
    let span = tracing::info_span!("request", user);
    sleep(Duration::from_secs(1)).await;
    span.in_scope(|| tracing::warn!(retries = 2, "slow"));
}

fn run() -> reweave::Run {
    let subscriber = tracing_subscriber::registry().with(reweave::TraceLayer);
    tracing::subscriber::with_default(subscriber, || reweave::Sim::new().run(serve(7)))
}

#[test]
fn events_and_spans_stand_on_the_trace_with_time_and_task() {
    let trace = run().trace().to_string();
    let logs: Vec<&str> = trace
        .lines()
        .filter(|line| line.contains("logs"))
        .map(str::trim)
        .collect();
    assert_eq!(
        logs,
        [
            "0s  main  logs INFO span request begins user=7",
            "1s  main  logs WARN slow retries=2",
            "1s  main  logs INFO span request ends",
        ]
    );
}

#[test]
fn they_are_part_of_the_hash() {
    let silent = reweave::Sim::new().run(serve(7));
    assert_eq!(run().hash(), run().hash());
    assert_ne!(run().hash(), silent.hash());
}
