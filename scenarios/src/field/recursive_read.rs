//! A reader reads again, and a writer came in between.
//!
//! A page is drawn under a read lock on the settings, and a helper that draws its title takes a read lock of
//! its own. Two readers do not exclude each other, so nothing seems wrong. But the lock is fair: once a
//! writer waits, later readers wait behind it.
//!
//! ```text
//!   page     reads ─ ─ ─ ─ ─ ─ ─ reads again: waits for the writer
//!   reload            waits for the first read to end
//! ```
//!
//! Fixed, the helper is handed what its caller has already locked.
//!
//! Met in: "RwLock: Recursive reads cause deadlock", librelois, tokio issue 2849,
//! <https://github.com/tokio-rs/tokio/issues/2849>.

use std::sync::Arc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::RwLock;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "recursive_read",
    gallery: Gallery::Field,
    summary: "a read lock inside a read lock, and a writer in between",
    bug: Some(FindingKind::Deadlock),
    original: || program(reloaded(page_broken)),
    fixed: Some(|| program(reloaded(page_fixed))),
    configure: |sim| sim,
};

struct Settings {
    name: &'static str,
    motto: &'static str,
}

type Shared = Arc<RwLock<Settings>>;

async fn title(settings: &Shared) -> String {
    settings.read().await.name.to_uppercase()
}

async fn page_broken(settings: Shared) -> String {
    let seen = settings.read().await;
    let title = title(&settings).await;
    format!("{title}: {}", seen.motto)
}

fn title_of(settings: &Settings) -> String {
    settings.name.to_uppercase()
}

async fn page_fixed(settings: Shared) -> String {
    let seen = settings.read().await;
    format!("{}: {}", title_of(&seen), seen.motto)
}

async fn reload(settings: Shared) {
    settings.write().await.motto = "never twice";
}

async fn reloaded<P>(page: impl FnOnce(Shared) -> P)
where
    P: Future<Output = String> + Send + 'static,
{
    let settings = Arc::new(RwLock::new(Settings {
        name: "weaver",
        motto: "once more",
    }));
    let page = tokio::spawn(page(settings.clone()));
    let reload = tokio::spawn(reload(settings));
    let page = page.await.expect("drawing does not panic");
    reload.await.expect("reloading does not panic");
    assert!(page.starts_with("WEAVER: "), "{page}");
}
