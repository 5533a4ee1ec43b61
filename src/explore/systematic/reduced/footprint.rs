//! What a step touched.

use crate::base::touched::Shared;

/// A set of what tasks share. Mostly small.
#[derive(Clone, Debug, Default)]
pub(super) struct Footprint(Vec<Shared>);

impl Footprint {
    pub(super) fn add(&mut self, shared: Shared) {
        if let Err(at) = self.0.binary_search(&shared) {
            self.0.insert(at, shared);
        }
    }

    pub(super) fn add_all(&mut self, other: &Footprint) {
        other.0.iter().for_each(|&shared| self.add(shared));
    }

    /// Whether the order of two steps that touched this and that may matter.
    pub(super) fn overlaps(&self, other: &Footprint) -> bool {
        let overlaps = |&shared: &Shared| other.0.iter().any(|&theirs| shared.overlaps(theirs));
        self.0.iter().any(overlaps)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Shared> + '_ {
        self.0.iter().copied()
    }
}
