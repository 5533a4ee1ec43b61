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
    base..base.saturating_add(asked.unwrap_or(own))
}

/// As many seeds, from this one on.
///
/// # Errors
///
/// If there are not so many.
pub(super) fn from(first: u64, count: u64) -> Result<Range<u64>, String> {
    match first.checked_add(count) {
        Some(end) => Ok(first..end),
        None => Err(format!(
            "REWEAVE_SEEDS={first}..: the test runs {count} seeds, and there are only {} from {first} on: begin lower, or write \
             {first}..{}",
            u64::MAX - first,
            u64::MAX
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_that_there_are_not_are_not_promised() {
        assert_eq!(from(5, 3), Ok(5..8));
        assert_eq!(from(u64::MAX - 3, 3), Ok(u64::MAX - 3..u64::MAX));
        assert!(from(u64::MAX - 2, 3).unwrap_err().contains("only 2 from"));
    }
}
