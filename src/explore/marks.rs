//! Marks that were seen: which runs that were not recorded are worth being made again, and what the others show.

use std::collections::BTreeMap;

use super::sightings::Key;
use crate::run::suspicion::Suspicion;

/// What is known of runs by their marks, of [`SEEDS_AT_ONCE`](super::seeds::SEEDS_AT_ONCE) seeds. So which runs are recorded
/// depends neither on the threads nor on where a range begins, but on its first few seeds.
#[derive(Default)]
pub(super) struct KnownMarks(BTreeMap<u64, Known>);

#[derive(Default)]
struct Known {
    /// How many runs with these marks there were.
    runs: u32,
    /// What the first of them showed that was recorded.
    keys: Option<Vec<Key>>,
}

/// What tasks wait for that were left parked, marks do not say, and so many runs are looked at: more where there are several,
/// which may wait for each other.
const LOOKS_AT_ONE: u32 = 3;
const LOOKS_AT_SEVERAL: u32 = 6;

impl KnownMarks {
    /// Whether the run with this suspicion is to be recorded.
    pub(super) fn ask_for_a_look(&mut self, suspicion: Suspicion) -> bool {
        // What such a run shows says nothing of its marks, so it is none of those by which they are known.
        if suspicion.asks_for_a_look() {
            return true;
        }
        let most = match suspicion.parked() {
            0 => 1,
            1 => LOOKS_AT_ONE,
            _ => LOOKS_AT_SEVERAL,
        };
        suspicion.marks().is_some_and(|marks| {
            let known = self.0.entry(marks).or_default();
            known.runs += 1;
            known.runs <= most
        })
    }

    /// The run with this suspicion was recorded, and showed this. If it had to be, that says nothing of its marks.
    pub(super) fn learn(&mut self, suspicion: Suspicion, keys: &[Key]) {
        let known = suspicion.marks().and_then(|marks| self.0.get_mut(&marks));
        if let Some(known) = known.filter(|_| !suspicion.asks_for_a_look()) {
            known.keys.get_or_insert_with(|| keys.to_vec());
        }
    }

    /// What the run with this suspicion, which was not recorded, shows by its marks.
    pub(super) fn keys(&self, suspicion: Suspicion) -> Vec<Key> {
        let known = suspicion.marks().and_then(|marks| self.0.get(&marks));
        known
            .and_then(|known| known.keys.clone())
            .unwrap_or_default()
    }
}
