//! A permit is given back by hand, and once it is not.
//!
//! At most three uploads run at a time. An upload takes a permit and forgets it, because it is given
//! back elsewhere: with `add_permits`, at the end. An upload that fails returns early with `?`, and does
//! not get there:
//!
//! ```text
//!   monday     takes, forgets ── done ──── add_permits(1)     three permits are left
//!   tuesday    takes, forgets ── fails ─✕                     two
//!   thursday   takes, forgets ── fails ─✕                     one
//!   sunday     takes, forgets ── fails ─✕                     none: all others wait for ever
//! ```
//!
//! The bug: what a destructor does on every path, a line at the end does on one. Each failure costs a
//! permit, and nothing is wrong to be seen before the last is gone; this program ends long before. In
//! the plain run no upload fails. Fixed, the permit is held, and its destructor gives it back.

use std::sync::Arc;

use reweave::sync::{Semaphore, named};
use reweave::task::JoinSet;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, flip};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "permit_leak",
    gallery: Gallery::Classics,
    summary: "a forgotten permit is added back, but not on the error path",
    bug: Some(FindingKind::Leak),
    original: || program(upload_all(broken)),
    fixed: Some(|| program(upload_all(fixed))),
    configure: |sim| sim,
};

const AT_A_TIME: usize = 3;
const UPLOADS: u32 = 3;

/// The other side hung up.
#[derive(Debug)]
struct HungUp;

async fn send() -> Result<(), HungUp> {
    sleep(Duration::from_millis(5)).await;
    if flip(0.1) { Err(HungUp) } else { Ok(()) }
}

async fn broken(slots: Arc<Semaphore>) -> Result<(), HungUp> {
    slots.acquire().await.expect("it stays open").forget();
    send().await?;
    slots.add_permits(1);
    Ok(())
}

async fn fixed(slots: Arc<Semaphore>) -> Result<(), HungUp> {
    let _slot = slots.acquire().await.expect("it stays open");
    send().await
}

async fn upload_all<F>(upload: fn(Arc<Semaphore>) -> F)
where
    F: Future<Output = Result<(), HungUp>> + Send + 'static,
{
    let slots = named("upload slots", || Arc::new(Semaphore::new(AT_A_TIME)));
    let mut uploads = JoinSet::new();
    for _ in 0..UPLOADS {
        uploads.spawn(upload(slots.clone()));
    }
    while let Some(uploaded) = uploads.join_next().await {
        // Who could not upload tries again another day.
        let _ = uploaded.expect("no upload panics");
    }
}
