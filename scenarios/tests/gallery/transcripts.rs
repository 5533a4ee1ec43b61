//! What each program of gallery A prints in its plain run, line for line, and when it ends.

use std::time::Duration;

use reweave_scenarios::Twin;

use crate::{plain, scenario};

/// Checks the terminal, line by line as the articles show it with ` | ` between lines, and the end.
#[track_caller]
fn check(name: &str, end_ms: u64, lines: &str) {
    let run = plain(name);
    let expected: Vec<&str> = lines.split(" | ").collect();
    let printed: Vec<&str> = run.terminal().lines().collect();
    assert_eq!(printed, expected, "{name}");
    assert_eq!(run.elapsed(), Duration::from_millis(end_ms), "{name}");
}

#[test]
fn blocking_by_accident() {
    let blocks = "Started. | This function blocks. | Function complete. | This function blocks. | \
                  Function complete. | All complete.";
    check("blocking_call", 10_000, blocks);
    let waits = "Started. | This function is async. | This function is async. | \
                 Async function complete. | Async function complete. | All complete.";
    check("nonblocking_call", 5_000, waits);
    let completions = "start completion | Cerulean. | start completion | \
                       Sure! Here's a random number: 67";
    check("completion_blocking", 2_000, completions);
    // Connect, ask, think, answer: the network takes four times a millisecond.
    let answers = "start completion | start completion | Periwinkle | \
                   Sure! Here is a random number: 42";
    check("completion_async", 1_004, answers);
}

#[test]
fn the_baker() {
    let cake = "Preheating the oven... | Gathering frosting ingredients. | \
                Putting the cake in the oven. | Mixing the frosting. It's so smooth! | \
                Cake is done! It smells delicious. | \
                The final results: Cake is ready and Frosting is ready.";
    check("bake_cake", 7_000, cake);
    // Three connections, 20 ms each, and 3 + 2 + 0 rows of a millisecond.
    let tables = "whole: Ok(6) | broken: Err(BadRow) | \
                  hopeless: task 2 panicked with message \"the body gave up\"";
    check("async_with_for", 65, tables);
}

#[test]
fn the_lines_of_the_cake_are_printed_when_they_are_due() {
    let trace = plain("bake_cake").trace().to_string();
    for (time, words) in [("2s", "Putting"), ("3s", "Mixing"), ("7s", "Cake is done")] {
        let line = trace.lines().find(|line| line.contains(words)).unwrap();
        assert_eq!(line.split_whitespace().next(), Some(time), "{line}");
    }
}

