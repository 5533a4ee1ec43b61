//! A host that stands still.

use std::sync::Arc;

use reweave::finding::Detail;
use reweave::sync::Mutex;
use reweave::task::yield_now;
use reweave::time::{Duration, Instant, sleep};
use reweave::{FindingKind, Report, Sim, host};

use super::paths::notes;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn nothing_of_it_runs_while_time_goes_on_for_others() {
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(async {
            let start = Instant::now();
            let (db, shop) = (host("db"), host("shop"));
            for one in [&db, &shop] {
                let name = one.name().to_owned();
                one.spawn(async move {
                    for _ in 0..3 {
                        sleep(SECOND).await;
                        reweave::note!("{name} at {}", start.elapsed().as_millis());
                    }
                });
            }
            sleep(Duration::from_millis(1500)).await;
            db.pause();
            assert!(db.is_paused() && db.is_running());
            db.pause();
            sleep(5 * SECOND).await;
            db.resume();
            db.resume();
            assert!(!db.is_paused());
            sleep(5 * SECOND).await;
        });
        let mut noted = notes(&run);
        noted.sort_unstable();
        let expected = [
            "db at 1000",
            "db at 6500",
            "db at 7500",
            "shop at 1000",
            "shop at 2000",
            "shop at 3000",
        ];
        assert_eq!(noted, expected);
        assert_eq!(run.findings(), []);
    }
}

#[test]
fn what_was_ready_runs_when_it_is_resumed_in_its_order() {
    let run = Sim::new().run(async {
        let db = host("db");
        for number in 0..3 {
            db.spawn(async move { reweave::note!("{number}") });
        }
        db.pause();
        db.spawn(async { reweave::note!("spawned meanwhile") });
        sleep(SECOND).await;
        reweave::note!("resumes");
        db.resume();
        sleep(SECOND).await;
    });
    assert_eq!(notes(&run), ["resumes", "0", "1", "2", "spawned meanwhile"]);
}

#[test]
fn a_lock_that_it_holds_stays_held() {
    let run = Sim::new().run(async {
        let db = host("db");
        let lock = Arc::new(Mutex::new(()));
        let held = lock.clone();
        db.spawn(async move {
            let _guard = held.lock().await;
            sleep(SECOND).await;
        });
        yield_now().await;
        db.pause();
        sleep(3 * SECOND).await;
        assert!(lock.try_lock().is_err());
        db.resume();
        drop(lock.lock().await);
    });
    assert_eq!(run.findings(), []);
}

#[test]
fn it_may_crash_and_comes_back_running() {
    let run = Sim::new().run(async {
        let db = host("db").start(|| async {
            sleep(SECOND).await;
            reweave::note!("runs");
        });
        db.pause();
        sleep(2 * SECOND).await;
        db.crash();
        db.restart();
        assert!(!db.is_paused());
        sleep(2 * SECOND).await;
    });
    assert_eq!(notes(&run), ["runs"]);
    assert_eq!(run.findings(), []);
}

#[test]
fn a_task_may_pause_its_own_host() {
    let run = Sim::new().run(async {
        let db = host("db");
        let own = db.clone();
        let task = db.spawn(async move {
            own.pause();
            reweave::note!("to the end of the poll");
            yield_now().await;
            reweave::note!("resumed");
        });
        sleep(SECOND).await;
        reweave::note!("resumes");
        db.resume();
        task.await.unwrap();
    });
    assert_eq!(
        notes(&run),
        ["to the end of the poll", "resumes", "resumed"]
    );
}

#[test]
fn a_run_that_is_stuck_says_which_host_is_paused() {
    let program = || async {
        let db = host("db");
        let query = db.spawn(async { sleep(SECOND).await });
        yield_now().await;
        db.pause();
        query.await.unwrap();
    };
    let run = Sim::new().run(program());
    let finding = run
        .findings()
        .iter()
        .find(|one| one.kind() == FindingKind::Deadlock);
    let Some(Detail::Deadlock(deadlock)) = finding.map(|finding| finding.detail()) else {
        panic!("{:?}", run.findings())
    };
    assert_eq!(deadlock.paused, ["db"]);
    let report = Report::new(&run).to_string();
    assert!(
        report.contains("host \"db\" is paused, and nobody is left who could resume it"),
        "{report}"
    );
    assert!(run.to_json_lines().contains(r#""paused":["db"]"#));
    let found = reweave::explore(program).seeds(0..3).run();
    assert!(found.failure().is_some());
}

#[test]
fn a_deadlock_without_a_paused_host_names_none() {
    let run = Sim::new().run(async {
        let db = host("db");
        db.pause();
        db.resume();
        db.spawn(std::future::pending::<()>()).await.unwrap();
    });
    assert!(!run.findings().is_empty());
    assert!(
        !Report::new(&run).to_string().contains("is paused")
            && !run.to_json_lines().contains("\"paused\":")
    );
}
