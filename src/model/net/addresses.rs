//! Hosts' names and addresses.
//!
//! ```text
//!   main   10.0.0.1   fd00::1          the host on which `main` runs
//!   db     10.0.0.2   fd00::2          the first that is added; and so on
//!          127.0.0.0/8   ::1           each host itself, which is also called localhost
//! ```

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::dns::known_as;
use super::owner::NotHere;
use crate::base::chance::Chance;
use crate::base::ids::HostNo;

/// A host as the network knows it.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    /// Whether it has power.
    pub(super) up: bool,
    /// The next port to be tried for who does not ask for one.
    pub(super) next_port: u16,
    /// The same of UDP.
    pub(super) next_udp_port: u16,
    /// How many sockets it may have open.
    pub(super) most_sockets: usize,
    /// How likely a connection is gone when it is accepted, and how many were accepted since that may be.
    pub(super) aborted_accepts: (Chance, u32),
}

/// The first and the last port that are given to who does not ask for one (`ip_local_port_range`).
pub(super) const PORTS: (u16, u16) = (32_768, 60_999);

/// Hosts by number, from 0.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    hosts: Vec<Host>,
    by_name: BTreeMap<String, HostNo>,
}

/// What the name stands for that each host has for itself.
const LOCALHOST: &str = "localhost";

impl Hosts {
    /// Adds a host, whose number must be the next one. Says whether its name was free.
    pub(super) fn add(&mut self, host: HostNo, name: &str) -> bool {
        assert_eq!(
            self.hosts.len(),
            usize::from(host.get()),
            "hosts are added in order"
        );
        let lower = name.to_ascii_lowercase();
        let free = lower != LOCALHOST && !self.by_name.contains_key(&lower);
        if free {
            self.by_name.insert(lower, host);
            self.hosts.push(Host {
                name: name.to_owned(),
                up: true,
                next_port: PORTS.0,
                next_udp_port: PORTS.0,
                most_sockets: usize::MAX,
                aborted_accepts: (Chance::Never, 0),
            });
        }
        free
    }

    pub(super) fn get(&self, host: HostNo) -> &Host {
        &self.hosts[usize::from(host.get())]
    }

    pub(super) fn get_mut(&mut self, host: HostNo) -> &mut Host {
        &mut self.hosts[usize::from(host.get())]
    }

    /// The addresses that a name stands for; none if nobody bears it. A name may end with a dot, and upper
    /// and lower case are the same.
    pub(super) fn resolve(&self, name: &str) -> Vec<IpAddr> {
        let lower = known_as(name);
        if lower == LOCALHOST {
            return vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        }
        let host = self.by_name.get(&lower);
        host.map_or_else(Vec::new, |&host| vec![v4(host).into(), v6(host).into()])
    }

    /// The host that has this address, seen from another.
    pub(super) fn owner(&self, from: HostNo, address: IpAddr) -> Option<HostNo> {
        if is_of_itself(address) {
            return Some(from);
        }
        let number = match address {
            IpAddr::V4(address) => {
                let [10, 0, high, low] = address.octets() else {
                    return None;
                };
                u16::from_be_bytes([high, low])
            }
            IpAddr::V6(address) => {
                let [0xfd00, 0, 0, 0, 0, 0, 0, low] = address.segments() else {
                    return None;
                };
                low
            }
        };
        let host = HostNo(number.checked_sub(1)?);
        (usize::from(host.get()) < self.hosts.len()).then_some(host)
    }

    /// The address of a host from which it sends to this one.
    pub(super) fn source(&self, host: HostNo, to: IpAddr) -> IpAddr {
        match (to, is_of_itself(to)) {
            (IpAddr::V4(_), true) => Ipv4Addr::LOCALHOST.into(),
            (IpAddr::V6(_), true) => Ipv6Addr::LOCALHOST.into(),
            (IpAddr::V4(_), false) => v4(host).into(),
            (IpAddr::V6(_), false) => v6(host).into(),
        }
    }

    /// A socket, if it is there and this host's.
    #[inline(always)]
    pub(super) fn owned<'s, S>(
        &self,
        user: HostNo,
        socket: Option<&'s mut S>,
        host: impl Fn(&S) -> HostNo,
    ) -> Result<&'s mut S, NotHere> {
        let socket = socket.ok_or(NotHere::TakenAway)?;
        match host(socket) {
            owner if owner == user => Ok(socket),
            owner => Err(self.foreign(owner, user)),
        }
    }

    /// A socket of this host is not that one's.
    #[cold]
    pub(super) fn foreign(&self, owner: HostNo, user: HostNo) -> NotHere {
        let name = |host| self.get(host).name.clone();
        NotHere::Foreign(name(owner), name(user))
    }

    /// An address in words: the host's name, and the port.
    pub(super) fn name(&self, from: HostNo, address: SocketAddr) -> String {
        match self.owner(from, address.ip().to_canonical()) {
            Some(host) => format!("{}:{}", self.get(host).name, address.port()),
            None => address.to_string(),
        }
    }
}

/// Whether the address stands for each host itself.
fn is_of_itself(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

pub(super) fn v4(host: HostNo) -> Ipv4Addr {
    let [high, low] = (host.get() + 1).to_be_bytes();
    Ipv4Addr::new(10, 0, high, low)
}

pub(super) fn v6(host: HostNo) -> Ipv6Addr {
    Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, host.get() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let mut hosts = Hosts::default();
        assert!(hosts.add(HostNo(0), "main") && hosts.add(HostNo(1), "Db"));
        hosts
    }

    #[test]
    fn a_name_stands_for_both_addresses_of_its_host() {
        let hosts = hosts();
        let db: [IpAddr; 2] = ["10.0.0.2".parse().unwrap(), "fd00::2".parse().unwrap()];
        for name in ["db", "DB.", "Db"] {
            assert_eq!(hosts.resolve(name), db);
        }
        assert!(
            db.iter()
                .all(|&address| hosts.owner(HostNo(0), address) == Some(HostNo(1)))
        );
        assert_eq!(hosts.resolve("localhost").len(), 2);
        assert!(hosts.resolve("shop").is_empty());
    }

    #[test]
    fn loopback_is_each_host_itself_and_who_has_no_address_is_nobody() {
        let hosts = hosts();
        for own in ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"] {
            assert_eq!(
                hosts.owner(HostNo(1), own.parse().unwrap()),
                Some(HostNo(1))
            );
        }
        for nobodys in [
            "10.0.0.3", "10.0.0.0", "10.1.0.1", "8.8.8.8", "fd00::3", "fd00::", "2001::1",
        ] {
            assert_eq!(
                hosts.owner(HostNo(0), nobodys.parse().unwrap()),
                None,
                "{nobodys}"
            );
        }
    }

    #[test]
    fn no_two_hosts_have_one_name() {
        let mut hosts = hosts();
        assert!(!hosts.add(HostNo(2), "DB") && !hosts.add(HostNo(2), "localhost"));
        assert!(hosts.add(HostNo(2), "shop"));
    }
}
