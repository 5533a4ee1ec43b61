//! A cake and its frosting, made at the same time.
//!
//! ```text
//!             0s        2s        3s                            7s
//!   cake      Preheating Putting in the oven ─────────────────── done
//!   frosting  Gathering ──────────Mixing
//! ```
//!
//! No bug: which of the two tasks starts first is open, and everything after that is settled by the
//! clock. Exploring shows both beginnings and no other difference.

use reweave::println;
use reweave::task::spawn;
use reweave::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "bake_cake",
    gallery: Gallery::Articles,
    summary: "two tasks, awaited in order, that share seven seconds",
    bug: None,
    original: || program(make_both()),
    fixed: None,
    configure: |sim| sim,
};

async fn bake_cake() -> &'static str {
    println!("Preheating the oven...");
    sleep(Duration::from_secs(2)).await;
    println!("Putting the cake in the oven.");
    sleep(Duration::from_secs(5)).await;
    println!("Cake is done! It smells delicious.");
    "Cake is ready"
}

async fn prepare_frosting() -> &'static str {
    println!("Gathering frosting ingredients.");
    sleep(Duration::from_secs(3)).await;
    println!("Mixing the frosting. It's so smooth!");
    "Frosting is ready"
}

async fn make_both() {
    let cake = spawn(bake_cake());
    let frosting = spawn(prepare_frosting());
    let cake = cake.await.expect("the cake does not panic");
    let frosting = frosting.await.expect("the frosting does not panic");
    println!("The final results: {cake} and {frosting}.");
}
