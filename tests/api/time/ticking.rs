//! `interval` and what it does about missed ticks.

use std::time::Duration;

use futures::StreamExt;
use reweave::Sim;
use reweave::time::{Interval, MissedTickBehavior, interval, interval_at, sleep, timeout};

use super::{SECOND, ms, ms_of, now_ms, start};

/// When six ticks come, and for when they were due, if something takes from 100 to 450 ms.
async fn late(behavior: MissedTickBehavior) -> Vec<(u64, u128)> {
    let mut ticks = interval(ms(100));
    ticks.set_missed_tick_behavior(behavior);
    assert_eq!(ticks.missed_tick_behavior(), behavior);
    let mut seen = Vec::new();
    for nth in 0..7 {
        let due = ticks.tick().await;
        seen.push((now_ms(), ms_of(due)));
        if nth == 1 {
            sleep(ms(350)).await;
        }
    }
    seen
}

#[test]
fn bursts_delays_or_skips() {
    let seen = |behavior| Sim::new().run(late(behavior)).unwrap();
    assert_eq!(MissedTickBehavior::default(), MissedTickBehavior::Burst);
    let before = [(0, 0), (100, 100), (450, 200)];
    let after = |behavior| {
        let seen = seen(behavior);
        assert_eq!(seen[..3], before, "{behavior:?}");
        seen[3..].to_vec()
    };
    let burst = [(450, 300), (450, 400), (500, 500), (600, 600)];
    assert_eq!(after(MissedTickBehavior::Burst), burst);
    let delay = [(550, 550), (650, 650), (750, 750), (850, 850)];
    assert_eq!(after(MissedTickBehavior::Delay), delay);
    let skip = [(500, 500), (600, 600), (700, 700), (800, 800)];
    assert_eq!(after(MissedTickBehavior::Skip), skip);
}

#[reweave::test(strategy = "plain")]
async fn a_tick_a_little_late_counts_as_in_time() {
    let mut ticks = interval(ms(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    sleep(ms(15)).await;
    assert_eq!(ms_of(ticks.tick().await), 10);
    assert_eq!(ms_of(ticks.tick().await), 20);
    sleep(ms(10) + Duration::from_micros(5001)).await;
    assert_eq!(ms_of(ticks.tick().await), 30);
    assert_eq!(start().elapsed(), Duration::from_micros(35_001));
    ticks.tick().await;
    assert_eq!(start().elapsed(), Duration::from_micros(45_001));
}

#[reweave::test]
async fn begins_at_once_or_when_told() {
    let mut ticks = interval_at(start() + SECOND, 2 * SECOND);
    assert_eq!(ticks.period(), 2 * SECOND);
    ticks.tick().await;
    assert_eq!(now_ms(), 1000);
    ticks.tick().await;
    assert_eq!(now_ms(), 3000);
}

#[reweave::test]
async fn can_be_reset_in_four_ways() {
    async fn next(ticks: &mut Interval) -> u64 {
        ticks.tick().await;
        now_ms()
    }
    let mut ticks = interval(SECOND);
    assert_eq!(next(&mut ticks).await, 0);
    sleep(ms(500)).await;
    ticks.reset();
    assert_eq!(next(&mut ticks).await, 1500);
    ticks.reset_immediately();
    assert_eq!(next(&mut ticks).await, 1500);
    assert_eq!(next(&mut ticks).await, 2500);
    ticks.reset_after(ms(10));
    assert_eq!(next(&mut ticks).await, 2510);
    ticks.reset_at(start() + 9 * SECOND);
    assert_eq!(next(&mut ticks).await, 9000);
    assert_eq!(next(&mut ticks).await, 10_000);
}

#[reweave::test]
async fn is_a_stream_and_a_tick_given_up_is_not_lost() {
    let mut ticks = interval(SECOND);
    assert_eq!(ticks.next().await.map(ms_of), Some(0));
    assert!(timeout(SECOND / 2, ticks.tick()).await.is_err());
    assert_eq!(ticks.next().await.map(ms_of), Some(1000));
    assert_eq!(now_ms(), 1000);
}

#[test]
fn a_period_of_zero_is_refused_at_the_users_line() {
    let run = Sim::new().run(async { drop(interval(Duration::ZERO)) });
    let failure = run.failure().expect("refused");
    assert!(
        failure.message().contains("`period` must be non-zero"),
        "{failure}"
    );
    assert!(failure.place().unwrap().file() == file!(), "{failure}");
}
