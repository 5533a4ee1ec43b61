//! A future is handed a lock, and nobody polls it to hear of it.
//!
//! An order is to be written into a journal, which has a lock. When that takes longer than half a
//! second, a complaint goes into the same journal. Meanwhile a backup reads the journal, and keeps it
//! locked for five seconds:
//!
//! ```text
//!   backup   has the lock ──────────┊───────────► gives it to `order`, the first in line
//!   order    waits in line          ┊             has it, and is not polled to hear of it
//!   task     polls `order`, and     ┊  0.5 s are over: polls nothing but the complaint, the second
//!            waits for 0.5 s        ┊  in line
//! ```
//!
//! The bug: `select!` over `&mut order` leaves the future alive and in line, and the branch that won
//! never polls it again while it waits for the same lock. It needs three to meet: a future that is
//! polled by reference, a branch that awaits, and one thing that both need. In the plain run the backup
//! is quick.
//!
//! Fixed, the order is written by a task of its own. It is polled whatever its author waits for.

use std::pin::pin;
use std::sync::Arc;

use reweave::sync::{Mutex, named};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, select, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "futurelock",
    gallery: Gallery::Classics,
    summary: "a lock goes to a future that its own task has stopped polling",
    bug: Some(FindingKind::Futurelock),
    original: || program(beside_a_backup(broken)),
    fixed: Some(|| program(beside_a_backup(fixed))),
    configure: |sim| sim,
};

/// After so long somebody should know.
const PATIENCE: Duration = Duration::from_millis(500);

type Journal = Arc<Mutex<Vec<&'static str>>>;

async fn write(journal: Journal, line: &'static str) {
    journal.lock().await.push(line);
}

async fn broken(journal: Journal) {
    let mut order = pin!(write(journal.clone(), "order"));
    select! {
        () = &mut order => {}
        () = sleep(PATIENCE) => {
            write(journal, "the journal is slow").await;
            order.await;
        }
    }
}

async fn fixed(journal: Journal) {
    let mut order = spawn(write(journal.clone(), "order"));
    let written = select! {
        written = &mut order => written,
        () = sleep(PATIENCE) => {
            write(journal, "the journal is slow").await;
            order.await
        }
    };
    written.expect("writing does not panic");
}

/// Keeps the journal locked: for a moment, unless there is much to back up.
async fn back_up(journal: Journal) {
    let _unchanged = journal.lock().await;
    sleep(Duration::from_millis(choose([50, 100, 5000]))).await;
}

async fn beside_a_backup<F: Future<Output = ()>>(order: fn(Journal) -> F) {
    let journal: Journal = named("journal", || Arc::new(Mutex::new(Vec::new())));
    let backup = spawn(back_up(journal.clone()));
    // The backup is under way.
    sleep(Duration::from_millis(10)).await;
    order(journal.clone()).await;
    backup.await.expect("the backup does not panic");
    assert_eq!(journal.lock().await[0], "order");
}
