//! Which ports are in use: by sockets that are bound, listeners, connections, and connections that are over and waited out.
//!
//! The rules are Linux's. An address may be bound that others have if both sides allow it (`SO_REUSEADDR`) and none of
//! them listens, or if both have `SO_REUSEPORT`. The side that closed a connection first keeps its address for
//! [`TIME_WAIT`] more, which counts as a use.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use super::addresses::PORTS;
use super::bound::hears;
use super::options::Options;
use crate::base::ids::HostNo;

/// How long a closed connection's address is kept, in ns; and that of one of which this side alone is closed (`tcp_fin_timeout`).
pub(crate) const TIME_WAIT: u64 = 60_000_000_000;

/// After how long an address that is kept may be used for a new connection to the same peer on the same host
/// (`tcp_tw_reuse = 2`).
const REUSED_AFTER: u64 = 1_000_000_000;

/// One use of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UseNo {
    host: HostNo,
    port: u16,
    number: u32,
}

impl UseNo {
    /// The host whose port it is.
    pub(crate) fn host(self) -> HostNo {
        self.host
    }
}

#[derive(Debug)]
struct Use {
    local: IpAddr,
    /// The other end, of a connection.
    remote: Option<SocketAddr>,
    /// Whether it was asked for by this number, and so is not shared with connections that are given a number.
    asked: bool,
    reuse_addr: bool,
    reuse_port: bool,
    listens: bool,
    /// When the connection was over, and until when it is kept.
    waits: Option<(u64, u64)>,
}

impl Use {
    /// Whether the address is in the way of one with these options who wants this.
    fn is_in_the_way(&self, local: IpAddr, options: &Options) -> bool {
        let shared = self.reuse_addr && options.reuse_addr && !self.listens;
        let grouped = self.reuse_port && options.reuse_port && self.waits.is_none();
        overlap(self.local, local) && !shared && !grouped
    }
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    uses: BTreeMap<UseNo, Use>,
    /// Connections by host and both ends.
    connections: BTreeMap<(HostNo, SocketAddr, SocketAddr), UseNo>,
    numbered: u32,
    /// Those that are kept, first the one that is kept no longer first.
    waiting: VecDeque<(u64, UseNo)>,
}

impl Ports {
    /// Binds an address, whose port may be 0 for any. `None` if it is in use, or no port is left.
    pub(super) fn bind(
        &mut self,
        now: u64,
        host: HostNo,
        next_port: &mut u16,
        address: SocketAddr,
        options: &Options,
    ) -> Option<(SocketAddr, UseNo)> {
        self.forget(now);
        let free = |ports: &Ports, port| {
            let mut others = ports.of(host, port);
            !others.any(|(_, other)| other.is_in_the_way(address.ip(), options))
        };
        let port = match address.port() {
            0 => find_port(next_port, |port| self.of(host, port).next().is_none())?,
            port => Some(port).filter(|&port| free(self, port))?,
        };
        let local = SocketAddr::new(address.ip(), port);
        let used = self.add(host, local, None, options, true);
        Some((local, used))
    }

    /// A bound socket is about to listen. Says whether it may: another may have come before it since it was bound.
    pub(super) fn listen(&mut self, used: UseNo, options: &Options) -> bool {
        let Some(local) = self.uses.get(&used).map(|used| used.local) else {
            return false;
        };
        let taken = self.of(used.host, used.port).any(|(number, other)| {
            number != used && other.listens && other.is_in_the_way(local, options)
        });
        if let Some(used) = self.uses.get_mut(&used).filter(|_| !taken) {
            used.listens = true;
            used.reuse_addr = options.reuse_addr;
            used.reuse_port = options.reuse_port;
        }
        !taken
    }

    /// Whether this connection is there, or was there so shortly before that its address is still kept.
    fn is_connected(&self, now: u64, host: HostNo, local: SocketAddr, remote: SocketAddr) -> bool {
        let Some(used) = self.connections.get(&(host, local, remote)) else {
            return false;
        };
        let waits = self.uses.get(used).and_then(|used| used.waits);
        let itself = local.ip() == remote.ip() || local.ip().is_loopback();
        match waits {
            None => true,
            Some((since, _)) if itself => now < since.saturating_add(REUSED_AFTER),
            Some((_, until)) => now < until,
        }
    }

