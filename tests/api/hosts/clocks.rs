//! Clocks of hosts that differ from the time of the run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use reweave::host::Host;
use reweave::time::{
    Duration, Instant, SystemTime, UNIX_EPOCH, interval, sleep, sleep_until, timeout,
};
use reweave::{FindingKind, Sim, explore, host, thread};

const SECOND: Duration = Duration::from_secs(1);

fn inside(test: impl AsyncFn() + 'static) {
    let run = Sim::new().run(async move { test().await });
    assert_eq!(run.findings(), []);
}

/// A host whose clock gains so much.
fn drifting(name: &str, ppm: i32) -> Host {
    let host = host(name);
    host.clock().drift_ppm(ppm);
    host
}

/// How long something takes on the clock of the run.
async fn takes(host: &Host, work: impl Future<Output = ()> + 'static) -> Duration {
    let start = Instant::now();
    host.spawn(work).await.unwrap();
    start.elapsed()
}

#[test]
fn timers_go_by_the_clock_of_their_host() {
    inside(async || {
        for (ppm, expected) in [(0, 10_000), (-500_000, 20_000), (1_000_000, 5_000)] {
            let db = drifting(&format!("db{ppm}"), ppm);
            let expected = Duration::from_millis(expected);
            assert_eq!(
                takes(&db, async { sleep(10 * SECOND).await }).await,
                expected
            );
            let limit = async {
                timeout(10 * SECOND, std::future::pending::<()>())
                    .await
                    .unwrap_err();
            };
            assert_eq!(takes(&db, limit).await, expected);
            let ticks = async {
                let mut ticks = interval(5 * SECOND);
                for _ in 0..3 {
                    ticks.tick().await;
                }
            };
            assert_eq!(takes(&db, ticks).await, expected);
            let reset = async {
                let mut sleep = std::pin::pin!(sleep(SECOND));
                sleep.as_mut().reset(Instant::now() + 10 * SECOND);
                assert!(!sleep.is_elapsed());
                sleep.await;
            };
            assert_eq!(takes(&db, reset).await, expected);
        }
    });
}

#[test]
fn a_thread_that_sleeps_goes_by_it_too() {
    let run = Sim::new().allow(FindingKind::Blocking).run(async {
        let db = drifting("db", -500_000);
        let work = async {
            let start = Instant::now();
            thread::sleep(SECOND);
            assert_eq!(start.elapsed(), SECOND);
        };
        takes(&db, work).await
    });
    assert_eq!(run.unwrap(), 2 * SECOND);
}

#[test]
fn instants_and_the_system_clock_drift_and_the_others_do_not() {
    inside(async || {
        let db = drifting("db", 1_000_000);
        let drifted = db.spawn(async {
            let (start, wall) = (Instant::now(), SystemTime::now());
            sleep(10 * SECOND).await;
            assert_eq!(start.elapsed(), 10 * SECOND);
            assert_eq!(wall.elapsed(), Ok(10 * SECOND));
        });
        let (start, wall) = (Instant::now(), SystemTime::now());
        drifted.await.unwrap();
        assert_eq!(start.elapsed(), 5 * SECOND);
        assert_eq!(wall.elapsed(), Ok(5 * SECOND));
    });
}

#[test]
fn a_sleep_is_never_short_whatever_the_drift() {
    inside(async || {
        for ppm in [-999_999, -123_457, -1, 1, 333_333, 999_983] {
            let db = drifting(&format!("db{ppm}"), ppm);
            let work = async {
                for nanos in [1, 2, 3, 1_000_007] {
                    let start = Instant::now();
                    sleep(Duration::from_nanos(nanos)).await;
                    assert!(start.elapsed() >= Duration::from_nanos(nanos));
                }
            };
            db.spawn(work).await.unwrap();
        }
    });
}

#[test]
fn the_system_clock_jumps_and_nothing_else_does() {
    inside(async || {
        let db = host("db");
        let clock = db.clock();
        let task = db.spawn(async move {
            let (start, wall) = (Instant::now(), SystemTime::now());
            let sleeps = sleep(10 * SECOND);
            clock.jump_ahead(3600 * SECOND);
            assert_eq!(wall.elapsed(), Ok(3600 * SECOND));
            clock.jump_back(3610 * SECOND);
            assert_eq!(wall.elapsed().unwrap_err().duration(), 10 * SECOND);
            assert_eq!(start.elapsed(), Duration::ZERO);
            sleeps.await;
            assert_eq!(start.elapsed(), 10 * SECOND);
            assert_eq!(wall.elapsed(), Ok(Duration::ZERO));
        });
        let wall = SystemTime::now();
        task.await.unwrap();
        assert_eq!(wall.elapsed(), Ok(10 * SECOND));
    });
}

#[test]
fn the_clock_is_the_machines_and_outlives_its_process() {
    inside(async || {
        let db = drifting("db", 1_000_000);
        db.clock().jump_ahead(100 * SECOND);
        sleep(10 * SECOND).await;
        db.crash();
        db.clock().drift_ppm(0);
        sleep(10 * SECOND).await;
        db.restart();
        let epoch = SystemTime::now();
        let there = db.spawn(async { SystemTime::now() }).await.unwrap();
        assert_eq!(there.duration_since(epoch), Ok(110 * SECOND));
        assert_eq!(takes(&db, async { sleep(SECOND).await }).await, SECOND);
    });
}

