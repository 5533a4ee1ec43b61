//! `timeout` and `timeout_at`.

use std::future::{pending, ready};
use std::time::Duration;

use futures::FutureExt;
use reweave::time::{Instant, sleep, timeout, timeout_at};
use reweave::{Sim, spawn};

use super::{SECOND, now_ms, start};

#[reweave::test]
async fn gives_the_output_in_time_and_an_error_after() {
    assert_eq!(timeout(SECOND, async { 1 }).await, Ok(1));
    assert_eq!(
        timeout(SECOND, async { sleep(SECOND / 2).await }).await,
        Ok(())
    );
    assert_eq!(now_ms(), 500);
    let error = timeout(SECOND, pending::<()>()).await.unwrap_err();
    assert_eq!(
        (now_ms(), error.to_string()),
        (1500, "deadline has elapsed".to_owned())
    );
    assert_eq!(
        std::io::Error::from(error).kind(),
        std::io::ErrorKind::TimedOut
    );
    let deadline = start() + 2 * SECOND;
    assert!(timeout_at(deadline, pending::<()>()).await.is_err());
    assert_eq!(now_ms(), 2000);
}

#[reweave::test]
async fn of_nothing_polls_the_future_once() {
    assert_eq!(timeout(Duration::ZERO, ready(1)).await, Ok(1));
    assert_eq!(timeout_at(start(), ready(2)).await, Ok(2));
    assert!(timeout(Duration::ZERO, pending::<()>()).await.is_err());
}

#[test]
fn at_the_same_instant_as_the_future_ends_in_favour_of_the_future() {
    let run = Sim::new().run(async { timeout(SECOND, sleep(SECOND)).await });
    assert_eq!(run.unwrap(), Ok(()));
}

#[reweave::test]
async fn comes_also_to_a_future_that_is_never_pending_for_long() {
    let busy = async {
        loop {
            reweave::task::consume_budget().await;
        }
    };
    let ticker = spawn(sleep(SECOND));
    assert!(timeout_at(Instant::now(), busy).await.is_err());
    ticker.await.unwrap();
}

#[reweave::test]
async fn gives_its_future_back() {
    let mut waiting = timeout(SECOND, ready(7));
    assert_eq!(waiting.get_mut().now_or_never(), Some(7));
    let waiting = timeout(SECOND, ready(8));
    let _: &std::future::Ready<i32> = waiting.get_ref();
    assert_eq!(waiting.into_inner().await, 8);
}

#[test]
fn a_future_that_is_ready_sets_no_timer() {
    let run = Sim::new().run(async { timeout(SECOND, ready(())).await });
    assert!(
        !run.trace().to_string().contains("timer"),
        "{}",
        run.trace()
    );
}
