//! Restarts: the start function runs again.

use std::cell::Cell;
use std::rc::Rc;

use reweave::task::yield_now;
use reweave::time::{Duration, sleep};
use reweave::{Sim, host};

use super::paths::notes;

#[test]
fn the_start_function_runs_again_on_the_host() {
    let run = Sim::new().run(async {
        let lives = Rc::new(Cell::new(0));
        let db = host("db").start(move || {
            lives.set(lives.get() + 1);
            let life = lives.get();
            reweave::note!("called in life {life}");
            async move {
                sleep(Duration::from_secs(1)).await;
                reweave::note!("life {life}");
            }
        });
        for _ in 0..2 {
            sleep(Duration::from_secs(2)).await;
            db.crash();
            db.restart();
        }
        sleep(Duration::from_secs(2)).await;
    });
    let all = [1, 2, 3].map(|life| [format!("called in life {life}"), format!("life {life}")]);
    assert_eq!(notes(&run), all.concat());
    let trace = run.trace().to_string();
    for line in [
        "spawns db:main\n",
        "spawns db:main#2\n",
        "spawns db:main#3\n",
        "restarts host \"db\"\n",
    ] {
        assert!(trace.contains(line), "{trace}");
    }
    // It is called on the host, not by who restarts it.
    assert!(
        trace.contains("db:main#2  notes \"called in life 2\""),
        "{trace}"
    );
    assert_eq!(run.findings(), []);
}

#[test]
fn nothing_of_the_earlier_life_is_left() {
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(async {
            let db = host("db").start(|| async {
                for second in 0..10 {
                    reweave::note!("{second}");
                    sleep(Duration::from_secs(1)).await;
                }
            });
            sleep(Duration::from_millis(2500)).await;
            db.crash();
            db.restart();
            sleep(Duration::from_millis(1500)).await;
        });
        assert_eq!(notes(&run), ["0", "1", "2", "0", "1"]);
    }
}

#[test]
fn a_host_without_a_start_function_is_up_again_with_no_task() {
    let run = Sim::new().run(async {
        let db = host("db");
        db.spawn(std::future::pending::<()>());
        yield_now().await;
        db.crash();
        db.restart();
        assert!(db.is_running());
        db.spawn(async { reweave::note!("again") }).await.unwrap();
    });
    assert_eq!(notes(&run), ["again"]);
}

#[test]
fn the_start_function_is_dropped_with_the_run() {
    let kept = Rc::new(());
    let inside = kept.clone();
    Sim::new()
        .run(async move {
            host("db").start(move || {
                let _inside = &inside;
                async {}
            });
        })
        .unwrap();
    assert_eq!(Rc::strong_count(&kept), 1);
}
