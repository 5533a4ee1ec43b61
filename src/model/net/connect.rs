//! How a connection is made.
//!
//! ```text
//!   connect ── SYN ──► a listener with room: the other end begins    ── SYN-ACK ──► connected
//!                      a listener without: lost, and sent again after 1 s, 3 s, 7 s …
//!                      no listener: refused                          ── RST ──► ConnectionRefused
//!   connected ── ACK ──► the other end may be accepted
//! ```

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::task::Waker;

use super::Network;
use super::bound::as_told_by;
use super::keys::{ListenerNo, StreamNo};
use super::listener::Listener;
use super::options::Options;
use super::packet::Load;
use super::ports::UseNo;
use super::readiness::Readiness;
use super::stream::{Directions, Phase, Stream};
use super::wire::Due;
use crate::base::ids::HostNo;

/// How often a SYN is sent again before `connect` gives up (`tcp_syn_retries`).
const SYN_RETRIES: u32 = 6;

/// After how long it is sent again the first time, in ns; from then on the double each time.
const SYN_TIMEOUT: u64 = 1_000_000_000;

/// After how long a connection is forgotten whose other end does not say that it heard of it, in ns (`tcp_synack_retries` 5).
const BEGUN_TIMEOUT: u64 = 63_000_000_000;

/// The longest queue of a listener (`net.core.somaxconn`).
const MOST_BACKLOG: u32 = 4_096;

/// One who was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) stream: StreamNo,
    pub(crate) remote: SocketAddr,
    pub(crate) directions: Directions,
}

impl Network {
    /// Binds an address of the host, whose port may be 0 for any.
    ///
    /// # Errors
    ///
    /// `AddrNotAvailable` if it is not the host's, `AddrInUse` if others have it, or no port is left.
    pub(crate) fn bind(
        &mut self,
        now: u64,
        host: HostNo,
        address: SocketAddr,
        options: &Options,
    ) -> Result<(SocketAddr, UseNo), ErrorKind> {
        if self.hosts.owner(host, address.ip().to_canonical()) != Some(host) {
            return Err(ErrorKind::AddrNotAvailable);
        }
        let next_port = &mut self.hosts.get_mut(host).next_port;
        let bound = self.ports.bind(now, host, next_port, address, options);
        bound.ok_or(ErrorKind::AddrInUse)
    }

    /// Whether the host still keeps what was bound.
    pub(crate) fn is_bound(&self, used: UseNo) -> bool {
        self.ports.is_used(used)
    }

    /// A socket that was bound, and never more, is gone.
    pub(crate) fn unbind(&mut self, used: UseNo) {
        self.ports.release(used);
    }

    /// Whether one that is bound here may listen.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if another listens there, which was not so yet when the address was bound.
    pub(crate) fn may_listen(&mut self, used: UseNo, options: &Options) -> Result<(), ErrorKind> {
        match self.ports.listen(used, options) {
            true => Ok(()),
            false => Err(ErrorKind::AddrInUse),
        }
    }

    /// Listens where it is bound.
    pub(crate) fn listen(
        &mut self,
        host: HostNo,
        (local, used): (SocketAddr, UseNo),
        backlog: u32,
        options: Options,
    ) -> ListenerNo {
        let number = self.listeners.add(Listener {
            host,
            local,
            used,
            backlog: backlog.min(MOST_BACKLOG),
            begun: Vec::new(),
            made: Default::default(),
            options,
            readiness: Readiness::default(),
        });
        let listening = self.listening.entry((host, local.port())).or_default();
        listening.push(number);
        number
    }

    /// Where `connect` would go, and from where: the host, and the addresses of both ends. A port of 0 is any.
    ///
    /// # Errors
    ///
    /// `NetworkUnreachable` if no host has the address; `InvalidInput` for an address of the other family.
    pub(crate) fn route(
        &self,
        host: HostNo,
        bound: Option<SocketAddr>,
        remote: SocketAddr,
    ) -> Result<(HostNo, SocketAddr, SocketAddr), ErrorKind> {
        let canonical = remote.ip().to_canonical();
        let Some(remote_host) = self.hosts.owner(host, canonical) else {
            return Err(ErrorKind::NetworkUnreachable);
        };
        let target = match canonical.is_unspecified() {
            true => self.hosts.source(host, canonical),
            false => canonical,
        };
        let source = match bound {
            Some(bound) if !bound.ip().is_unspecified() => bound.ip(),
            Some(_) | None => self.hosts.source(host, target),
        };
        if source.to_canonical().is_ipv4() != target.is_ipv4() {
            return Err(ErrorKind::InvalidInput);
        }
        let port = bound.map_or(0, |bound| bound.port());
        let as_asked = |ip: IpAddr| match (remote.ip(), ip) {
            (IpAddr::V6(_), IpAddr::V4(ip)) => ip.to_ipv6_mapped().into(),
            (IpAddr::V4(_) | IpAddr::V6(_), ip) => ip,
        };
        let local = SocketAddr::new(as_asked(source), port);
        let remote = SocketAddr::new(as_asked(target), remote.port());
        Ok((remote_host, local, remote))
    }

