//! The options of a UDP socket.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::stream_options::check_ttl;
use super::udp::UdpSocket;

/// An option that is kept as it is set.
macro_rules! option {
    ($(#[$doc:meta])* $get:ident, $(#[$set_doc:meta])* $set:ident, $field:ident: $Type:ty $(, $check:expr)?) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Outside the run in which the socket was made, one that says so.
        pub fn $get(&self) -> io::Result<$Type> {
            self.handle.ask(|socket| socket.options.$field)
        }

        $(#[$set_doc])*
        ///
        /// # Errors
        ///
        /// `InvalidInput` for a number that is out of range. Outside the run in which the socket was made, one that says so.
        pub fn $set(&self, $field: $Type) -> io::Result<()> {
            $($check($field)?;)?
            self.handle.ask(|socket| socket.options.$field = $field)
        }
    };
}

impl UdpSocket {
    option! {
        /// Whether it may send to all (`SO_BROADCAST`).
        broadcast,
        /// Sets `SO_BROADCAST`. The address of all, `255.255.255.255`, is nobody's here: without the option to send there is
        /// `PermissionDenied`, with it `NetworkUnreachable`.
        set_broadcast, broadcast: bool
    }

    option! {
        /// The `IP_TTL` of what is sent: 64 unless it was set. It changes nothing here.
        ttl,
        /// Sets `IP_TTL`, which is kept and given back.
        set_ttl, ttl: u32, check_ttl
    }

    option! {
        /// The type of service (`IP_TOS`).
        tos_v4,
        /// Sets `IP_TOS`, which is kept and given back.
        set_tos_v4, tos: u32
    }

    option! {
        /// The traffic class (`IPV6_TCLASS`).
        tclass_v6,
        /// Sets `IPV6_TCLASS`, which is kept and given back.
        set_tclass_v6, tos: u32
    }

    option! {
        /// Whether what is sent to a group comes back (`IP_MULTICAST_LOOP`).
        multicast_loop_v4,
        /// Sets `IP_MULTICAST_LOOP`, which is kept and given back.
        set_multicast_loop_v4, multicast_loop: bool
    }

    option! {
        /// Whether what is sent to a group comes back (`IPV6_MULTICAST_LOOP`).
        multicast_loop_v6,
        /// Sets `IPV6_MULTICAST_LOOP`, which is kept and given back.
        set_multicast_loop_v6, multicast_loop: bool
    }

    option! {
        /// How far what is sent to a group goes (`IP_MULTICAST_TTL`): 1 unless it was set.
        multicast_ttl_v4,
        /// Sets `IP_MULTICAST_TTL`, which is kept and given back.
        set_multicast_ttl_v4, multicast_ttl: u32, check_multicast_ttl
    }

    /// Refuses: there are no groups.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn join_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        let _ = (multiaddr, interface);
        Err(no_groups())
    }

    /// Refuses: there are no groups.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn join_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        let _ = (multiaddr, interface);
        Err(no_groups())
    }

    /// Refuses: there are no groups.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn leave_multicast_v4(&self, multiaddr: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        let _ = (multiaddr, interface);
        Err(no_groups())
    }

    /// Refuses: there are no groups.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn leave_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        let _ = (multiaddr, interface);
        Err(no_groups())
    }
}

fn check_multicast_ttl(ttl: u32) -> io::Result<()> {
    match ttl {
        0..=255 => Ok(()),
        _ => Err(ErrorKind::InvalidInput.into()),
    }
}

fn no_groups() -> io::Error {
    io::Error::new(
        ErrorKind::Unsupported,
        "the simulated network has no multicast groups: send to each host by itself",
    )
}
