//! A lock is given back with nothing in it.
//!
//! Who has the lock may rely on the state being there. An update takes the state out, awaits the next one,
//! and puts it in. Its caller has a timeout, and drops it at the await. The guard is dropped as well, so the
//! lock is free, and not poisoned, and empty:
//!
//! ```text
//!   update   locks ─ takes the state ─ awaits ─ ✗ dropped
//!   next                                          locks: there is no state
//! ```
//!
//! Fixed, the state stays where it is until there is a next one.
//!
//! Met in: "Cancelling async Rust", sunshowers, <https://sunshowers.io/posts/cancelling-async-rust/>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Mutex;
use tokio::time::{Duration, sleep, timeout};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "half_done_state",
    gallery: Gallery::Field,
    summary: "an update is dropped after it took the state out of its lock",
    bug: Some(FindingKind::Panic),
    original: || program(updated_twice(update_broken)),
    fixed: Some(|| program(updated_twice(update_fixed))),
    configure: |sim| sim,
};

/// There always is a state when nobody has the lock.
type State = Mutex<Option<u32>>;

async fn next(state: u32) -> u32 {
    sleep(Duration::from_millis(tokio::choose([1, 1, 1, 30]))).await;
    state + 1
}

async fn update_broken(state: &State) {
    let mut state = state.lock().await;
    let old = state.take().expect("there always is a state");
    *state = Some(next(old).await);
}

async fn update_fixed(state: &State) {
    let mut state = state.lock().await;
    let old = state.expect("there always is a state");
    *state = Some(next(old).await);
}

async fn updated_twice(update: impl AsyncFn(&State)) {
    let state = Mutex::new(Some(0));
    for _ in 0..2 {
        // Too slow is not an error: the next update will do.
        let _in_time = timeout(Duration::from_millis(10), update(&state)).await;
    }
    state.lock().await.expect("there always is a state");
}
