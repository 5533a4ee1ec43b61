//! What a signal does to a process that does not handle it.

use reweave::host::OnPanic;
use reweave::signal::raise;
use reweave::signal::unix::{SignalKind, signal};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, Sim, host};

const SECOND: Duration = Duration::from_secs(1);

/// Whether a host lives on, and whether it is paused, after this signal.
fn after(number: i32) -> (bool, bool) {
    let run = Sim::new().run(async move {
        let db = host("db").start(|| async { std::future::pending::<()>().await });
        sleep(SECOND).await;
        db.signal(SignalKind::from_raw(number));
        (db.is_running(), db.is_paused())
    });
    run.unwrap()
}

#[test]
fn it_dies_of_most() {
    // As signal(7) of Linux has it.
    let (ignored, stops) = ([17, 18, 23, 28], [19, 20, 21, 22]);
    for number in 1..=64 {
        let expected = match number {
            number if ignored.contains(&number) => (true, false),
            number if stops.contains(&number) => (true, true),
            _ => (false, false),
        };
        assert_eq!(after(number), expected, "signal {number}");
    }
}

#[test]
fn what_kinds_are_called_is_what_they_do() {
    let dies = [
        SignalKind::alarm(),
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::io(),
        SignalKind::pipe(),
        SignalKind::quit(),
        SignalKind::terminate(),
        SignalKind::user_defined1(),
        SignalKind::user_defined2(),
    ];
    let ignored = [SignalKind::child(), SignalKind::window_change()];
    for kind in dies {
        assert!(!after(kind.into()).0, "{kind:?}");
    }
    for kind in ignored {
        assert!(after(kind.into()).0, "{kind:?}");
    }
}

#[test]
fn a_stop_is_a_crash_where_nobody_listens() {
    let run = Sim::new().run(async {
        let db = host("db").start(|| async { std::future::pending::<()>().await });
        let query = db.spawn(std::future::pending::<()>());
        sleep(SECOND).await;
        db.stop();
        assert!(!db.is_running());
        assert!(query.await.unwrap_err().is_host_crash());
        db.restart();
    });
    assert_eq!(run.findings(), []);
    let trace = run.trace().to_string();
    let sent = trace.find("sends SIGTERM, which is not handled, to host \"db\"");
    assert!(
        sent.unwrap() < trace.find("crashes host \"db\"").unwrap(),
        "{trace}"
    );
}

#[test]
fn a_new_process_handles_nothing_yet() {
    Sim::new()
        .run(async {
            let db = host("db");
            db.spawn(async { drop(signal(SignalKind::hangup())) });
            sleep(SECOND).await;
            db.signal(SignalKind::hangup());
            assert!(db.is_running());
            db.crash();
            db.restart();
            db.signal(SignalKind::hangup());
            assert!(!db.is_running());
        })
        .unwrap();
}

#[test]
fn a_listener_of_an_earlier_process_hears_nothing_of_the_next() {
    Sim::new()
        .run(async {
            let db = host("db");
            let kept = db.spawn(async { signal(SignalKind::hangup()).unwrap() });
            let mut kept = kept.await.unwrap();
            db.crash();
            db.restart();
            db.spawn(async { drop(signal(SignalKind::hangup())) });
            sleep(SECOND).await;
            db.signal(SignalKind::hangup());
            let heard = reweave::time::timeout(SECOND, kept.recv()).await;
            assert!(heard.is_err());
        })
        .unwrap();
}

#[test]
fn one_that_stands_still_dies_when_it_goes_on() {
    let run = Sim::new().run(async {
        let (db, killed) = (host("db"), host("killed"));
        for host in [&db, &killed] {
            host.spawn(async {
                sleep(SECOND).await;
                reweave::note!("goes on");
            });
        }
        sleep(SECOND / 2).await;
        db.pause();
        killed.pause();
        db.stop();
        sleep(SECOND).await;
        assert!(db.is_running() && db.is_paused());
        db.resume();
        sleep(SECOND).await;
        assert!(!db.is_running());
        killed.signal(SignalKind::from_raw(9));
        assert!(!killed.is_running());
    });
    assert!(!run.trace().to_string().contains("goes on"), "db ran on");
}

#[test]
fn one_that_was_stopped_by_a_signal_goes_on_by_one() {
    Sim::new()
        .run(async {
            let db = host("db");
            let work = db.spawn(async { sleep(SECOND).await });
            for stop in [19, 20] {
                db.signal(SignalKind::from_raw(stop));
                assert!(db.is_paused());
                db.signal(SignalKind::from_raw(18));
                assert!(!db.is_paused());
            }
            work.await.unwrap();
        })
        .unwrap();
}

#[test]
fn a_task_that_kills_its_own_host_is_gone() {
    for policy in [OnPanic::Fail, OnPanic::Crash, OnPanic::Restart] {
        let run = Sim::new().run(async move {
            let db = host("db").on_panic(policy);
            let task = db.spawn(async {
                raise(SignalKind::terminate());
                reweave::note!("alive");
            });
            assert!(task.await.unwrap_err().is_host_crash());
            assert!(!db.is_running());
        });
        assert_eq!(run.findings(), []);
    }
}

#[test]
fn on_the_default_host_that_is_a_panic() {
    let run = Sim::new().run(async { raise(SignalKind::terminate()) });
    let [finding] = run.findings() else {
        panic!("{:?}", run.findings());
    };
    assert_eq!(finding.kind(), FindingKind::Panic);
    assert!(
        finding.message().contains("nothing listens for SIGTERM"),
        "{}",
        finding.message()
    );
    Sim::new()
        .run(async { raise(SignalKind::window_change()) })
        .unwrap();
}

#[test]
fn one_whose_start_function_ends_unasked_runs_on() {
    Sim::new()
        .run(async {
            let db = host("db").start(|| async {
                // Handled, and no sign to end.
                let mut reload = signal(SignalKind::hangup()).unwrap();
                reload.recv().await;
            });
            sleep(SECOND).await;
            db.signal(SignalKind::hangup());
            sleep(SECOND).await;
            assert!(db.is_running());
        })
        .unwrap();
}
