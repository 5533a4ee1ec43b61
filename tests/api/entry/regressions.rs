//! Failing runs are kept as files beside the tests, and made first the next time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use super::{DOES, does, run};

const VICTIM: &str = "entry::regressions::victim";

/// The plain run passes; about one seed in four does not.
#[reweave::test]
async fn victim() {
    let edited = does("fail after an edit");
    if edited {
        reweave::flip(0.5);
    }
    let first = reweave::flip(0.5);
    if does("draw once") {
        return;
    }
    let second = reweave::flip(0.5);
    println!("run {first} {second}");
    let fails = edited || does("fail");
    assert!(!(fails && first && second), "both");
    if does("fail otherwise") && first && second {
        reweave::sync::Notify::new().notified().await;
    }
}

#[reweave::test]
#[should_panic(expected = "both")]
async fn victim_that_is_to_fail() {
    assert!(!(reweave::flip(0.5) && reweave::flip(0.5)), "both");
}

#[reweave::test(seed = 2)]
async fn victim_with_a_seed() {
    reweave::flip(0.5);
    assert!(!does("fail"), "always");
}

#[reweave::test(faults = "buggify")]
async fn victim_of_faults() {
    assert!(!(does("fail") && reweave::buggify!(1.0)), "struck");
}

/// A package's folder, in place of that of these tests.
struct Package(PathBuf);

impl Package {
    fn new(name: &str) -> Package {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("regressions")
            .join(name);
        // Of an earlier run of the test.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Package(folder)
    }

    /// Runs a test that does this.
    fn run(&self, test: &str, does: &str, variables: &[(&str, &str)]) -> (bool, String) {
        let mut all = self.variables(does).to_vec();
        all.extend(variables);
        run(test, &all)
    }

    fn variables<'a>(&'a self, does: &'a str) -> [(&'a str, &'a str); 4] {
        [
            (DOES, does),
            ("REWEAVE_REGRESSIONS", ""),
            ("CARGO_PKG_NAME", env!("CARGO_PKG_NAME")),
            ("CARGO_MANIFEST_DIR", self.0.to_str().unwrap()),
        ]
    }

    /// Whatever lies in the folder of kept runs.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.join("reweave-regressions"));
        let entries = entries.into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Has the victim fail, and gives the file that is kept.
    fn keep(&self) -> PathBuf {
        let (passed, text) = self.run(VICTIM, "fail", &[]);
        let files = self.files();
        let [file] = &files[..] else {
            panic!("{files:?}: {text}");
        };
        let line = format!("kept, to be run first from now on: {}", file.display());
        assert!(!passed && text.contains(&line), "{text}");
        file.clone()
    }
}

/// What the victim drew, run by run.
fn runs(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("run "))
        .collect()
}

/// The line with this in it.
#[track_caller]
fn line<'t>(text: &'t str, part: &str) -> &'t str {
    let line = text.lines().find(|line| line.contains(part));
    line.unwrap_or_else(|| panic!("no line with `{part}`: {text}"))
}

#[test]
fn a_failing_run_is_kept_and_made_first() {
    let package = Package::new("first");
    let file = package.keep();
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("api-entry-regressions-victim-"), "{name}");
    let kept = fs::read_to_string(&file).unwrap();
    insta::assert_snapshot!(kept, @"
    # Kept by Reweave: a run in which this test failed. The test makes it before any other, until this file is deleted.
    # It belongs in version control, so that everybody's does.
    reweave regression 1
    test api::entry::regressions::victim
    finding panic
    at both
    at tests/api/entry/regressions.rs
    # panic in main at 0s: both
    #   --> tests/api/entry/regressions.rs:27:5
    strategy surw
    seed 8
    reweave tape 1
    main flip@1 1
    main flip@2 1
    end
    ");

    let (passed, text) = package.run(VICTIM, "fail", &[]);
    assert!(!passed, "{text}");
    assert_eq!(runs(&text)[0], "true true", "before the plain run: {text}");
    assert!(
        text.contains("replay: REWEAVE_TAPE='reweave tape 1; "),
        "{text}"
    );
    let says = line(&text, "kept: ");
    assert!(
        says.contains(&*file.to_string_lossy()) && says.ends_with("which still fails as it did")
    );
    assert_eq!(package.files(), std::slice::from_ref(&file));
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);

    // The file is a tape, too.
    let (passed, text) = package.run(VICTIM, "fail", &[("REWEAVE_TAPE", file.to_str().unwrap())]);
    assert!(!passed && runs(&text)[0] == "true true", "{text}");
}

#[test]
fn one_that_passes_now_is_said_to_be_fixed() {
    let package = Package::new("fixed");
    let file = package.keep();
    let (passed, text) = package.run(VICTIM, "", &[]);
    assert!(passed && runs(&text)[0] == "true true", "{text}");
    let says = line(&text, "fixed, keep or delete ");
    assert!(
        says.contains(&*file.to_string_lossy())
            && says.contains("all 2 deviations of the tape matched"),
        "{says}"
    );
    assert!(file.exists());
}

