//! The command line: what it prints, and with which code it exits.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use reweave_scenarios::registry;

/// How a command ended: its exit code, its standard output, its standard error.
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(arguments: &[&str]) -> Ended {
    let ended = Command::new(env!("CARGO_BIN_EXE_reweave-scenarios"))
        .args(arguments)
        .output()
        .expect("the binary runs");
    Ended {
        code: ended.status.code(),
        out: String::from_utf8(ended.stdout).expect("text"),
        err: String::from_utf8(ended.stderr).expect("text"),
    }
}

#[test]
fn list_names_every_scenario() {
    let ended = command(&["list"]);
    assert_eq!(ended.code, Some(0));
    for scenario in registry::ALL {
        let line = ended
            .out
            .lines()
            .find(|line| line.trim_start().starts_with(scenario.name));
        assert!(
            line.is_some_and(|line| line.ends_with(scenario.summary)),
            "{}",
            ended.out
        );
    }
}

#[test]
fn run_shows_the_terminal_and_how_it_ended() {
    let ended = command(&["run", "event_loop"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let typed = "> A\nProcessing event A\n> B\nProcessing event B\n> C\nProcessing event C\n> \n";
    assert_eq!(
        ended.out,
        format!("{typed}-- returned after 0ns of virtual time\n")
    );

    let ended = command(&["run", "sequential", "--seed", "7"]);
    assert_eq!(ended.code, Some(0));
    assert!(
        ended
            .out
            .ends_with("-- returned \"hello\" after 300ms of virtual time\n"),
        "{}",
        ended.out
    );
}

#[test]
fn a_run_that_fails_exits_with_1_and_its_fixed_twin_with_0() {
    let broken = command(&["run", "lost_update"]);
    assert_eq!(broken.code, Some(1));
    assert!(
        broken.out.contains("found: panic in main at 0s"),
        "{}",
        broken.out
    );
    let fixed = command(&["run", "lost_update", "--fixed"]);
    assert_eq!(
        (fixed.code, fixed.out.contains("found")),
        (Some(0), false),
        "{}",
        fixed.out
    );
}

#[test]
fn hunt_without_names_hunts_everything() {
    let ended = command(&["hunt", "--seeds", "200", "--jobs", "2"]);
    assert_eq!(ended.code, Some(0), "{}", ended.out);
    assert_eq!(ended.err, "", "no progress bar but on a terminal");
    let bugs = registry::ALL
        .iter()
        .filter(|scenario| scenario.bug.is_some());
    let found = ended.out.lines().filter(|line| line.starts_with("found "));
    assert_eq!(found.count(), bugs.clone().count(), "{}", ended.out);
    for scenario in bugs {
        let start = format!("found       {}: {}", scenario.name, scenario.bug.unwrap());
        let line = ended.out.lines().find(|line| line.starts_with(&start));
        assert!(
            line.is_some_and(|line| line.contains("first with seed ")),
            "{start}: {}",
            ended.out
        );
    }
    let summary = ended.out.lines().last().unwrap();
    assert!(
        summary.contains(" bugs found, ") && summary.contains(" 0 not as expected"),
        "{summary}"
    );
    let said = |start: &str| {
        let line = ended.out.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("{start}: {}", ended.out))
    };
    let count = |finder: &str| finder.rsplit(' ').next()?.parse::<usize>().ok();
    let by = said("by strategy: ")
        .split(", ")
        .map(|by| count(by).unwrap());
    let bugs = registry::ALL
        .iter()
        .filter(|scenario| scenario.bug.is_some());
    assert_eq!(by.sum::<usize>(), bugs.count(), "{}", ended.out);
    // The portfolio has a turn for each member within seven schedules; no bug here hides from all of them for long.
    let most = said("the most schedules any bug needed: ");
    let most: u64 = most.split(' ').next().unwrap().parse().unwrap();
    assert!((2..=100).contains(&most), "{most}");
}

/// The first line is there once the hunt is under way; what comes next has no bug, and seeds for years.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_hunt_with_what_was_found() {
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;

    use super::interrupts::{SIG_DFL, handle_interrupts};

    handle_interrupts(SIG_DFL);
    let mut child = Command::new(env!("CARGO_BIN_EXE_reweave-scenarios"))
        .args(["hunt", "double_spend", "--seeds", "1000000000000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    out.read_line(&mut said).unwrap();
    assert!(said.starts_with("found       double_spend"), "{said}");
    let kill = format!("kill -INT {}", child.id());
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.unwrap().success());
    out.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(2), "{said}");
    let end = "interrupted in double_spend, after 1 of 2 programs: 1 bugs found, 0 programs clean, 0 not as expected\n";
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn what_a_member_of_the_portfolio_found_is_replayed_with_its_name() {
    let hunted = command(&["hunt", "lost_update", "--seeds", "50"]);
    let first = hunted.out.lines().next().unwrap();
    assert!(
        first.ends_with("first with seed 1, by surw, schedule 2"),
        "{first}"
    );
    let replay = |more: &[&str]| {
        let arguments = ["replay", "lost_update", "--seed", "1"];
        command(&[&arguments, more].concat())
    };
    let again = replay(&["--strategy", "surw"]);
    assert_eq!(again.code, Some(1), "{}", again.out);
    let line = "replay: cargo run --release -- replay lost_update --seed 1 --strategy 'surw'\n";
    assert!(again.out.contains(line), "{}", again.out);
    // As seed of the random walk it is another run, which passes.
    assert_eq!(replay(&[]).code, Some(0));
    let unlearned = replay(&["--strategy", "surw", "--explain", "off"]);
    assert_eq!(unlearned.code, Some(2), "{}", unlearned.err);
}

#[test]
fn hunt_tells_a_bug_and_the_least_that_must_happen_for_it() {
    let ended = command(&["hunt", "double_spend", "missed_waker", "--seeds", "100"]);
    assert_eq!(ended.code, Some(0));
    // Where in its file a line stands is not what this is about.
    let place = |c: char| c.is_ascii_digit() || c == ':' || c == ')';
    let unplaced = |line: &str| match line.split_once(".rs:") {
        Some((file, rest)) => format!("{file}.rs{}", rest.trim_start_matches(place)),
        None => line.trim_end_matches(place).to_owned(),
    };
    let told = ended.out.lines().take(6).map(unplaced);
    let told: Vec<String> = told.collect();
    insta::assert_snapshot!(told.join("\n"), @"
    found       double_spend: panic in main, first with seed 0, by random, schedule 
                the balance is -10 (scenarios/src/classics/double_spend.rs
                main chose item 3 of 3 at scenarios/src/classics/double_spend.rs (its 1st choice)
    found       missed_waker: lost_waker in main/visitor, first with seed 0, by random, schedule 
                returned Pending, and no clone of its waker is left: nobody can ever wake it (scenarios/src/classics/missed_waker.rs
                main/visitor runs before main/opener, which is ready for the 1st time and next completes, wakes main
    ");
}

#[test]
fn a_bug_that_was_missed_exits_with_1() {
    // Its bug does not show with seed 0 of the random walk.
    let ended = command(&[
        "hunt",
        "lost_update",
        "--seeds",
        "1",
        "--strategy",
        "random",
    ]);
    assert_eq!(ended.code, Some(1), "{}", ended.out);
    assert!(
        ended
            .out
            .starts_with("MISSED      lost_update: no panic in 1 run\n"),
        "{}",
        ended.out
    );
}

#[test]
fn the_replay_that_the_readme_shows_fails_and_one_that_passes_says_so() {
    let readme = include_str!("../../../README.md");
    let line = readme.lines().find(|line| line.contains("-- replay "));
    let (_, shown) = line.unwrap().split_once(" -- ").unwrap();
    let (shown, _) = shown.split_once('#').unwrap();
    let failed = command(&shown.split_whitespace().collect::<Vec<_>>());
    assert_eq!(failed.code, Some(1), "{}", failed.out);
    assert!(!failed.out.contains("nothing was found"), "{}", failed.out);
    let passed = command(&["replay", "lost_update", "--seed", "0"]);
    assert_eq!(passed.code, Some(0), "{}", passed.out);
    assert!(
        passed.out.starts_with("nothing was found\nrun: seed 0, "),
        "{}",
        passed.out
    );
}

#[test]
fn a_saved_tape_replays_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bug.tape");
    let file = file.to_str().unwrap();
    let run = command(&["run", "double_spend", "--seed", "0", "--save-tape", file]);
    assert_eq!(run.code, Some(1), "{}", run.out);
    let hash = |text: &str| text.split_once("hash ").unwrap().1[..16].to_owned();
    let by_seed = command(&["replay", "double_spend", "--seed", "0"]);
    let by_tape = command(&["replay", "double_spend", "--tape", file]);
    assert_eq!((by_seed.code, by_tape.code), (Some(1), Some(1)));
    assert_eq!(hash(&by_tape.out), hash(&by_seed.out));
    assert!(
        by_tape.out.contains("deviations of the tape matched"),
        "{}",
        by_tape.out
    );
    for (ended, words) in [
        (&by_seed, "--seed 0"),
        (&by_tape, &*format!("--tape {file}")),
    ] {
        let line = format!("replay: cargo run --release -- replay double_spend {words}\n");
        assert!(ended.out.ends_with(&line), "{}", ended.out);
    }
}

#[test]
fn the_fixed_twin_follows_the_tape_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bug.tape");
    let file = file.to_str().unwrap();
    command(&["run", "double_spend", "--seed", "0", "--save-tape", file]);
    let ended = command(&["replay", "double_spend", "--fixed", "--tape", file]);
    assert_eq!(ended.code, Some(0), "{}", ended.out);
    assert!(ended.out.contains("tape: "), "{}", ended.out);
    assert!(
        ended.out.contains("replay double_spend --fixed --tape"),
        "{}",
        ended.out
    );
}

#[test]
fn trace_shows_every_event_as_text_or_json() {
    let text = command(&["trace", "sequential"]);
    assert_eq!(text.code, Some(0));
    let told: Vec<&str> = text.out.lines().skip(1).take(6).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
      0s  main  polls
      0s  main  sets timer 1 for 0.1s
      0s  main  waits for a timer at 0.1s
      0s  main  parks
    0.1s  ·     timer 1 fires
    0.1s  ·     wakes main
    "#);
    let json = command(&["trace", "sequential", "--format", "json", "--seed", "3"]);
    assert_eq!(json.code, Some(0));
    assert!(json.out.lines().count() > 3, "{}", json.out);
    assert!(
        json.out
            .lines()
            .all(|line| line.starts_with('{') && line.ends_with('}')),
        "{}",
        json.out
    );
    // A failing run can be shown, too.
    assert_eq!(command(&["trace", "lost_update"]).code, Some(0));
}

#[test]
fn diff_shows_where_two_runs_part() {
    let same = command(&["diff", "sequential", "--seeds", "0", "1"]);
    assert_eq!(same.code, Some(0));
    assert!(
        same.out.starts_with("the traces are the same"),
        "{}",
        same.out
    );
    let seeds =
        ["0", "1", "2", "3", "4"].map(|seed| command(&["diff", "bake_cake", "--seeds", "0", seed]));
    assert!(seeds.iter().all(|ended| ended.code == Some(0)));
    assert!(
        seeds
            .iter()
            .any(|ended| ended.out.starts_with("the runs part at event "))
    );
}

#[test]
fn unknown_names_are_answered_with_near_ones() {
    let all = [
        &["run", "check_then_akt"][..],
        &["hunt", "bake_cake", "thundring_herd"],
        &["replay", "xyzzy", "--seed", "1"],
        &["trace", "bake_cake", "--fixed"],
    ]
    .map(|arguments| {
        let ended = command(arguments);
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        ended.err
    });
    insta::assert_snapshot!(all.concat(), @r#"
    error: there is no scenario called `check_then_akt`; did you mean `check_then_act`?
    error: there is no scenario called `thundring_herd`; did you mean `thundering_herd`?
    error: there is no scenario called `xyzzy`; `list` shows all there are
    error: `bake_cake` has no fixed twin, because it has no bug
    "#);
}

#[test]
fn commands_that_make_no_sense_exit_with_2() {
    for arguments in [
        &["dance"][..],
        &["run"],
        &["run", "bake_cake", "--seed", "x"],
        &["run", "bake_cake", "--seed", "18446744073709551616"],
        &["hunt", "--seeds", "0"],
        &["hunt", "--jobs", "1000000"],
        &["replay", "bake_cake"],
        &["replay", "bake_cake", "--seed", "1", "--tape", "x"],
        &["replay", "bake_cake", "--tape", "x", "--strategy", "pos"],
        &["hunt", "--strategy", "exhaustive"],
        &["hunt", "--strategy", "sorw"],
        &["trace", "bake_cake", "--format", "xml"],
        &["diff", "bake_cake", "--seeds", "1"],
        &["diff", "bake_cake"],
    ] {
        let ended = command(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.out);
        assert!(!ended.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_bad_tape_is_told_by_file_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let tapes: [(&str, &[u8]); 5] = [
        ("empty", b""),
        ("version", b"reweave tape 9\n"),
        ("cut", b"reweave tape 1\nmain task@\n"),
        ("kind", b"reweave tape 1\nmain tusk@1 main\n"),
        ("binary", &[0xff, 0xfe, 0x00]),
    ];
    for (name, bytes) in tapes {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let replay = |name: &str| {
        let ended = Command::new(env!("CARGO_BIN_EXE_reweave-scenarios"))
            .current_dir(folder.path())
            .args(["replay", "bake_cake", "--tape", name])
            .output()
            .expect("the binary runs");
        assert_eq!(ended.status.code(), Some(2), "{name}");
        String::from_utf8(ended.stderr).expect("text")
    };
    let names = tapes.map(|(name, _)| name);
    let told: String = names.into_iter().chain(["missing"]).map(replay).collect();
    insta::assert_snapshot!(told, @"
    error: empty: tape, line 1, column 1: expected `reweave tape 1` on the first line, found the end of the line
    error: version: tape, line 1, column 14: expected version 1, the only one this release reads, found `9`
    error: cut: tape, line 2, column 11: expected which of the task's own it was, from 1, found the end of the line
    error: kind: tape, line 2, column 6: expected a kind: task, point, preempt, timer, fire, select, wake, latency, choose, flip, cost, fault or any, found `tusk@1`
    error: binary: stream did not contain valid UTF-8
    error: missing: No such file or directory (os error 2)
    ");
}

#[test]
fn a_tape_that_cannot_be_written_is_told() {
    let nowhere = Path::new("no").join("such").join("folder");
    let ended = command(&["run", "bake_cake", "--save-tape", nowhere.to_str().unwrap()]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("no/such/folder"), "{}", ended.err);
}

#[test]
fn help_tells_the_exit_codes() {
    let ended = command(&["--help"]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.out.contains("Exit codes: 0 "), "{}", ended.out);
}
