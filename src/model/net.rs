//! The network: hosts, links between them, TCP, UDP and Unix sockets. A plain state machine; what a handle asks of it, and what
//! becomes due, gives what happened, and leaves the wakers of those who are to look again ([`Network::next_woken`]).
//!
//! ```text
//!   bind ─► listen ─────────────────┐
//!   connect ── SYN ──► wire ──► begun ─► made ─► accept
//!   write ─► out ── data ──► wire ──► came ─► read
//! ```
//!
//! What is sent within a host arrives at once, as over a real loopback device. Between hosts it takes as long as its link says, and may be
//! [lost](departures). Packets of one connection arrive in order; others may overtake.
//!
//! [Addresses](addresses) and [ports]; [how many sockets](sockets) there may be; connections: [how one is made](connect), and what goes over it until it is [closed](transfer);
//! [whether anybody is still there](silence); [datagrams]; [links]: what [one is like](link), and what was done to it; [departures]: how packets leave and are sent again; the
//! [wire]: what is due; [Unix sockets](unix).

pub(crate) mod bits;
mod bound;
pub(crate) mod dns;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod link;
pub(crate) mod listener;
pub(crate) mod options;
pub(crate) mod owner;
pub(crate) mod packet;
pub(crate) mod ports;
pub(crate) mod readiness;
pub(crate) mod stream;
pub(crate) mod udp;
pub(crate) mod unix;

mod addresses;
mod changes;
mod connect;
mod datagrams;
pub(crate) mod departure;
mod departures;
mod hosts;
mod links;
mod memory;
mod silence;
mod sockets;
mod table;
mod transfer;
mod unix_datagrams;
pub(crate) mod unix_name;
pub(crate) mod unix_stream;
mod unix_streams;
mod wire;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::task::Waker;

use addresses::Hosts;
use dns::{Dns, NotFound, Said};
use keys::{
    ListenerNo, Listeners, StreamNo, Streams, UdpNo, UnixDatagramNo, UnixListenerNo, UnixStreamNo,
};
use listener::Listener;
use owner::NotHere;
use packet::{Load, Packet};
use ports::Ports;
use stream::Stream;
use table::Table;
use udp::{Udp, UdpSocket};
use unix::{Unix, UnixDatagram, UnixListener};
use unix_stream::UnixStream;
use wire::{Due, Wire};

use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;
use crate::base::span::FAR;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Network {
    hosts: Hosts,
    dns: Dns,
    ports: Ports,
    listeners: Table<Listener, Listeners>,
    streams: Table<Stream, Streams>,
    udp: Udp,
    unix: Unix,
    /// Whether any connection is kept alive.
    any_kept_alive: bool,
    /// How many datagrams were sent: each has a number.
    datagrams: u32,
    /// Who listens, by host and port.
    listening: BTreeMap<(HostNo, u16), Vec<ListenerNo>>,
    wire: Wire,
    woken: VecDeque<Waker>,
    /// The memory of bytes that were read, for the next that are written.
    spare: VecDeque<u8>,
}

/// Bytes that came from another host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) resource: ResourceNo,
    pub(crate) bytes: usize,
}

impl Default for Network {
    fn default() -> Network {
        let mut network = Network {
            hosts: Hosts::default(),
            dns: Dns::default(),
            ports: Ports::default(),
            listeners: Table::default(),
            streams: Table::default(),
            udp: Udp::default(),
            unix: Unix::default(),
            any_kept_alive: false,
            datagrams: 0,
            listening: BTreeMap::new(),
            wire: Wire::default(),
            woken: VecDeque::new(),
            spare: VecDeque::new(),
        };
        network.add_host(HostNo::DEFAULT, "main");
        network
    }
}

impl Network {
    /// The addresses that a name stands for.
    ///
    /// # Errors
    ///
    /// Why it is not found.
    pub(crate) fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, NotFound> {
        if let Some(answer) = self.dns.get(name).and_then(|said| said.answer.as_ref()) {
            return answer.clone();
        }
        let found = self.hosts.resolve(name);
        match found.is_empty() {
            true => Err(NotFound::NoHost),
            false => Ok(found),
        }
    }

