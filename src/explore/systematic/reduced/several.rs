//! Whether a task polls several futures in one poll. Then what it does next depends on which of them may go on, and so on all that they
//! touch.

use super::footprint::Footprint;

/// See the top of this file.
#[derive(Clone, Debug, Default)]
pub(super) struct Several {
    /// In the poll that is under way.
    now: bool,
    /// In the one before.
    before: bool,
    /// What they have touched.
    reach: Footprint,
}

impl Several {
    /// A poll of the task begins.
    pub(super) fn begin_poll(&mut self) {
        self.before = std::mem::take(&mut self.now);
        if !self.before {
            self.reach = Footprint::default();
        }
    }

    /// It turns out that the poll under way is one of several futures, which have touched this so far.
    pub(super) fn found<'f>(&mut self, touched: impl IntoIterator<Item = &'f Footprint>) {
        self.now = true;
        touched
            .into_iter()
            .for_each(|footprint| self.reach.add_all(footprint));
    }

    /// A step of the task touched this.
    pub(super) fn touched(&mut self, footprint: &Footprint) {
        if self.is_so() {
            self.reach.add_all(footprint);
        }
    }

    /// Whether it polls several in the poll that is under way, or did in the last one.
    pub(super) fn is_so(&self) -> bool {
        self.now || self.before
    }

    /// All that they have touched.
    pub(super) fn reach(&self) -> &Footprint {
        &self.reach
    }
}
