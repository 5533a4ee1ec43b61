//! Where the resources of a run were made, for strategies.

use crate::base::place::Place;
use crate::base::resource::ResourceNo;

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// By the resource's number.
    places: Vec<Option<Place>>,
}

impl Made {
    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self) {
        self.places.clear();
    }

    pub(super) fn add(&mut self, resource: ResourceNo, place: Place) {
        let at = resource.get() as usize;
        if at >= self.places.len() {
            self.places.resize(at + 1, None);
        }
        self.places[at] = Some(place);
    }

    pub(super) fn of(&self, resource: ResourceNo) -> Option<Place> {
        self.places.get(resource.get() as usize).copied().flatten()
    }
}
