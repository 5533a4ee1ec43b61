//! Every job has a connection, and every job needs one more.
//!
//! A pool lends three connections. A job takes one to do its work; half-way it takes another, to write
//! down what it did for an audit. When three jobs are half-way at once, the pool is empty, and all that
//! could fill it wait for it:
//!
//! ```text
//!   pool     ● ● ●     ○ ● ●     ○ ○ ●     ○ ○ ○
//!   jobs               1 has 1   2 has 1   3 has 1 ─ all wait for one more
//! ```
//!
//! The bug: to hold one and wait for another of the same is a deadlock as soon as enough do it. In the
//! plain run each job has both before the next one begins. Fixed, the audit is written over the job's
//! own connection: whoever has one can finish.

use std::sync::Arc;

use reweave::sync::{Semaphore, SemaphorePermit, named};
use reweave::task::JoinSet;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "connection_pool_starvation",
    gallery: Gallery::Classics,
    summary: "each job holds a connection, and waits for a second one from the same pool",
    bug: Some(FindingKind::Deadlock),
    original: || program(work_off(broken)),
    fixed: Some(|| program(work_off(fixed))),
    configure: |sim| sim,
};

const CONNECTIONS: usize = 3;
const JOBS: u64 = 5;

type Pool = Arc<Semaphore>;

/// A connection on loan; it goes back to the pool when it is dropped.
type Connection<'a> = SemaphorePermit<'a>;

const OPEN: &str = "the pool stays open";

async fn query(_over: &Connection<'_>) {
    sleep(Duration::from_millis(choose([1, 2, 5]))).await;
}

async fn broken(pool: Pool) {
    let connection = pool.acquire().await.expect(OPEN);
    query(&connection).await;
    let another = pool.acquire().await.expect(OPEN);
    audit(&another).await;
}

async fn fixed(pool: Pool) {
    let connection = pool.acquire().await.expect(OPEN);
    query(&connection).await;
    audit(&connection).await;
}

/// Writes down what the job did.
async fn audit(connection: &Connection<'_>) {
    query(connection).await;
}

async fn work_off<F>(job: fn(Pool) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let pool = named("pool", || Arc::new(Semaphore::new(CONNECTIONS)));
    let mut jobs = JoinSet::new();
    for _ in 0..JOBS {
        jobs.spawn(job(pool.clone()));
        sleep(Duration::from_millis(choose([10, 1, 0]))).await;
    }
    while let Some(done) = jobs.join_next().await {
        done.expect("no job panics");
    }
}
