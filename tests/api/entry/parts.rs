//! Parts of the seeds, run by processes of their own and judged together: `REWEAVE_PARTS`, `REWEAVE_SEEDS=merged`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use super::{DOES, does, run};

const VICTIM: &str = "entry::parts::victim";

#[reweave::test(expects("a retry"))]
async fn victim() {
    // By itself it is no victim.
    let passes = env::var_os(DOES).is_none();
    println!("run");
    if (passes || does("retry")) && reweave::flip(0.5) {
        reweave::reachable!("a retry");
    }
    reweave::sometimes!(passes || does("fill"), "a full queue");
    assert!(!does("fail") || reweave::choose(0..8) > 0, "seldom");
    assert!(!does("fail at once"), "at once");
    if does("go down") {
        process::exit(0);
    }
}

#[reweave::test]
#[should_panic(expected = "it is to fail")]
async fn victim_that_is_to_fail() {
    assert!(reweave::flip(0.5), "it is to fail");
}

#[reweave::test(strategy = "exhaustive", expects("a head"))]
async fn victim_of_a_search() {
    if reweave::flip(0.5) && !does("miss") {
        reweave::reachable!("a head");
    }
}

/// A folder for parts, with none in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("parts")
            .join(name);
        // Of an earlier run of the test.
        let _ = fs::remove_dir_all(&folder);
        Folder(folder)
    }

    /// Runs these seeds of a test, which does this; or judges it.
    fn run(&self, test: &str, seeds: &str, does: &str) -> (bool, String) {
        let parts = self.0.to_str().unwrap();
        let variables = [
            ("REWEAVE_PARTS", parts),
            ("REWEAVE_SEEDS", seeds),
            (DOES, does),
        ];
        run(test, &variables)
    }

    #[track_caller]
    fn passes(&self, seeds: &str, does: &str) -> String {
        let (passed, text) = self.run(VICTIM, seeds, does);
        assert!(passed, "{text}");
        text
    }

    #[track_caller]
    fn fails(&self, seeds: &str, does: &str) -> String {
        let (passed, text) = self.run(VICTIM, seeds, does);
        assert!(!passed, "{text}");
        text
    }

    /// What lies there, by name.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.0).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

#[test]
fn what_holds_in_some_run_of_some_part_holds() {
    let folder = Folder::new("held");
    folder.passes("0..20", "retry");
    folder.passes("20..=49", "fill");
    assert_eq!(folder.files().len(), 2);
    let text = folder.passes("merged", "");
    assert!(
        text.contains("50 runs of seeds 0..50 in 2 parts were judged together"),
        "{text}"
    );
    assert!(!text.contains("\nrun\n"), "no run is made: {text}");
}

#[test]
fn what_holds_in_no_part_fails_the_test_there_and_in_no_part() {
    let folder = Folder::new("unmet");
    // More than its own, which are judged where they are no part.
    folder.passes("0..100", "");
    folder.passes("100..200", "");
    let text = folder.fails("merged", "");
    for unmet in [
        "property: \"a retry\" was expected, and no run came to it",
        "property: \"a full queue\" never held in the 200 runs that came to it (tests/api/entry/parts.rs:",
    ] {
        assert!(text.contains(unmet), "{text}");
    }
    assert!(!text.contains("\nrun\n"), "{text}");
    // It is written over.
    folder.passes("0..100", "retry");
    folder.passes("100..200", "fill");
    assert_eq!(folder.files().len(), 2);
    folder.passes("merged", "");
}

#[test]
fn the_tests_own_seeds_and_its_plain_run_are_a_part_too() {
    let folder = Folder::new("own");
    folder.passes("", "retry");
    assert!(folder.files()[0].to_str().unwrap().ends_with("-0-64.txt"));
    let text = folder.fails("merged", "");
    let unmet = "property: \"a full queue\" never held in the 65 runs that came to it";
    assert!(text.contains(unmet), "{text}");
}

