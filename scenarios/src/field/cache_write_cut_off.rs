//! A cache entry is being written when the program ends.
//!
//! A registry answers with what it fetched, and writes it into its cache in a task beside, whose handle it
//! throws away. At shutdown the tasks that still write are cut off, some between two halves of an entry:
//!
//! ```text
//!   main     answers ─ answers ─ shuts down
//!   write      head ─ ─ body       head ─ ┐ cut off
//! ```
//!
//! Fixed, the writes are kept in a set, which is waited for.
//!
//! Met in: "bug: Fire-and-forget tokio::spawn across registry modules — panics lost silently", devitway,
//! nora issue 315, <https://github.com/getnora-io/nora/issues/315>.

use std::cell::Cell;
use std::rc::Rc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "cache_write_cut_off",
    gallery: Gallery::Field,
    summary: "writes beside the answer are cut off at shutdown",
    bug: Some(FindingKind::UnawaitedTask),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

const PACKAGES: u32 = 3;

/// How many entries have a head, and how many a body.
#[derive(Debug, Default)]
struct Cache {
    heads: Cell<u32>,
    bodies: Cell<u32>,
}

async fn write_to(cache: Rc<Cache>) {
    cache.heads.update(|heads| heads + 1);
    sleep(Duration::from_millis(tokio::choose([1, 40]))).await;
    cache.bodies.update(|bodies| bodies + 1);
}

async fn fetch() {
    sleep(Duration::from_millis(15)).await;
}

async fn broken() -> bool {
    let cache = Rc::new(Cache::default());
    for _ in 0..PACKAGES {
        fetch().await;
        spawn_local(write_to(cache.clone()));
    }
    fetch().await;
    cache.heads == cache.bodies
}

async fn fixed() -> bool {
    let cache = Rc::new(Cache::default());
    let mut writes = JoinSet::new();
    for _ in 0..PACKAGES {
        fetch().await;
        writes.spawn_local(write_to(cache.clone()));
    }
    while let Some(written) = writes.join_next().await {
        written.expect("writing does not panic");
    }
    cache.heads == cache.bodies
}
