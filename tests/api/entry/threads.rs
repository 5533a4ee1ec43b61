//! Threads by the attribute and by the environment, and the line that replays a run that had them.

use reweave::std_sync::Arc;
use reweave::std_sync::atomic::{AtomicU32, Ordering::SeqCst};

use super::{DOES, does, run};

/// Two add one, each in two statements.
async fn two_add() {
    let count = Arc::new(AtomicU32::new(0));
    let tasks = [count.clone(), count.clone()].map(|count| {
        reweave::spawn(async move {
            let seen = count.load(SeqCst);
            count.store(seen + 1, SeqCst);
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    let lost = count.load(SeqCst) < 2;
    assert!(!lost || !does("fail"), "an update was lost");
}

#[reweave::test(threads, seeds = 200)]
async fn with_threads() {
    two_add().await;
}

#[reweave::test(seeds = 200)]
async fn without() {
    two_add().await;
}

#[reweave::test(threads = true, seeds = 200)]
#[should_panic(expected = "a lost update")]
async fn it_fails_in_this_process() {
    let count = Arc::new(AtomicU32::new(0));
    let other = count.clone();
    let other = reweave::spawn(async move { other.store(other.load(SeqCst) + 1, SeqCst) });
    count.store(count.load(SeqCst) + 1, SeqCst);
    other.await.unwrap();
    assert_eq!(count.load(SeqCst), 2, "a lost update");
}

const FAIL: (&str, &str) = (DOES, "fail");

#[test]
fn the_attribute_needs_no_variable() {
    let (passed, text) = run("entry::threads::with_threads", &[FAIL]);
    assert!(!passed && text.contains("replay: REWEAVE_SEED="), "{text}");
    assert!(!text.contains("REWEAVE_THREADS="), "{text}");
    assert!(text.contains("the same failure"), "{text}");
    assert!(text.contains("is preempted on its thread at "), "{text}");
    let (passed, text) = run("entry::threads::without", &[FAIL]);
    assert!(passed, "{text}");
}

#[test]
fn the_environment_turns_them_on_and_off_and_stands_in_the_line() {
    let on = [FAIL, ("REWEAVE_THREADS", "1")];
    let (passed, text) = run("entry::threads::without", &on);
    let line = text.lines().find(|line| line.starts_with("replay: "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(
        !passed && line.contains(" REWEAVE_THREADS=1 cargo test "),
        "{line}"
    );
    assert!(text.contains("the same failure"), "{text}");
    // As they are the test's own, they do not.
    let (_, text) = run("entry::threads::with_threads", &on);
    assert!(!text.contains("REWEAVE_THREADS="), "{text}");
    let off = [FAIL, ("REWEAVE_THREADS", "0")];
    let (passed, text) = run("entry::threads::with_threads", &off);
    assert!(passed, "{text}");
    let (passed, text) = run("entry::threads::without", &[("REWEAVE_THREADS", "yes")]);
    let told = "REWEAVE_THREADS: expected `0` or `1`, found `yes`";
    assert!(!passed && text.contains(told), "{text}");
}