#[test]
fn a_stale_one_says_how_much_of_it_matched_and_what_was_run() {
    let package = Package::new("stale");
    let file = package.keep();
    let (passed, text) = package.run(VICTIM, "draw once", &[]);
    assert!(passed, "{text}");
    let says = line(&text, "stale, ");
    for part in [
        &*file.to_string_lossy(),
        "50 % of the tape matched",
        "what was run instead passes",
    ] {
        assert!(says.contains(part), "{says}");
    }

    let (passed, text) = package.run(VICTIM, "fail otherwise", &[]);
    let says = line(&text, "which failed otherwise");
    assert!(!passed && says.contains("and now with deadlock"), "{says}");
    assert_eq!(package.files(), [file]);
}

#[test]
fn a_test_that_was_edited_finds_it_near() {
    let package = Package::new("near");
    let file = package.keep();
    let (passed, text) = package.run(VICTIM, "fail after an edit", &[]);
    let says = line(&text, "as near as the test makes it now");
    assert!(!passed && says.contains(&*file.to_string_lossy()), "{text}");
    assert!(says.ends_with("and it fails as it did"), "{says}");
    let replay = "replay: REWEAVE_TAPE='reweave tape 1; main flip@2 1; main flip@3 1' ";
    assert!(text.contains(replay), "{text}");
    assert!(text.contains("replayed alone in a fresh process: the same failure"));
    assert_eq!(package.files(), [file]);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_with_what_to_do() {
    let package = Package::new("unreadable");
    let file = package.keep();
    let whole = fs::read_to_string(&file).unwrap();
    let fails = |text: &str, parts: [&str; 3]| {
        fs::write(&file, text).unwrap();
        let (passed, text) = package.run(VICTIM, "", &[]);
        let says = line(&text, file.to_str().unwrap());
        assert!(
            !passed && parts.iter().all(|part| says.contains(part)),
            "{text}"
        );
        assert!(runs(&text).is_empty(), "{text}");
    };
    let restore = "take it from version control again, or delete it";
    let cut = &whole[..whole.len() / 2];
    fails(
        cut,
        ["expected `end` on the last line", "cut short", restore],
    );
    let later = whole.replace("regression 1", "regression 2");
    fails(
        &later,
        [
            "expected version 1",
            "found `2`",
            "update that, or delete the file",
        ],
    );
    let other = whole.replace("::victim", "::another");
    fails(
        &other,
        [
            "of `api::entry::regressions::victim`",
            "`api::entry::regressions::another`",
            "delete it",
        ],
    );
    fs::write(&file, [0xff, 0xfe]).unwrap();
    let (passed, text) = package.run(VICTIM, "", &[]);
    assert!(!passed && text.contains("UTF-8"), "{text}");
}

#[test]
fn processes_of_one_test_do_each_other_no_harm() {
    let package = Package::new("parallel");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let (passed, text) = package.run(VICTIM, "fail", &[]);
                assert!(!passed && text.contains("kept"), "{text}");
                assert!(!text.contains("cannot be read"), "{text}");
            });
        }
    });
    assert_eq!(package.files().len(), 1);
    // What others find by another seed is the same run.
    let (_, text) = package.run(VICTIM, "fail", &[("REWEAVE_SEEDS", "1000..1064")]);
    assert!(text.contains("still fails as it did"), "{text}");
    assert_eq!(package.files().len(), 1);
}

/// Nobody writes into that, not even who may do all else.
#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_written_that_is_said_once() {
    let mut command = Command::new(env::current_exe().unwrap());
    // Two tests of this file fail.
    command.args([
        "entry::regressions::victim",
        "--skip",
        "to_fail",
        "--skip",
        "seed",
    ]);
    let package = Package(PathBuf::from("/sys"));
    let mut variables = package.variables("fail").to_vec();
    variables.push(("REWEAVE_SEEDS", "64"));
    let output = command.envs(variables).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("2 failed"), "{text}");
    assert_eq!(
        text.matches("not kept: /sys/reweave-regressions: ").count(),
        1,
        "{text}"
    );
}

#[test]
fn a_test_that_is_to_fail_keeps_nothing_and_runs_nothing_that_is_kept() {
    let package = Package::new("should_panic");
    let test = "entry::regressions::victim_that_is_to_fail";
    let (passed, text) = package.run(test, "", &[]);
    assert!(passed && package.files().is_empty(), "{text}");
    let file = package.keep();
    let of_other = fs::read_to_string(&file)
        .unwrap()
        .replace("::victim", "::victim_that_is_to_fail");
    let name = file
        .to_str()
        .unwrap()
        .replace("-victim-", "-victim_that_is_to_fail-");
    fs::write(name, of_other).unwrap();
    let (passed, text) = package.run(test, "", &[]);
    assert!(passed && !text.contains("kept: "), "{text}");
}

