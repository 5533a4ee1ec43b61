//! Two awaited waits take as long as one.
//!
//! The program of [`blocking_call`](super::blocking_call) with an awaited sleep: while one function
//! waits, the other one runs up to its own wait, and both are over after five seconds.
//!
//! ```text
//!   0s            5s
//!   ├─ the first ─┤
//!   ├─ the second ┤
//! ```

use reweave::task::spawn;
use reweave::time::{Duration, sleep};
use reweave::{join, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "nonblocking_call",
    gallery: Gallery::Articles,
    summary: "two functions that await a sleep run at the same time",
    bug: None,
    original: || program(gather()),
    fixed: None,
    configure: |sim| sim,
};

async fn async_function() {
    println!("This function is async.");
    sleep(Duration::from_secs(5)).await;
    println!("Async function complete.");
}

async fn gather() {
    println!("Started.");
    let (first, second) = join!(spawn(async_function()), spawn(async_function()));
    first.and(second).expect("neither task panics");
    println!("All complete.");
}
