//! A connection is given back by a task that waits for a dead server.
//!
//! A pool gives out connections, each with a permit. When one is dropped, a task pings its server before the
//! connection, and its permit, go back to the pool. The server has vanished without a word, so the ping
//! never ends:
//!
//! ```text
//!   first     has the connection ─ drops it
//!   release                          holds the permit, pings ─ ─ ─ ─ ─ ─ ─
//!   second                               waits for a connection ─ ─ times out
//! ```
//!
//! Nobody's mistake shows: the second user is told that the pool is busy. At the end there is one task too
//! many, and it says what it waits for. That it holds a permit for long is no finding of its own: other than
//! locks, permits are often meant to be. Fixed, the ping has a limit.
//!
//! Met in: "Dropping a PoolConnection whose connection is silently dead leaks the pool permit forever",
//! rslowinski, SQLx issue 4349, <https://github.com/transact-rs/sqlx/issues/4349>.

use std::sync::Arc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Duration, sleep, timeout};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "release_ping",
    gallery: Gallery::Field,
    summary: "a permit is held by a clean-up task that waits for a dead server",
    bug: Some(FindingKind::UnawaitedTask),
    original: || program(two_users(release_broken)),
    fixed: Some(|| program(two_users(release_fixed))),
    configure: |sim| sim,
};

#[derive(Debug)]
struct PoolTimedOut;

/// Gives a connection back, and with it the permit.
type Release<R> = fn(OwnedSemaphorePermit) -> R;

/// The server took the packet, and that was the last of it: its end stays open, and says nothing.
async fn ping() {
    let (server, answer) = oneshot::channel::<()>();
    std::mem::forget(server);
    let _pong = answer.await;
}

async fn release_broken(permit: OwnedSemaphorePermit) {
    ping().await;
    drop(permit);
}

async fn release_fixed(permit: OwnedSemaphorePermit) {
    // Answered or not, there is room for another connection.
    let _answered = timeout(Duration::from_secs(5), ping()).await;
    drop(permit);
}

/// A connection that is used for a moment, and dropped.
async fn use_connection<R>(pool: Arc<Semaphore>, release: Release<R>) -> Result<(), PoolTimedOut>
where
    R: Future<Output = ()> + Send + 'static,
{
    let acquired = timeout(Duration::from_secs(30), pool.acquire_owned()).await;
    let permit = acquired.map_err(|_| PoolTimedOut)?.expect("it stays open");
    sleep(Duration::from_millis(20)).await;
    tokio::spawn(release(permit));
    Ok(())
}

async fn two_users<R>(release: Release<R>) -> Result<(), PoolTimedOut>
where
    R: Future<Output = ()> + Send + 'static,
{
    let pool = Arc::new(Semaphore::new(1));
    use_connection(pool.clone(), release).await?;
    let second = use_connection(pool, release).await;
    // Releases in the background come to their end.
    sleep(Duration::from_secs(10)).await;
    second
}
