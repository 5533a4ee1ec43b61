//! Fresh seeds: those that nobody has run yet, for nightly jobs.
//!
//! They follow each other from a base that is drawn once in a process and printed, so that they can be had again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::ops::Range;
use std::sync::OnceLock;

/// Bases are below this: twelve digits, and room for any number of seeds above.
const BASES: u64 = 1_000_000_000_000;

/// As many seeds as were asked for, or else as the test's own, from a base that differs from process to process. The first time it is printed.
pub(super) fn seeds(asked: Option<u64>, own: u64) -> Range<u64> {
    static BASE: OnceLock<u64> = OnceLock::new();
    let base = *BASE.get_or_init(|| {
        // The standard library's keys are random, and it offers no other randomness.
        let base = RandomState::new().build_hasher().finish() % BASES;
        let again = match asked {
            // A number of its own for each test.
            None => format!("REWEAVE_SEEDS={base}.."),
            Some(count) => format!("REWEAVE_SEEDS={base}..{}", base.saturating_add(count)),
        };
        // Past the harness, which shows what a test prints only if it fails. Nothing can be done if it is closed.
        let _ = writeln!(
            io::stderr(),
            "REWEAVE_SEEDS=random: seeds from {base} on; {again} runs them again"
        );
        base
    });
    from(base, asked.unwrap_or(own))
}

/// As many seeds, from this one on.
pub(super) fn from(first: u64, count: u64) -> Range<u64> {
    first..first.saturating_add(count)
}
