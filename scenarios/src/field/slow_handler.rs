//! A handler computes for longer than its timer's period.
//!
//! A timer calls a handler every 100 ms. Mostly the handler is quick; now and then it computes for 120 ms,
//! and awaits nothing meanwhile. All that share its thread stand still, also those that have nothing to do
//! with it:
//!
//! ```text
//!   handler     computes 120 ms without an await ─────┐
//!   heartbeat      due                                └► beats, late
//! ```
//!
//! Fixed, the computation has a thread of its own.
//!
//! Met in: "Timer may block other futures from being processed", application-developer-DA, tokio-timer issue
//! 9, <https://github.com/tokio-rs/tokio-timer/issues/9>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::task::spawn_blocking;
use tokio::thread;
use tokio::time::{Duration, interval};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "slow_handler",
    gallery: Gallery::Field,
    summary: "a timer's handler computes on the thread that others share",
    bug: Some(FindingKind::Blocking),
    original: || program(beside_a_heartbeat(handle_broken)),
    fixed: Some(|| program(beside_a_heartbeat(handle_fixed))),
    configure: |sim| sim,
};

/// Stands for a computation: the business logic, once in a while over everything.
fn compute(round: u32) {
    if round % 3 == 2 {
        thread::sleep(Duration::from_millis(120));
    }
}

async fn handle_broken(round: u32) {
    compute(round);
}

async fn handle_fixed(round: u32) {
    let computed = spawn_blocking(move || compute(round)).await;
    computed.expect("computing does not panic");
}

async fn heartbeat() {
    let mut beats = interval(Duration::from_millis(30));
    for _ in 0..20 {
        beats.tick().await;
    }
}

async fn beside_a_heartbeat(handle: impl AsyncFn(u32)) {
    let heartbeat = tokio::spawn(heartbeat());
    let mut ticks = interval(Duration::from_millis(100));
    for round in 0..5 {
        ticks.tick().await;
        handle(round).await;
    }
    heartbeat.await.expect("beating does not panic");
}
