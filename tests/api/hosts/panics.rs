//! The table of `reweave::host`, a test a row.

use reweave::host::OnPanic;
use reweave::task::yield_now;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, Run, Sim, host};

use super::paths::notes;

const ALL: [OnPanic; 3] = [OnPanic::Fail, OnPanic::Crash, OnPanic::Restart];

fn kinds<T>(run: &Run<T>) -> Vec<FindingKind> {
    run.findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

#[test]
fn in_main() {
    for policy in ALL {
        let run = Sim::new().run(async move {
            let _db = host("db").on_panic(policy);
            yield_now().await;
            panic!("main");
        });
        assert_eq!(kinds(&run), [FindingKind::Panic], "{policy:?}");
    }
}

/// A host whose start function panics in its first life.
fn root(policy: OnPanic) -> Run<bool> {
    Sim::new().run(async move {
        let first = std::cell::Cell::new(true);
        let db = host("db").on_panic(policy).start(move || {
            let panics = first.replace(false);
            async move {
                assert!(!panics, "start");
                reweave::note!("second life");
            }
        });
        sleep(Duration::from_secs(1)).await;
        db.is_running()
    })
}

#[test]
fn in_the_start_function() {
    let run = root(OnPanic::Fail);
    assert_eq!(kinds(&run), [FindingKind::UnobservedPanic]);
    assert_eq!(run.findings()[0].task(), Some("db:main"));
    let run = root(OnPanic::Crash);
    assert!(kinds(&run).is_empty() && notes(&run).is_empty());
    assert!(!run.unwrap());
    let run = root(OnPanic::Restart);
    assert!(kinds(&run).is_empty());
    assert_eq!(notes(&run), ["second life"]);
    assert!(run.unwrap());
}

/// A host with a start function, and a task that panics; awaited on another host, or by nobody.
fn spawned(policy: OnPanic, awaited: bool) -> Run<(Option<String>, bool)> {
    Sim::new().run(async move {
        let db = host("db").on_panic(policy).start(|| async {
            reweave::note!("starts");
            std::future::pending::<()>().await;
        });
        yield_now().await;
        let task = db.spawn(async { panic!("spawned") });
        let error = match awaited {
            true => Some(task.await.unwrap_err().to_string()),
            false => {
                drop(task);
                None
            }
        };
        sleep(Duration::from_secs(1)).await;
        (error, db.is_running())
    })
}

#[test]
fn in_a_spawned_task_that_somebody_awaits() {
    for (policy, runs, starts, words) in [
        (OnPanic::Fail, true, 1, "panicked with message \"spawned\""),
        (
            OnPanic::Crash,
            false,
            1,
            "the process of its host \"db\" died",
        ),
        (
            OnPanic::Restart,
            true,
            2,
            "the process of its host \"db\" died",
        ),
    ] {
        let run = spawned(policy, true);
        assert!(kinds(&run).is_empty(), "{policy:?}");
        assert_eq!(notes(&run).len(), starts, "{policy:?}");
        let (error, is_running) = run.unwrap();
        assert_eq!(is_running, runs, "{policy:?}");
        assert!(error.unwrap().contains(words), "{policy:?}");
    }
}

#[test]
fn in_a_spawned_task_that_nobody_awaits() {
    let run = spawned(OnPanic::Fail, false);
    assert_eq!(kinds(&run), [FindingKind::UnobservedPanic]);
    for (policy, runs, starts) in [(OnPanic::Crash, false, 1), (OnPanic::Restart, true, 2)] {
        let run = spawned(policy, false);
        assert!(kinds(&run).is_empty(), "{policy:?}");
        assert_eq!(notes(&run).len(), starts, "{policy:?}");
        assert_eq!(run.unwrap().1, runs, "{policy:?}");
    }
}

/// Panics when it is dropped.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

#[test]
fn in_a_destructor_at_a_crash() {
    for policy in ALL {
        let run = Sim::new().run(async move {
            let db = host("db").on_panic(policy);
            for _ in 0..2 {
                drop(db.spawn(async {
                    let _panics = Panics;
                    std::future::pending::<()>().await;
                }));
            }
            yield_now().await;
            db.crash();
            reweave::note!("goes on");
            assert!(!db.is_running());
        });
        assert!(kinds(&run).is_empty(), "{policy:?}");
        assert_eq!(notes(&run), ["goes on"]);
        assert!(
            !run.trace().to_string().contains("panics"),
            "{}",
            run.trace()
        );
    }
}

#[test]
fn a_host_that_panics_whenever_it_starts_stays_down() {
    let run = Sim::new().run(async {
        let db = host("db").on_panic(OnPanic::Restart).start(|| async {
            reweave::note!("starts");
            panic!("again");
        });
        sleep(Duration::from_secs(1)).await;
        assert!(!db.is_running());
        db.restart();
        sleep(Duration::from_secs(1)).await;
        assert!(!db.is_running());
    });
    assert!(kinds(&run).is_empty());
    assert_eq!(notes(&run), ["starts"; 4]);
}
