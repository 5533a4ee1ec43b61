//! A blocking call in an async function holds up everybody.
//!
//! Two functions are started together, and each waits for five seconds. They would wait at the same
//! time, if they waited in an `await`; but they block the thread, and the thread is the one on which
//! every task runs:
//!
//! ```text
//!   0s            5s            10s
//!   ├─ the first ─┤                     nobody else runs
//!                 ├─ the second ┤       nobody else runs
//! ```
//!
//! The bug is the blocking call. If it cannot be replaced by an awaited one, as
//! [`nonblocking_call`](super::nonblocking_call) does, `spawn_blocking` takes it off the tasks' thread.

use reweave::task::{spawn, spawn_blocking};
use reweave::time::Duration;
use reweave::{FindingKind, join, println, thread};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "blocking_call",
    gallery: Gallery::Articles,
    summary: "two functions that block the thread run one after the other",
    bug: Some(FindingKind::Blocking),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

async fn blocking_function() {
    println!("This function blocks.");
    thread::sleep(Duration::from_secs(5));
    println!("Function complete.");
}

async fn broken() {
    println!("Started.");
    let (first, second) = join!(spawn(blocking_function()), spawn(blocking_function()));
    first.and(second).expect("neither task panics");
    println!("All complete.");
}

async fn off_the_loop() {
    println!("This function blocks.");
    let call = spawn_blocking(|| thread::sleep(Duration::from_secs(5)));
    call.await.expect("the call does not panic");
    println!("Function complete.");
}

async fn fixed() {
    println!("Started.");
    let (first, second) = join!(spawn(off_the_loop()), spawn(off_the_loop()));
    first.and(second).expect("neither task panics");
    println!("All complete.");
}
