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
    insta::assert_snapshot!(told(&run), @r"
    limit at 99s: 100 polls, which is the limit
      main took 100 steps and waits for a timer at 100s
    ");
    assert_eq!(run.steps(), 100);
    silent(&Sim::new().max_steps(2).run(tick()));
}

#[test]
fn of_virtual_time() {
    let run = Sim::new().max_virtual_time(60 * SECOND).run(ticks());
    insta::assert_snapshot!(told(&run), @r"
    limit at 60.000000001s: virtual time has passed the limit of 60s
      main took 61 steps and waits for a timer at 61s
    ");
    silent(&Sim::new().max_virtual_time(SECOND).run(tick()));
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
      main took 1 step and waits for the end of main/task at `await.unwrap();`
      main/task took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      main/task#2 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      main/task#3 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      main/task#4 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
      and 6 more tasks
    ");
    silent(&Sim::new().max_tasks(11).run(crowd()));
}