    /// How long it takes to look up a name, in ns.
    pub(crate) fn lookup_delay(&self, name: &str) -> u64 {
        self.dns.get(name).map_or(0, |said| said.delay)
    }

    /// What is said of a name.
    pub(crate) fn said_of(&mut self, name: &str) -> &mut Said {
        self.dns.of(name)
    }

    /// Nothing is said of a name any more.
    pub(crate) fn forget_name(&mut self, name: &str) {
        self.dns.forget(name);
    }

    /// An address in words, seen from a host.
    pub(crate) fn name(&self, from: HostNo, address: SocketAddr) -> String {
        self.hosts.name(from, address)
    }

    /// When something happens although no task is ready; [`FAR`] if nothing does.
    pub(crate) fn next_deadline(&self) -> u64 {
        match self.woken.is_empty() && !self.has_to_dispatch() {
            true => self.wire.next_deadline().unwrap_or(FAR),
            false => 0,
        }
    }

    /// Whether anybody is to look again.
    #[inline(always)]
    pub(crate) fn is_any_woken(&self) -> bool {
        !self.woken.is_empty()
    }

    /// The waker of one who is to look again.
    pub(crate) fn next_woken(&mut self) -> Option<Waker> {
        self.woken.pop_front()
    }

    /// Lets happen what is due, one after the other, and whatever follows at once: until bytes came, or one is to look again.
    pub(crate) fn take_due(&mut self, now: u64) -> Option<Arrived> {
        while self.woken.is_empty() {
            let arrived = match self.wire.take_packet(now) {
                Some(packet) => self.arrives(now, packet),
                None => {
                    let due = self.wire.take_due(now)?;
                    self.happens(now, due)
                }
            };
            self.settle(now);
            if arrived.is_some() {
                return arrived;
            }
        }
        None
    }

    #[inline(never)]
    fn happens(&mut self, now: u64, due: Due) -> Option<Arrived> {
        match due {
            Due::Arrival(packet) => return self.arrives(now, packet),
            Due::SynAgain(stream) => self.ask_again(now, stream),
            Due::DataAgain(stream) => self.send_again(now, stream),
            Due::NeverMade(stream) => self.was_never_made(stream),
            Due::ClogEnds(ends) => self.look_at_kept(now, ends),
            Due::Question(stream) => self.question(now, stream),
        }
        None
    }

    /// Lets arrive what arrives at once.
    fn settle(&mut self, now: u64) {
        while let Some(packet) = self.wire.next_at_once() {
            self.arrives(now, packet);
        }
    }

    fn arrives(&mut self, now: u64, packet: Packet) -> Option<Arrived> {
        let Packet { to: host, load, .. } = packet;
        if !self.hosts.get(host).up {
            self.lose(now, load);
            return None;
        }
        match load {
            Load::Syn(from) => self.syn(now, host, from),
            Load::SynAck { to, from } => self.syn_ack(now, host, to, from),
            Load::Established { listener, to, from } => {
                self.established(listener, to);
                self.may_be_unknown(now, host, (to, from));
            }
            Load::Data { to, from, bytes } => return self.data(now, host, to, from, bytes),
            Load::Ack { to, from, bytes } => self.ack(now, host, (to, from), bytes),
            Load::Window { to, from, bytes } => self.window(now, host, (to, from), bytes),
            Load::Fin { to, from } => self.fin(now, host, to, from),
            Load::Rst(to) => self.rst(to),
            Load::Datagram(datagram) => return self.datagram(now, host, *datagram),
            Load::Unreachable { to, there } => self.unreachable(to, there),
            Load::Again { to, from } => self.asked_again(now, host, to, from),
        }
        None
    }

    /// Resets a stream, on behalf of a host where there is nothing that it could be connected to.
    fn refuse(&mut self, now: u64, host: HostNo, stream: StreamNo) {
        if let Some(to) = self.streams.get(stream) {
            self.wire.send(now, host, to.host, Load::Rst(stream));
        }
    }

