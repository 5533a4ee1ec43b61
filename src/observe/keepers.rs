//! Who had the senders of channels, learnt as the tasks that are left at the end of a run are dropped, one after the other.
//!
//! Before that a sender is known by where it was made, and by whom; it may be anywhere by now. One that lies in the memory of a
//! task's future is that task's alone. Of one that lies elsewhere it is known with which task it went, not who shared it before.

use std::collections::BTreeMap;

use super::owners::Owners;
use crate::base::ids::TaskNo;
use crate::base::resource::ResourceNo;

/// Who had a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keeper {
    /// It lay in this task's future.
    Alone(TaskNo),
    /// It lay elsewhere, and went with this task.
    Last(TaskNo),
    /// It lay in a message of this channel that nobody received.
    Message(ResourceNo),
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Keepers {
    of: BTreeMap<ResourceNo, Vec<Keeper>>,
    /// The channels whose messages are dropped now, the innermost last.
    unread: Vec<ResourceNo>,
}

impl Keepers {
    /// The messages of this channel are dropped from now on, which nobody received.
    pub(crate) fn begin_unread(&mut self, channel: ResourceNo) {
        self.unread.push(channel);
    }

    /// They are dropped.
    pub(crate) fn end_unread(&mut self) {
        self.unread.pop();
    }

    /// A sender of this channel is gone, which lay here.
    pub(crate) fn gone(&mut self, channel: ResourceNo, at: usize, owners: &Owners) {
        let Some((task, in_it)) = owners.dropping(at) else {
            return;
        };
        let keeper = match (self.unread.last(), in_it) {
            (Some(&unread), _) => Keeper::Message(unread),
            (None, true) => Keeper::Alone(task),
            (None, false) => Keeper::Last(task),
        };
        self.of.entry(channel).or_default().push(keeper);
    }

    /// Who had the senders of this channel, as far as they are gone.
    pub(crate) fn of(&self, channel: ResourceNo) -> &[Keeper] {
        self.of.get(&channel).map_or(&[], Vec::as_slice)
    }
}
