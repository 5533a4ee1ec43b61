//! A buffered stream hoards the permits that the loop behind it needs.
//!
//! Rows are read from a database, five at a time, and each is worked on as it comes. A database has two
//! connections, and both the reading and the working take one. While the loop's body runs, nobody polls the
//! stream:
//!
//! ```text
//!   buffered(5)   read 1 done ─► read 3 is handed its connection
//!                 read 2 has a connection        } not polled: the body runs
//!   body          work 1 waits for a connection ─ ─ ─ ─ ─
//! ```
//!
//! Fixed, each read is a task of its own, which goes on whether or not the stream is polled.
//!
//! Met in: "Footgun lurking in `FuturesUnordered` and other concurrency-enabling streams", farnz, futures-rs
//! issue 2387, <https://github.com/rust-lang/futures-rs/issues/2387>; told as "Barbara battles buffered
//! streams" by Rust's async working group.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Semaphore;
use tokio::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "buffered_permits",
    gallery: Gallery::Field,
    summary: "the body of a loop over a buffered stream waits for the stream's permits",
    bug: Some(FindingKind::Futurelock),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

const ROWS: u32 = 8;
const AT_ONCE: usize = 5;

type Connections = Arc<Semaphore>;

/// One query, over a connection.
async fn query(connections: &Semaphore, milliseconds: u64) {
    let _connection = connections.acquire().await.expect("it stays open");
    sleep(Duration::from_millis(milliseconds)).await;
}

async fn read(connections: Connections, row: u32) -> u32 {
    query(&connections, 10).await;
    row
}

async fn work_on(connections: &Connections, row: u32) -> u32 {
    query(connections, 25).await;
    row * row
}

async fn broken() -> u32 {
    let connections = Arc::new(Semaphore::new(2));
    let rows = stream::iter(1..=ROWS).map(|row| read(connections.clone(), row));
    let mut rows = rows.buffered(AT_ONCE);
    let mut sum = 0;
    while let Some(row) = rows.next().await {
        sum += work_on(&connections, row).await;
    }
    sum
}

async fn fixed() -> u32 {
    let connections = Arc::new(Semaphore::new(2));
    let rows = stream::iter(1..=ROWS).map(|row| tokio::spawn(read(connections.clone(), row)));
    let mut rows = rows.buffered(AT_ONCE);
    let mut sum = 0;
    while let Some(row) = rows.next().await {
        sum += work_on(&connections, row.expect("reading does not panic")).await;
    }
    sum
}
