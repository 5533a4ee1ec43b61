//! Bound addresses: what a socket hears by the address that it is bound to, and how it tells others.
//!
//! An IPv4 address may be written as IPv6; that makes no difference but in what a socket of IPv6 tells.

use std::net::{IpAddr, SocketAddr};

/// Whether one that is bound to `own` hears what is sent to `ip` because it hears all: `0.0.0.0` all of IPv4, and `::` both.
pub(super) fn hears_all(own: IpAddr, ip: IpAddr) -> bool {
    let own = own.to_canonical();
    own.is_unspecified() && (own.is_ipv6() || ip.to_canonical().is_ipv4())
}

/// Whether one that is bound to `own` hears what is sent to `ip`.
pub(super) fn hears(own: IpAddr, ip: IpAddr) -> bool {
    hears_all(own, ip) || own.to_canonical() == ip.to_canonical()
}

/// Whether the two are the same address, however it is written.
pub(super) fn same(one: SocketAddr, other: SocketAddr) -> bool {
    (one.ip().to_canonical(), one.port()) == (other.ip().to_canonical(), other.port())
}

/// An address as a socket that is bound to `local` tells it: IPv4 as IPv6, if it is one of IPv6.
pub(super) fn as_told_by(local: SocketAddr, address: SocketAddr) -> SocketAddr {
    let ip = match (local, address.ip().to_canonical()) {
        (SocketAddr::V6(_), IpAddr::V4(ip)) => ip.to_ipv6_mapped().into(),
        (SocketAddr::V4(_) | SocketAddr::V6(_), ip) => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_hears_what() {
        let heard = |own: &str, ip: &str| hears(own.parse().unwrap(), ip.parse().unwrap());
        for own in ["0.0.0.0", "::ffff:0.0.0.0"] {
            assert!(heard(own, "10.0.0.1") && heard(own, "::ffff:10.0.0.1"));
            assert!(!heard(own, "::1") && !heard(own, "fd00::1"));
        }
        assert!(heard("::", "10.0.0.1") && heard("::", "fd00::1"));
        assert!(heard("10.0.0.1", "::ffff:10.0.0.1") && !heard("10.0.0.1", "10.0.0.2"));
        assert!(!heard("10.0.0.1", "0.0.0.0"));
    }
}
