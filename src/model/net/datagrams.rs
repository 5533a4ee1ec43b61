//! Datagrams by UDP: where they go, and what becomes of them.
//!
//! ```text
//!   send ── datagram ──► who is bound there and has room      ──► inbox ──► receive
//!                        who has no room, or has another peer ──► lost
//!                        nobody                               ──► unreachable: the sender is refused once, if it is
//!                                                                 connected to there, and hears nothing if it is not
//! ```

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::Waker;

use super::bits::Bits;
use super::bound::{as_told_by, same};
use super::inbox::{Came, Inbox};
use super::keys::UdpNo;
use super::memory::BUFFER;
use super::options::Options;
use super::packet::Load;
use super::ports::UseNo;
use super::readiness::Readiness;
use super::udp::{CannotSend, Datagram, UdpOptions, UdpSocket};
use super::{Arrived, Network};
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;

/// The most bytes that a datagram has: what IPv4 and IPv6 can say of a packet's length, less the headers.
const MOST_V4: usize = 65_507;
const MOST_V6: usize = 65_527;

impl Network {
    /// Binds an address of the host, whose port may be 0 for any: what is given back is for [`add_udp`](Network::add_udp).
    ///
    /// # Errors
    ///
    /// As [`bind`](Network::bind).
    pub(crate) fn bind_udp(
        &mut self,
        now: u64,
        host: HostNo,
        address: SocketAddr,
    ) -> Result<(SocketAddr, UseNo), ErrorKind> {
        if self.hosts.owner(host, address.ip().to_canonical()) != Some(host) {
            return Err(ErrorKind::AddrNotAvailable);
        }
        let next_port = &mut self.hosts.get_mut(host).next_udp_port;
        let options = Options::default();
        let bound = self.udp.ports.bind(now, host, next_port, address, &options);
        bound.ok_or(ErrorKind::AddrInUse)
    }

    /// A socket where it was bound.
    pub(crate) fn add_udp(
        &mut self,
        host: HostNo,
        (local, used): (SocketAddr, UseNo),
        resource: ResourceNo,
    ) -> UdpNo {
        let number = self.udp.sockets.add(UdpSocket {
            host,
            resource,
            local,
            used,
            peer: None,
            inbox: Inbox::default(),
            error: None,
            options: UdpOptions::default(),
            readiness: Readiness::new(Bits::WRITE),
        });
        let bound = self.udp.bound.entry((host, local.port())).or_default();
        bound.push(number);
        number
    }

    /// Where a socket would send to this address: the host, and the addresses of both ends.
    fn udp_route(
        &self,
        number: UdpNo,
        to: SocketAddr,
    ) -> Result<(HostNo, SocketAddr, SocketAddr), CannotSend> {
        let socket = self.udp.sockets.get(number);
        let socket = socket.ok_or(ErrorKind::NotConnected)?;
        let own = socket.local.ip();
        if own.is_ipv4() && to.is_ipv6() {
            return Err(CannotSend::OtherFamily);
        }
        if to.ip().to_canonical() == IpAddr::from(Ipv4Addr::BROADCAST) {
            return Err(CannotSend::Kind(match socket.options.broadcast {
                true => ErrorKind::NetworkUnreachable,
                false => ErrorKind::PermissionDenied,
            }));
        }
        let to = as_told_by(socket.local, to);
        let route = self.route(socket.host, Some(socket.local), to);
        route.map_err(|kind| match kind {
            ErrorKind::InvalidInput => CannotSend::Kind(ErrorKind::NetworkUnreachable),
            kind => CannotSend::Kind(kind),
        })
    }

    /// From now on a socket sends to this address, and hears nobody else.
    ///
    /// # Errors
    ///
    /// If there is no way there.
    pub(crate) fn connect_udp(&mut self, number: UdpNo, to: SocketAddr) -> Result<(), CannotSend> {
        let (_, local, remote) = self.udp_route(number, to)?;
        if let Some(socket) = self.udp.sockets.get_mut(number) {
            (socket.local, socket.peer) = (local, Some(remote));
        }
        Ok(())
    }

