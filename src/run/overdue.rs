//! Overdue: what takes too long, or never happens, while the run goes on.
//!
//! A lock that is held across an await while others wait for it; messages for a receiver that is polled no more. Both
//! are seen when somebody lets go: of the lock, of the place in its line, of the receiver.

use std::collections::BTreeSet;

use super::resources::Held;
use super::waits::{LastPoll, What};
use super::world::World;
use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::record::event::Place;
use crate::record::finding::FindingKind;

impl World {
    /// An operation in line for a resource gives up after it has waited since this instant: who held it so long?
    pub(crate) fn examine_impatience(&mut self, id: u32, since: u64) {
        let (now, limit) = (self.now, self.setup.long_hold);
        if self.closing
            || now.saturating_sub(since) < limit
            || !self.suspects(&[FindingKind::LongHold])
        {
            return;
        }
        let long = |held: &&Held| now - held.since >= limit;
        let held: Vec<Held> = self
            .resources
            .holders(id)
            .iter()
            .filter(long)
            .copied()
            .collect();
        for held in held {
            self.report_hold(id, held, since);
        }
    }

    /// A receiver is dropped, last polled then and there, with messages that came since. Tasks that are cut off at the end of
    /// the run might have come back to it, unless nothing could move any more.
    pub(crate) fn examine_unheard(
        &mut self,
        id: u32,
        polled: LastPoll,
        place: Place,
        messages: usize,
    ) {
        if self.closing && !self.stuck {
            return;
        }
        self.find(FindingKind::AbandonedReceiver, Some(polled.slot), Some(place), |world| {
            let (name, path) = (world.resources.name(id), world.path_of_number(polled.task));
            let messages = match messages {
                1 => "1 message was".to_owned(),
                n => format!("{n} messages were"),
            };
            let words = format!(
                "{messages} sent into {name} and never received: {path} had waited for one, was woken when it came, \
                 and did not poll the receiver again"
            );
            (words, vec![])
        });
    }

    /// A lock is given back that others wait for, the first of them since this instant.
    pub(crate) fn examine_hold(&mut self, id: u32, held: Option<Held>, first_waits_since: u64) {
        let (now, limit) = (self.now, self.setup.long_hold);
        // What is dropped at the end of a run was held by tasks that are told of otherwise.
        if self.closing
            || now.saturating_sub(first_waits_since) < limit
            || !self.suspects(&[FindingKind::LongHold])
        {
            return;
        }
        if let Some(held) = held.filter(|held| now - held.since >= limit) {
            self.report_hold(id, held, first_waits_since);
        }
    }

    fn report_hold(&mut self, id: u32, held: Held, first_waits_since: u64) {
        let waiting = self
            .waits
            .all()
            .filter(|wait| wait.what == What::Resource(id, ""));
        let waiting: BTreeSet<TaskNo> = waiting.map(|wait| wait.polled.task).collect();
        let paths: Vec<&str> = waiting
            .iter()
            .map(|&task| self.path_of_number(task))
            .collect();
        let words = format!(
            "{} held {} for {} across an await, while {} waited, the first since {}",
            self.path_of_number(held.task),
            self.resources.name(id),
            Seconds(self.now - held.since),
            paths.join(", "),
            Seconds(first_waits_since)
        );
        self.find(FindingKind::LongHold, None, Some(held.place), |_| {
            (words, vec![])
        });
    }
}
