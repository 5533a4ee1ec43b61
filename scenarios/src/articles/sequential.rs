//! Awaits in a row add up.
//!
//! An `async fn` runs its lines in order: three sleeps of a tenth of a second, each awaited before the
//! next is made, take three tenths. No bug; compare [`concurrent`](super::concurrent).

use reweave::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "sequential",
    gallery: Gallery::Articles,
    summary: "three awaited sleeps, one after another, take the time of three",
    bug: None,
    original: || program(hello()),
    fixed: None,
    configure: |sim| sim,
};

async fn hello() -> &'static str {
    sleep(Duration::from_millis(100)).await;
    sleep(Duration::from_millis(100)).await;
    sleep(Duration::from_millis(100)).await;
    "hello"
}
