//! A request times out, is sent again, and is applied twice.
//!
//! A client asks a bank to add 100 to an account. No answer after 50 ms, so it asks again, on another connection. But the first
//! request was not lost, only slow, and the bank applies both:
//!
//! ```text
//!   client   asks ────── gives up, asks again ─── has its answer
//!   bank     …………………………………………… +100 ─── +100
//! ```
//!
//! The bug is a retry without a name for what is retried: a timeout says that an answer did not come,
//! not that nothing happened. Fixed, the client numbers its request and the bank applies each number once.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, choose, host};

use crate::lines::{ask, serve};
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "timeout_retry_duplicate",
    gallery: Gallery::Classics,
    summary: "a slow request is retried after a timeout, and applied twice",
    bug: Some(FindingKind::Panic),
    original: || program(deposit(broken)),
    fixed: Some(|| program(deposit(fixed))),
    configure: |sim| sim,
};

#[derive(Default)]
struct Bank {
    balance: u32,
    seen: BTreeSet<String>,
}

fn broken(bank: &mut Bank, _request: String) {
    bank.balance += 100;
}

fn fixed(bank: &mut Bank, request: String) {
    if bank.seen.insert(request) {
        bank.balance += 100;
    }
}

/// A request takes a while, and is applied though nobody may wait for it any longer.
async fn answer(bank: Arc<Mutex<Bank>>, line: String, apply: fn(&mut Bank, String)) -> String {
    if line != "balance" {
        sleep(Duration::from_millis(choose([10, 20, 80]))).await;
        apply(&mut bank.lock().expect("nobody panics with it"), line);
    }
    let bank = bank.lock().expect("nobody panics with it");
    bank.balance.to_string()
}

async fn deposit(apply: fn(&mut Bank, String)) -> io::Result<()> {
    let _bank = host("bank").start(move || {
        let bank = Arc::new(Mutex::new(Bank::default()));
        serve(80, move |line| answer(bank.clone(), line, apply))
    });
    sleep(Duration::from_secs(1)).await;
    let patience = Duration::from_millis(50);
    while timeout(patience, ask("bank:80", "deposit 1"))
        .await
        .is_err()
    {}
    // Long enough for whatever is still on its way.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(
        ask("bank:80", "balance").await?,
        "100",
        "one deposit of 100"
    );
    Ok(())
}
