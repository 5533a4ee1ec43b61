//! A future stops in the midst of its work, with a lock in its hands.
//!
//! A page is refreshed: the cache is locked, the page is fetched, the page is stored. While that goes
//! on, a `select!` loop counts heartbeats, and the count lies in the same cache:
//!
//! ```text
//!   `refresh`   locks ── fetches … ┊  no longer polled, and has the lock
//!   the loop    polls `refresh`    ┊  a heartbeat is due: waits for the lock
//! ```
//!
//! The bug is the sister of [`futurelock`](super::futurelock): there the future waits for a lock, here
//! it has it. While a branch of `select!` runs, the other futures stand still where they are, whatever
//! they hold. In the plain run the page is there before the first heartbeat. Fixed, nothing is held
//! across an await that may be long: the page is fetched first, then the cache is locked.

use std::pin::pin;

use reweave::sync::{Mutex, named};
use reweave::time::{Duration, Instant, interval_at, sleep};
use reweave::{FindingKind, choose, select};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "futurelock_held",
    gallery: Gallery::Classics,
    summary: "a future that holds a lock stands still while its task waits for that lock",
    bug: Some(FindingKind::Futurelock),
    original: || program(refresh_and_beat(broken)),
    fixed: Some(|| program(refresh_and_beat(fixed))),
    configure: |sim| sim,
};

const HEARTBEAT: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Cache {
    page: Option<u32>,
    heartbeats: u32,
}

/// Gets the page from far away.
async fn fetch() -> u32 {
    sleep(Duration::from_millis(choose([5, 10, 50]))).await;
    42
}

async fn broken(cache: &Mutex<Cache>) {
    let mut cache = cache.lock().await;
    cache.page = Some(fetch().await);
}

async fn fixed(cache: &Mutex<Cache>) {
    let page = fetch().await;
    cache.lock().await.page = Some(page);
}

async fn refresh_and_beat(refresh: impl AsyncFn(&Mutex<Cache>)) {
    let cache = named("cache", || Mutex::new(Cache::default()));
    let mut refresh = pin!(refresh(&cache));
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    loop {
        select! {
            () = &mut refresh => break,
            _ = heartbeat.tick() => cache.lock().await.heartbeats += 1,
        }
    }
    assert_eq!(cache.lock().await.page, Some(42));
}
