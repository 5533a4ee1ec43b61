//! What is found in each program of gallery A, in which words.

use std::fs;
use std::path::Path;

use reweave::finding::{Detail, SourcePlace};
use reweave::trace::{Entry, Event};
use reweave::{Finding, FindingKind, Level, Run, Sim};
use reweave_scenarios::{Gallery, Twin, registry};

use crate::{plain, scenario};

/// A finding, with the line of code it points to instead of that line's number.
fn told(finding: &Finding) -> String {
    let place = finding.place().map_or("nowhere".to_owned(), source_line);
    format!("{}\n  --> {place}\n", finding.summary())
}

fn findings(run: &Run<String>) -> String {
    run.findings().iter().map(told).collect()
}

/// The line of code at a place.
fn source_line(place: &SourcePlace) -> String {
    // Places are written from the root of the workspace.
    let file = place.file().trim_start_matches("scenarios/");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let line = text.lines().nth(place.line() as usize - 1);
    line.unwrap().trim().to_owned()
}

#[test]
fn programs_without_a_bug_have_no_finding() {
    for scenario in registry::ALL
        .iter()
        .filter(|scenario| scenario.bug.is_none())
    {
        let run = plain(scenario.name);
        assert!(run.findings().is_empty(), "{}: {run}", scenario.name);
        assert!(!run.failed());
    }
}

#[test]
fn blocking_says_which_task_for_how_long_and_where() {
    insta::assert_snapshot!(findings(&plain("blocking_call")), @r#"
    blocking in main/blocking_function at 0s: blocked the thread for 5s: nothing else ran; 1 task was ready and could not run
      --> thread::sleep(Duration::from_secs(5));
    blocking in main/blocking_function#2 at 5s: blocked the thread for 5s: nothing else ran; 1 task was ready and could not run
      --> thread::sleep(Duration::from_secs(5));
    "#);
    insta::assert_snapshot!(findings(&plain("completion_blocking")), @r#"
    blocking in main/get_completion at 0s: blocked the thread for 1s: nothing else ran; 1 task was ready and could not run
      --> let content = Client.complete(prompt);
    blocking in main/get_completion#2 at 1s: blocked the thread for 1s: nothing else ran; 1 task was ready and could not run
      --> let content = Client.complete(prompt);
    "#);
    insta::assert_snapshot!(findings(&plain("sync_vs_async")), @r#"
    blocking in main at 0s: blocked the thread for 10s: nothing else ran
      --> thread::sleep(TEN_SECONDS);
    "#);
}

#[test]
fn nothing_else_runs_while_a_task_blocks() {
    for name in ["blocking_call", "completion_blocking"] {
        let run = plain(name);
        let entries = run.trace().entries();
        let blocked = |entry: &Entry| matches!(entry.event, Event::Blocked { .. });
        let blocks: Vec<usize> = (0..entries.len())
            .filter(|&at| blocked(&entries[at]))
            .collect();
        assert_eq!(blocks.len(), 2, "{name}");
        for at in blocks {
            let (before, after) = (&entries[at], &entries[at + 1..]);
            let next = after
                .iter()
                .find(|e| e.at > before.at)
                .expect("time goes on");
            let Event::Blocked { nanos } = before.event else {
                unreachable!()
            };
            assert_eq!(
                next.at,
                before.at + nanos.get(),
                "{name}: nothing in between"
            );
            assert_eq!(next.task, before.task, "{name}: and the same task goes on");
        }
    }
}

#[test]
fn a_future_that_was_never_awaited_is_named_by_the_line_that_made_it() {
    insta::assert_snapshot!(findings(&plain("never_awaited")), @r#"
    never_awaited in main at 0s: a future made by `sleep` was dropped and never polled: nothing of it ran
      --> let _pause = sleep(Duration::from_secs(1));
    never_awaited in main at 0s: a future made by `greet` was dropped and never polled: nothing of it ran
      --> let _greeting = greet();
    "#);
}

#[test]
fn a_future_awaited_twice_is_an_error_and_no_panic_of_ours() {
    let run = plain("awaited_twice");
    assert_eq!(run.output(), None);
    insta::assert_snapshot!(findings(&run), @r#"
    polled_after_completion in main at 0s: polled a future again that was done: `async fn` resumed after completion
      --> async fn hello() -> &'static str {
    "#);
}

#[test]
fn a_task_that_is_cut_off_is_named_with_what_it_waited_for() {
    insta::assert_snapshot!(findings(&plain("unawaited_task")), @r#"
    unawaited_task in main/foo at 0s: cut off when main ended, while it waited for a timer at 1s: nobody awaited it
      --> spawn(foo("inside foo"));
    "#);
    insta::assert_snapshot!(findings(&plain("value_unawaited")), @r#"
    unawaited_task in main/fetch_data at 0s: cut off when main ended, while it waited for a timer at 2s: nobody awaited it
      --> let fetch = spawn(fetch_data());
    unawaited_task in main/print_numbers at 0s: cut off when main ended, while it waited for a timer at 0.25s: nobody awaited it
      --> let _count = spawn(print_numbers());
    "#);
}

#[test]
fn a_panic_nobody_saw_fails_the_run_and_is_told_in_full() {
    let run = plain("exception_never_retrieved");
    assert!(run.failed());
    let finding = run.failure().unwrap();
    assert_eq!(finding.task(), Some("main/save"));
    assert!(finding.message().contains("the disk is full"));
    let Detail::UnobservedPanic(panic) = finding.detail() else {
        panic!("{finding}")
    };
    assert_eq!(source_line(&panic.spawned), "let _saving = spawn(save());");
    assert_eq!(
        source_line(finding.place().unwrap()),
        r#"panic!("the disk is full");"#
    );
}

#[test]
fn a_released_resource_is_on_the_trace_although_the_body_failed() {
    let trace = plain("async_with_for").trace().to_string();
    let notes: Vec<&str> = trace
        .lines()
        .filter_map(|line| line.split_once("notes "))
        .map(|(_, note)| note)
        .collect();
    let tables = ["whole", "broken", "hopeless"];
    let expected: Vec<String> = tables
        .iter()
        .flat_map(|table| [format!("\"opened {table}\""), format!("\"closed {table}\"")])
        .collect();
    assert_eq!(notes, expected);
}

#[test]
fn one_task_at_a_time_runs() {
    for name in ["concurrent", "bake_cake", "fetch_and_print"] {
        let run = plain(name);
        let mut running = None;
        for entry in run.trace().entries() {
            match entry.event {
                Event::Polled => {
                    assert_eq!(running, None, "{name}: two polls overlap");
                    running = Some(entry.task);
                }
                Event::Parked | Event::Yielded | Event::Completed => {
                    assert_eq!(running, Some(entry.task), "{name}: what ends is what began");
                    running = None;
                }
                _ => {}
            }
        }
        assert_eq!(running, None, "{name}");
    }
}

#[test]
fn a_finding_the_scenario_is_about_is_denied_and_others_keep_their_level() {
    for scenario in registry::ALL
        .iter()
        .filter(|scenario| scenario.gallery == Gallery::Articles)
    {
        let Some(bug) = scenario.bug else { continue };
        let failure = plain(scenario.name).failure().map(Finding::kind);
        assert_eq!(failure, Some(bug), "{}", scenario.name);
    }
    let unawaited = scenario("unawaited_task").run(Twin::Original, Sim::new());
    let levels: Vec<_> = unawaited
        .findings()
        .iter()
        .map(|f| (f.kind(), f.level()))
        .collect();
    assert_eq!(
        levels,
        [(FindingKind::UnawaitedTask, Level::Warn)],
        "a warning by default"
    );
}