    /// Sends a datagram: to whom is said, or else to whom it is connected. Gives its number, and who hears it if that is on the same
    /// host.
    ///
    /// # Errors
    ///
    /// If it cannot be sent, or one before it did not come through: that is told once.
    pub(crate) fn send_udp(
        &mut self,
        now: u64,
        number: UdpNo,
        to: Option<SocketAddr>,
        bytes: &[u8],
    ) -> Result<(u32, Option<ResourceNo>), CannotSend> {
        let socket = self.udp.sockets.get_mut(number);
        let socket = socket.ok_or(ErrorKind::NotConnected)?;
        let (host, most) = match socket.local {
            SocketAddr::V4(_) => (socket.host, MOST_V4),
            SocketAddr::V6(_) => (socket.host, MOST_V6),
        };
        let to = to.or(socket.peer).ok_or(CannotSend::NoDestination)?;
        if to.port() == 0 {
            return Err(ErrorKind::InvalidInput.into());
        }
        let (remote_host, from, to) = self.udp_route(number, to)?;
        let most = match to.ip().to_canonical() {
            IpAddr::V4(_) => MOST_V4,
            IpAddr::V6(_) => most,
        };
        if bytes.len() > most {
            return Err(CannotSend::TooLong);
        }
        if let Some(error) = self
            .udp
            .sockets
            .get_mut(number)
            .and_then(UdpSocket::take_error)
        {
            return Err(error.into());
        }
        let hearer = match host == remote_host {
            true => self.udp.hearer(host, from, to),
            false => None,
        };
        let hearer = hearer.and_then(|hearer| Some(self.udp.sockets.get(hearer)?.resource));
        let sent = self.datagrams;
        self.datagrams = self.datagrams.wrapping_add(1);
        let datagram = Datagram {
            from,
            to,
            sender: number,
            number: sent,
            bytes: bytes.to_vec(),
        };
        self.wire
            .send(now, host, remote_host, Load::Datagram(Box::new(datagram)));
        self.settle(now);
        Ok((sent, hearer))
    }

    pub(super) fn datagram(
        &mut self,
        now: u64,
        host: HostNo,
        datagram: Datagram,
    ) -> Option<Arrived> {
        let count = datagram.size();
        let Datagram {
            from,
            to,
            sender,
            number,
            bytes,
        } = datagram;
        let Some(hearer) = self.udp.hearer(host, from, to) else {
            let to_host = self.udp.sockets.get(sender)?.host;
            let load = Load::Unreachable {
                to: sender,
                there: to,
            };
            self.wire.send(now, host, to_host, load);
            return None;
        };
        let socket = self.udp.sockets.get_mut(hearer)?;
        let from = as_told_by(socket.local, from);
        let came = Came {
            from,
            number,
            bytes,
        };
        if !socket.inbox.put(came, BUFFER) {
            return None;
        }
        socket.readiness.happened(socket.level(), &mut self.woken);
        Some(Arrived {
            resource: socket.resource,
            bytes: count,
        })
    }

    /// Nobody hears what a socket sent there. It is told if it is connected to there.
    pub(super) fn unreachable(&mut self, to: UdpNo, there: SocketAddr) {
        let Some(socket) = self.udp.sockets.get_mut(to) else {
            return;
        };
        if socket.peer.is_some_and(|peer| same(peer, there)) {
            socket.error = Some(ErrorKind::ConnectionRefused);
            socket.readiness.happened(socket.level(), &mut self.woken);
        }
    }

    /// A socket is closed, and what it had not received is lost. The wakers are for the caller to drop.
    pub(crate) fn close_udp(&mut self, number: UdpNo) -> Vec<Waker> {
        let Some(mut socket) = self.udp.sockets.remove(number) else {
            return Vec::new();
        };
        self.udp.ports.release(socket.used);
        let key = (socket.host, socket.local.port());
        if let Some(bound) = self.udp.bound.get_mut(&key) {
            bound.retain(|&other| other != number);
            if bound.is_empty() {
                self.udp.bound.remove(&key);
            }
        }
        socket.readiness.take_all()
    }
}