    /// What needs no answer came for a stream of this host. If that is gone, and the other end was not told, it is reset.
    fn may_be_unknown(&mut self, now: u64, host: HostNo, (to, from): (StreamNo, StreamNo)) {
        let is_not_told = |stream: &Stream| stream.other_is_gone;
        if self.streams.get(to).is_none() && self.streams.get(from).is_some_and(is_not_told) {
            self.refuse(now, host, from);
        }
    }

    /// A stream is gone, and its port is used no more, unless it is kept.
    fn remove(&mut self, number: StreamNo, keeps_port: bool) -> Option<Stream> {
        let stream = self.streams.remove(number)?;
        for (key, _) in [stream.again, stream.question].into_iter().flatten() {
            self.wire.cancel(key);
        }
        if !keeps_port {
            self.ports.release(stream.used);
        }
        Some(stream)
    }

    /// A listener, unless its host took it away.
    pub(crate) fn listener(&mut self, number: ListenerNo) -> Option<&mut Listener> {
        self.listeners.get_mut(number)
    }

    /// A UDP socket, unless its host took it away.
    pub(crate) fn udp(&mut self, number: UdpNo) -> Option<&mut UdpSocket> {
        self.udp.sockets.get_mut(number)
    }

    /// A stream, unless its host took it away.
    #[inline]
    pub(crate) fn stream(&mut self, number: StreamNo) -> Option<&mut Stream> {
        self.streams.get_mut(number)
    }

    /// A Unix listener, unless its host took it away.
    pub(crate) fn unix_listener(&mut self, number: UnixListenerNo) -> Option<&mut UnixListener> {
        self.unix.listeners.get_mut(number)
    }

    /// A Unix stream, unless its host took it away.
    pub(crate) fn unix_stream(&mut self, number: UnixStreamNo) -> Option<&mut UnixStream> {
        self.unix.streams.get_mut(number)
    }

    /// A Unix socket for datagrams, unless its host took it away.
    pub(crate) fn unix_datagram(&mut self, number: UnixDatagramNo) -> Option<&mut UnixDatagram> {
        self.unix.datagrams.get_mut(number)
    }

    /// A listener, which is to be this host's.
    pub(crate) fn listener_of(
        &mut self,
        host: HostNo,
        number: ListenerNo,
    ) -> Result<&mut Listener, NotHere> {
        self.hosts
            .owned(host, self.listeners.get_mut(number), |it| it.host)
    }

    /// A stream, which is to be this host's.
    #[inline]
    pub(crate) fn stream_of(
        &mut self,
        host: HostNo,
        number: StreamNo,
    ) -> Result<&mut Stream, NotHere> {
        self.hosts
            .owned(host, self.streams.get_mut(number), |it| it.host)
    }

    /// A UDP socket, which is to be this host's.
    pub(crate) fn udp_of(
        &mut self,
        host: HostNo,
        number: UdpNo,
    ) -> Result<&mut UdpSocket, NotHere> {
        self.hosts
            .owned(host, self.udp.sockets.get_mut(number), |it| it.host)
    }

    /// A Unix listener, which is to be this host's.
    pub(crate) fn unix_listener_of(
        &mut self,
        host: HostNo,
        number: UnixListenerNo,
    ) -> Result<&mut UnixListener, NotHere> {
        self.hosts
            .owned(host, self.unix.listeners.get_mut(number), |it| it.host)
    }

    /// A Unix stream, which is to be this host's.
    pub(crate) fn unix_stream_of(
        &mut self,
        host: HostNo,
        number: UnixStreamNo,
    ) -> Result<&mut UnixStream, NotHere> {
        self.hosts
            .owned(host, self.unix.streams.get_mut(number), |it| it.host)
    }

    /// A Unix socket for datagrams, which is to be this host's.
    pub(crate) fn unix_datagram_of(
        &mut self,
        host: HostNo,
        number: UnixDatagramNo,
    ) -> Result<&mut UnixDatagram, NotHere> {
        self.hosts
            .owned(host, self.unix.datagrams.get_mut(number), |it| it.host)
    }

    /// Whether a socket of this host may be used by a task of that one.
    pub(crate) fn is_own(&self, owner: HostNo, user: HostNo) -> Result<(), NotHere> {
        match owner == user {
            true => Ok(()),
            false => Err(self.hosts.foreign(owner, user)),
        }
    }
}
