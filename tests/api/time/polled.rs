//! `poll_tick`, for futures written by hand.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use reweave::time::{interval, sleep};

use super::{SECOND, now_ms};

#[reweave::test]
async fn poll_tick_waits_for_each_tick_and_says_when_it_was_due() {
    let mut ticks = interval(SECOND);
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(first) = ticks.poll_tick(&mut cx) else {
        panic!("the first tick comes at once")
    };
    assert!(ticks.poll_tick(&mut cx).is_pending());
    let second = poll_fn(|cx| ticks.poll_tick(cx)).await;
    assert_eq!((second - first, now_ms()), (SECOND, 1000));
    sleep(3 * SECOND / 2).await;
    let Poll::Ready(third) = ticks.poll_tick(&mut cx) else {
        panic!("it is late")
    };
    assert_eq!((third - second, now_ms()), (SECOND, 2500));
}

#[reweave::test]
async fn poll_tick_wakes_the_task_of_the_last_poll() {
    let mut ticks = interval(SECOND);
    ticks.tick().await;
    let mut cx = Context::from_waker(Waker::noop());
    assert!(ticks.poll_tick(&mut cx).is_pending());
    let task = reweave::spawn(async move { poll_fn(|cx| ticks.poll_tick(cx)).await });
    task.await.unwrap();
    assert_eq!(now_ms(), 1000);
}
