//! The program ends, and with it the work it had accepted.
//!
//! A server answers "accepted" and writes the order down in a task of its own, so that the customer need
//! not wait. At shutdown it stops taking orders, and returns. Tasks that still write are cut off where
//! they stand.
//!
//! The bug: a detached task is nobody's. In the plain run every write is quick enough. Fixed, the server
//! keeps its tasks in a `JoinSet` and waits for them before it returns.

use reweave::task::{JoinSet, spawn};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "shutdown_drops_work",
    gallery: Gallery::Classics,
    summary: "orders that were accepted are cut off at shutdown",
    bug: Some(FindingKind::UnawaitedTask),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

const ORDERS: u32 = 3;

/// Writes an order down: quickly, unless the disk is busy.
async fn write_down(order: u32) {
    sleep(Duration::from_millis(choose([1, 2, 40]))).await;
    println!("order {order} written");
}

/// The next order comes in.
async fn next_order() {
    sleep(Duration::from_millis(10)).await;
}

async fn broken() {
    for order in 1..=ORDERS {
        spawn(write_down(order));
        next_order().await;
    }
    println!("shut down");
}

async fn fixed() {
    let mut writing = JoinSet::new();
    for order in 1..=ORDERS {
        writing.spawn(write_down(order));
        next_order().await;
    }
    while let Some(written) = writing.join_next().await {
        written.expect("writing does not panic");
    }
    println!("shut down");
}
