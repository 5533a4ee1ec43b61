//! Concurrent is not parallel.
//!
//! Three tasks sleep at the same time, and all is over when one sleep is. Yet only one of them *runs*
//! at any time: on the trace no poll begins before the one before it has ended. The results come back
//! in the order of the arguments, whichever task was done first.

use reweave::join;
use reweave::task::spawn;
use reweave::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "concurrent",
    gallery: Gallery::Articles,
    summary: "three joined sleeps take the time of one, and results keep their order",
    bug: None,
    original: || program(join_three()),
    fixed: None,
    configure: |sim| sim,
};

async fn hello() -> &'static str {
    sleep(Duration::from_millis(100)).await;
    "hello"
}

async fn join_three() -> [&'static str; 3] {
    let (first, second, third) = join!(spawn(hello()), spawn(hello()), spawn(hello()));
    [first, second, third].map(|result| result.expect("no task panics"))
}
