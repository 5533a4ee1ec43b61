//! A job is done, its acknowledgement is lost, and it is done again.
//!
//! A worker takes jobs from a broker: for each it sends an invoice, and says so. The broker forgets a job when it hears that, and what it
//! has not heard of it hands out anew after a crash:
//!
//! ```text
//!   broker   job 1 ─────────────────╲ crashes, comes back, job 1 ─────
//!   worker         sends an invoice, says so ╱                        sends another
//! ```
//!
//! The bug is to take a job that is handed out for one that was not done: nobody can know that but the worker. Fixed, the worker
//! remembers what it has done, and only says so again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use reweave::io::BufReader;
use reweave::net::{TcpListener, TcpStream};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, host};

use crate::lines::{hear, say};
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "lost_ack",
    gallery: Gallery::Classics,
    summary: "a job is done twice because its acknowledgement was lost in a crash",
    bug: Some(FindingKind::Panic),
    original: || program(three_jobs(Memory::No)),
    fixed: Some(|| program(three_jobs(Memory::OfWhatIsDone))),
    configure: |sim| sim,
};

#[derive(Clone, Copy)]
enum Memory {
    No,
    OfWhatIsDone,
}

/// The jobs that nobody has acknowledged: what a broker has on its disk.
type Jobs = Arc<Mutex<BTreeSet<u32>>>;

fn first(jobs: &Jobs) -> Option<u32> {
    jobs.lock().expect("nobody panics with it").first().copied()
}

/// Hands out one job after another, and says when there is none.
async fn broker(jobs: Jobs) -> io::Result<()> {
    let listener = TcpListener::bind("0.0.0.0:80").await?;
    loop {
        let (worker, _) = listener.accept().await?;
        let mut worker = BufReader::new(worker);
        while let Some(job) = first(&jobs) {
            say(&mut worker, &job.to_string()).await?;
            if hear(&mut worker).await?.is_none() {
                break;
            }
            let mut jobs = jobs.lock().expect("nobody panics with it");
            jobs.remove(&job);
        }
        say(&mut worker, "no more").await?;
    }
}

#[derive(Default)]
struct Worker {
    invoices: BTreeMap<String, u32>,
    done: BTreeSet<String>,
}

impl Worker {
    /// Does jobs until there is none, or the connection breaks.
    async fn work(&mut self, memory: Memory) -> io::Result<bool> {
        let mut broker = BufReader::new(TcpStream::connect("broker:80").await?);
        while let Some(job) = hear(&mut broker).await? {
            if job == "no more" {
                return Ok(true);
            }
            let new = match memory {
                Memory::No => true,
                Memory::OfWhatIsDone => self.done.insert(job.clone()),
            };
            if new {
                sleep(Duration::from_millis(5)).await;
                *self.invoices.entry(job).or_default() += 1;
            }
            say(&mut broker, "done").await?;
        }
        Ok(false)
    }
}

async fn three_jobs(memory: Memory) {
    let jobs = Jobs::new(Mutex::new(BTreeSet::from([1, 2, 3])));
    let broker = host("broker").start(move || {
        let jobs = jobs.clone();
        async move { drop(broker(jobs).await) }
    });
    let worker = host("worker").spawn(async move {
        let mut worker = Worker::default();
        sleep(Duration::from_millis(100)).await;
        while !worker.work(memory).await.unwrap_or(false) {
            sleep(Duration::from_millis(100)).await;
        }
        worker.invoices
    });
    // Long after the last job, or while one is done or acknowledged.
    let crashes_at = choose([1_000_000, 107_500, 108_500, 109_500, 110_500, 111_500]);
    sleep(Duration::from_micros(crashes_at)).await;
    broker.crash();
    broker.restart();
    let invoices = worker.await.expect("it goes on");
    assert!(
        invoices.into_values().eq([1, 1, 1]),
        "three jobs, and an invoice for each"
    );
}
