//! Ctrl-C: the exploration of a test ends with the runs under way, and what was found until then is told. Each test here makes one of those
//! below in a process of its own, and interrupts that.

#![cfg(unix)]

mod heed_interrupts;

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, Once};

use heed_interrupts::heed_interrupts;
use reweave::strategies::Builtin;
use reweave::{choose, explore, spawn, task::yield_now};

/// Set in the process that is interrupted.
const TOLD: &str = "TESTS_OF_REWEAVE_ARE_INTERRUPTED";

/// What it says once it explores.
const BEGUN: &str = "begun\n";

/// Says that it explores, and goes on when its standard input ends: until then the run that calls this is under way.
fn begun() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        // Past the harness.
        io::stderr().write_all(BEGUN.as_bytes()).unwrap();
        io::stdin().read_to_string(&mut String::new()).unwrap();
    });
}

/// Whether this is the process that is interrupted, in about one run in a hundred.
fn at_times() -> bool {
    choose(0..100) == 99 && env::var_os(TOLD).is_some()
}

#[reweave::test]
async fn shows_nothing() {
    if at_times() {
        begun();
    }
}

#[reweave::test]
async fn fails_while_it_is_interrupted() {
    if at_times() {
        begun();
        panic!("in the run under way");
    }
}

#[reweave::test(warn(unobserved_panic))]
async fn warns() {
    if at_times() {
        drop(spawn(async { panic!("nobody looks") }));
        yield_now().await;
        begun();
    }
}

/// The process of one of these, once it explores seeds for years.
fn explores(test: &str) -> (Child, BufReader<impl Read + use<>>) {
    heed_interrupts();
    let mut child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact"])
        .env(TOLD, "")
        .env("REWEAVE_SEEDS", "1000000000000")
        .env("REWEAVE_REGRESSIONS", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, BEGUN);
    (child, said)
}

fn interrupt(child: &Child) {
    // Of the shell: not every machine has the program.
    let kill = format!("kill -INT {}", child.id());
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.unwrap().success());
}

/// How the process ended, and what it said since it began to explore.
fn end(mut child: Child, mut said: impl Read) -> (ExitStatus, String) {
    drop(child.stdin.take());
    let mut text = String::new();
    said.read_to_string(&mut text).unwrap();
    (child.wait().unwrap(), text)
}

/// Interrupts one of these while a run is under way; gives what it then said, without how many runs it had made.
fn interrupted(test: &str) -> String {
    let (child, said) = explores(test);
    interrupt(&child);
    let (status, text) = end(child, said);
    assert_eq!(status.signal(), Some(2), "{status:?}: {text}");
    let start = format!("reweave: {test}: interrupted after ");
    let rest = text
        .strip_prefix(&start)
        .unwrap_or_else(|| panic!("{text}"));
    let (runs, rest) = rest.split_once(" of 1000000000000 runs").unwrap();
    assert!(runs.parse::<u64>().unwrap() > 0, "{text}");
    rest.to_owned()
}

/// It goes on until it was told of, however long a second is.
#[test]
fn how_far_an_exploration_is_is_told_where_it_goes_on() {
    for strategy in [Builtin::Portfolio, Builtin::Exhaustive] {
        let told = Arc::new(Mutex::new(Vec::new()));
        let (hears, ends) = (told.clone(), told.clone());
        let found = explore(|| async {
            // More values than there are runs.
            choose(0..60);
            choose(0..60);
            choose(0..60);
            choose(0..60);
            choose(0..60);
            assert_ne!(choose(0..2), 1, "at times");
        })
        .builtin(strategy)
        .seeds(0..1_000_000_000)
        .collect()
        .on_progress(move |progress| hears.lock().unwrap().push(*progress))
        .until(move || !ends.lock().unwrap().is_empty())
        .run();
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 1, "{strategy}");
        assert_eq!((told[0].of, told[0].findings), (1_000_000_000, 1));
        assert!((1..=found.runs()).contains(&told[0].runs), "{strategy}");
    }
}

#[test]
fn that_nothing_was_found_is_told() {
    assert_eq!(interrupted("shows_nothing"), ": nothing was found\n");
}

#[test]
fn the_run_under_way_is_made_to_its_end_and_told_if_it_fails() {
    let said = interrupted("fails_while_it_is_interrupted");
    assert!(said.starts_with(", which found this:\n"), "{said}");
    assert!(said.contains("in the run under way"), "{said}");
    assert!(said.contains("replay: "), "{said}");
}

#[test]
fn what_runs_warn_of_is_told() {
    let said = interrupted("warns");
    assert!(said.starts_with(", which warn of this:\n"), "{said}");
    assert!(said.contains("nobody looks"), "{said}");
}

#[test]
fn a_second_one_ends_the_process() {
    let (mut child, said) = explores("shows_nothing");
    // So that the run under way does not end.
    let input = child.stdin.take();
    interrupt(&child);
    interrupt(&child);
    let (status, text) = end(child, said);
    drop(input);
    assert_eq!((status.signal(), text.as_str()), (Some(2), ""));
}
