//! What a run came to that should hold in some run: which names, and whether one held.

use crate::base::place::Place;

/// One name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met {
    pub(crate) name: &'static str,
    /// Where it was come to first.
    pub(crate) place: Place,
    /// Whether it held at least once.
    pub(crate) held: bool,
}

/// See the top of this file. Most runs have none, and few have many.
#[derive(Default)]
pub(super) struct Properties(Vec<Met>);

impl Properties {
    pub(super) fn begin(&mut self) {
        self.0.clear();
    }

    pub(super) fn came_to(&mut self, name: &'static str, held: bool, place: Place) {
        match self.0.iter_mut().find(|met| met.name == name) {
            Some(met) => met.held |= held,
            None => self.0.push(Met { name, place, held }),
        }
    }

    pub(super) fn take(&mut self) -> Vec<Met> {
        std::mem::take(&mut self.0)
    }
}
