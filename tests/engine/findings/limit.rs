//! `limit`: steps, virtual time, real time, tasks.

use std::time::Duration;

use reweave::task::yield_now;
use reweave::time::{advance, sleep};
use reweave::{FindingKind, Sim, spawn};

use super::{SECOND, YEAR, kinds, silent, told};

async fn tick() {
    sleep(SECOND).await;
}

async fn ticks() {
    loop {
        tick().await;
    }
}

#[test]
fn of_steps() {
    let run = Sim::new().max_steps(100).run(ticks());
    insta::assert_snapshot!(told(&run), @"
    limit at 99s: 100 polls, which is the limit
      main took 100 steps and waits for a timer at 100s, at `sleep(SECOND).await;`
    ");
    assert_eq!(run.steps(), 100);
    silent(&Sim::new().max_steps(2).run(tick()));
}

#[test]
fn of_virtual_time() {
    let run = Sim::new().max_virtual_time(60 * SECOND).run(ticks());
    insta::assert_snapshot!(told(&run), @"
    limit at 60s: virtual time has passed the limit of 60s
      main took 61 steps and waits for a timer at 61s, at `sleep(SECOND).await;`
    ");
    assert!(run.to_string().contains(", 60s of virtual time, "), "{run}");
    silent(&Sim::new().max_virtual_time(SECOND).run(tick()));
    // The clock was moved further than the instant after the limit.
    let run = Sim::new().max_virtual_time(SECOND).run(advance(3 * SECOND));
    let text = run.to_string();
    assert!(
        text.starts_with("limit at 3s: virtual time has passed the limit of 1s\n"),
        "{run}"
    );
    assert!(text.contains(", 3s of virtual time, "), "{run}");
}

#[test]
fn of_virtual_time_when_the_clock_is_moved_by_hand_or_by_a_blocking_call() {
    let run = Sim::new().run(async {
        advance(20 * YEAR).await;
    });
    assert_eq!(kinds(&run), [FindingKind::Limit]);
    let run = Sim::new().allow(FindingKind::Blocking).run(async {
        reweave::thread::sleep(20 * YEAR);
        yield_now().await;
    });
    assert_eq!(kinds(&run), [FindingKind::Limit]);
}

#[test]
fn of_real_time() {
    let run = Sim::new()
        .max_wall_time(Duration::from_millis(20))
        .run(async {
            loop {
                std::thread::sleep(Duration::from_micros(20));
                sleep(SECOND).await;
            }
        });
    let words = run.failure().expect("it never ends by itself").message();
    assert!(
        words.ends_with("s of real time, the limit is 0.0 s"),
        "{words}"
    );
    silent(&Sim::new().max_wall_time(600 * SECOND).run(tick()));
}

#[test]
fn of_tasks() {
    async fn crowd() {
        let crowd: Vec<_> = (0..10).map(|_| spawn(sleep(SECOND))).collect();
        for one in crowd {
            one.await.unwrap();
        }
    }
    let run = Sim::new().max_tasks(10).run(crowd());
    insta::assert_snapshot!(told(&run), @"
    limit at 0s: 11 tasks live, the limit is 10
      main took 1 step
      main/task took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      main/task#2 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      main/task#3 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      main/task#4 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      and 6 more tasks
    ");
    silent(&Sim::new().max_tasks(11).run(crowd()));
}

/// The loop never comes back from its poll by itself.
#[test]
fn of_tasks_inside_a_poll() {
    for sim in [Sim::new(), Sim::new().seed(3)] {
        let run = sim.max_tasks(100).run(async {
            loop {
                spawn(async {});
            }
        });
        assert_eq!(kinds(&run), [FindingKind::Limit], "{run}");
        let words = run.findings()[0].message();
        assert_eq!(words, "101 tasks live, the limit is 100");
    }
    // In a spawned task, and where what unwinds is caught.
    let run = Sim::new().max_tasks(100).run(async {
        let spawner = spawn(async {
            let spawned = std::panic::catch_unwind(|| {
                loop {
                    spawn(async {});
                }
            });
            assert!(spawned.is_err());
        });
        spawner.await.unwrap();
        sleep(SECOND).await;
    });
    assert_eq!(kinds(&run), [FindingKind::Limit], "{run}");
    assert_eq!(run.elapsed(), Duration::ZERO);
    // In a destructor of what is dropped by a panic, where nothing more may unwind.
    struct Spawns;
    impl Drop for Spawns {
        fn drop(&mut self) {
            (0..200).for_each(|_| drop(spawn(async {})));
        }
    }
    let run = Sim::new().max_tasks(100).run(async {
        let _spawns = Spawns;
        panic!("on purpose");
    });
    assert_eq!(
        kinds(&run),
        [FindingKind::Panic, FindingKind::Limit],
        "{run}"
    );
}

#[test]
fn of_real_time_is_looked_at_before_each_poll() {
    let run = Sim::new()
        .max_wall_time(Duration::from_millis(1))
        .run(async {
            loop {
                std::thread::sleep(Duration::from_millis(2));
                sleep(SECOND).await;
            }
        });
    assert_eq!(kinds(&run), [FindingKind::Limit]);
    assert!(run.steps() <= 2, "{run}");
}
