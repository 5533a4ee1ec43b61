//! `Sleep::reset` and `Interval::reset_…`, while somebody else waits, and while nobody does.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use reweave::task::{JoinHandle, yield_now};
use reweave::time::{Instant, Interval, Sleep, interval, sleep};
use reweave::{FindingKind, Sim, explore, spawn};

use super::{SECOND, now_ms, start};

/// A sleep that one task awaits and others reset.
type Shared = Arc<Mutex<std::pin::Pin<Box<Sleep>>>>;

fn shared(duration: Duration) -> Shared {
    Arc::new(Mutex::new(Box::pin(sleep(duration))))
}

/// Awaits it in a task of its own; gives the millisecond at which it was over.
async fn awaited(sleep: &Shared) -> JoinHandle<u64> {
    let sleep = sleep.clone();
    let task = spawn(async move {
        poll_fn(|cx| sleep.lock().unwrap().poll_unpin(cx)).await;
        now_ms()
    });
    yield_now().await;
    task
}

#[test]
fn whoever_waits_is_woken_at_the_new_deadline_without_another_poll() {
    for (reset_to, woken_at) in [(10, 10_000), (3, 3000), (1, 1000), (0, 1000)] {
        let found = explore(move || async move {
            let sleep = shared(5 * SECOND);
            let waits = awaited(&sleep).await;
            reweave::time::sleep(SECOND).await;
            let deadline = start() + reset_to * SECOND;
            sleep.lock().unwrap().as_mut().reset(deadline);
            assert_eq!(sleep.lock().unwrap().deadline(), deadline);
            assert_eq!(waits.await.unwrap(), woken_at);
        });
        found.seeds(0..50).run().unwrap();
    }
}

#[test]
fn it_can_be_reset_many_times_and_wakes_once() {
    let run = Sim::new().run(async {
        let sleep = shared(SECOND);
        let waits = awaited(&sleep).await;
        for _ in 0..100 {
            sleep
                .lock()
                .unwrap()
                .as_mut()
                .reset(Instant::now() + SECOND);
            reweave::time::sleep(SECOND / 2).await;
        }
        waits.await.unwrap()
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.elapsed(), 50 * SECOND + SECOND / 2);
    assert_eq!(run.unwrap(), 50_500);
}

#[test]
fn a_future_that_is_awaited_with_others_is_reset_from_its_own_task() {
    let run = Sim::new().run(async {
        let mut idle = pin!(sleep(SECOND));
        assert!(idle.as_mut().now_or_never().is_none());
        // As `DelayQueue` does: polled, reset, and not polled again before the task waits.
        let mut polled = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut polled, true) {
                return idle.as_mut().poll(cx);
            }
            assert!(idle.as_mut().poll(cx).is_pending());
            idle.as_mut().reset(start() + 2 * SECOND);
            std::task::Poll::Pending
        })
        .await;
        now_ms()
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.unwrap(), 2000);
}

/// What an interval is reset with.
type Reset = fn(&mut Interval);

#[reweave::test]
async fn an_interval_that_is_reset_wakes_whoever_waits_for_its_tick() {
    let cases: [(Reset, u64); 4] = [
        (Interval::reset, 11),
        (Interval::reset_immediately, 1),
        (|ticks| ticks.reset_after(3 * SECOND), 4),
        (|ticks| ticks.reset_at(Instant::now() + 20 * SECOND), 21),
    ];
    for (reset, seconds) in cases {
        let begun = Instant::now();
        let mut ticks = interval(10 * SECOND);
        ticks.tick().await;
        let ticks = Arc::new(Mutex::new(ticks));
        let theirs = ticks.clone();
        let waits = spawn(async move {
            let due = poll_fn(|cx| theirs.lock().unwrap().poll_tick(cx)).await;
            (due, Instant::now())
        });
        sleep(SECOND).await;
        reset(&mut ticks.lock().unwrap());
        let at = begun + Duration::from_secs(seconds);
        assert_eq!(waits.await.unwrap(), (at, at));
    }
}

#[reweave::test]
async fn a_reset_to_what_has_come_is_over_before_any_poll() {
    let now = Instant::now();
    let mut sleeping = pin!(sleep(Duration::ZERO));
    assert!(!sleeping.is_elapsed(), "never polled");
    for over in [now, now - SECOND] {
        sleeping.as_mut().reset(now + SECOND);
        assert!(!sleeping.is_elapsed());
        sleeping.as_mut().reset(over);
        assert!(sleeping.is_elapsed());
        // Also one that is in the queue.
        sleeping.as_mut().reset(now + SECOND);
        assert!(sleeping.as_mut().now_or_never().is_none() && !sleeping.is_elapsed());
        sleeping.as_mut().reset(over);
        assert!(sleeping.is_elapsed());
        assert_eq!(sleeping.as_mut().now_or_never(), Some(()));
    }
    sleeping.as_mut().reset(now + SECOND);
    sleep(2 * SECOND).await;
    assert!(sleeping.is_elapsed(), "its time has come, polled or not");
}

#[test]
fn after_it_has_fired_nobody_waits_until_it_is_polled() {
    let run = Sim::new().run(async {
        let polls = Arc::new(Mutex::new(0));
        let sleep = shared(SECOND);
        let (theirs, count) = (sleep.clone(), polls.clone());
        let waits = spawn(poll_fn(move |cx| {
            *count.lock().unwrap() += 1;
            // It does not look at it again once it is over.
            theirs.lock().unwrap().poll_unpin(cx).map(|()| ())
        }));
        waits.await.unwrap();
        sleep.lock().unwrap().as_mut().reset(start() + 2 * SECOND);
        reweave::time::sleep(5 * SECOND).await;
        *polls.lock().unwrap()
    });
    assert_eq!(run.unwrap(), 2);
}

#[test]
fn a_sleep_that_is_dropped_and_not_reset_wakes_nobody_still() {
    let run = Sim::new().run(async {
        let waits = spawn(poll_fn(|cx| {
            assert!(pin!(sleep(SECOND)).as_mut().poll(cx).is_pending());
            std::task::Poll::<()>::Pending
        }));
        waits.await.unwrap();
    });
    assert_eq!(run.findings()[0].kind(), FindingKind::LostWaker, "{run}");
}

#[test]
fn a_deadlock_names_the_deadline_that_was_set_last() {
    let run = Sim::new().run(async {
        let sleep = shared(SECOND);
        let waits = awaited(&sleep).await;
        let never = start() + Duration::from_millis(u64::MAX);
        sleep.lock().unwrap().as_mut().reset(never);
        waits.await.unwrap();
    });
    assert_eq!(run.findings()[0].kind(), FindingKind::Deadlock, "{run}");
    let text = run.findings()[0].to_string();
    assert!(
        text.contains("waits for a timer that never fires"),
        "{text}"
    );
}

#[test]
fn one_carried_out_of_its_run_is_reset_like_a_new_one() {
    let kept = Sim::new().run(async {
        let mut kept = Box::pin(sleep(SECOND));
        assert!((&mut kept).now_or_never().is_none());
        Some(kept)
    });
    let mut kept = kept.unwrap().unwrap();
    let deadline = Sim::new()
        .run(async { Instant::now() + 7 * SECOND })
        .unwrap();
    kept.as_mut().reset(deadline);
    assert!(!kept.is_elapsed());
    let run = Sim::new().run(kept);
    assert_eq!(run.elapsed(), 7 * SECOND);
    run.unwrap();
}
