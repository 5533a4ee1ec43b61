//! The cooperative budget: loops over ready futures let others run.

use std::future::{Future, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use futures::FutureExt;
use reweave::task::{JoinSet, consume_budget, coop, spawn_local, unconstrained, yield_now};
use reweave::time::sleep;
use reweave::{Sim, spawn};

use super::SECOND;

/// How often a task beside it gets a turn while `busy` runs.
async fn turns_beside<F: Future<Output = ()> + 'static>(busy: F) -> u32 {
    let turns = Arc::new(AtomicU32::new(0));
    let count = turns.clone();
    let other = spawn(async move {
        loop {
            count.fetch_add(1, SeqCst);
            yield_now().await;
        }
    });
    spawn_local(busy).await.unwrap();
    other.abort();
    turns.load(SeqCst)
}

async fn ready_handles(count: u32) {
    let mut handles: Vec<_> = (0..count).map(|n| spawn(ready(n))).collect();
    yield_now().await;
    for handle in &mut handles {
        handle.await.unwrap();
    }
}

#[test]
fn a_loop_over_ready_handles_lets_others_run() {
    let turns = |count| Sim::new().run(turns_beside(ready_handles(count))).unwrap();
    assert!(
        turns(12_800) >= turns(128) + 90,
        "{} and {}",
        turns(12_800),
        turns(128)
    );
}

#[test]
fn a_loop_over_each_of_our_ready_futures_lets_others_run() {
    async fn elapsed() {
        for _ in 0..1280 {
            sleep(Duration::ZERO).await;
        }
    }
    async fn ticks() {
        let mut ticks = reweave::time::interval(SECOND);
        for _ in 0..1280 {
            ticks.reset_immediately();
            ticks.tick().await;
        }
    }
    async fn consumed() {
        for _ in 0..1280 {
            consume_budget().await;
        }
    }
    async fn wrapped() {
        for _ in 0..1280 {
            coop::cooperative(ready(())).await;
        }
    }
    async fn set() {
        let mut set: JoinSet<()> = (0..1280).map(|_| ready(())).collect();
        yield_now().await;
        while set.join_next().await.is_some() {}
    }
    let turns = [
        Sim::new().run(turns_beside(elapsed())).unwrap(),
        Sim::new().run(turns_beside(ticks())).unwrap(),
        Sim::new().run(turns_beside(consumed())).unwrap(),
        Sim::new().run(turns_beside(wrapped())).unwrap(),
        Sim::new().run(turns_beside(set())).unwrap(),
    ];
    assert!(turns.iter().all(|&turns| turns >= 9), "{turns:?}");
}

#[test]
fn unconstrained_keeps_the_thread() {
    let busy = || async {
        for _ in 0..12_800 {
            consume_budget().await;
        }
    };
    assert!(Sim::new().run(turns_beside(unconstrained(busy()))).unwrap() <= 2);
    assert!(Sim::new().run(turns_beside(busy())).unwrap() > 90);
}

#[reweave::test]
async fn is_128_operations_a_poll() {
    yield_now().await;
    for _ in 0..128 {
        assert!(coop::has_budget_remaining());
        assert_eq!(consume_budget().now_or_never(), Some(()));
    }
    assert!(!coop::has_budget_remaining());
    assert_eq!(consume_budget().now_or_never(), None);
    assert_eq!(spawn(ready(())).now_or_never().map(drop), None);
    yield_now().await;
    assert!(coop::has_budget_remaining());
}

#[reweave::test]
async fn what_did_not_complete_is_not_charged() {
    yield_now().await;
    let mut waiting = Box::pin(sleep(SECOND));
    for _ in 0..1000 {
        assert!((&mut waiting).now_or_never().is_none());
    }
    assert!(coop::has_budget_remaining());
}