    /// Uses a port for a connection along this route.
    ///
    /// # Errors
    ///
    /// `AddrNotAvailable` if that very connection is there already, or no port is left.
    pub(crate) fn use_port(
        &mut self,
        now: u64,
        host: HostNo,
        bound: Option<UseNo>,
        local: SocketAddr,
        remote: SocketAddr,
        options: &Options,
    ) -> Result<(SocketAddr, UseNo), ErrorKind> {
        let next_port = &mut self.hosts.get_mut(host).next_port;
        let used = self
            .ports
            .connect(now, host, next_port, bound, local, remote, options);
        used.ok_or(ErrorKind::AddrNotAvailable)
    }

    /// Asks for a connection between hosts, from a local address that is used for it to a remote one.
    #[allow(
        clippy::too_many_arguments,
        reason = "they are both ends of a connection, and a clock"
    )]
    pub(crate) fn connect(
        &mut self,
        now: u64,
        host: HostNo,
        remote_host: HostNo,
        (local, used): (SocketAddr, UseNo),
        remote: SocketAddr,
        directions: Directions,
        options: Options,
    ) -> StreamNo {
        let phase = Phase::Asked { at: now };
        self.any_kept_alive |= options.keepalive;
        let stream = self.streams.add(Stream::new(
            host,
            remote_host,
            local,
            remote,
            used,
            directions,
            phase,
            options,
        ));
        self.wire.send(now, host, remote_host, Load::Syn(stream));
        self.settle(now);
        stream
    }

    /// Who hears connections to this address.
    fn hearer(&self, host: HostNo, to: SocketAddr) -> Option<ListenerNo> {
        let listening = self.listening.get(&(host, to.port()))?;
        let heard = listening.iter().copied().filter(|&number| {
            let listener = self.listeners.get(number);
            listener.is_some_and(|listener| listener.hears(to))
        });
        // The most exact one: an address of its own before all of IPv4 before all of both.
        let exactness = |number: &ListenerNo| {
            let local = self
                .listeners
                .get(*number)
                .map(|listener| listener.local.ip());
            local.map(|ip| (ip.is_unspecified(), ip.is_ipv6() && ip.is_unspecified()))
        };
        heard.min_by_key(exactness)
    }

    pub(super) fn syn(&mut self, now: u64, host: HostNo, from: StreamNo) {
        let Some(asking) = self.streams.get(from) else {
            return;
        };
        let (remote_host, to, remote) = (asking.host, asking.remote, asking.local);
        let (window, directions) = (asking.options.receive_buffer.room, asking.directions);
        let Some(number) = self.hearer(host, to) else {
            return self.refuse(now, host, from);
        };
        if let Some(begun) = self.begun(number, from) {
            // The answer to an earlier one was lost.
            let answer = Load::SynAck {
                to: from,
                from: begun,
            };
            return self.wire.send(now, host, remote_host, answer);
        }
        let Some(listener) = self.listeners.get_mut(number).filter(|it| !it.is_full()) else {
            return self.lose(now, Load::Syn(from));
        };
        let (local, remote) = (
            as_told_by(listener.local, to),
            as_told_by(listener.local, remote),
        );
        let options = listener.options;
        let used = self.ports.accept(host, local, remote, &options);
        let directions = directions.swapped();
        let mut stream = Stream::new(
            host,
            remote_host,
            local,
            remote,
            used,
            directions,
            Phase::Open,
            options,
        );
        (stream.peer, stream.window) = (Some(from), window);
        if options.keepalive {
            self.any_kept_alive = true;
            self.wire.links.touch();
        }
        stream.heard(now);
        stream.heard_by = Some(number);
        let stream = self.streams.add(stream);
        listener.begun.push(stream);
        let answer = Load::SynAck {
            to: from,
            from: stream,
        };
        self.wire.send(now, host, remote_host, answer);
    }

    /// The end that was begun for one who asks.
    fn begun(&self, listener: ListenerNo, from: StreamNo) -> Option<StreamNo> {
        let mut begun = self.listeners.get(listener)?.begun.iter().copied();
        begun.find(|&number| {
            let begun = self.streams.get(number);
            begun.is_some_and(|begun| begun.peer == Some(from))
        })
    }

    pub(super) fn syn_ack(&mut self, now: u64, host: HostNo, to: StreamNo, from: StreamNo) {
        let other = self.streams.get(from);
        let window = other.map_or(0, |other| other.options.receive_buffer.room);
        let heard_by = other.and_then(|other| other.heard_by);
        let other_is_gone = other.is_none();
        let Some(stream) = self.streams.get_mut(to).filter(|stream| stream.is_asking()) else {
            return self.refuse(now, host, from);
        };
        (stream.peer, stream.phase, stream.window) = (Some(from), Phase::Open, window);
        stream.other_is_gone = other_is_gone;
        stream.again = None;
        stream.heard(now);
        if stream.options.keepalive {
            // It may be cut off already.
            self.wire.links.touch();
        }
        let remote_host = stream.remote_host;
        stream.readiness.happened(stream.level(), &mut self.woken);
        if let Some(listener) = heard_by {
            let (to, from) = (from, to);
            let load = Load::Established { listener, to, from };
            self.wire.send(now, host, remote_host, load);
        } else if other_is_gone {
            // The answer to a SYN is acknowledged, whoever sent it.
            self.tells_what_came(now, (host, remote_host), (to, from), 0);
        }
    }

    pub(super) fn established(&mut self, listener: ListenerNo, to: StreamNo) {
        let Some(listener) = self.listeners.get_mut(listener) else {
            return;
        };
        if !listener.forget(to) {
            return;
        }
        listener.made.push_back(to);
        listener
            .readiness
            .happened(listener.level(), &mut self.woken);
        if let Some(stream) = self.streams.get_mut(to) {
            stream.heard_by = None;
            if let Some((key, _)) = stream.again.take() {
                self.wire.cancel(key);
            }
        }
    }

    /// Something was lost that would have settled what becomes of a connection that was begun.
    pub(super) fn may_never_be_made(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        if stream.heard_by.is_some() && stream.again.is_none() {
            let at = now.saturating_add(BEGUN_TIMEOUT);
            stream.again = Some((self.wire.at(at, Due::NeverMade(number)), 0));
        }
    }

    /// Nobody will accept a connection: its other end never said that it heard of it.
    pub(super) fn was_never_made(&mut self, number: StreamNo) {
        let heard_by = self.streams.get(number).and_then(|stream| stream.heard_by);
        if let Some(listener) = heard_by.and_then(|listener| self.listeners.get_mut(listener)) {
            listener.forget(number);
            self.remove(number, false);
        }
    }

    /// A SYN did not come through: it is sent again later.
    pub(super) fn syn_is_lost(&mut self, now: u64, from: StreamNo) {
        let Some(stream) = self.streams.get_mut(from) else {
            return;
        };
        let Phase::Asked { at } = stream.phase else {
            return;
        };
        // It is not lost twice: the answer to one that came late may be.
        if stream.again.is_some_and(|(key, _)| key.0 > now) {
            return;
        }
        let times = stream.again.map_or(0, |(_, times)| times) + 1;
        let later = at.saturating_add(SYN_TIMEOUT * ((1 << times) - 1));
        stream.again = Some((self.wire.at(later, Due::SynAgain(from)), times));
    }

    pub(super) fn ask_again(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number).filter(|it| it.is_asking()) else {
            return;
        };
        if stream.again.is_some_and(|(_, times)| times > SYN_RETRIES) {
            return self.fails(number, ErrorKind::TimedOut);
        }
        let (host, remote_host) = (stream.host, stream.remote_host);
        self.wire.send(now, host, remote_host, Load::Syn(number));
    }

    /// Takes the oldest connection that nobody has accepted; `WouldBlock` if there is none.
    pub(crate) fn accept(&mut self, number: ListenerNo) -> Result<Accepted, ErrorKind> {
        let listener = self
            .listeners
            .get_mut(number)
            .ok_or(ErrorKind::NotConnected)?;
        let made = listener.made.pop_front().ok_or(ErrorKind::WouldBlock)?;
        let stream = self
            .streams
            .get_mut(made)
            .expect("it stays until it is accepted");
        // tokio tries a new stream before it waits for the first event.
        stream.readiness = Readiness::new(stream.level());
        stream
            .readiness
            .assume(super::bits::Bits::READ | super::bits::Bits::WRITE);
        Ok(Accepted {
            stream: made,
            remote: stream.remote,
            directions: stream.directions,
        })
    }

    /// A listener is closed: those whom nobody accepted are reset. The wakers are for the caller to drop.
    pub(crate) fn close_listener(&mut self, now: u64, number: ListenerNo) -> Vec<Waker> {
        let Some(mut listener) = self.listeners.remove(number) else {
            return Vec::new();
        };
        self.listens_no_more(listener.host, listener.local.port(), number);
        self.ports.release(listener.used);
        for stream in listener.begun.drain(..).chain(listener.made.drain(..)) {
            self.reset(now, stream);
        }
        self.settle(now);
        listener.readiness.take_all()
    }

    pub(super) fn listens_no_more(&mut self, host: HostNo, port: u16, number: ListenerNo) {
        if let Some(listening) = self.listening.get_mut(&(host, port)) {
            listening.retain(|&other| other != number);
            if listening.is_empty() {
                self.listening.remove(&(host, port));
            }
        }
    }
}
