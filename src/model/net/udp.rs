//! UDP sockets, and datagrams on their way.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::SocketAddr;

use super::bits::Bits;
use super::bound::{hears, hears_all, same};
use super::inbox::{Came, Inbox};
use super::keys::{UdpNo, UdpSockets};
use super::ports::{Ports, UseNo};
use super::readiness::Readiness;
use super::table::Table;
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;

/// Why a datagram cannot be sent, or a socket not be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CannotSend {
    Kind(ErrorKind),
    /// It is said nowhere to whom (`EDESTADDRREQ`).
    NoDestination,
    /// It is longer than a datagram can be (`EMSGSIZE`).
    TooLong,
    /// The address is of another kind of socket (`EPROTOTYPE`).
    OtherKind,
    /// The address is of a family that the socket has not (`EAFNOSUPPORT`).
    OtherFamily,
}

impl From<ErrorKind> for CannotSend {
    fn from(kind: ErrorKind) -> CannotSend {
        CannotSend::Kind(kind)
    }
}

/// What is on its way.
#[derive(Clone, Debug)]
pub(crate) struct Datagram {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    /// Who sent it.
    pub(super) sender: UdpNo,
    pub(super) number: u32,
    pub(super) bytes: Vec<u8>,
}

impl Datagram {
    /// How many bytes of the user's it has.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// What is set, and given back: it changes nothing here but for `broadcast`, without which nobody sends to all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UdpOptions {
    pub(crate) broadcast: bool,
    pub(crate) ttl: u32,
    pub(crate) tos: u32,
    pub(crate) multicast_loop: bool,
    pub(crate) multicast_ttl: u32,
}

impl Default for UdpOptions {
    fn default() -> UdpOptions {
        UdpOptions {
            broadcast: false,
            ttl: 64,
            tos: 0,
            multicast_loop: true,
            multicast_ttl: 1,
        }
    }
}

/// A UDP socket.
#[derive(Debug)]
pub(crate) struct UdpSocket {
    pub(crate) host: HostNo,
    pub(crate) resource: ResourceNo,
    pub(super) local: SocketAddr,
    pub(super) used: UseNo,
    pub(super) peer: Option<SocketAddr>,
    pub(super) inbox: Inbox<SocketAddr>,
    pub(super) error: Option<ErrorKind>,
    pub(crate) options: UdpOptions,
    pub(crate) readiness: Readiness,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Udp {
    pub(super) sockets: Table<UdpSocket, UdpSockets>,
    pub(super) ports: Ports,
    /// Who is bound, by host and port.
    pub(super) bound: BTreeMap<(HostNo, u16), Vec<UdpNo>>,
}

impl UdpSocket {
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.local
    }

    pub(crate) fn peer_addr(&self) -> Result<SocketAddr, ErrorKind> {
        let peer = self.peer.filter(|peer| peer.port() != 0);
        peer.ok_or(ErrorKind::NotConnected)
    }

    /// Whether there is something to be received; `WouldBlock` if not. Whoever is told of the error
    /// [takes](UdpSocket::take_error) it.
    pub(crate) fn receivable(&self) -> Result<(), ErrorKind> {
        match (self.error, self.inbox.is_empty()) {
            (Some(error), _) => Err(error),
            (None, true) => Err(ErrorKind::WouldBlock),
            (None, false) => Ok(()),
        }
    }

    /// What there is to be received.
    pub(crate) fn first(&self) -> Option<&Came<SocketAddr>> {
        self.inbox.first()
    }

    pub(crate) fn receive(&mut self) -> Option<Came<SocketAddr>> {
        self.inbox.take()
    }

    /// Takes the error that nobody was told yet.
    pub(crate) fn take_error(&mut self) -> Option<ErrorKind> {
        self.error.take()
    }

    pub(super) fn level(&self) -> Bits {
        let error = self.error.is_some();
        Bits::WRITE
            | Bits::READ.when(!self.inbox.is_empty())
            | (Bits::ERROR | Bits::WRITE_CLOSED).when(error)
    }

    /// How well a datagram with these addresses fits: not at all, or the better the more is said of it.
    fn fits(&self, from: SocketAddr, to: SocketAddr) -> Option<u32> {
        let own = self.local.ip();
        let all = hears_all(own, to.ip());
        let from_peer = self.peer.map(|peer| same(peer, from));
        if !hears(own, to.ip()) || from_peer == Some(false) {
            return None;
        }
        Some(u32::from(!all) + 2 * u32::from(from_peer.is_some()) + u32::from(own.is_ipv4()))
    }
}

impl Udp {
    /// Those of a host.
    pub(super) fn of(&self, host: HostNo) -> Vec<UdpNo> {
        self.sockets.keys(|socket| socket.host == host)
    }

    /// Who hears a datagram with these addresses.
    pub(super) fn hearer(&self, host: HostNo, from: SocketAddr, to: SocketAddr) -> Option<UdpNo> {
        let bound = self.bound.get(&(host, to.port()))?.iter().copied();
        let fits = bound.filter_map(|number| {
            let fits = self.sockets.get(number)?.fits(from, to)?;
            Some((fits, number))
        });
        let best = fits.max_by_key(|&(fits, _)| fits);
        best.map(|(_, number)| number)
    }
}
