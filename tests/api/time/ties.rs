//! Timers due at the same instant.

use reweave::task::yield_now;
use reweave::time::sleep;
use reweave::{Sim, spawn};

use super::{Log, SECOND};

async fn three(log: Log) {
    let sleeper = |name: &'static str| {
        let log = log.clone();
        spawn(async move {
            sleep(SECOND).await;
            log.add(name);
            yield_now().await;
            log.add(format!("{name}'"));
        })
    };
    let all = [sleeper("a"), sleeper("b"), sleeper("c")];
    for one in all {
        one.await.unwrap();
    }
}

#[test]
fn fire_one_at_a_time_in_the_order_in_which_they_were_set() {
    let log = Log::default();
    Sim::new().run(three(log.clone())).unwrap();
    assert_eq!(log.take(), "a a' b b' c c'");
}

#[test]
fn every_interleaving_is_drawn_in_some_run() {
    let log = Log::default();
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..2000 {
        Sim::new().seed(seed).run(three(log.clone())).unwrap();
        seen.insert(log.take());
    }
    assert_eq!(
        seen.len(),
        90,
        "three tasks of two steps can be woven in 6! / (2! 2! 2!) ways"
    );
}
