//! How far a run came towards what the program under test calls its targets.

/// One target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) name: &'static str,
    /// The highest value that was told.
    pub(crate) most: i64,
}

/// See the top of this file. Most runs have none, and few have many.
#[derive(Default)]
pub(super) struct Targets(Vec<Reached>);

impl Targets {
    pub(super) fn begin(&mut self) {
        self.0.clear();
    }

    pub(super) fn reached(&mut self, name: &'static str, value: i64) {
        match self.0.iter_mut().find(|reached| reached.name == name) {
            Some(reached) => reached.most = value.max(reached.most),
            None => self.0.push(Reached { name, most: value }),
        }
    }

    pub(super) fn take(&mut self) -> Vec<Reached> {
        std::mem::take(&mut self.0)
    }
}
