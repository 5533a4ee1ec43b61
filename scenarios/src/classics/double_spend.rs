//! One coin, two shops.
//!
//! A purse holds 10. Two shops ask for 10 each at the same time; the bank looks at the balance, asks its
//! fraud check, which takes a while, and only then takes the money. Both payments pass.
//!
//! ```text
//!   balance        10            10            0             -10
//!   first shop     10 is enough ─ fraud check ─ takes 10
//!   second shop                  10 is enough ─ fraud check ─ takes 10
//! ```
//!
//! The bug is that the money is spent before it is taken. Fixed, it is set aside at once, and given back
//! if the fraud check says no.

use std::cell::Cell;
use std::rc::Rc;

use reweave::task::spawn_local;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, join};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "double_spend",
    gallery: Gallery::Classics,
    summary: "a balance is looked at before an await, and charged after it",
    bug: Some(FindingKind::Panic),
    original: || program(pay_twice(broken)),
    fixed: Some(|| program(pay_twice(fixed))),
    configure: |sim| sim,
};

/// Whether a payment looks honest; here they all do.
async fn fraud_check() -> bool {
    sleep(Duration::from_millis(choose([1, 2, 3]))).await;
    true
}

async fn broken(balance: Rc<Cell<i32>>, amount: i32) -> bool {
    if balance.get() < amount || !fraud_check().await {
        return false;
    }
    balance.set(balance.get() - amount);
    true
}

async fn fixed(balance: Rc<Cell<i32>>, amount: i32) -> bool {
    if balance.get() < amount {
        return false;
    }
    balance.set(balance.get() - amount);
    let honest = fraud_check().await;
    if !honest {
        balance.set(balance.get() + amount);
    }
    honest
}

/// A shop's request, which takes a while to reach the bank.
async fn shop<F>(pay: fn(Rc<Cell<i32>>, i32) -> F, balance: Rc<Cell<i32>>, travels: u64) -> bool
where
    F: Future<Output = bool>,
{
    sleep(Duration::from_millis(travels)).await;
    pay(balance, 10).await
}

async fn pay_twice<F>(pay: fn(Rc<Cell<i32>>, i32) -> F)
where
    F: Future<Output = bool> + 'static,
{
    let balance = Rc::new(Cell::new(10));
    let first = spawn_local(shop(pay, balance.clone(), 1));
    let second = spawn_local(shop(pay, balance.clone(), choose([4, 3, 2])));
    let (first, second) = join!(first, second);
    first.and(second).expect("neither shop panics");
    assert!(balance.get() >= 0, "the balance is {}", balance.get());
}
