//! Readers that want to write, and do not stop reading.
//!
//! Pages lie in a cache behind a read-write lock. Whoever does not find a page renders it and puts it
//! there, and a warm-up at the start puts the most wanted one there for all:
//!
//! ```text
//!   first    reads ─ not there ─ wants to write, waits for all readers to leave
//!   second   reads ─ not there ─ wants to write, waits for all readers to leave
//! ```
//!
//! The bug is in what `match` keeps alive. `match cache.read().await.get(..)` holds the read guard
//! until the match is over, so each of them waits for the other, and for itself. In the plain run the
//! warm-up comes first and nobody has to write. Fixed, the reader takes what it needs out of the guard
//! in a statement of its own; and as another may write before it does, it looks again.

use std::collections::BTreeMap;
use std::sync::Arc;

use reweave::sync::{RwLock, named};
use reweave::{FindingKind, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "rwlock_upgrade",
    gallery: Gallery::Classics,
    summary: "a read guard lives on in a match whose arm asks to write",
    bug: Some(FindingKind::Deadlock),
    original: || program(visit(broken)),
    fixed: Some(|| program(visit(fixed))),
    configure: |sim| sim,
};

type Cache = Arc<RwLock<BTreeMap<&'static str, String>>>;

fn render(page: &str) -> String {
    format!("<h1>{page}</h1>")
}

async fn warm_up(cache: Cache) {
    cache.write().await.insert("home", render("home"));
}

async fn broken(cache: Cache) -> String {
    match cache.read().await.get("home") {
        Some(page) => page.clone(),
        None => {
            let mut cache = cache.write().await;
            cache
                .entry("home")
                .or_insert_with_key(|page| render(page))
                .clone()
        }
    }
}

async fn fixed(cache: Cache) -> String {
    let cached = cache.read().await.get("home").cloned();
    match cached {
        Some(page) => page,
        None => {
            let mut cache = cache.write().await;
            cache
                .entry("home")
                .or_insert_with_key(|page| render(page))
                .clone()
        }
    }
}

async fn visit<F>(page: fn(Cache) -> F)
where
    F: Future<Output = String> + Send + 'static,
{
    let cache: Cache = named("pages", Arc::default);
    let warm_up = spawn(warm_up(cache.clone()));
    let visitors = [spawn(page(cache.clone())), spawn(page(cache))];
    for visitor in visitors {
        assert_eq!(visitor.await.expect("no visitor panics"), "<h1>home</h1>");
    }
    warm_up.await.expect("the warm-up does not panic");
}
