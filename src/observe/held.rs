//! What somebody has of a resource, or forgot: since when, and where it was taken.

use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::Action;
use crate::record::event::EventNo;
use crate::record::fact::Hold;

/// When a fact was told, and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) task: TaskNo,
    /// Virtual time in ns.
    pub(crate) now: u64,
    /// The number of the fact's event.
    pub(crate) event: EventNo,
}

/// A guard or a permit that somebody has, or forgot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) hold: Hold,
    /// How it was taken.
    pub(crate) action: Action,
    /// The task that took it.
    pub(crate) task: TaskNo,
    /// Where it took it.
    pub(crate) place: Place,
    /// When, in virtual time.
    pub(crate) since: u64,
}

impl Held {
    pub(crate) fn new(hold: Hold, action: Action, place: Place, moment: Stamp) -> Held {
        Held {
            hold,
            action,
            task: moment.task,
            place,
            since: moment.now,
        }
    }
}
