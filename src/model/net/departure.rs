//! A packet at the beginning of a link, of which is drawn what becomes of it.

use super::link::Link;
use super::packet::{Load, Packet};
use crate::base::chance::Chance;
use crate::base::ids::HostNo;

/// One step of a packet that is to leave.
#[derive(Debug)]
pub(crate) enum Leaving {
    /// It is to be drawn what becomes of it: the n-th of its link.
    Asks(Departure),
    /// The link is cut.
    Cut(PacketSummary),
}

/// A packet at the beginning of a link.
#[derive(Debug)]
pub(crate) struct Departure {
    pub(crate) packet: Box<Packet>,
    pub(crate) link: Link,
    pub(crate) nth: u32,
}

/// What an event or the label of a draw says of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PacketSummary {
    pub(crate) from: HostNo,
    pub(crate) to: HostNo,
    pub(crate) bytes: usize,
}

/// What becomes of a packet that is not lost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fate {
    /// How long it takes, in ns.
    pub(crate) latency: u64,
    /// It arrives in two parts, of which the first has so many bytes.
    pub(crate) split: Option<usize>,
    /// It arrives a second time, so much later.
    pub(crate) again: Option<u64>,
}

impl Departure {
    /// How likely it is lost over such a link.
    pub(crate) fn loss_over(&self, link: Link) -> Chance {
        match self.packet.load.is_datagram() {
            true => link.loss_of(self.packet.load.size()),
            false => link.loss,
        }
    }

    pub(crate) fn is_datagram(&self) -> bool {
        self.packet.load.is_datagram()
    }

    /// Whether it may arrive twice: a user's datagram, but not what says that nobody hears one.
    pub(crate) fn may_double(&self) -> bool {
        matches!(self.packet.load, Load::Datagram(_))
    }

    /// The bytes that may be cut in two: those of a segment that has more than one.
    pub(crate) fn segment(&self) -> Option<usize> {
        let Load::Data { bytes, .. } = &self.packet.load else {
            return None;
        };
        Some(bytes.len()).filter(|&bytes| bytes > 1)
    }

    pub(crate) fn summary(&self) -> PacketSummary {
        PacketSummary::of(&self.packet)
    }
}

impl PacketSummary {
    pub(super) fn of(packet: &Packet) -> PacketSummary {
        PacketSummary {
            from: packet.from,
            to: packet.to,
            bytes: packet.load.bytes(),
        }
    }
}
