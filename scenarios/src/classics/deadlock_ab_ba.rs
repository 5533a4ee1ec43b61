//! Two transfers lock the same two accounts, in opposite orders.
//!
//! A transfer locks the account it takes from, then the account it gives to. One goes from `a` to `b`,
//! one from `b` to `a`. Each has its first lock and waits for the other's:
//!
//! ```text
//!   first    locks a ─ ─ ─ ─ ─ ─ waits for b ──┐
//!   second            locks b ─ ─ waits for a ─┴─ for ever
//! ```
//!
//! The bug is that there is no common order. It takes a switch between the two locks to show, and in
//! the plain run the first transfer has both before the second begins. Fixed, whoever needs two
//! accounts locks the one with the lower number first.

use std::sync::Arc;

use reweave::sync::{Mutex, named};
use reweave::{FindingKind, join, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "deadlock_ab_ba",
    gallery: Gallery::Classics,
    summary: "two transfers lock the same two accounts in opposite orders",
    bug: Some(FindingKind::Deadlock),
    original: || program(transfer_both_ways(broken)),
    fixed: Some(|| program(transfer_both_ways(fixed))),
    configure: |sim| sim,
};

struct Account {
    number: u32,
    balance: Mutex<i64>,
}

impl Account {
    fn open(number: u32, name: &str) -> Arc<Account> {
        let balance = named(name, || Mutex::new(100));
        Arc::new(Account { number, balance })
    }
}

async fn broken(from: Arc<Account>, to: Arc<Account>, amount: i64) {
    let mut source = from.balance.lock().await;
    let mut target = to.balance.lock().await;
    *source -= amount;
    *target += amount;
}

async fn fixed(from: Arc<Account>, to: Arc<Account>, amount: i64) {
    let (mut source, mut target);
    if from.number < to.number {
        source = from.balance.lock().await;
        target = to.balance.lock().await;
    } else {
        target = to.balance.lock().await;
        source = from.balance.lock().await;
    }
    *source -= amount;
    *target += amount;
}

async fn transfer_both_ways<F>(transfer: fn(Arc<Account>, Arc<Account>, i64) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (a, b) = (Account::open(1, "account a"), Account::open(2, "account b"));
    let (there, back) = join!(
        spawn(transfer(a.clone(), b.clone(), 30)),
        spawn(transfer(b.clone(), a.clone(), 10))
    );
    there.and(back).expect("neither transfer panics");
    assert_eq!(*a.balance.lock().await, 80);
    assert_eq!(*b.balance.lock().await, 120);
}
