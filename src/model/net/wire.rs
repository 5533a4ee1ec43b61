//! What is on its way between hosts, and what is to happen at a time.
//!
//! Over plain [links](Links) packets are on their way as soon as they are sent. Where any is different, they [leave](Wire::leaving) first: it
//! may have to be drawn what becomes of each.

use std::collections::{BTreeMap, VecDeque};

use super::keys::{DueKey, StreamNo};
use super::link::LATENCY;
use super::links::{Ends, Links};
use super::packet::{Load, Packet};
use crate::base::ids::HostNo;

/// What is to happen at a time.
#[derive(Debug)]
pub(super) enum Due {
    /// A packet arrives that had to stand in line.
    Arrival(Packet),
    /// A SYN is sent again.
    SynAgain(StreamNo),
    /// What nobody acknowledged is sent again.
    DataAgain(StreamNo),
    /// A connection was begun that nobody may ever accept.
    NeverMade(StreamNo),
    /// A link is not clogged any more, unless it was clogged anew.
    ClogEnds(Ends),
    /// A stream asks whether its other end is still there.
    Question(StreamNo),
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// Packets that arrive no sooner than those that were put here before, as most do.
    lane: VecDeque<(DueKey, Packet)>,
    /// All else.
    queue: BTreeMap<DueKey, Due>,
    sent: u64,
    /// What arrives before anything else happens: between sockets of one host.
    at_once: VecDeque<Packet>,
    pub(super) links: Links,
    /// When the last arrives of those that went while all links were plain, if any is not.
    last_plain: Option<u64>,
    /// What is to leave, before time goes on.
    pub(super) leaving: VecDeque<Packet>,
}

impl Wire {
    /// Sends a packet.
    pub(super) fn send(&mut self, now: u64, from: HostNo, to: HostNo, load: Load) {
        let packet = Packet { from, to, load };
        if from == to {
            self.at_once.push_back(packet);
        } else if self.links.are_plain() {
            let latency = LATENCY.as_nanos() as u64;
            self.arrives_at(now.saturating_add(latency), packet);
        } else {
            self.leaving.push_back(packet);
        }
    }

    /// A packet is on its way.
    pub(super) fn arrives_at(&mut self, at: u64, packet: Packet) {
        match self.lane.back() {
            Some(((last, _), _)) if *last > at => {
                self.at(at, Due::Arrival(packet));
            }
            Some(_) | None => {
                self.sent += 1;
                self.lane.push_back(((at, self.sent), packet));
            }
        }
    }

    /// When the last arrives of those that went while all links were plain. The first packet that goes otherwise asks for it.
    pub(super) fn last_plain(&mut self) -> u64 {
        let last = || self.lane.back().map_or(0, |(key, _)| key.0);
        *self.last_plain.get_or_insert_with(last)
    }

    /// Puts something off until then.
    pub(super) fn at(&mut self, at: u64, due: Due) -> DueKey {
        self.sent += 1;
        let key = (at, self.sent);
        self.queue.insert(key, due);
        key
    }

    pub(super) fn cancel(&mut self, key: DueKey) {
        self.queue.remove(&key);
    }

    /// All that is on its way, or is about to be, and when it arrives.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = (Option<u64>, &Packet)> {
        let lane = self.lane.iter().map(|(key, packet)| (Some(key.0), packet));
        let queue = self.queue.iter().filter_map(|(key, due)| match due {
            Due::Arrival(packet) => Some((Some(key.0), packet)),
            Due::SynAgain(_)
            | Due::DataAgain(_)
            | Due::NeverMade(_)
            | Due::ClogEnds(_)
            | Due::Question(_) => None,
        });
        let waits = self.leaving.iter().chain(self.links.all_kept());
        lane.chain(queue).chain(waits.map(|packet| (None, packet)))
    }

    /// What arrives at once.
    pub(super) fn next_at_once(&mut self) -> Option<Packet> {
        self.at_once.pop_front()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        self.next_due().map(|(at, _)| at)
    }

    fn next_due(&self) -> Option<DueKey> {
        let packet = self.lane.front().map(|(key, _)| *key);
        match self.queue.first_key_value() {
            None => packet,
            Some((&other, _)) => Some(packet.map_or(other, |packet| packet.min(other))),
        }
    }

    /// Takes the first that is due, if it is a packet of the lane.
    #[inline]
    pub(super) fn take_packet(&mut self, now: u64) -> Option<Packet> {
        let key = self.lane.front()?.0;
        let is_first = || {
            self.queue
                .first_key_value()
                .is_none_or(|(other, _)| key < *other)
        };
        let is_due = key.0 <= now && is_first();
        is_due.then(|| self.lane.pop_front().map(|(_, packet)| packet))?
    }

    /// Takes the first that is due, where it is none of the lane.
    pub(super) fn take_due(&mut self, now: u64) -> Option<Due> {
        let first = self.queue.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}
