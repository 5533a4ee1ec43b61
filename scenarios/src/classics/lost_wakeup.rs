//! The bell rings before anybody listens.
//!
//! A client asks a server whether its job is done. If not, it waits for the bell that is rung for
//! everyone when a job is done, and asks again. The answer travels back for a while, and the bell may
//! ring meanwhile:
//!
//! ```text
//!   client   done? ─ ─ ─ ─ ─ ─ "no" ─ listens for the bell … for ever
//!   worker          done, rings
//! ```
//!
//! The bug: `notify_waiters` reaches those who wait, and the client does not yet. In the plain run the
//! work takes longer than the answer, and nothing is seen. Fixed, the client begins to listen before it
//! asks: `notified()` counts from the moment it is called, even before it is awaited.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use reweave::sync::{Notify, named};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, join, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "lost_wakeup",
    gallery: Gallery::Classics,
    summary: "notify_waiters is called between a check and `notified()`",
    bug: Some(FindingKind::Deadlock),
    original: || program(wait_for_a_job(broken)),
    fixed: Some(|| program(wait_for_a_job(fixed))),
    configure: |sim| sim,
};

struct Job {
    done: AtomicBool,
    bell: Notify,
}

impl Job {
    /// Whether it was done when the question came in; the answer then travels back.
    async fn is_done(&self) -> bool {
        let done = self.done.load(SeqCst);
        sleep(Duration::from_millis(choose([1, 2, 10]))).await;
        done
    }
}

/// Works for a while, and tells everyone.
async fn work(job: Arc<Job>) {
    sleep(Duration::from_millis(choose([20, 5, 1]))).await;
    job.done.store(true, SeqCst);
    job.bell.notify_waiters();
}

async fn broken(job: Arc<Job>) {
    while !job.is_done().await {
        job.bell.notified().await;
    }
}

async fn fixed(job: Arc<Job>) {
    loop {
        let bell = job.bell.notified();
        if job.is_done().await {
            break;
        }
        bell.await;
    }
}

async fn wait_for_a_job<F>(wait: fn(Arc<Job>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let job = Arc::new(Job {
        done: AtomicBool::new(false),
        bell: named("bell", Notify::new),
    });
    let client = spawn(wait(job.clone()));
    let worker = spawn(work(job));
    let (client, worker) = join!(client, worker);
    client.and(worker).expect("neither task panics");
}
