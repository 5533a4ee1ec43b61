//! The test that the README shows fails as the README says.

use std::cell::Cell;
use std::rc::Rc;

use reweave::task;
use reweave::time::{Duration, sleep};

async fn refresh(cache: Rc<Cell<u32>>) {
    sleep(Duration::from_secs(60)).await;
    cache.set(2);
}

async fn read(cache: Rc<Cell<u32>>) -> u32 {
    sleep(Duration::from_secs(60)).await;
    cache.get()
}

#[reweave::test(seeds = 1000)]
#[should_panic(expected = "read an old value")]
async fn a_reader_sees_fresh_data() {
    let cache = Rc::new(Cell::new(1));
    let refresh = task::spawn_local(refresh(cache.clone()));
    let read = task::spawn_local(read(cache.clone()));
    refresh.await.unwrap();
    assert_eq!(read.await.unwrap(), 2, "read an old value");
}

/// The blocks of the README in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let readme = include_str!("../README.md");
    let fence = format!("```{language}\n");
    let blocks = readme.split(&fence).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_readme_shows_this_file() {
    let source = include_str!("readme.rs");
    let shown = blocks("rust")[0];
    let test = shown.split("\n\n").filter(|part| part.contains("async fn"));
    let mut parts = 0;
    for part in test {
        let part = part.trim();
        let lines: Vec<&str> = source
            .lines()
            .filter(|line| !line.contains("should_panic"))
            .collect();
        assert!(
            lines.join("\n").contains(part),
            "the README shows what this file has not:\n{part}"
        );
        parts += 1;
    }
    assert_eq!(parts, 3);
}

#[test]
fn the_readme_shows_the_report_that_is_printed() {
    // The test itself, in a process of its own, as a user runs it.
    let test = std::env::current_exe().unwrap();
    let output = std::process::Command::new(test)
        .args([
            "a_reader_sees_fresh_data",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap();
    let printed =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8_lossy(&output.stdout);
    let shown = blocks("text")[0].trim_end();
    assert!(printed.contains(shown), "what is printed:\n{printed}");
}
