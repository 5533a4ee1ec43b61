//! Marks that were seen: which runs that were not recorded are worth being made again.

use std::collections::BTreeMap;

use crate::run::suspicion::Suspicion;

/// How often runs with the same marks were made, of [`SEEDS_AT_ONCE`](super::search::SEEDS_AT_ONCE) seeds.
#[derive(Default)]
pub(super) struct KnownMarks(BTreeMap<u64, u32>);

/// Where several tasks were left parked, marks do not say what they wait for, and this many are looked at.
const LOOKS_AT_PARKED: u32 = 3;

impl KnownMarks {
    /// Whether the run with this suspicion is to be recorded.
    pub(super) fn ask_for_a_look(&mut self, suspicion: Suspicion) -> bool {
        let most = match suspicion.are_several_parked() {
            true => LOOKS_AT_PARKED,
            false => 1,
        };
        let new = suspicion.marks().is_some_and(|marks| {
            let seen = self.0.entry(marks).or_default();
            *seen += 1;
            *seen <= most
        });
        new || suspicion.asks_for_a_look()
    }
}