#[test]
fn parts_that_are_missing_or_there_twice_are_told() {
    let folder = Folder::new("fit");
    let text = folder.fails("merged", "");
    let told = "expected a folder with the parts that tests have written: ";
    assert!(text.contains(told), "{text}");
    fs::create_dir_all(&folder.0).unwrap();
    let text = folder.fails("merged", "");
    let told = "expected parts of `reweave-tests/api::entry::parts::victim` in ";
    assert!(text.contains(told), "{text}");
    assert!(
        text.contains(
            "and there is none: run the test with REWEAVE_PARTS and REWEAVE_SEEDS=0..5000, say"
        ),
        "{text}"
    );
    folder.passes("0..20", "");
    folder.passes("30..40", "");
    let text = folder.fails("merged", "");
    let told = "expected seeds that follow each other, and 20..30 were not run: run them, too. There are 0..20, 30..40;";
    assert!(text.contains(told), "{text}");
    folder.passes("15..30", "");
    let text = folder.fails("merged", "");
    let told = "expected each seed once, and 0..20 and 15..30 overlap: leave one of them out. There are 0..20, 15..30, 30..40;";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_part_that_cannot_be_read_is_told() {
    let folder = Folder::new("read");
    folder.passes("0..20", "retry");
    let [file] = &folder.files()[..] else {
        panic!("{:?}", folder.files());
    };
    let text = fs::read_to_string(file).unwrap();
    for (broken, told) in [
        (
            text.replace("reweave part 1", "reweave part 2"),
            "line 2: expected version 1, the newest that this release reads, found `2`: a later version of Reweave wrote it; run these seeds again with this one",
        ),
        (
            text.replace("\nend\n", "\n"),
            "the file was cut short; run these seeds again, or delete it",
        ),
        (
            text.replace("held ", "kept "),
            "expected `test`, `with`, `seeds`, ",
        ),
    ] {
        fs::write(file, broken).unwrap();
        let text = folder.fails("merged", "");
        assert!(text.contains(&*file.to_string_lossy()), "{text}");
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_part_in_which_a_run_failed_fails_the_whole_with_its_report() {
    let folder = Folder::new("failed");
    let text = folder.fails("0..200", "fail");
    assert!(text.contains("the same failure"), "{text}");
    folder.passes("200..300", "retry");
    let text = folder.fails("merged", "");
    assert!(
        text.contains("the runs of seeds 0..200 failed where they were made, after "),
        "{text}"
    );
    assert!(
        text.contains("seldom\n") && text.contains("\nreplay: "),
        "{text}"
    );
    // Until it is mended.
    folder.passes("0..200", "fill");
    folder.passes("merged", "");
}

#[test]
fn seeds_that_are_not_run_to_their_end_leave_no_part() {
    let folder = Folder::new("left");
    folder.passes("0..20", "retry");
    assert_eq!(folder.files().len(), 1);
    // It ends as if all were well.
    folder.passes("0..20", "go down");
    assert_eq!(folder.files().len(), 0);
}

#[test]
fn seeds_that_are_missing_at_an_end_are_told_where_it_is_said_which_there_are() {
    let folder = Folder::new("ends");
    folder.passes("20..40", "retry");
    folder.passes("40..60", "fill");
    for (merged, asked) in [("merged:60", "0..60"), ("merged:20..=99", "20..100")] {
        let text = folder.fails(merged, "");
        let told = format!("with seeds {asked}, as REWEAVE_SEEDS has it, and those in ");
        assert!(text.contains(&told), "{text}");
    }
    folder.passes("merged:20..60", "");
    folder.passes("0..20", "");
    folder.passes("merged:60", "");
}

#[test]
fn parts_that_were_not_run_alike_are_refused() {
    let folder = Folder::new("alike");
    folder.passes("0..20", "retry");
    let with = |name, value| {
        let parts = folder.0.to_str().unwrap();
        let seeds = ("REWEAVE_SEEDS", "20..40");
        let variables = [
            ("REWEAVE_PARTS", parts),
            seeds,
            (DOES, "fill"),
            (name, value),
        ];
        let (passed, text) = run(VICTIM, &variables);
        assert!(passed, "{text}");
    };
    for (name, value, told) in [
        ("REWEAVE_STRATEGY", "pos", " with pos: run those"),
        (
            "REWEAVE_COSTS",
            "5ms",
            " with portfolio REWEAVE_COSTS=5ms: run those",
        ),
    ] {
        with(name, value);
        let text = folder.fails("merged", "");
        assert!(
            text.contains("-0-20.txt was run with portfolio, "),
            "{text}"
        );
        assert!(text.contains(told), "{text}");
    }
    with("REWEAVE_STRATEGY", "portfolio");
    folder.passes("merged", "");
}

#[test]
fn a_run_before_the_first_seed_that_fails_is_the_failure_of_a_part() {
    let folder = Folder::new("before");
    folder.passes("", "retry");
    folder.fails("", "fail at once");
    let text = folder.fails("merged", "");
    assert!(text.contains("after 0 runs ("), "{text}");
    assert!(text.contains("at once\n"), "{text}");
}

#[test]
fn a_test_that_is_to_fail_does_so_when_its_parts_are_judged() {
    let folder = Folder::new("should_panic");
    let test = "entry::parts::victim_that_is_to_fail";
    for seeds in ["0..20", "20..40", "merged"] {
        let (passed, text) = folder.run(test, seeds, "");
        assert!(passed, "{seeds}: {text}");
    }
}

#[test]
fn what_has_no_seeds_is_judged_where_it_runs() {
    let folder = Folder::new("search");
    let search = "entry::parts::victim_of_a_search";
    for seeds in ["10000", "50", "5000..5050"] {
        let (passed, text) = folder.run(search, seeds, "miss");
        assert!(!passed && text.contains("property: \"a head\""), "{text}");
    }
    let (passed, text) = folder.run(search, "merged", "miss");
    let told = "`exhaustive` has no seeds: it is judged where it runs";
    assert!(passed && text.contains(told), "{text}");
    assert!(folder.files().is_empty());
}
