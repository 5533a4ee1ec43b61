//! Packets: what is sent from one host to another.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::keys::{ListenerNo, StreamNo, UdpNo};
use super::udp::Datagram;
use crate::base::ids::HostNo;

/// What is sent to a host.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) from: HostNo,
    pub(crate) to: HostNo,
    pub(crate) load: Load,
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
        from: StreamNo,
    },
    Data {
        to: StreamNo,
        from: StreamNo,
        bytes: VecDeque<u8>,
    },
    /// So many bytes have come.
    Ack {
        to: StreamNo,
        from: StreamNo,
        bytes: usize,
    },
    /// There is room for so many bytes more.
    Window {
        to: StreamNo,
        from: StreamNo,
        bytes: usize,
    },
    Fin {
        to: StreamNo,
        from: StreamNo,
    },
    Rst(StreamNo),
    /// A datagram by UDP, which may be lost.
    Datagram(Box<Datagram>),
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

/// What IP and TCP put before the bytes of a segment, and IP and UDP before those of a datagram.
const SEGMENT_HEADER: usize = 40;
const DATAGRAM_HEADER: usize = 28;

impl Load {
    /// How many bytes of the user's it carries.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Load::Data { bytes, .. } => bytes.len(),
            Load::Datagram(datagram) => datagram.bytes.len(),
            Load::Syn(_)
            | Load::SynAck { .. }
            | Load::Established { .. }
            | Load::Ack { .. }
            | Load::Window { .. }
            | Load::Fin { .. }
            | Load::Rst(_)
            | Load::Again { .. }
            | Load::Unreachable { .. } => 0,
        }
    }

    /// Its size on a link.
    pub(super) fn size(&self) -> usize {
        match self.is_datagram() {
            true => DATAGRAM_HEADER + self.bytes(),
            false => SEGMENT_HEADER + self.bytes(),
        }
    }

    /// Whether it is a packet by itself, which nobody sends again and nothing keeps in order.
    pub(super) fn is_datagram(&self) -> bool {
        match self {
            Load::Datagram(_) | Load::Unreachable { .. } => true,
            Load::Syn(_)
            | Load::SynAck { .. }
            | Load::Established { .. }
            | Load::Data { .. }
            | Load::Ack { .. }
            | Load::Window { .. }
            | Load::Fin { .. }
            | Load::Rst(_)
            | Load::Again { .. } => false,
        }
    }

    /// The stream to which it goes, if it is one that is known already.
    pub(super) fn receiver(&self) -> Option<StreamNo> {
        match self {
            Load::SynAck { to, .. }
            | Load::Established { to, .. }
            | Load::Data { to, .. }
            | Load::Ack { to, .. }
            | Load::Window { to, .. }
            | Load::Fin { to, .. }
            | Load::Rst(to)
            | Load::Again { to, .. } => Some(*to),
            Load::Syn(_) | Load::Datagram(_) | Load::Unreachable { .. } => None,
        }
    }
}
