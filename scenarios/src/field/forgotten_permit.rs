//! A request that is cancelled never gives back its place.
//!
//! A server works on so many requests at once. A request takes a place, does its work, and gives the place
//! back by hand, in the line after the await. A client that loses patience drops the request at the await,
//! and the line never runs:
//!
//! ```text
//!   request 1   takes a place ─ works ─ ─ ✗ dropped      places: 1 of 2
//!   request 2   takes a place ─ works ─ ─ ✗ dropped      places: 0 of 2, for good
//! ```
//!
//! Fixed, the place is a permit, which is given back when it is dropped.
//!
//! Met in: "fix(runtime): RAII inflight guard and semaphore admission for TCP connections", biswapanda,
//! Dynamo pull request 7807, <https://github.com/ai-dynamo/dynamo/pull/7807>; there the places are counted
//! in an atomic integer.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Semaphore;
use tokio::time::{Duration, sleep, timeout};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "forgotten_permit",
    gallery: Gallery::Field,
    summary: "a cancelled request does not reach the line that gives its place back",
    bug: Some(FindingKind::Leak),
    original: || program(impatient(serve_broken)),
    fixed: Some(|| program(impatient(serve_fixed))),
    configure: |sim| sim,
};

async fn work() {
    let milliseconds = tokio::choose([5, 5, 50]);
    sleep(Duration::from_millis(milliseconds)).await;
}

async fn serve_broken(places: &Semaphore) {
    places.acquire().await.expect("it stays open").forget();
    work().await;
    places.add_permits(1);
}

async fn serve_fixed(places: &Semaphore) {
    let _place = places.acquire().await.expect("it stays open");
    work().await;
}

/// How many of ten requests are answered in time.
async fn impatient(serve: impl AsyncFn(&Semaphore)) -> usize {
    let places = Semaphore::new(2);
    let mut answered = 0;
    for _ in 0..10 {
        let answer = timeout(Duration::from_millis(20), serve(&places)).await;
        answered += usize::from(answer.is_ok());
    }
    answered
}