#[test]
fn a_deadline_of_another_host_is_taken_as_it_stands_while_the_clocks_agree() {
    inside(async || {
        let (a, b) = (drifting("a", 1_000_000), drifting("b", 1_000_000));
        let deadline = a.spawn(async { Instant::now() + 10 * SECOND });
        let deadline = deadline.await.unwrap();
        assert_eq!(takes(&b, sleep_until(deadline)).await, 5 * SECOND);
        // What no clock has read is nobody's.
        let std = Instant::now().into_std();
        assert_eq!(takes(&a, sleep_until(std.into())).await, Duration::ZERO);
    });
}

#[test]
fn a_deadline_that_was_made_before_any_clock_drifted_is_of_who_sleeps() {
    inside(async || {
        let deadline = Instant::now() + 10 * SECOND;
        let db = drifting("db", 1_000_000);
        assert_eq!(takes(&db, sleep_until(deadline)).await, 5 * SECOND);
    });
}

#[test]
fn where_the_clocks_differ_it_panics_and_names_both() {
    let run = Sim::new().run(async {
        let db = drifting("db", -10);
        let deadline = db.spawn(async { Instant::now() + SECOND }).await.unwrap();
        sleep_until(deadline).await;
    });
    let [finding] = run.findings() else {
        panic!("{:?}", run.findings());
    };
    assert_eq!(finding.kind(), FindingKind::ForeignInstant);
    let place = finding.place().unwrap();
    assert!(place.file().ends_with("clocks.rs"), "{place}");
    let words = finding.message();
    assert!(
        words.contains("host `db`") && words.contains("host `main`"),
        "{words}"
    );
    let run = Sim::new().run(async {
        let (db, shop) = (drifting("db", -10), host("shop"));
        let deadline = Instant::now() + SECOND;
        for host in [&db, &shop] {
            let sleeps = host.spawn(sleep_until(deadline)).await;
            let differs = host == &db;
            assert_eq!(sleeps.is_err(), differs, "{host:?}");
        }
        let made = sleep(SECOND);
        let moved = db.spawn(made).await.unwrap_err().to_string();
        assert!(moved.contains("host `db`"), "{moved}");
    });
    let kinds = run.findings().iter().map(|found| found.kind());
    assert!(
        kinds.eq([FindingKind::ForeignInstant; 2]),
        "{:?}",
        run.findings()
    );
    let found = explore(|| async {
        let db = drifting("db", -10);
        let deadline = db.spawn(async { Instant::now() + SECOND }).await.unwrap();
        sleep_until(deadline).await;
    });
    let found = found.seeds(0..5).run();
    let kind = found.failure().map(|run| run.findings()[0].kind());
    assert_eq!(kind, Some(FindingKind::ForeignInstant));
    let allowed = Sim::new().allow(FindingKind::ForeignInstant).run(async {
        let db = drifting("db", -10);
        sleep_until(db.spawn(async { Instant::now() + SECOND }).await.unwrap()).await;
    });
    assert_eq!(allowed.findings()[0].kind(), FindingKind::Panic);
}

/// The words with which it panics.
#[track_caller]
fn refused(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it is not refused");
    *payload.downcast::<String>().expect("words")
}

#[test]
fn what_no_clock_does_is_refused_and_named() {
    inside(async || {
        let db = host("db");
        let clock = db.clock();
        for ppm in [-1_000_000, i32::MIN, 1_000_001, i32::MAX] {
            let words = refused(|| _ = clock.drift_ppm(ppm));
            assert!(words.contains(&format!("{ppm} is out of range")), "{words}");
        }
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let words = refused(|| _ = clock.jump_back(wall + SECOND));
        assert!(words.contains("946684801s is too far"), "{words}");
        let words = refused(|| _ = clock.jump_ahead(Duration::MAX));
        assert!(
            words.contains("is too far for the clock of host \"db\""),
            "{words}"
        );
        clock.jump_back(wall);
        let there = db.spawn(async { SystemTime::now() }).await.unwrap();
        assert_eq!(there, UNIX_EPOCH);
        let _task = db.spawn(sleep(SECOND));
        let words = refused(|| _ = clock.drift_ppm(5));
        assert!(words.contains("host \"db\" has tasks"), "{words}");
        sleep(2 * SECOND).await;
        clock.drift_ppm(5);
    });
}

#[test]
fn the_trace_says_what_clocks_do_and_runs_repeat() {
    let program = || async {
        let db = drifting("db", -25);
        drifting("shop", 30);
        db.clock().jump_ahead(SECOND).jump_back(2 * SECOND);
        let nap = || async { sleep(SECOND).await };
        let (a, b) = (db.spawn(nap()), host("other").spawn(nap()));
        a.await.unwrap();
        b.await.unwrap();
    };
    let run = Sim::new().run(program());
    let trace = run.trace().to_string();
    for told in [
        "lets the clock of host \"db\" lose 25 ppm",
        "lets the clock of host \"shop\" gain 30 ppm",
        "sets the clock of host \"db\" ahead by 1s",
        "sets the clock of host \"db\" back by 2s",
    ] {
        assert!(trace.contains(told), "{told} in {trace}");
    }
    let found = explore(program).seeds(0..50).run();
    assert!(found.failure().is_none());
    assert_eq!(run.hash(), Sim::new().run(program()).hash());
}