#[test]
fn what_somebody_chose_is_not_kept() {
    let package = Package::new("chosen");
    let tape = "reweave tape 1; main flip@1 1; main flip@2 1";
    for chosen in [
        ("REWEAVE_TAPE", tape),
        ("REWEAVE_STRATEGY", "plain"),
        ("REWEAVE_REGRESSIONS", "0"),
    ] {
        let (_, text) = package.run(VICTIM, "fail", &[chosen]);
        assert!(!text.contains("kept"), "{text}");
    }
    let with_a_seed = "entry::regressions::victim_with_a_seed";
    let (passed, text) = package.run(with_a_seed, "fail", &[]);
    assert!(!passed && package.files().is_empty(), "{text}");
    let failing = (0..64).map(|seed: u32| seed.to_string()).find(|seed| {
        let (passed, _) = package.run(VICTIM, "fail", &[("REWEAVE_SEED", seed)]);
        !passed
    });
    assert!(failing.is_some() && package.files().is_empty());

    // Nor is what is kept run in its place.
    package.keep();
    for chosen in [("REWEAVE_SEED", "0"), ("REWEAVE_STRATEGY", "plain")] {
        let (passed, text) = package.run(VICTIM, "", &[chosen]);
        assert!(passed && !text.contains("fixed"), "{text}");
        assert_eq!(runs(&text).len(), 1, "{text}");
    }
}

#[test]
fn the_variable_turns_it_off() {
    let package = Package::new("off");
    let off = [("REWEAVE_REGRESSIONS", "0")];
    let (passed, text) = package.run(VICTIM, "fail", &off);
    assert!(
        !passed && !text.contains("kept") && package.files().is_empty(),
        "{text}"
    );
    let file = package.keep();
    let (passed, text) = package.run(VICTIM, "", &off);
    assert!(
        passed && !text.contains("fixed") && runs(&text)[0] == "false false",
        "{text}"
    );
    // It is not even looked at.
    fs::write(&file, "nothing").unwrap();
    let (passed, text) = package.run(VICTIM, "", &off);
    assert!(passed, "{text}");
}

#[test]
fn faults_that_the_test_does_not_have_are_kept_with_the_run() {
    let package = Package::new("faults");
    let test = "entry::regressions::victim_of_faults";
    let (passed, text) = package.run(test, "fail", &[("REWEAVE_FAULTS", "none")]);
    assert!(passed, "{text}");
    let (passed, _) = package.run(test, "fail", &[]);
    let own = package.files();
    assert!(!passed && own.len() == 1);
    assert!(!fs::read_to_string(&own[0]).unwrap().contains("\nfaults "));
    // The environment's are for what is searched; where they are said, the replay line names the test's own.
    let (passed, text) = package.run(test, "fail", &[("REWEAVE_FAULTS", "none")]);
    assert!(!passed && text.contains("still fails as it did"), "{text}");
    let replay = line(&text, "replay: ");
    assert!(replay.contains(" REWEAVE_FAULTS=buggify "), "{text}");
    let (passed, text) = package.run(test, "fail", &[]);
    let replay = line(&text, "replay: ");
    assert!(!passed && !replay.contains("REWEAVE_FAULTS"), "{text}");

    fs::remove_file(&own[0]).unwrap();
    let (passed, text) = package.run(test, "fail", &[("REWEAVE_FAULTS", "all")]);
    assert!(!passed, "{text}");
    let others = package.files();
    assert!(
        fs::read_to_string(&others[0])
            .unwrap()
            .contains("\nfaults "),
        "{text}"
    );
    let (passed, text) = package.run(test, "fail", &[]);
    assert!(
        !passed && line(&text, "replay: ").contains("REWEAVE_FAULTS"),
        "{text}"
    );
}

/// Ten steps, and half a second for them, which is enough as long as steps take no time.
#[reweave::test]
async fn victim_of_costs() {
    let steps = async {
        for _ in 0..10 {
            reweave::task::yield_now().await;
        }
        reweave::time::sleep(std::time::Duration::from_millis(1)).await;
    };
    let half = std::time::Duration::from_millis(500);
    let timed = reweave::time::timeout(half, steps).await;
    assert!(timed.is_ok() || !does("fail"), "too late");
}

#[test]
fn costs_that_the_test_does_not_have_are_kept_with_the_run() {
    let package = Package::new("costs");
    let test = "entry::regressions::victim_of_costs";
    let (passed, text) = package.run(test, "fail", &[("REWEAVE_COSTS", "200ms")]);
    assert!(!passed, "{text}");
    let kept = &package.files()[0];
    let written = fs::read_to_string(kept).unwrap();
    assert!(written.contains("\ncosts 200ms\n"), "{written}");
    let (passed, text) = package.run(test, "fail", &[]);
    assert!(!passed && text.contains("still fails as it did"), "{text}");
    let replay = line(&text, "replay: ");
    assert!(replay.contains(" REWEAVE_COSTS=200ms "), "{replay}");
    // The file is a tape that says so itself.
    let (passed, text) = run(
        test,
        &[(DOES, "fail"), ("REWEAVE_TAPE", kept.to_str().unwrap())],
    );
    assert!(!passed && text.contains("too late"), "{text}");
}