#[test]
fn functions_and_futures() {
    for (name, output, end_ms) in [
        ("sequential", r#""hello""#, 300),
        ("concurrent", r#"["hello", "hello", "hello"]"#, 100),
        ("is_awaitable", "[false, true]", 0),
    ] {
        let run = plain(name);
        assert_eq!(run.output().map(String::as_str), Some(output), "{name}");
        assert_eq!(run.elapsed(), Duration::from_millis(end_ms), "{name}");
    }
    check("never_awaited", 0, "Goodbye.");
    check("awaited_twice", 0, "hello");
    check(
        "is_awaitable",
        0,
        "isawaitable(hello) is false | isawaitable(hello()) is true | hello",
    );
}

/// After the last line typed, the prompt waits for another, and gets the end of input.
const PROMPT: &str = "> ";

#[test]
fn an_event_loop_dispatches_letters() {
    let typed = "> A | Processing event A | > B | Processing event B | > C | Processing event C";
    check("event_loop", 0, &format!("{typed} | {PROMPT}"));
}

const EVENTS: &str = "\
Task queue size 0
> A
0 Processing event A, blocking on B
Task queue size 1
> A
1 Processing event A, blocking on B
Task queue size 2
> A
2 Processing event A, blocking on B
Task queue size 3
> B
0 Processing event B, blocking on C
Task queue size 3
> B
1 Processing event B, blocking on C
Task queue size 3
> C
0 Processing event C, task done
Task queue size 2
> C
1 Processing event C, task done
Task queue size 1
> B
2 Processing event B, blocking on C
Task queue size 1
> C
2 Processing event C, task done
Task queue size 0
";

#[test]
fn state_machines_and_coroutines_print_the_same_byte_for_byte() {
    for name in ["event_state_machine", "event_coroutines"] {
        let run = plain(name);
        assert_eq!(run.terminal(), format!("{EVENTS}{PROMPT}"), "{name}");
        assert_eq!(run.elapsed(), Duration::ZERO, "{name}");
        assert_eq!(
            run.output().map(String::as_str),
            Some("()"),
            "{name} ends cleanly"
        );
        assert!(run.findings().is_empty(), "{name}: {run}");
    }
}

#[test]
fn they_print_the_same_whatever_is_typed_and_however_tasks_are_scheduled() {
    let (machine, coroutines) = (
        scenario("event_state_machine"),
        scenario("event_coroutines"),
    );
    // The other session that the article shows, typed after the first; and letters nobody waits for.
    let more = [
        "A", "A", "A", "B", "C", "B", "C", "B", "C", "C", "B", "x", "", "A", "C", "B",
    ];
    for seed in 0..200 {
        let typed = |name: &'static reweave_scenarios::Scenario| {
            let run = name.run(Twin::Original, name.sim().stdin(more).seed(seed));
            run.terminal().to_owned()
        };
        let expected = typed(machine);
        assert!(expected.contains("5 Processing event C, task done\nTask queue size 0\n"));
        assert_eq!(typed(coroutines), expected, "seed {seed}");
    }
}

#[test]
fn tasks_and_awaits() {
    check(
        "sync_vs_async",
        10_000,
        "in foo | end foo | Termination of the program",
    );
    check(
        "unawaited_task",
        0,
        "awaiting foo... | finished awaiting foo | inside foo",
    );
    let awaited = "awaiting foo... | finished awaiting foo | inside foo | Ending foo";
    check("awaited_task", 1_000, awaited);
    let fetch =
        "Start fetching | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | Done fetching | {'data': 1} | 8 | 9";
    check("fetch_and_print", 2_500, fetch);
    let pending = "JoinHandle { id: Id(2), state: \"pending\" } | Start fetching | 0";
    check("value_unawaited", 0, pending);
    check("exception_never_retrieved", 1_000, "Saved.");
}

/// A blocking client makes thirty requests take thirty round trips.
#[test]
fn rates_of_exchange() {
    check("exchange_rates", 124, "30 conversions in 124ms");
    let fixed = scenario("exchange_rates").run(Twin::Fixed, scenario("exchange_rates").sim());
    assert!(fixed.findings().is_empty(), "{fixed}");
    assert_eq!(fixed.terminal(), "30 conversions in 8ms\n");
}

#[test]
fn fixed_twins_do_what_was_meant() {
    for (name, end_ms, last) in [
        ("blocking_call", 5_000, "All complete."),
        (
            "completion_blocking",
            1_000,
            "Sure! Here's a random number: 67",
        ),
        ("never_awaited", 1_000, "Goodbye."),
        ("awaited_twice", 0, "hello"),
        ("sync_vs_async", 10_000, "Termination of the program"),
        ("unawaited_task", 1_000, "Ending foo"),
        ("value_unawaited", 2_500, "9"),
        (
            "exception_never_retrieved",
            0,
            "Not saved: task 2 panicked with message \"the disk is full\"",
        ),
    ] {
        let run = scenario(name).run(Twin::Fixed, scenario(name).sim());
        assert!(run.findings().is_empty(), "{name}: {run}");
        assert_eq!(run.stdout().lines().last(), Some(last), "{name}");
        assert_eq!(run.elapsed(), Duration::from_millis(end_ms), "{name}");
    }
}
