//! A request times out, is sent again, and is applied twice.
//!
//! A client asks a bank to add 100 to an account. No answer after 50 ms, so it asks again. But the first
//! request was not lost, only slow, and the bank applies both:
//!
//! ```text
//!   client   asks ────── gives up, asks again ─── has its answer
//!   bank     …………………………………………… +100 ─── +100
//! ```
//!
//! The bug is a retry without a name for what is retried: a timeout says that an answer did not come,
//! not that nothing happened. Fixed, the client numbers its request and the bank applies each number once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use reweave::task::spawn_local;
use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, choose};

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
    seen: BTreeSet<u32>,
}

fn broken(bank: &mut Bank, _request: u32) {
    bank.balance += 100;
}

fn fixed(bank: &mut Bank, request: u32) {
    if bank.seen.insert(request) {
        bank.balance += 100;
    }
}

/// The bank's side of a request: it comes in after a while, and is applied though nobody may wait any
/// longer.
async fn handle(bank: Rc<RefCell<Bank>>, request: u32, apply: fn(&mut Bank, u32)) {
    sleep(Duration::from_millis(choose([10, 20, 80]))).await;
    apply(&mut bank.borrow_mut(), request);
}

async fn deposit(apply: fn(&mut Bank, u32)) {
    const REQUEST: u32 = 1;
    let bank = Rc::new(RefCell::new(Bank::default()));
    loop {
        let answer = spawn_local(handle(bank.clone(), REQUEST, apply));
        if timeout(Duration::from_millis(50), answer).await.is_ok() {
            break;
        }
    }
    // Long enough for whatever is still on its way.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bank.borrow().balance, 100, "one deposit of 100");
}
