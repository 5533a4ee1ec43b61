//! `nondeterminism`: two runs with the same draws went different ways, or might.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::time::Duration;

use reweave::task::Builder;
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore};

use super::{SECOND, kinds, told};

#[test]
fn the_order_of_a_hash_map() {
    let found = explore(|| async {
        let random = RandomState::new().build_hasher().finish() % 1000;
        sleep(Duration::from_millis(random)).await;
    })
    .seeds(0..64)
    .verify_every(1)
    .run();
    let failure = found.failure().expect("no two runs sleep for as long");
    let finding = failure.failure().unwrap();
    assert_eq!(finding.kind(), FindingKind::Nondeterminism);
    assert_eq!(
        finding.message(),
        "two runs of this seed went different ways"
    );
    assert!(
        finding.details()[0].starts_with("the runs part at event 3"),
        "{finding}"
    );
}

#[test]
fn is_told_when_the_runs_part_with_the_next_events_alone() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let found = explore(|| async {
        sleep(SECOND).await;
        let run = RUNS.fetch_add(1, Relaxed);
        reweave::note!("run {run}");
        for n in 0..40 {
            reweave::note!("{run} {n}");
        }
    })
    .seeds(0..1)
    .verify_every(1)
    .run();
    let failure = found.failure().expect("no two runs note the same");
    let finding = failure.failure().unwrap();
    assert_eq!(finding.at(), SECOND);
    let lines = finding.details();
    let [first, sides @ .., _sources] = &lines[..] else {
        panic!("{finding}");
    };
    assert!(first.starts_with("the runs part at event "), "{finding}");
    assert_eq!(sides.len(), 12, "{finding}");
    for (side, name) in sides.chunks(6).zip(["left ", "right"]) {
        assert!(
            side[0].starts_with(&format!("  {name}  1s main notes \"run ")),
            "{finding}"
        );
        assert_eq!(side[5], format!("  {name}  … and 37 more events"));
    }
    // No other seed was looked at for it.
    assert!(!failure.to_string().contains("seen: in"), "{failure}");
}

#[test]
fn of_the_run_as_a_whole_has_no_time() {
    static FAILED: AtomicBool = AtomicBool::new(false);
    let found = explore(|| async { assert!(FAILED.swap(true, Relaxed), "only the first time") })
        .seeds(0..64)
        .run();
    let text = found.failure().expect("a run failed").to_string();
    assert!(
        text.starts_with("nondeterminism: two runs of this seed went different ways\n"),
        "{text}"
    );
}

#[test]
fn a_static_counter() {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let found = explore(|| async {
        sleep(Duration::from_secs(u64::from(
            COUNTER.fetch_add(1, Relaxed),
        )))
        .await;
    })
    .seeds(0..64)
    .verify_every(1)
    .run();
    assert_eq!(
        found.failure().map(kinds),
        Some(vec![FindingKind::Nondeterminism])
    );
}

#[test]
fn a_failure_that_does_not_come_again_is_not_lost() {
    static FAILED: AtomicBool = AtomicBool::new(false);
    let found = explore(|| async { assert!(FAILED.swap(true, Relaxed), "only the first time") })
        .seeds(0..64)
        .run();
    let failure = found.failure().expect("a run failed");
    assert!(
        kinds(failure).contains(&FindingKind::Nondeterminism),
        "{failure}"
    );
}

#[test]
fn a_difference_that_does_not_come_again_is_not_lost() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let found = explore(|| async {
        if RUNS.fetch_add(1, Relaxed) == 0 {
            sleep(SECOND).await;
        }
    })
    .seeds(0..1)
    .verify_every(1)
    .run();
    assert_eq!(
        found.failure().map(kinds),
        Some(vec![FindingKind::Nondeterminism])
    );
}

#[test]
fn a_wake_from_another_thread() {
    let run = Sim::new().run(async {
        let woken = Builder::new()
            .name("woken")
            .spawn(woken_from_another_thread())
            .unwrap();
        woken.await.unwrap();
    });
    insta::assert_snapshot!(told(&run), @"nondeterminism in main/woken at 0s: woken from another thread: when that happens is up to the operating system, and no replay can repeat it");
}

/// Completes when a thread that is over by then has woken it.
async fn woken_from_another_thread() {
    let mut polled = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut polled, true) {
            return std::task::Poll::Ready(());
        }
        let waker = cx.waker().clone();
        std::thread::spawn(move || waker.wake()).join().unwrap();
        std::task::Poll::Pending
    })
    .await;
}

#[test]
fn threads_that_do_not_wake_and_random_values_of_the_run_are_in_order() {
    let found = explore(|| async {
        let sum = std::thread::spawn(|| (1..=10).sum::<u64>()).join().unwrap();
        sleep(Duration::from_secs(
            sum * u64::from(reweave::choose(1u32..10)),
        ))
        .await;
    })
    .seeds(0..64)
    .verify_every(1)
    .run();
    assert!(!found.failed() && found.warnings().is_empty(), "{found}");
}
