//! A UDP socket.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use super::address::{ToSocketAddrs, addresses_of};
use super::datagrams::{Datagrams, How, copy_to};
use super::error::{cannot_send, no_real_socket};
use super::failed::{Called, To};
use super::handle::Handle;
use super::number::socket;
use super::sockets::may_open;
use super::waiting::{Answer, in_run, on_drop, stand};
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::{ResourceKind, ResourceNo};
use crate::model::net::Network;
use crate::model::net::inbox::Came;
use crate::model::net::keys::UdpNo;
use crate::model::net::udp::{self, CannotSend};
use crate::record::event::NetworkCall;
use crate::run::state::Run;

/// Sends and receives datagrams by UDP; shaped as `tokio::net::UdpSocket`.
///
/// A datagram is received as it was sent, in one piece: what the buffer has no room for is lost. It may have no bytes at all. One
/// for which the receiver has no room is lost, and nobody is told; so much is kept as Linux keeps in a buffer of 212,992 bytes, in which it
/// counts 832 for the smallest. To send never waits.
///
/// ```
/// use reweave::net::UdpSocket;
///
/// # reweave::Sim::new().run(async {
/// let server = UdpSocket::bind("127.0.0.1:53").await?;
/// let client = UdpSocket::bind("127.0.0.1:0").await?;
/// client.send_to(b"question", "127.0.0.1:53").await?;
///
/// let mut buffer = [0; 64];
/// let (count, from) = server.recv_from(&mut buffer).await?;
/// assert_eq!((&buffer[..count], from), (&b"question"[..], client.local_addr()?));
/// server.send_to(b"answer", from).await?;
/// assert_eq!(client.recv(&mut buffer).await?, 6);
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Connected sockets
///
/// One that is [connected](UdpSocket::connect) hears only its peer. If nobody is bound where it sends to, it is told so by the next
/// operation, once, with `ConnectionRefused`; one that is not connected is never told.
pub struct UdpSocket {
    pub(super) handle: Handle<UdpNo>,
}

impl Datagrams for UdpNo {
    type Address = SocketAddr;
    type Told = SocketAddr;

    fn told(address: SocketAddr) -> SocketAddr {
        address
    }

    fn name(address: &SocketAddr, run: &mut Run) -> String {
        let host = run.current_host();
        run.name_of(host, *address)
    }

    fn receivable(socket: &udp::UdpSocket) -> Result<(), ErrorKind> {
        socket.receivable()
    }

    fn first(socket: &udp::UdpSocket) -> Option<&Came<SocketAddr>> {
        socket.first()
    }

    fn receive(self, network: &mut Network) -> Option<Came<SocketAddr>> {
        network.udp(self)?.receive()
    }

    fn forget_error(socket: &mut udp::UdpSocket) {
        socket.take_error();
    }

    fn must_wait(self, _: &mut Network, _: Option<&SocketAddr>, _: usize) -> bool {
        false
    }

    fn send(
        self,
        network: &mut Network,
        now: u64,
        to: Option<&SocketAddr>,
        bytes: &[u8],
    ) -> Result<(u32, Option<ResourceNo>), CannotSend> {
        network.send_udp(now, self, to.copied(), bytes)
    }
}

impl UdpSocket {
    /// Binds an address. Of several the first is taken that can be bound; a port of 0 stands for any that is free. Ports of UDP and
    /// TCP have nothing to do with each other.
    ///
    /// ```
    /// use reweave::net::{TcpListener, UdpSocket};
    /// use std::io::ErrorKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// let socket = UdpSocket::bind("0.0.0.0:53").await?;
    /// let taken = UdpSocket::bind("0.0.0.0:53").await.unwrap_err();
    /// assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    /// let listener = TcpListener::bind("0.0.0.0:53").await?;
    /// # drop((socket, listener));
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it is done in one poll.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if another has the address, or no port is left; `AddrNotAvailable` if it is not one of the host's; `InvalidInput` if
    /// there is none. Those of [`lookup_host`](super::lookup_host). Outside a simulation, an error that says so.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(addr: A) -> impl Future<Output = io::Result<UdpSocket>> {
        let place = caller();
        async move {
            stand(place).await;
            let mut last = None;
            let called = Called::new(NetworkCall::Bind, ResourceKind::Udp, place);
            for address in addresses_of(addr, called).await? {
                match called.told(To::Address(address), bind(address, place)) {
                    Ok(socket) => return Ok(socket),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| ErrorKind::InvalidInput.into()))
        }
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: a simulation has no use for a real socket.
    pub fn from_std(socket: std::net::UdpSocket) -> io::Result<UdpSocket> {
        drop(socket);
        Err(no_real_socket("UdpSocket::from_std"))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: there is no real socket to be had.
    pub fn into_std(self) -> io::Result<std::net::UdpSocket> {
        Err(no_real_socket("UdpSocket::into_std"))
    }

    /// The address where it is bound. Of one that is bound to all addresses and connected, that from which it sends.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.handle.ask(|socket| socket.local_addr())
    }