    /// A socket is connected: `bound` if it was bound before. `None` if the very same connection is there already, or no port
    /// is left.
    #[allow(
        clippy::too_many_arguments,
        reason = "they are a connection's address, and a clock"
    )]
    pub(super) fn connect(
        &mut self,
        now: u64,
        host: HostNo,
        next_port: &mut u16,
        bound: Option<UseNo>,
        local: SocketAddr,
        remote: SocketAddr,
        options: &Options,
    ) -> Option<(SocketAddr, UseNo)> {
        self.forget(now);
        let port = match local.port() {
            0 => find_port(next_port, |port| {
                let local = SocketAddr::new(local.ip(), port);
                let asked = self.of(host, port).any(|(_, other)| other.asked);
                !asked && !self.is_connected(now, host, local, remote)
            })?,
            port => port,
        };
        let local = SocketAddr::new(local.ip(), port);
        if self.is_connected(now, host, local, remote) {
            return None;
        }
        if let Some(bound) = bound {
            self.release(bound);
        }
        Some((
            local,
            self.add(host, local, Some(remote), options, bound.is_some()),
        ))
    }

    /// A listener has a new connection.
    pub(super) fn accept(
        &mut self,
        host: HostNo,
        local: SocketAddr,
        remote: SocketAddr,
        options: &Options,
    ) -> UseNo {
        self.add(host, local, Some(remote), options, true)
    }

    fn add(
        &mut self,
        host: HostNo,
        local: SocketAddr,
        remote: Option<SocketAddr>,
        options: &Options,
        asked: bool,
    ) -> UseNo {
        self.numbered += 1;
        let number = UseNo {
            host,
            port: local.port(),
            number: self.numbered,
        };
        if let Some(remote) = remote
            && let Some(before) = self.connections.insert((host, local, remote), number)
        {
            // It was kept, and is used anew.
            self.uses.remove(&before);
        }
        let used = Use {
            local: local.ip(),
            remote,
            asked,
            reuse_addr: options.reuse_addr,
            reuse_port: options.reuse_port,
            listens: false,
            waits: None,
        };
        self.uses.insert(number, used);
        number
    }

    /// Whether it is used still.
    pub(super) fn is_used(&self, number: UseNo) -> bool {
        self.uses.contains_key(&number)
    }

    /// It is used no more.
    pub(super) fn release(&mut self, number: UseNo) {
        let Some(used) = self.uses.remove(&number) else {
            return;
        };
        if let Some(remote) = used.remote {
            let local = SocketAddr::new(used.local, number.port);
            let key = (number.host, local, remote);
            if self.connections.get(&key) == Some(&number) {
                self.connections.remove(&key);
            }
        }
    }

    /// The connection is over, or this side of it, and its address is kept for a while from now on.
    pub(super) fn wait_out(&mut self, now: u64, number: UseNo) {
        if let Some(used) = self.uses.get_mut(&number) {
            let until = now.saturating_add(TIME_WAIT);
            used.waits = Some((now, until));
            self.waiting.push_back((until, number));
        }
    }

    /// Forgets what is kept no longer.
    fn forget(&mut self, now: u64) {
        while let Some(&(until, number)) = self.waiting.front()
            && until <= now
        {
            self.waiting.pop_front();
            // It may be kept from a later time on.
            let kept = self.uses.get(&number).and_then(|used| used.waits);
            if kept.is_some_and(|(_, last)| last <= now) {
                self.release(number);
            }
        }
    }

    /// The process of a host is gone, and its listeners with it: nor does it keep what it had only bound.
    pub(super) fn forget_bound(&mut self, host: HostNo) {
        self.uses
            .retain(|number, used| number.host != host || used.remote.is_some());
    }

    /// A host lost power, and with it all that it knew.
    pub(super) fn forget_host(&mut self, host: HostNo) {
        self.uses.retain(|number, _| number.host != host);
        self.connections.retain(|key, _| key.0 != host);
        self.waiting.retain(|(_, number)| number.host != host);
    }

    fn of(&self, host: HostNo, port: u16) -> impl Iterator<Item = (UseNo, &Use)> {
        let number = |number| UseNo { host, port, number };
        let uses = self.uses.range(number(0)..=number(u32::MAX));
        uses.map(|(&number, used)| (number, used))
    }
}

/// Whether two local addresses may be meant by the same packet.
fn overlap(one: IpAddr, other: IpAddr) -> bool {
    hears(one, other) || hears(other, one)
}

