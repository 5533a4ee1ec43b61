//! Which task is polled next.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use reweave::task::yield_now;
use reweave::{FindingKind, Sim, explore, spawn};

async fn order() -> String {
    let log: Arc<Mutex<String>> = Arc::default();
    let tasks: Vec<_> = ["a", "b", "c"]
        .into_iter()
        .map(|name| {
            let log = log.clone();
            spawn(async move {
                log.lock().unwrap().push_str(name);
                yield_now().await;
                log.lock().unwrap().push_str(name);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let order = log.lock().unwrap();
    order.clone()
}

#[test]
fn the_plain_one_is_first_in_first_out() {
    assert_eq!(Sim::new().run(order()).unwrap(), "abcabc");
}

#[test]
fn the_random_ones_are_all_of_them() {
    let seen: BTreeSet<_> = (0..2000)
        .map(|seed| Sim::new().seed(seed).run(order()).unwrap())
        .collect();
    assert_eq!(seen.len(), 90);
}

#[test]
fn an_exploration_meets_the_one_order_that_fails() {
    let found = explore(|| async { assert_ne!(order().await, "cbaabc") })
        .seeds(0..2000)
        .run();
    let failure = found.failure().expect("one order in ninety");
    assert!(failure.seed().is_some());
    assert_eq!(failure.findings()[0].kind(), FindingKind::Panic);
}