    /// The address to which it is connected.
    ///
    /// # Errors
    ///
    /// `NotConnected` if it is not.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        let peer = self.handle.ask(|socket| socket.peer_addr())?;
        peer.map_err(io::Error::from)
    }

    /// Connects it: from now on it sends to this address, and hears nobody else. Nothing is sent for it, so that it succeeds also where
    /// nobody is bound. Of several addresses the first is taken to which there is a way. What came before is still received.
    ///
    /// ```
    /// use reweave::net::UdpSocket;
    /// use std::io::ErrorKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.connect("127.0.0.1:53").await?;
    /// socket.send(b"is anybody there?").await?;
    /// let nobody = socket.recv(&mut [0; 16]).await.unwrap_err();
    /// assert_eq!(nobody.kind(), ErrorKind::ConnectionRefused);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it is done in one poll.
    ///
    /// # Errors
    ///
    /// `NetworkUnreachable` if no host has the address; of no kind of its own, with Linux's number 97, if it is of a family that the
    /// socket has not. `InvalidInput` if there is none. Those of [`lookup_host`](super::lookup_host).
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(
        &self,
        addr: A,
    ) -> impl Future<Output = io::Result<()>> + use<'_, A> {
        let place = caller();
        async move {
            stand(place).await;
            let mut last = None;
            let called = Called::new(NetworkCall::Connect, ResourceKind::Udp, place);
            for address in addresses_of(addr, called).await? {
                match called.told(To::Address(address), self.connect_to(address)) {
                    Ok(()) => return Ok(()),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| ErrorKind::InvalidInput.into()))
        }
    }

    fn connect_to(&self, address: SocketAddr) -> io::Result<()> {
        let Handle { run, number, .. } = self.handle;
        in_run(|here| {
            if let Err(error) = socket(Some(here), run, number) {
                return Answer::new(Err(error));
            }
            let connected = here.run.network().0.connect_udp(number, address);
            Answer::new(connected.map_err(cannot_send))
        })
    }

    /// Sends a datagram to the first of these addresses. Gives its length.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the datagram is sent in the poll that returns its length.
    ///
    /// # Errors
    ///
    /// As [`send`](UdpSocket::send) and [`connect`](UdpSocket::connect); `InvalidInput` for port 0, `PermissionDenied` for the address of
    /// all without [`set_broadcast`](UdpSocket::set_broadcast).
    #[track_caller]
    pub fn send_to<'a, A: ToSocketAddrs>(
        &'a self,
        buf: &'a [u8],
        target: A,
    ) -> impl Future<Output = io::Result<usize>> + use<'a, A> {
        let place = caller();
        async move {
            let called = Called::new(NetworkCall::Send, ResourceKind::Udp, place);
            let first = addresses_of(target, called).await?[0];
            self.handle.send_at(buf, Some(first), place).await
        }
    }

    /// Waits for a datagram, and leaves it there: the next receive gives it again.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing but that an error is told once.
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn peek<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + use<'a> {
        let peeked = self.peek_from(buf);
        async move { Ok(peeked.await?.0) }
    }

    /// Waits for a datagram, and leaves it there; says from where it is.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing but that an error is told once.
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn peek_from<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + use<'a> {
        let room = buf.len();
        self.handle.receive(How::Peek, room, copy_to(buf))
    }

    /// Waits for a datagram, leaves it there, and says from where it is.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing but that an error is told once.
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn peek_sender(&self) -> impl Future<Output = io::Result<SocketAddr>> + use<'_> {
        let peeked = self.handle.receive(How::Peek, 0, |_: &[u8]| {});
        async move { Ok(peeked.await?.1) }
    }

    /// Takes the error that nobody was told yet, if there is one.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        let error = self.handle.ask(|socket| socket.take_error())?;
        Ok(error.map(io::Error::from))
    }
}

fn bind(address: SocketAddr, place: Place) -> io::Result<UdpSocket> {
    in_run(|here| {
        if let Err(error) = may_open(here, 1) {
            return Answer::new(Err(error));
        }
        let host = here.run.current_host();
        let (network, now) = here.run.network();
        let bound = match network.bind_udp(now, host, address) {
            Ok(bound) => bound,
            Err(error) => return Answer::new(Err(error.into())),
        };
        let kind = ResourceKind::Udp;
        let name = |run: &mut Run| format!("{kind} {}", run.name_of(host, bound.0));
        let resource = here.run.register_as(kind, name, place);
        let number = here.run.network().0.add_udp(host, bound, resource);
        let tag = || Tag::known(kind, here, resource);
        let handle = Handle::new(here, number, tag(), tag());
        Answer::new(Ok(UdpSocket { handle }))
    })
}

impl Drop for UdpSocket {
    fn drop(&mut self) {
        on_drop(self.handle.run, |here| {
            let (network, _) = here.run.network();
            network.udp(self.handle.number)?;
            Some(network.close_udp(self.handle.number))
        });
    }
}

impl TryFrom<std::net::UdpSocket> for UdpSocket {
    type Error = io::Error;

    /// Refuses: see [`UdpSocket::from_std`].
    fn try_from(socket: std::net::UdpSocket) -> io::Result<UdpSocket> {
        UdpSocket::from_std(socket)
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("UdpSocket");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        told.finish_non_exhaustive()
    }
}
