//! Deny, warn, allow.

use futures::FutureExt;
use futures::task::noop_waker;
use reweave::time::sleep;
use reweave::{FindingKind, Level, Sim, explore};

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
