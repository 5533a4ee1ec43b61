//! Read, await, write: one of two updates is lost.
//!
//! Two tasks add one to a counter each. Each reads it, does something that awaits, and writes back what it
//! read plus one. If the other one wrote in between, its update is overwritten:
//!
//! ```text
//!   first    reads 0 ─ ─ ─ ─ ─ ─ writes 1
//!   second            reads 0 ─ ─ ─ ─ ─ ─ writes 1      two updates, and the counter says 1
//! ```
//!
//! The bug is the await between reading and writing. Fixed, both happen after it, in one go.
//!
//! The counter is watched, so that the report tells whose update was lost, and between which read and which write.

use std::rc::Rc;

use reweave::task::{spawn_local, yield_now};
use reweave::{FindingKind, Watched, join, watched};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "lost_update",
    gallery: Gallery::Classics,
    summary: "two tasks read a counter, await, and write: one update is lost",
    bug: Some(FindingKind::Panic),
    original: || program(count_with(broken)),
    fixed: Some(|| program(count_with(fixed))),
    configure: |sim| sim,
};

/// Stands for any await: a query, a log line, a lock.
async fn something_else() {
    yield_now().await;
}

async fn broken(counter: Rc<Watched<u32>>) {
    let seen = counter.get();
    something_else().await;
    counter.set(seen + 1);
}

async fn fixed(counter: Rc<Watched<u32>>) {
    something_else().await;
    counter.update(|counter| *counter += 1);
}

async fn count_with<F: Future<Output = ()> + 'static>(increment: fn(Rc<Watched<u32>>) -> F) {
    let counter = Rc::new(watched("counter", 0));
    let first = spawn_local(increment(counter.clone()));
    let second = spawn_local(increment(counter.clone()));
    let (first, second) = join!(first, second);
    first.and(second).expect("neither task panics");
    assert_eq!(counter.get(), 2, "an update was lost");
}
