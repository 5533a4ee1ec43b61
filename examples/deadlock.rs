//! Findings: a deadlock, told with the tasks and locks that it consists of.
//!
//! ```sh
//! cargo run --example deadlock
//! ```
//!
//! A transfer locks the account it takes from, then the account it pays into. Two transfers in
//! opposite directions can each hold the lock that the other waits for. No assertion is needed: that
//! nobody is left who could wake the waiting tasks is a finding of its own. The fix is to lock in one
//! order, whatever the direction.

use std::sync::Arc;

use reweave::FindingKind;
use reweave::sync::Mutex;

type Account = Arc<Mutex<u32>>;

async fn transfer(from: Account, to: Account, amount: u32) {
    let mut from = from.lock().await;
    let mut to = to.lock().await;
    *from -= amount;
    *to += amount;
}

async fn two_transfers() {
    let alice = Arc::new(Mutex::new(100));
    let bob = Arc::new(Mutex::new(100));
    let there = reweave::spawn(transfer(alice.clone(), bob.clone(), 10));
    let back = reweave::spawn(transfer(bob.clone(), alice.clone(), 20));
    there.await.unwrap();
    back.await.unwrap();
}

fn main() {
    let found = reweave::explore(two_transfers).seeds(0..1000).run();
    let run = found.failure().expect("some schedule deadlocks");
    let finding = run.failure().expect("the run failed");
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    println!("{finding}");
    println!(
        "\nwith seed {}, and this tape:\n{}",
        run.seed().unwrap(),
        run.tape()
    );
}
