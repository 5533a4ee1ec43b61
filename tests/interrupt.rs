//! Ctrl-C: the exploration of a test ends with the runs under way, and what was found until then is told; and so does one of the program's own that asks
//! for it. Each test here makes one of those below in a process of its own, and interrupts that.

#![cfg(unix)]

mod interrupts;

use std::env;
use std::ffi::{c_int, c_uint};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Once};
use std::thread;

use interrupts::{SIG_DFL, handle_interrupts};
use reweave::strategies::Builtin;
use reweave::{Exploration, choose, explore, spawn, task::yield_now};

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

/// So many seeds of one that explores by itself, and ends at an interrupt; of its runs about one in a hundred fails, the first of them when it is interrupted.
fn explored(seeds: u64, until: impl Fn() -> bool + Sync + 'static) -> Exploration {
    explore(|| async {
        if at_times() {
            begun();
            panic!("in the run under way");
        }
    })
    .seeds(0..seeds)
    .collect()
    .until_interrupted()
    .until(until)
    .run()
}

const NEVER: fn() -> bool = || false;

/// What a process of these says at its end, past the harness, which goes no further.
fn say_and_end(said: &str) -> ! {
    io::stderr().write_all(said.as_bytes()).unwrap();
    process::exit(7);
}

/// Says what was found, and whether a clock runs that would end the process; after that one more explores.
#[test]
fn explores_by_itself() {
    if env::var_os(TOLD).is_some() {
        let found = explored(YEARS, NEVER);
        unsafe extern "C" {
            fn alarm(seconds: c_uint) -> c_uint;
        }
        // SAFETY: the function of POSIX, which takes any number.
        let left = unsafe { alarm(0) };
        let later = explored(1000, NEVER);
        say_and_end(&format!(
            "{} failure, whole: {}, some runs: {}, {left} seconds left; later {} runs, whole: {}",
            found.failures().len(),
            found.is_whole(),
            found.runs() > 0,
            later.runs(),
            later.is_whole(),
        ));
    }
}

/// Goes on when it has explored.
#[test]
fn explores_by_itself_and_goes_on() {
    if env::var_os(TOLD).is_some() {
        assert!(!explored(YEARS, NEVER).is_whole());
        io::stderr().write_all(BEGUN.as_bytes()).unwrap();
        loop {
            thread::park();
        }
    }
}

/// Has a handler of its own, and explores for a while after an interrupt.
#[test]
fn explores_beside_a_handler() {
    static CAME: AtomicBool = AtomicBool::new(false);
    extern "C" fn came(_: c_int) {
        CAME.store(true, SeqCst);
    }
    if env::var_os(TOLD).is_some() {
        let own = came as extern "C" fn(c_int) as usize;
        handle_interrupts(own);
        let more = AtomicU32::new(0);
        let found = explored(YEARS, move || {
            CAME.load(SeqCst) && more.fetch_add(1, SeqCst) == 100
        });
        let kept = handle_interrupts(own) == own;
        let went_on = found.runs() > 6_400;
        say_and_end(&format!("went on: {went_on}, its handler kept: {kept}"));
    }
}

/// Passes over interrupts.
#[test]
fn explores_where_they_are_ignored() {
    if env::var_os(TOLD).is_some() {
        handle_interrupts(SIG_IGN);
        let found = explored(10_000, NEVER);
        let kept = handle_interrupts(SIG_IGN) == SIG_IGN;
        let whole = found.is_whole();
        say_and_end(&format!("whole: {whole}, ignored: {kept}"));
    }
}

/// The handler that stands for doing nothing at an interrupt, on every Unix.
const SIG_IGN: usize = 1;

/// So many seeds take years.
const YEARS: u64 = 1_000_000_000_000;

/// The process of one of these, once it explores seeds for years.
fn explores(test: &str) -> (Child, BufReader<impl Read + use<>>) {
    handle_interrupts(SIG_DFL);
    let mut child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact"])
        .env(TOLD, "")
        .env("REWEAVE_SEEDS", YEARS.to_string())
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
    for test in ["shows_nothing", "explores_by_itself"] {
        let (mut child, said) = explores(test);
        // So that the run under way does not end.
        let input = child.stdin.take();
        interrupt(&child);
        interrupt(&child);
        let (status, text) = end(child, said);
        drop(input);
        assert_eq!((status.signal(), text.as_str()), (Some(2), ""), "{test}");
    }
}

/// Interrupts one that explores by itself while a run is under way; gives what it said at its end.
fn interrupted_by_itself(test: &str) -> String {
    let (child, said) = explores(test);
    interrupt(&child);
    let (status, text) = end(child, said);
    assert_eq!(status.code(), Some(7), "{status:?}: {text}");
    text
}

#[test]
fn an_exploration_of_ones_own_ends_with_what_was_found_and_its_program_goes_on() {
    assert_eq!(
        interrupted_by_itself("explores_by_itself"),
        "1 failure, whole: false, some runs: true, 0 seconds left; later 0 runs, whole: false"
    );
}

#[test]
fn one_that_comes_when_nothing_is_explored_any_more_ends_the_process() {
    let (mut child, mut said) = explores("explores_by_itself_and_goes_on");
    interrupt(&child);
    drop(child.stdin.take());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, BEGUN);
    interrupt(&child);
    let (status, _) = end(child, said);
    assert_eq!(status.signal(), Some(2));
}

#[test]
fn a_program_with_a_handler_of_its_own_is_left_alone() {
    assert_eq!(
        interrupted_by_itself("explores_beside_a_handler"),
        "went on: true, its handler kept: true"
    );
}

#[test]
fn a_program_that_ignores_interrupts_is_left_alone() {
    assert_eq!(
        interrupted_by_itself("explores_where_they_are_ignored"),
        "whole: true, ignored: true"
    );
}
