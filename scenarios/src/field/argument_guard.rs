//! A guard made in an argument lives as long as the call.
//!
//! The number of a visit is read under a lock, and handed to a function that takes the same lock. It looks
//! as if the lock were long given back. But a temporary lives to the end of its statement, and the statement
//! ends after the call, and its `await`:
//!
//! ```text
//!   greet(visits.lock().await.count, &visits).await;
//!         ╰── guard ────────────────────────────╯
//! ```
//!
//! So the task waits for itself, at once and always. Fixed, the number has a statement of its own.
//!
//! Met in: "Lock is not immediately released after acquiring value in function argument", pinkiebell, tokio
//! issue 5056, <https://github.com/tokio-rs/tokio/issues/5056>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Mutex;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "argument_guard",
    gallery: Gallery::Field,
    summary: "a guard that is a temporary of an argument outlives the call",
    bug: Some(FindingKind::Deadlock),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

#[derive(Default)]
struct Visits {
    count: u32,
}

async fn greet(number: u32, visits: &Mutex<Visits>) -> String {
    visits.lock().await.count += 1;
    format!("Welcome, number {number}.")
}

async fn broken() -> String {
    let visits = Mutex::new(Visits::default());
    greet(visits.lock().await.count, &visits).await
}

async fn fixed() -> String {
    let visits = Mutex::new(Visits::default());
    let number = visits.lock().await.count;
    greet(number, &visits).await
}
