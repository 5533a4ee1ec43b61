//! Two workers with full mailboxes send each other one more.
//!
//! Each worker passes half of its jobs on to the other. A mailbox holds a few jobs, and whoever finds it
//! full waits. Under load both are full, and each worker waits at the other's instead of emptying its own:
//!
//! ```text
//!   left    ─── sends to ──► [right's mailbox: full]
//!   [left's mailbox: full] ◄── sends to ───  right
//! ```
//!
//! Fixed, a worker that waits for room goes on taking in jobs.
//!
//! Met in: "Possible deadlock under high load, due to fixed-capacity channels?", thomcc, Ockam issue 1947,
//! <https://github.com/build-trust/ockam/issues/1947>.

use std::collections::VecDeque;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "full_mailboxes",
    gallery: Gallery::Field,
    summary: "two workers wait for room in each other's mailbox",
    bug: Some(FindingKind::Deadlock),
    original: || program(under_load(broken)),
    fixed: Some(|| program(under_load(fixed))),
    configure: |sim| sim,
};

/// A job, and whether it goes on to the other worker.
struct Job {
    pass_on: bool,
}

/// What a worker is given: its mailbox, the other's, and where it says that a job is done.
struct Desk {
    mailbox: Receiver<Job>,
    other: Sender<Job>,
    done: Sender<()>,
}

const ROOM: usize = 2;
const JOBS_EACH: usize = 4;

async fn broken(mut desk: Desk) {
    while let Some(job) = desk.mailbox.recv().await {
        let taken = match job.pass_on {
            true => desk.other.send(Job { pass_on: false }).await.is_ok(),
            false => desk.done.send(()).await.is_ok(),
        };
        if !taken {
            break;
        }
    }
}

async fn fixed(mut desk: Desk) {
    let mut to_pass_on = VecDeque::new();
    loop {
        tokio::select! {
            Some(job) = desk.mailbox.recv() => match job.pass_on {
                true => to_pass_on.push_back(Job { pass_on: false }),
                false => desk.done.send(()).await.expect("main counts"),
            },
            Ok(room) = desk.other.reserve(), if !to_pass_on.is_empty() => {
                room.send(to_pass_on.pop_front().expect("there is one"));
            }
            else => break,
        }
    }
}

async fn customer(worker: Sender<Job>) {
    for _ in 0..JOBS_EACH {
        worker.send(Job { pass_on: true }).await.expect("it works");
    }
}

async fn under_load<W>(worker: fn(Desk) -> W)
where
    W: Future<Output = ()> + Send + 'static,
{
    let (to_left, left) = mpsc::channel(ROOM);
    let (to_right, right) = mpsc::channel(ROOM);
    let (done, mut finished) = mpsc::channel(2 * JOBS_EACH);
    let mut tasks = JoinSet::new();
    for (mailbox, other) in [(left, &to_right), (right, &to_left)] {
        let (other, done) = (other.clone(), done.clone());
        tasks.spawn(worker(Desk {
            mailbox,
            other,
            done,
        }));
    }
    tasks.spawn(customer(to_left));
    tasks.spawn(customer(to_right));
    for _ in 0..2 * JOBS_EACH {
        finished.recv().await.expect("the workers work");
    }
    tasks.shutdown().await;
}
