//! The shop under all faults, over as many seeds as take minutes, each twice.
//!
//! `cargo test` leaves it out: `cargo test --release -p reweave-hyper --test long`.

#[path = "http/shop.rs"]
mod shop;
#[path = "http/storm.rs"]
mod storm;

/// Seeds for which `storm` explores each version of HTTP.
const STORMS: u64 = 10_000;
