//! A queue never ends, because its reader can write to it.
//!
//! Records go through a queue to a shipper. When shipping fails, the shipper puts the record back: for that
//! it keeps a sender. The program drops its own sender and waits for the shipper to finish, and the shipper
//! waits for the queue to end, which ends when the last sender is gone:
//!
//! ```text
//!   main ── waits for ──► shipper ── waits for the last sender of ──► queue
//!                            ╰──────────── holds it ────────────────────╯
//! ```
//!
//! Fixed, the shipper keeps what failed to itself.
//!
//! Met in: "mpsc Channel and custom retry logic make for never-closing channel", xrl, futures-rs issue 775,
//! <https://github.com/rust-lang/futures-rs/issues/775>.

use std::collections::VecDeque;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "retry_keeps_sender",
    gallery: Gallery::Field,
    summary: "a queue's reader keeps a sender of the queue, and waits for its end",
    bug: Some(FindingKind::Deadlock),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

struct Record {
    number: u32,
    tries: u32,
}

/// Ships a record; every third fails at first, and is given back to be tried again.
async fn ship(mut record: Record) -> Result<(), Record> {
    sleep(Duration::from_millis(5)).await;
    record.tries += 1;
    if record.number.is_multiple_of(3) && record.tries == 1 {
        return Err(record);
    }
    Ok(())
}

async fn shipper_broken(mut queue: Receiver<Record>, again: Sender<Record>) -> u32 {
    let mut shipped = 0;
    while let Some(record) = queue.recv().await {
        match ship(record).await {
            Ok(()) => shipped += 1,
            Err(record) => drop(again.send(record).await),
        }
    }
    shipped
}

async fn shipper_fixed(mut queue: Receiver<Record>) -> u32 {
    let (mut shipped, mut again) = (0, VecDeque::new());
    while let Some(record) = match again.pop_front() {
        Some(record) => Some(record),
        None => queue.recv().await,
    } {
        match ship(record).await {
            Ok(()) => shipped += 1,
            Err(record) => again.push_back(record),
        }
    }
    shipped
}

async fn fill(queue: Sender<Record>) {
    for number in 1..=5 {
        let record = Record { number, tries: 0 };
        assert!(queue.send(record).await.is_ok(), "the shipper is there");
    }
}

async fn broken() -> u32 {
    let (sender, queue) = mpsc::channel(8);
    let shipper = tokio::spawn(shipper_broken(queue, sender.clone()));
    fill(sender).await;
    shipper.await.expect("shipping does not panic")
}

async fn fixed() -> u32 {
    let (sender, queue) = mpsc::channel(8);
    let shipper = tokio::spawn(shipper_fixed(queue));
    fill(sender).await;
    shipper.await.expect("shipping does not panic")
}
