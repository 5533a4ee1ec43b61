//! A consumer is slow, and its producer with it.
//!
//! A meter has to be read every 10 ms. Readings go through a channel with room for two to a task that
//! writes them to a disk. When the disk is busy, the channel fills, `send` waits for room, and the
//! meter is not read:
//!
//! ```text
//!   meter    reads  reads  reads  reads ─ ─ waits for room ─ ─ reads, late
//!   disk     writes ─ ─ ─ ─ ─ ─ ─ busy ─ ─ ─ ─ ─ writes
//! ```
//!
//! The bug: back pressure reaches somebody who must not wait. (With an unbounded channel the memory
//! would fill instead.) In the plain run the disk is quick. Fixed, a reading that finds no room is
//! dropped and counted.

use reweave::sync::mpsc::{self, Receiver, Sender};
use reweave::sync::named;
use reweave::time::{Duration, interval, sleep};
use reweave::{FindingKind, choose, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "slow_consumer",
    gallery: Gallery::Classics,
    summary: "a full channel makes a producer wait that has a deadline",
    bug: Some(FindingKind::Panic),
    original: || program(read_a_meter(broken)),
    fixed: Some(|| program(read_a_meter(fixed))),
    configure: |sim| sim,
};

const READINGS: u32 = 10;
const PERIOD: Duration = Duration::from_millis(10);

/// Hands a reading on; gives how many were dropped.
async fn broken(readings: &Sender<u32>, reading: u32) -> u32 {
    readings.send(reading).await.expect("the disk task listens");
    0
}

async fn fixed(readings: &Sender<u32>, reading: u32) -> u32 {
    readings.try_send(reading).is_err().into()
}

/// Writes readings to the disk, which may be busy; gives how many.
async fn write(mut readings: Receiver<u32>) -> u32 {
    let mut written = 0;
    while readings.recv().await.is_some() {
        sleep(Duration::from_millis(choose([2, 4, 8, 50]))).await;
        written += 1;
    }
    written
}

async fn read_a_meter(hand_on: impl AsyncFn(&Sender<u32>, u32) -> u32) {
    let (sender, readings) = named("readings", || mpsc::channel(2));
    let disk = spawn(write(readings));
    let mut clock = interval(PERIOD);
    let mut dropped = 0;
    for reading in 0..READINGS {
        let due = clock.tick().await;
        assert!(due.elapsed() < PERIOD, "read {:?} late", due.elapsed());
        dropped += hand_on(&sender, reading).await;
    }
    drop(sender);
    let written = disk.await.expect("the disk task does not panic");
    assert_eq!(written + dropped, READINGS);
}
