//! The finding `no_progress`: when it is told, in which words, and when it is not.

use std::sync::Arc;

use reweave::faults::progress;
use reweave::finding::Detail;
use reweave::time::{advance, sleep};
use reweave::{FindingKind, Run, Sim, explore, host};

use super::{SECOND, runs};

/// Makes progress in each of the first seconds, and then tries for ever.
async fn gets_nowhere(first: u32) {
    let orders = progress("orders", 10 * SECOND);
    for _ in 0..first {
        sleep(SECOND).await;
        orders.made();
    }
    loop {
        sleep(SECOND).await;
    }
}

fn told<T>(run: &Run<T>) -> Vec<(FindingKind, u64)> {
    let told = run.findings().iter();
    told.map(|finding| (finding.kind(), finding.at().as_secs()))
        .collect()
}

#[test]
fn what_does_not_come_in_its_time_is_told_and_ends_the_run() {
    let run = Sim::new().run(gets_nowhere(5));
    assert_eq!(told(&run), [(FindingKind::NoProgress, 15)]);
    assert!(run.failed());
    let finding = &run.findings()[0];
    assert_eq!(
        finding.summary(),
        "no_progress in main at 15s: progress of \"orders\" was promised once in 10s: it was made 5 times, and not since 5s"
    );
    let never = Sim::new().run(gets_nowhere(0));
    assert_eq!(
        never.findings()[0].summary(),
        "no_progress in main at 10s: progress of \"orders\" was promised once in 10s: it was never made, and not since 0s"
    );
    let place = finding.place().unwrap();
    assert!(place.file().ends_with("faults/progress.rs"), "{place}");
}

#[test]
fn exploring_finds_it_and_it_repeats() {
    let found = explore(|| gets_nowhere(3)).seeds(0..20).collect().run();
    assert_eq!(found.failures().len(), 1, "{found}");
    assert_eq!(found.failures()[0].shown().unwrap().seeds, 20);
}

#[test]
fn what_comes_just_in_time_is_in_order() {
    let run = Sim::new().run(async {
        let orders = progress("orders", 10 * SECOND);
        for _ in 0..5 {
            sleep(10 * SECOND).await;
            orders.made();
        }
    });
    assert!(run.findings().is_empty(), "{run}");
    let advanced = Sim::new().run(async {
        let orders = progress("orders", 10 * SECOND);
        let kept = reweave::spawn(async move {
            loop {
                sleep(10 * SECOND).await;
                orders.made();
            }
        });
        for _ in 0..5 {
            advance(35 * SECOND).await;
        }
        kept.abort();
        let _ = kept.await;
    });
    assert!(advanced.findings().is_empty(), "{advanced}");
}

#[test]
fn a_promise_is_over_with_its_handle_and_with_main() {
    let run = Sim::new().run(async {
        let orders = progress("orders", SECOND);
        orders.made();
        drop(orders);
        sleep(100 * SECOND).await;
        std::mem::forget(progress("orders", SECOND));
    });
    assert!(run.findings().is_empty(), "{run}");
    // A handle that outlives its run is inert.
    let kept = Sim::new()
        .run(async { progress("orders", SECOND) })
        .unwrap();
    let other = Sim::new().run(async move {
        let own = progress("own", SECOND);
        sleep(SECOND / 2).await;
        kept.made();
        drop(kept);
        sleep(SECOND).await;
        drop(own);
    });
    assert_eq!(told(&other), [(FindingKind::NoProgress, 1)]);
}

#[test]
fn a_host_that_is_down_or_paused_promises_nothing() {
    let run = Sim::new().run(async {
        let db = host("db");
        let orders = Arc::new(progress("of main", 50 * SECOND));
        drop(db.spawn(async {
            let orders = progress("orders", SECOND);
            loop {
                sleep(SECOND / 2).await;
                orders.made();
            }
        }));
        sleep(10 * SECOND).await;
        db.pause();
        sleep(10 * SECOND).await;
        db.resume();
        sleep(10 * SECOND).await;
        orders.made();
        db.crash();
        sleep(10 * SECOND).await;
    });
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn under_faults_it_is_judged_in_the_calm_phase_alone() {
    let mut seen = 0;
    for run in runs("hosts(pause = 5s), calm = 40s", || async {
        let _db = host("db").start(std::future::pending::<()>);
        gets_nowhere(5).await
    }) {
        let finding = &run.findings()[0];
        let Detail::NoProgress(detail) = finding.detail() else {
            panic!("{run}")
        };
        assert_eq!(detail.times, 5);
        match detail.calm_since {
            // In this run no fault strikes.
            None => assert_eq!(told(&run), [(FindingKind::NoProgress, 15)]),
            Some(calm) => {
                seen += 1;
                assert_eq!(told(&run), [(FindingKind::NoProgress, 50)]);
                assert_eq!((calm, detail.since), (40 * SECOND, 40 * SECOND));
                assert!(!detail.faults.is_empty() && detail.faults.len() <= 8);
                assert!(detail.faults.iter().all(|fault| fault.until.is_some()));
                let text = finding.to_string();
                assert!(
                    text.contains("and not since faults were over at 40s"),
                    "{text}"
                );
                assert!(text.contains("pause of host \"db\" from "), "{text}");
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

/// A shop that places an order a second with a database that may be down; `retries` if it tries again.
async fn shop(retries: bool) {
    let db = host("db").start(std::future::pending::<()>);
    let orders = progress("orders", 20 * SECOND);
    let mut broken = false;
    for _ in 0..120 {
        sleep(SECOND).await;
        if !db.is_running() {
            broken = !retries;
        } else if !broken {
            orders.made();
        }
    }
}

#[test]
fn a_program_that_recovers_is_told_from_one_that_does_not() {
    let explored = |retries| {
        let made = explore(move || shop(retries)).faults("hosts(crash, power)");
        made.seeds(0..100).run()
    };
    let found = explored(false);
    let run = found.failure().expect("it never comes back");
    assert_eq!(run.findings()[0].kind(), FindingKind::NoProgress);
    let recovers = explored(true);
    assert!(!recovers.failed(), "{recovers}");
    assert!(
        !explore(|| shop(false)).seeds(0..50).run().failed(),
        "without faults"
    );
}

#[test]
fn as_a_warning_it_is_told_again_and_again_and_allowed_never() {
    let program = || async {
        let orders = progress("orders", 10 * SECOND);
        sleep(35 * SECOND).await;
        orders.made();
    };
    let warned = Sim::new().warn(FindingKind::NoProgress).run(program());
    let kind = FindingKind::NoProgress;
    assert_eq!(told(&warned), [(kind, 10), (kind, 20), (kind, 30)]);
    assert!(!warned.failed() && warned.output().is_some());
    let allowed = Sim::new().allow(kind).run(program());
    assert!(allowed.findings().is_empty());
    assert_eq!(allowed.elapsed(), 35 * SECOND);
}

#[test]
fn what_cannot_go_on_is_a_deadlock() {
    let run = Sim::new().run(async {
        let _orders = progress("orders", 10 * SECOND);
        reweave::sync::Notify::new().notified().await;
    });
    assert_eq!(told(&run), [(FindingKind::Deadlock, 0)]);
}

#[test]
#[should_panic(expected = "`progress(\"orders\", …)` must be given a time longer than zero")]
fn no_time_is_no_promise() {
    Sim::new()
        .run(async { drop(progress("orders", std::time::Duration::ZERO)) })
        .unwrap();
}
