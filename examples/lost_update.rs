//! Exploring: a bug that most schedules do not show, found and explained.
//!
//! ```sh
//! cargo run --example lost_update
//! ```
//!
//! Two customers pay into one account. A payment reads the balance, waits for the database, and
//! writes the balance it read plus the amount. If the other payment wrote in between, that one is
//! lost. The fix is to hold the lock from reading to writing.

use std::sync::Arc;
use std::time::Duration;

use reweave::sync::Mutex;
use reweave::time::sleep;

type Account = Arc<Mutex<u32>>;

async fn pay_in(account: Account, amount: u32) {
    let balance = *account.lock().await;
    query_database().await;
    *account.lock().await = balance + amount;
}

async fn pay_in_fixed(account: Account, amount: u32) {
    let mut balance = account.lock().await;
    query_database().await;
    *balance += amount;
}

/// Takes 5 ms of virtual time, which pass at once.
async fn query_database() {
    sleep(Duration::from_millis(5)).await;
}

/// Two payments, made with `pay_in`.
async fn two_payments<F>(pay_in: fn(Account, u32) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let account = Account::default();
    let first = reweave::spawn(pay_in(account.clone(), 10));
    // The second customer comes a little later, perhaps while the first payment is under way.
    sleep(Duration::from_millis(reweave::choose([50, 5, 1]))).await;
    let second = reweave::spawn(pay_in(account.clone(), 20));
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*account.lock().await, 30, "a payment was lost");
}

fn main() {
    let found = reweave::explore(|| two_payments(pay_in))
        .seeds(0..1000)
        .run();
    let run = found.failure().expect("some schedule loses a payment");
    println!("{run}");

    let found = reweave::explore(|| two_payments(pay_in_fixed))
        .seeds(0..1000)
        .run();
    assert!(!found.failed(), "{found}");
    println!("\nfixed: {} schedules, no payment lost", found.runs());
}