/// The next port for which this holds.
fn find_port(next: &mut u16, holds: impl Fn(u16) -> bool) -> Option<u16> {
    let (first, last) = PORTS;
    for _ in first..=last {
        let port = *next;
        *next = match port < last {
            true => port + 1,
            false => first,
        };
        if holds(port) {
            return Some(port);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: HostNo = HostNo::DEFAULT;

    fn bind(ports: &mut Ports, address: &str, reuse_addr: bool, reuse_port: bool) -> Option<UseNo> {
        let options = Options {
            reuse_addr,
            reuse_port,
            ..Options::default()
        };
        let address = address.parse().unwrap();
        let bound = ports.bind(0, HOST, &mut PORTS.0.clone(), address, &options);
        bound.map(|(_, used)| used)
    }

    #[test]
    fn an_address_in_use_is_refused_unless_both_sides_allow_it_and_none_listens() {
        let options = Options {
            reuse_addr: true,
            ..Options::default()
        };
        for (first, second, free) in [
            (false, false, false),
            (true, false, false),
            (false, true, false),
            (true, true, true),
        ] {
            let mut ports = Ports::default();
            assert!(bind(&mut ports, "127.0.0.1:80", first, false).is_some());
            assert_eq!(
                bind(&mut ports, "127.0.0.1:80", second, false).is_some(),
                free
            );
        }
        let mut ports = Ports::default();
        let first = bind(&mut ports, "127.0.0.1:80", true, false).unwrap();
        let second = bind(&mut ports, "127.0.0.1:80", true, false).unwrap();
        assert!(ports.listen(first, &options) && !ports.listen(second, &options));
        assert!(bind(&mut ports, "127.0.0.1:80", true, false).is_none());
        ports.release(first);
        assert!(ports.listen(second, &options));
    }

    #[test]
    fn a_group_shares_its_port() {
        let mut ports = Ports::default();
        assert!(bind(&mut ports, "0.0.0.0:80", false, true).is_some());
        assert!(bind(&mut ports, "0.0.0.0:80", false, true).is_some());
        assert!(bind(&mut ports, "0.0.0.0:80", false, false).is_none());
    }

    #[test]
    fn addresses_overlap_where_one_packet_may_mean_both() {
        let overlapping = [
            ("0.0.0.0", "127.0.0.1"),
            ("::", "127.0.0.1"),
            ("::", "::1"),
            ("::", "0.0.0.0"),
            ("::1", "::1"),
        ];
        for (one, other) in overlapping {
            let (one, other) = (one.parse().unwrap(), other.parse().unwrap());
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("127.0.0.1", "127.0.0.2"),
            ("0.0.0.0", "::1"),
            ("127.0.0.1", "::1"),
        ] {
            let (one, other) = (one.parse().unwrap(), other.parse().unwrap());
            assert!(
                !overlap(one, other) && !overlap(other, one),
                "{one} {other}"
            );
        }
    }

    #[test]
    fn a_closed_connection_keeps_its_address_for_a_minute() {
        let (mut ports, options) = (Ports::default(), Options::default());
        let (local, remote) = (
            "10.0.0.1:80".parse().unwrap(),
            "10.0.0.2:5000".parse().unwrap(),
        );
        let used = ports.accept(HOST, local, remote, &options);
        ports.wait_out(0, used);
        let reuse = Options {
            reuse_addr: true,
            ..options
        };
        let mut bind = |now, options| {
            ports
                .bind(now, HOST, &mut PORTS.0.clone(), local, options)
                .is_some()
        };
        assert!(!bind(TIME_WAIT - 1, &options) && !bind(TIME_WAIT - 1, &reuse));
        assert!(bind(TIME_WAIT, &options));
    }

    #[test]
    fn ports_are_given_in_turn_and_end() {
        let (mut ports, mut next, options) = (Ports::default(), PORTS.0, Options::default());
        let (local, remote) = (
            "127.0.0.1:0".parse().unwrap(),
            "127.0.0.1:80".parse().unwrap(),
        );
        let mut connect = |remote| {
            let connected = ports.connect(0, HOST, &mut next, None, local, remote, &options);
            connected.map(|(local, _)| local.port())
        };
        for port in PORTS.0..=PORTS.1 {
            assert_eq!(connect(remote), Some(port));
        }
        assert_eq!(connect(remote), None);
        let other = "127.0.0.1:81".parse().unwrap();
        assert_eq!(connect(other), Some(PORTS.0));
    }
}
