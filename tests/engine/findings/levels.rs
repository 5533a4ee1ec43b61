//! Deny, warn, allow.

use futures::FutureExt;
use futures::task::noop_waker;
use reweave::time::sleep;
use reweave::{FindingKind, Level, Sim, explore, spawn};

use super::{SECOND, kinds, silent};

async fn blocks() {
    reweave::thread::sleep(SECOND);
}

#[test]
fn deny_fails_warn_reports_allow_is_silent() {
    let at = |level| Sim::new().level(FindingKind::Blocking, level).run(blocks());
    let (deny, warn, allow) = (at(Level::Deny), at(Level::Warn), at(Level::Allow));
    assert_eq!((deny.failed(), deny.findings().len()), (true, 1));
    assert_eq!((warn.failed(), warn.findings().len()), (false, 1));
    assert_eq!(warn.findings()[0].level(), Level::Warn);
    silent(&allow);
    assert_eq!(
        deny.hash(),
        allow.hash(),
        "a level changes the verdict, not what happens"
    );
}

#[test]
fn a_warning_can_be_made_to_fail_and_an_allowed_panic_still_has_no_output() {
    let run = Sim::new()
        .deny(FindingKind::NeverAwaited)
        .run(async { drop(sleep(SECOND)) });
    assert!(run.failed());
    let run = Sim::new()
        .allow(FindingKind::Panic)
        .run(async { panic!("allowed") });
    silent(&run);
    assert_eq!(run.output(), None);
}

#[test]
fn an_exploration_keeps_failures_and_warnings_apart() {
    let found = explore(|| async {
        match reweave::choose(["fine", "warns", "fails"]) {
            "warns" => drop(sleep(SECOND)),
            "fails" => panic!("fails"),
            _ => {}
        }
    })
    .seeds(0..100)
    .collect()
    .run();
    assert_eq!(
        found.failures().iter().map(kinds).collect::<Vec<_>>(),
        [[FindingKind::Panic]]
    );
    assert_eq!(
        found.warnings().iter().map(kinds).collect::<Vec<_>>(),
        [[FindingKind::NeverAwaited]]
    );
    assert_eq!(found.runs(), 100);
}

#[test]
fn every_kind_is_found_by_its_name() {
    for &kind in FindingKind::ALL {
        assert_eq!(FindingKind::from_name(kind.name()), Some(kind));
    }
    assert_eq!(FindingKind::from_name("no_such_kind"), None);
}

#[test]
fn a_waker_that_wakes_nobody_is_no_finding() {
    let run = Sim::new().run(async {
        let mut sleeping = Box::pin(sleep(SECOND));
        let waker = noop_waker();
        let polled = sleeping.poll_unpin(&mut std::task::Context::from_waker(&waker));
        assert!(polled.is_pending());
        sleep(2 * SECOND).await;
        assert!(sleeping.is_elapsed());
    });
    silent(&run);
}

/// Of 65 seeds if it stops at the first, of all if it collects; whatever the number of threads.
#[test]
fn exploring_counts_in_how_many_seeds_a_finding_shows() {
    let one_in_four = || async { assert_ne!(reweave::choose(0..4), 3) };
    let shown = |jobs, collect| {
        let explore = explore(one_in_four).seeds(0..1_000).jobs(jobs);
        let found = match collect {
            true => explore.collect().run(),
            false => explore.run(),
        };
        let failure = found.failure().unwrap();
        let shown = failure.shown().unwrap();
        (failure.seed().unwrap(), shown.seeds, shown.of)
    };
    let (first, seeds, of) = shown(1, false);
    assert_eq!(of, first + 1 + 64);
    assert!((8..40).contains(&seeds), "{seeds}");
    assert_eq!(shown(4, false), (first, seeds, of));

    let (first, seeds, of) = shown(1, true);
    assert_eq!(of, 1_000);
    assert!((200..300).contains(&seeds), "{seeds}");
    assert_eq!(shown(4, true), (first, seeds, of));
    let found = explore(one_in_four).run();
    assert!(found.to_string().contains("\nseen: in "), "{found}");
}

/// What is known by its mark, and recorded once, is counted in every seed.
#[test]
fn a_warning_is_counted_in_every_seed() {
    let leaves = || async {
        drop(spawn(std::future::pending::<()>()));
        sleep(SECOND).await;
    };
    let found = explore(leaves).seeds(0..200).run();
    let shown = found.warnings()[0].shown().unwrap();
    assert_eq!((shown.seeds, shown.of), (200, 200));
}
