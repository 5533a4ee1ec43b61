//! A future gives its value once.
//!
//! The bug: a future that is done is awaited again. `.await` takes a future by value, so the compiler
//! refuses the plain form of this; through a pinned reference, as one keeps it around a `select!`, it
//! compiles. The `async fn` then panics ("resumed after completion"), where asyncio says "cannot reuse
//! already awaited coroutine". Fixed, the value is kept, not the future.

use reweave::{FindingKind, pin, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "awaited_twice",
    gallery: Gallery::Articles,
    summary: "a future is polled again after it gave its value",
    bug: Some(FindingKind::PolledAfterCompletion),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

async fn hello() -> &'static str {
    "hello"
}

async fn broken() {
    let greeting = hello();
    pin!(greeting);
    println!("{}", greeting.as_mut().await);
    println!("{}", greeting.as_mut().await);
}

async fn fixed() {
    let greeting = hello().await;
    println!("{greeting}");
    println!("{greeting}");
}
