//! `sleep` and `sleep_until`.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use reweave::time::{Instant, sleep, sleep_until};
use reweave::{Sim, spawn};

use super::{SECOND, now_ms, start};

#[test]
fn takes_exactly_as_long_and_no_longer() {
    let run = Sim::new().run(async {
        for length in [1, 999, 1_000_001, 3_600_000_000_000] {
            let before = Instant::now();
            sleep(Duration::from_nanos(length)).await;
            assert_eq!(before.elapsed(), Duration::from_nanos(length));
        }
    });
    assert_eq!(run.elapsed(), Duration::from_nanos(3_600_001_001_001));
    run.unwrap();
}

#[reweave::test]
async fn counts_from_when_it_was_made_and_not_from_its_first_poll() {
    let sleeping = sleep(SECOND);
    sleep(SECOND / 2).await;
    sleeping.await;
    assert_eq!(now_ms(), 1000);
}

#[reweave::test]
async fn of_nothing_or_until_the_past_is_ready_at_once() {
    sleep(SECOND).await;
    assert_eq!(sleep(Duration::ZERO).now_or_never(), Some(()));
    assert_eq!(sleep_until(Instant::now()).now_or_never(), Some(()));
    assert_eq!(sleep_until(start()).now_or_never(), Some(()));
    assert_eq!(now_ms(), 1000);
}

#[reweave::test]
async fn knows_its_deadline_and_whether_it_is_over() {
    let mut sleeping = pin!(sleep(SECOND));
    let deadline = Instant::now() + SECOND;
    assert_eq!(
        (sleeping.deadline(), sleeping.is_elapsed()),
        (deadline, false)
    );
    sleeping.as_mut().await;
    assert_eq!(
        (sleeping.deadline(), sleeping.is_elapsed()),
        (deadline, true)
    );
    assert_eq!(sleeping.now_or_never(), Some(()), "it stays ready");
}

#[reweave::test]
async fn can_be_reset_to_later_to_earlier_and_after_it_was_over() {
    let mut sleeping = pin!(sleep(SECOND));
    assert!(sleeping.as_mut().now_or_never().is_none());
    sleeping.as_mut().reset(start() + 3 * SECOND);
    sleeping.as_mut().await;
    assert_eq!(now_ms(), 3000);
    sleeping.as_mut().reset(start() + 60 * SECOND);
    assert!(!sleeping.is_elapsed() && sleeping.as_mut().now_or_never().is_none());
    sleeping.as_mut().reset(start() + 4 * SECOND);
    sleeping.as_mut().await;
    assert_eq!(now_ms(), 4000);
    sleeping.as_mut().reset(start());
    sleeping.await;
    assert_eq!(now_ms(), 4000);
}

#[reweave::test]
async fn wakes_whoever_polled_it_last() {
    let sleeping = Arc::new(Mutex::new(Box::pin(sleep(SECOND))));
    assert!((&mut *sleeping.lock().unwrap()).now_or_never().is_none());
    let theirs = sleeping.clone();
    let other = spawn(std::future::poll_fn(move |cx| {
        theirs.lock().unwrap().poll_unpin(cx)
    }));
    other.await.unwrap();
    assert_eq!(now_ms(), 1000);
}

#[test]
fn thousands_of_random_sleeps_end_in_the_order_of_their_deadlines() {
    let run = Sim::new().seed(11).run(async {
        let log: Arc<Mutex<Vec<u64>>> = Arc::default();
        let mut sleepers = Vec::new();
        for _ in 0..5000 {
            let (log, length) = (log.clone(), rand::Rng::next_u64(&mut reweave::rng()) >> 20);
            sleepers.push(spawn(async move {
                sleep(Duration::from_nanos(length)).await;
                assert_eq!(start().elapsed(), Duration::from_nanos(length));
                log.lock().unwrap().push(length);
            }));
        }
        for sleeper in sleepers {
            sleeper.await.unwrap();
        }
        let log = log.lock().unwrap();
        (log.len(), log.is_sorted())
    });
    assert_eq!(run.unwrap(), (5000, true));
}
