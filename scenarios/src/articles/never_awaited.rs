//! A future that nobody awaits does nothing.
//!
//! Calling an `async fn` runs none of it. The call makes a future, and a future that is dropped before
//! its first poll leaves no trace but its absence: no greeting is printed, no second passes. asyncio
//! warns "coroutine was never awaited". rustc warns of a future that is dropped on the spot, and no
//! longer once it was given a name, as here.
//!
//! The bug is the missing `.await`, twice: on a function of one's own, marked `must_await`, and on a
//! `sleep`. Both findings name the line that made the future.

use reweave::time::{Duration, sleep};
use reweave::{FindingKind, must_await, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "never_awaited",
    gallery: Gallery::Articles,
    summary: "a future is made and dropped, and nothing of its body runs",
    bug: Some(FindingKind::NeverAwaited),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

#[must_await]
async fn greet() {
    println!("Hello.");
}

async fn broken() {
    let _greeting = greet();
    let _pause = sleep(Duration::from_secs(1));
    println!("Goodbye.");
}

async fn fixed() {
    greet().await;
    sleep(Duration::from_secs(1)).await;
    println!("Goodbye.");
}
