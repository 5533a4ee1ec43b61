//! A run with preemptions between statements: replayed, shrunk, and told.

use std::sync::Arc;

use reweave::std_sync::atomic::{AtomicU32, Ordering::SeqCst};
use reweave::strategies::{Builtin, Ending};
use reweave::{Report, Run, Sim, Tape, explore, spawn, task};

/// Adds one in two statements.
async fn add(count: Arc<AtomicU32>) {
    let seen = count.load(SeqCst);
    count.store(seen + 1, SeqCst);
}

async fn lost_update() {
    let count = Arc::new(AtomicU32::new(0));
    let named = |name| task::Builder::new().name(name).spawn(add(count.clone()));
    let tasks = ["one", "two"].map(|name| named(name).unwrap());
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(count.load(SeqCst), 2, "an update was lost");
}

fn threads() -> Sim {
    Sim::new().threads(true)
}

#[test]
fn a_tape_brings_the_run_back() {
    let mut failed = 0;
    for seed in 0..100 {
        let run = threads().seed(seed).run(lost_update());
        let text = run.tape().to_string();
        let tape: Tape = text.parse().unwrap();
        let again = threads().tape(&tape).run(lost_update());
        assert_eq!(run.hash(), again.hash(), "{text}");
        assert_eq!(run.failed(), again.failed());
        assert_eq!(run.trace().to_string(), again.trace().to_string());
        let matched = again.matched().unwrap();
        assert_eq!(matched.matched, matched.total, "{text}");
        failed += u32::from(run.failed());
    }
    assert!((5..95).contains(&failed), "{failed}");
}

#[test]
fn the_plain_run_has_no_preemption() {
    let plain = Sim::new().run(lost_update());
    let with = threads().run(lost_update());
    assert_eq!(plain.hash(), with.hash());
    assert_eq!(with.tape().deviations().len(), 0);
    assert!(!with.failed());
}

#[test]
fn every_run_repeats_whatever_the_strategy() {
    for strategy in ["random", "pct(2)", "pos", "urw", "surw", "portfolio"] {
        let builtin: Builtin = strategy.parse().unwrap();
        let found = explore(lost_update).sim(threads()).builtin(builtin);
        let found = found.seeds(0..1000).verify_every(1).collect().run();
        assert!(found.failed(), "{strategy}: not found");
        let words = found.to_string();
        assert!(words.contains("an update was lost"), "{strategy}: {words}");
        assert!(!words.contains("nondeterministic"), "{strategy}: {words}");
    }
}

#[test]
fn systematic_searches_make_all_runs() {
    let found = explore(lost_update).sim(threads());
    let found = found.builtin(Builtin::Bounded { deviations: 1 }).run();
    assert!(found.failed(), "{found}");
    let correct = || async {
        let count = Arc::new(AtomicU32::new(0));
        let other = count.clone();
        let other = spawn(async move { other.fetch_add(1, SeqCst) });
        count.fetch_add(1, SeqCst);
        other.await.unwrap();
        assert_eq!(count.load(SeqCst), 2);
    };
    let found = explore(correct)
        .sim(threads())
        .builtin(Builtin::Exhaustive)
        .run();
    assert!(!found.failed(), "{found}");
    // All that `threads` makes of it, which is not all that threads could.
    let searched = found.searched().unwrap();
    assert_eq!(searched.ending, Ending::Complete, "{found}");
    assert!(!searched.is_complete() && found.is_whole(), "{found}");
    let said = found.to_string();
    assert!(said.contains("which are not all there are"), "{said}");
    assert!(said.contains("never while it held a lock"), "{said}");
}

fn shrunk() -> Run {
    let found = explore(lost_update).sim(threads()).seeds(0..1000);
    let found = found.shrink(true).run();
    found.failure().expect("a lost update").clone()
}

#[test]
fn it_shrinks_to_one_preemption() {
    let run = shrunk();
    let lines: Vec<_> = run.tape().deviations().map(|d| d.to_string()).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(" preempt@"), "{lines:?}");
    assert!(run.explanation().unwrap().is_minimal());
}

#[test]
fn it_is_told_in_plain_words() {
    let run = shrunk();
    let report = Report::new(&run).width(200).to_string();
    let line = report.lines().find(|line| line.contains("  1. ")).unwrap();
    insta::assert_snapshot!(line, @"  1. main/one is preempted on its thread at tests/engine/threads/told.rs:12:11, before it completes, wakes main: main/two runs");
    let trace = run.trace().with_places();
    let drew = trace.lines().find(|line| line.contains("draws preempt"));
    let drew = drew.unwrap();
    assert!(
        drew.contains("draws preempt: main/two") && drew.contains("told.rs:12:11"),
        "{drew}"
    );
    let json = run.to_json_lines();
    let drew = json
        .lines()
        .find(|line| line.contains("\"preempt\""))
        .unwrap();
    assert!(
        drew.contains("\"place\":\"tests/engine/threads/told.rs:"),
        "{drew}"
    );
}
