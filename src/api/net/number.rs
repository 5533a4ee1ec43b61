//! Sockets of whatever kind, by number: where each is in its run, and to whom it belongs.

use std::io;

use super::error::{not_here, reach};
use crate::base::ids::{HostNo, RunId};
use crate::base::resource::Want;
use crate::model::net::Network;
use crate::model::net::keys::{
    ListenerNo, StreamNo, UdpNo, UnixDatagramNo, UnixListenerNo, UnixStreamNo,
};
use crate::model::net::listener::Listener;
use crate::model::net::owner::NotHere;
use crate::model::net::readiness::Readiness;
use crate::model::net::stream::Stream;
use crate::model::net::udp::UdpSocket;
use crate::model::net::unix::{UnixDatagram, UnixListener};
use crate::model::net::unix_stream::UnixStream;
use crate::run::context::Here;

/// The number of a socket of one kind.
pub(super) trait Number: Copy {
    /// What the network knows of it.
    type Socket;

    /// What one who waits to read waits for.
    const READS: Want;

    /// The socket, unless its host took it away.
    fn get(self, network: &mut Network) -> Option<&mut Self::Socket>;

    /// The socket, which is to be this host's.
    fn find(self, network: &mut Network, host: HostNo) -> Result<&mut Self::Socket, NotHere>;

    fn readiness(socket: &mut Self::Socket) -> &mut Readiness;
}

macro_rules! numbers {
    ($($No:ty, $Socket:ty, $get:ident, $find:ident, $reads:ident;)+) => {$(
        impl Number for $No {
            type Socket = $Socket;

            const READS: Want = Want::$reads;

            #[inline]
            fn get(self, network: &mut Network) -> Option<&mut $Socket> {
                network.$get(self)
            }

            #[inline]
            fn find(self, network: &mut Network, host: HostNo) -> Result<&mut $Socket, NotHere> {
                network.$find(host, self)
            }

            fn readiness(socket: &mut $Socket) -> &mut Readiness {
                &mut socket.readiness
            }
        }
    )+};
}

numbers! {
    ListenerNo, Listener, listener, listener_of, Connection;
    StreamNo, Stream, stream, stream_of, Bytes;
    UdpNo, UdpSocket, udp, udp_of, Datagram;
    UnixListenerNo, UnixListener, unix_listener, unix_listener_of, Connection;
    UnixStreamNo, UnixStream, unix_stream, unix_stream_of, Bytes;
    UnixDatagramNo, UnixDatagram, unix_datagram, unix_datagram_of, Datagram;
}

/// The socket in its run, or why it cannot be had.
#[inline(always)]
pub(super) fn socket<'h, N: Number>(
    here: Option<&'h mut Here<'_>>,
    run: RunId,
    number: N,
) -> io::Result<&'h mut N::Socket> {
    let here = reach(here, run)?;
    let host = here.run.current_host();
    let (network, _) = here.run.network();
    number.find(network, host).map_err(not_here)
}
