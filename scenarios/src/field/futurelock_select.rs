//! A `select!` arm waits behind a future that `select!` has stopped polling.
//!
//! A payment is to be booked, and an audit holds the ledger. After half a second the clerk grows impatient
//! and books a fee first, in the ledger as well. `select!` was given the payment by `&mut`, so it was not
//! dropped, and it stands in the line for the lock. When the audit ends, the lock goes to the first in line:
//!
//! ```text
//!   ledger   audit ─ ─ ─ ─ ─┐
//!   payment     waits 1st ──┴► has it, and is not polled until the fee is booked
//!   fee            waits 2nd ─ ─ ─ ─ ─ ─ ─ ─ until the payment gives it back
//! ```
//!
//! All futures are one task's, so the task waits for itself. Fixed, the payment is polled while the fee
//! waits.
//!
//! Met in: "RFD 609: Futurelock", Oxide Computer Company, <https://rfd.shared.oxide.computer/rfd/0609>.

use std::sync::Arc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Mutex;
use tokio::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "futurelock_select",
    gallery: Gallery::Field,
    summary: "a select! arm awaits the lock its sibling was handed",
    bug: Some(FindingKind::Futurelock),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

const PATIENCE: Duration = Duration::from_millis(500);

type Ledger = Arc<Mutex<u32>>;

async fn audit(ledger: Ledger) {
    let _sealed = ledger.lock().await;
    sleep(Duration::from_secs(5)).await;
}

async fn book(ledger: Ledger, amount: u32) {
    *ledger.lock().await += amount;
}

/// A ledger that is being audited.
async fn sealed_ledger() -> Ledger {
    let ledger = Ledger::default();
    tokio::spawn(audit(ledger.clone()));
    sleep(Duration::from_millis(10)).await;
    ledger
}

async fn broken() -> u32 {
    let ledger = sealed_ledger().await;
    let payment = book(ledger.clone(), 100);
    tokio::pin!(payment);
    tokio::select! {
        () = &mut payment => {}
        () = sleep(PATIENCE) => {
            book(ledger.clone(), 1).await;
            payment.await;
        }
    }
    *ledger.lock().await
}

async fn fixed() -> u32 {
    let ledger = sealed_ledger().await;
    let payment = book(ledger.clone(), 100);
    tokio::pin!(payment);
    tokio::select! {
        () = &mut payment => {}
        () = sleep(PATIENCE) => {
            tokio::join!(book(ledger.clone(), 1), payment);
        }
    }
    *ledger.lock().await
}
