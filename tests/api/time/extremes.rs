//! `Duration::MAX` everywhere, the end of the clock, and no clock at all.

use std::future::ready;
use std::time::Duration;

use futures::FutureExt;
use reweave::task::yield_now;
use reweave::time::{
    self, Instant, MissedTickBehavior, SystemTime, advance, interval, interval_at, sleep,
    sleep_until, timeout, timeout_at,
};
use reweave::{Sim, spawn};

use super::SECOND;

#[test]
fn the_longest_duration_never_panics_anywhere() {
    let run = Sim::new().max_virtual_time(Duration::MAX).run(async {
        const MAX: Duration = Duration::MAX;
        assert!(sleep(MAX).now_or_never().is_none());
        assert!(sleep_until(last()).now_or_never().is_none());
        assert!(timeout(SECOND, sleep(MAX)).await.is_err());
        assert_eq!(timeout(MAX, sleep(SECOND)).await, Ok(()));
        assert_eq!(timeout_at(last(), ready(())).await, Ok(()));
        let mut ticks = interval(MAX);
        ticks.tick().await;
        assert!(timeout(SECOND, ticks.tick()).await.is_err());
        for behavior in [
            MissedTickBehavior::Burst,
            MissedTickBehavior::Delay,
            MissedTickBehavior::Skip,
        ] {
            let mut ticks = interval_at(last() - SECOND, MAX);
            ticks.set_missed_tick_behavior(behavior);
            assert!(ticks.tick().now_or_never().is_none());
            ticks.reset_after(MAX);
            ticks.reset();
            ticks.reset_at(last());
            assert!(ticks.tick().now_or_never().is_none());
        }
        let mut sleeping = Box::pin(sleep(MAX));
        sleeping.as_mut().reset(last());
        assert!((&mut sleeping).now_or_never().is_none());
        let end = SystemTime::now() + MAX;
        assert_eq!(end + MAX, end);
        let _: std::time::SystemTime = end.into();
        assert_eq!(end - MAX, SystemTime::UNIX_EPOCH);
        assert!(SystemTime::now().checked_add(MAX).is_none());
        reweave::task::spawn_blocking(|| reweave::thread::sleep(MAX)).now_or_never();
        reweave::task::block_in_place(|| reweave::thread::sleep(MAX));
    });
    assert_eq!(run.elapsed(), 3 * SECOND, "{run}");
    assert!(!run.failed(), "{run}");
}

/// The last instant that there is, or one a second before it.
fn last() -> Instant {
    let mut last = Instant::now();
    let steps = (0..64).rev().map(|bit| Duration::from_secs(1 << bit));
    steps.for_each(|step| last = last.checked_add(step).unwrap_or(last));
    last
}

#[test]
fn the_clock_can_be_moved_to_its_end_and_no_further() {
    let run = Sim::new().max_virtual_time(Duration::MAX).run(async {
        let waiting = spawn(sleep(SECOND));
        yield_now().await;
        advance(Duration::MAX).await;
        waiting.await.unwrap();
        advance(Duration::MAX).await;
        let _ = (Instant::now() + SECOND, SystemTime::now() + SECOND);
        let mut ticks = interval(SECOND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        ticks.tick().await;
    });
    assert_eq!(run.elapsed(), Duration::from_nanos(u64::MAX));
    assert!(!run.failed(), "{run}");
    let run = Sim::new().run(async { reweave::thread::sleep(Duration::MAX) });
    assert!(run.failed());
}

#[test]
fn outside_a_simulation_the_clock_says_what_is_missing() {
    for call in [now as fn(), make_sleep, make_timeout, system, time::pause] {
        let words = std::panic::catch_unwind(call).unwrap_err();
        let words = words.downcast_ref::<String>().unwrap();
        assert!(words.contains("needs a simulation around it"), "{words}");
    }
}

fn now() {
    Instant::now();
}

fn make_sleep() {
    drop(sleep(SECOND));
}

fn make_timeout() {
    drop(timeout(SECOND, ready(())));
}

fn system() {
    SystemTime::now();
}
