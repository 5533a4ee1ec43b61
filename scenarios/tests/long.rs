//! Same seed, same run: as in `gallery`, over as many seeds as take minutes.
//!
//! `cargo test` leaves it out; the gate and the nightly workflow run it:
//! `cargo test --release -p reweave-scenarios --test long`.

#[path = "gallery/repeats.rs"]
mod repeats;

/// Seeds for which `repeats` explores each program.
const SEEDS: u64 = 10_000;
/// Most bugs of the field show under every seed, and each failing run is run again to be told in full.
const FIELD_SEEDS: u64 = 1_000;
