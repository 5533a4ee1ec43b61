//! The observer: who waits for what, and who holds what. It exists in recorded runs only, and is fed with facts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::busy::Busy;
use super::elsewhere::Elsewhere;
use super::held::Stamp;
use super::keepers::Keepers;
use super::owners::Owners;
use super::resources::{Noted, Resources};
use super::unflushed::Unflushed;
use super::waits::Waits;
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::Place;
use crate::base::resource::ResourceNo;
use crate::record::fact::Fact;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Observer {
    pub(crate) waits: Waits,
    pub(crate) resources: Resources,
    pub(crate) busy: Busy,
    pub(crate) owners: Owners,
    pub(crate) keepers: Keepers,
    pub(crate) unflushed: Unflushed,
    pub(crate) elsewhere: Arc<Elsewhere>,
    /// Where the operation is awaited that is polled now, if it was made elsewhere.
    pub(crate) polled_at: Option<Place>,
    /// Where the work on a stream was called that is polled now.
    pub(crate) called_at: Option<Place>,
    /// Where futures were made that would be findings if they were never polled, and were polled.
    pub(crate) polled_from: BTreeSet<Place>,
}

impl Observer {
    pub(crate) fn new(run: RunId) -> Observer {
        Observer {
            waits: Waits::new(run),
            resources: Resources::default(),
            busy: Busy::default(),
            owners: Owners::default(),
            keepers: Keepers::default(),
            unflushed: Unflushed::default(),
            elsewhere: Arc::default(),
            polled_at: None,
            called_at: None,
            polled_from: BTreeSet::new(),
        }
    }

    /// Takes in a fact.
    pub(crate) fn note(&mut self, fact: &Fact, moment: Stamp) -> Noted {
        let noted = self.resources.note(fact, moment);
        self.owners.note(fact, noted.held.map(|held| held.task));
        noted
    }

    /// This task is over.
    pub(crate) fn task_over(&mut self, task: TaskNo) {
        self.busy.task_over(task);
        self.waits.task_over(task);
    }

    /// A sender of a channel that was made at this place is gone, which lay here in memory.
    pub(crate) fn sender_gone(&mut self, channel: ResourceNo, made: Place, at: usize) {
        if self.resources.sender_gone(channel, made) {
            self.keepers.gone(channel, at, &self.owners);
        }
    }
}
