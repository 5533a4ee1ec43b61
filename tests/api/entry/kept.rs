//! `REWEAVE_TRACE` with a form that is kept: the file is where the report says, and has the run that is told.

use std::fs;
use std::path::PathBuf;

use super::{DOES, does, run};

#[reweave::test(seeds = 0..8)]
async fn victim() {
    reweave::note!("kept");
    assert!(!(does("fail") && reweave::flip(0.5)), "it fails");
}

/// The path that a line beginning with this tells.
fn told(text: &str, begins: &str) -> PathBuf {
    let line = text.lines().find_map(|line| line.split_once(begins));
    let (_, path) = line.unwrap_or_else(|| panic!("no line with `{begins}`: {text}"));
    PathBuf::from(path)
}

/// One test, since all of it is about one file.
#[test]
fn the_run_that_is_told_is_kept() {
    let victim = "entry::kept::victim";
    let (passed, text) = run(victim, &[(DOES, "fail"), ("REWEAVE_TRACE", "html")]);
    let path = told(&text, "timeline: ");
    assert!(
        !passed && path.ends_with("reweave/traces/api-entry--kept--victim.html"),
        "{text}"
    );
    let failing = fs::read_to_string(&path).unwrap();
    assert!(
        failing.contains("REWEAVE_SEED=") && failing.contains("it fails"),
        "{text}"
    );
    assert!(
        failing.contains("replayed alone in a fresh process"),
        "{text}"
    );

    // A run that passes has its own, in the same place.
    let (passed, text) = run(victim, &[("REWEAVE_SEED", "1"), ("REWEAVE_TRACE", "html")]);
    assert!(passed, "{text}");
    let page = fs::read_to_string(told(&text, "timeline: ")).unwrap();
    assert!(!page.contains("it fails") && page.contains("kept"));

    for (form, begins, start) in [
        (
            "chrome",
            "trace for Perfetto: ",
            "{\"displayTimeUnit\":\"ns\",",
        ),
        ("shiviz", "log for ShiViz: ", "main {\"main\":1}\n"),
        ("dot", "causes for GraphViz: ", "digraph causes {"),
    ] {
        let (_, text) = run(victim, &[(DOES, "fail"), ("REWEAVE_TRACE", form)]);
        let kept = fs::read_to_string(told(&text, begins)).unwrap();
        assert!(kept.starts_with(start), "{form}: {kept}");
    }
    // Nothing lies beside them that was on its way there.
    let folder = path.parent().unwrap();
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let on_the_way =
        |name: &std::ffi::OsString| name.to_string_lossy().starts_with(".api-entry--kept");
    assert_eq!(names.filter(on_the_way).count(), 0);
}
