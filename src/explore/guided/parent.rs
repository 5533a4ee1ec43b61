//! A run from which others are made: its draws, found by what they are and not by where they stand.
//!
//! A change of one draw moves all that come later. So each is known by the lineage of the task whose draw it is and by what that task had done, as on a
//! [tape](crate::Tape); and a task that was chosen, by its lineage.

use std::collections::BTreeMap;

use super::lineage::Lineages;
use crate::base::hash::Hash;
use crate::base::ids::TaskNo;
use crate::choice::draw::Draw;
use crate::choice::strategy::Observation;
use crate::choice::tape::Keys;

/// One draw of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    pub(super) key: DrawKey,
    /// The candidate that was chosen.
    pub(super) answer: u32,
    /// If that is a task, its lineage.
    pub(super) chosen: Option<u64>,
}

/// Which draw it is, as a number.
pub(super) type DrawKey = u64;

/// Of longer runs so many draws are kept, the first.
const MOST_DRAWS_OF_ONE: usize = 1 << 16;

/// See the top of this file.
#[derive(Debug)]
pub(super) struct Parent {
    draws: Vec<Drawn>,
    /// Where each is among them, by key.
    places: Vec<(DrawKey, u32)>,
}

impl Parent {
    pub(super) fn new(mut draws: Vec<Drawn>) -> Parent {
        draws.truncate(MOST_DRAWS_OF_ONE);
        draws.shrink_to_fit();
        let keys = draws.iter().map(|drawn| drawn.key);
        let mut places: Vec<_> = keys.zip(0..).collect();
        places.sort_unstable();
        Parent { draws, places }
    }

    pub(super) fn draws(&self) -> &[Drawn] {
        &self.draws
    }

    /// Where the draw with this key is. In a run that is alike so far it is next.
    pub(super) fn find(&self, key: DrawKey, next: usize) -> Option<usize> {
        if self.draws.get(next).is_some_and(|drawn| drawn.key == key) {
            return Some(next);
        }
        let at = self.places.partition_point(|&(other, _)| other < key);
        let &(found, place) = self.places.get(at)?;
        (found == key).then_some(place as usize)
    }
}

/// Gives the draws of a run their keys.
#[derive(Debug)]
pub(super) struct Namer {
    keys: Keys,
    /// How many draws with a label there were, by the label.
    labels: BTreeMap<u64, u32>,
}

impl Namer {
    pub(super) fn new() -> Namer {
        Namer {
            keys: Keys::new(),
            labels: BTreeMap::new(),
        }
    }

    /// Something happened in the run.
    pub(super) fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Spawned { task, .. }
            | Observation::Woke { task, .. }
            | Observation::Yielded { task } => self.keys.turn(task),
            // It is not said whether this is an operation or a point between statements.
            Observation::Reached { task, .. } => {
                self.keys.operation(task);
                self.keys.call(task);
            }
            Observation::Accessed { .. } | Observation::Ended { .. } | Observation::Detail(_) => {}
        }
    }

    /// The key of a draw that is made now.
    pub(super) fn key(&mut self, draw: &Draw<'_>, lineages: &Lineages) -> DrawKey {
        let mut hash = Hash::new();
        hash.fold(draw.kind() as u64);
        match draw.label() {
            Some(label) => {
                hash.fold_str(label);
                let nth = self.labels.entry(hash.get()).or_default();
                *nth += 1;
                hash.fold(u64::from(*nth));
            }
            None => {
                let (_, nth, again) = self.keys.next(draw.owner(), draw.kind());
                hash.fold(lineages.of(draw.owner()));
                hash.fold(u64::from(nth) << 32 | u64::from(again));
            }
        }
        hash.get()
    }
}

/// The lineage of a candidate, if it is a task.
pub(super) fn lineage_of(draw: &Draw<'_>, candidate: usize, lineages: &Lineages) -> Option<u64> {
    let number: TaskNo = draw.task(candidate)?.number();
    Some(lineages.of(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_found_by_their_keys_wherever_they_stand() {
        let keys = [7, 3, 9, 5];
        let drawn = |&key: &u64| Drawn {
            key,
            answer: 0,
            chosen: None,
        };
        let parent = Parent::new(keys.iter().map(drawn).collect());
        for next in 0..6 {
            for (place, &key) in keys.iter().enumerate() {
                assert_eq!(parent.find(key, next), Some(place));
            }
            assert_eq!(parent.find(4, next), None);
        }
    }
}
