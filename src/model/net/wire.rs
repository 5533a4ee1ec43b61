//! What is on its way between hosts, and what is to happen at a time.
//!
//! Every link has one constant latency so far: none on a host's own, and [`LATENCY`] between two. A link with a latency of
//! its own, that loses, or that is cut, is a matter of [`Wire::delay`] and of what becomes of a packet when it is due.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use super::keys::{DueKey, ListenerNo, StreamNo, UdpNo};
use super::udp::Datagram;
use crate::base::ids::HostNo;

/// How long a packet takes from one host to another, in ns.
pub(crate) const LATENCY: u64 = 1_000_000;

/// What is sent to a host.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(super) to: HostNo,
    pub(super) load: Load,
}

/// What a packet says.
#[derive(Debug)]
pub(crate) enum Load {
    /// The stream wants to be connected to whoever listens where it says.
    Syn(StreamNo),
    /// The connection is made: who asked for it, and its other end.
    SynAck {
        to: StreamNo,
        from: StreamNo,
    },
    /// The answer to that: the other end may be accepted.
    Established {
        listener: ListenerNo,
        to: StreamNo,
    },
    Data {
        to: StreamNo,
        from: StreamNo,
        bytes: VecDeque<u8>,
    },
    /// So many bytes have come.
    Ack {
        to: StreamNo,
        bytes: usize,
    },
    /// There is room for so many bytes more.
    Window {
        to: StreamNo,
        bytes: usize,
    },
    Fin {
        to: StreamNo,
        from: StreamNo,
    },
    Rst(StreamNo),
    /// A datagram by UDP, which may be lost.
    Datagram(Datagram),
    /// Nobody hears what this socket sent there (ICMP).
    Unreachable {
        to: UdpNo,
        there: SocketAddr,
    },
    /// What was sent is sent again.
    Again {
        to: StreamNo,
        from: StreamNo,
    },
}

/// What is to happen at a time.
#[derive(Debug)]
pub(super) enum Due {
    Arrival(Packet),
    /// A SYN is sent again.
    SynAgain(StreamNo),
    /// What nobody acknowledged is sent again.
    DataAgain(StreamNo),
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// What is due no sooner than what was put here before it, as packets mostly are.
    lane: VecDeque<(DueKey, Due)>,
    /// All else.
    queue: BTreeMap<DueKey, Due>,
    sent: u64,
    /// What arrives before anything else happens: between sockets of one host.
    at_once: VecDeque<Packet>,
}

impl Wire {
    /// How long a packet takes.
    pub(super) fn delay(&self, from: HostNo, to: HostNo) -> u64 {
        match from == to {
            true => 0,
            false => LATENCY,
        }
    }

    /// Sends a packet.
    pub(super) fn send(&mut self, now: u64, from: HostNo, to: HostNo, load: Load) {
        let packet = Packet { to, load };
        match self.delay(from, to) {
            0 => self.at_once.push_back(packet),
            delay => self.arrives_at(now.saturating_add(delay), packet),
        }
    }

    fn arrives_at(&mut self, at: u64, packet: Packet) {
        let due = Due::Arrival(packet);
        match self.lane.back() {
            Some(((last, _), _)) if *last > at => {
                self.at(at, due);
            }
            Some(_) | None => {
                self.sent += 1;
                self.lane.push_back(((at, self.sent), due));
            }
        }
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

    /// Takes the first that is due.
    pub(super) fn take_due(&mut self, now: u64) -> Option<Due> {
        let next = self.next_due().filter(|(at, _)| *at <= now)?;
        match self.lane.front() {
            Some((key, _)) if *key == next => self.lane.pop_front().map(|(_, due)| due),
            Some(_) | None => self.queue.remove(&next),
        }
    }
}
