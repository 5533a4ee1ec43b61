//! A Unix socket for datagrams.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::path::Path;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::datagrams::{Datagrams, How, copy_to};
use super::error::cannot_send;
#[cfg(unix)]
use super::error::no_real_socket;
use super::failed::{Called, To};
use super::handle::Handle;
use super::number::socket;
use super::sockets::may_open;
use super::unix_name::{SocketAddr, name_of, words};
use super::waiting::{Answer, in_run, on_drop, wake_all};
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::{ResourceKind, ResourceNo};
use crate::model::net::Network;
use crate::model::net::inbox::Came;
use crate::model::net::keys::UnixDatagramNo;
use crate::model::net::udp::CannotSend;
use crate::model::net::unix;
use crate::model::net::unix_name::UnixName;
use crate::record::event::NetworkCall;
use crate::run::state::Run;

/// Sends and receives datagrams between sockets of one host; shaped as `tokio::net::UnixDatagram`.
///
/// None is lost: to send waits while the receiver has eleven that it has not received, or so much of what was sent here is not received as
/// Linux keeps in a buffer of 212,992 bytes. The eleven do not count for one whose peer is the sender.
///
/// ```
/// use reweave::net::UnixDatagram;
///
/// # reweave::Sim::new().run(async {
/// let server = UnixDatagram::bind("/run/log.sock")?;
/// let client = UnixDatagram::unbound()?;
/// client.send_to(b"hello", "/run/log.sock").await?;
/// let mut buffer = [0; 64];
/// let (count, from) = server.recv_from(&mut buffer).await?;
/// assert!(&buffer[..count] == b"hello" && from.is_unnamed());
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub struct UnixDatagram {
    handle: Handle<UnixDatagramNo>,
}

impl Datagrams for UnixDatagramNo {
    type Address = UnixName;
    type Told = SocketAddr;

    fn told(name: UnixName) -> SocketAddr {
        SocketAddr(name)
    }

    fn name(name: &UnixName, _: &mut Run) -> String {
        words(name)
    }

    fn receivable(socket: &unix::UnixDatagram) -> Result<(), ErrorKind> {
        socket.first().map(drop).ok_or(ErrorKind::WouldBlock)
    }

    fn first(socket: &unix::UnixDatagram) -> Option<&Came<UnixName>> {
        socket.first()
    }

    fn receive(self, network: &mut Network) -> Option<Came<UnixName>> {
        network.receive_unix(self)
    }

    /// It has none.
    fn forget_error(_: &mut unix::UnixDatagram) {}

    fn must_wait(self, network: &mut Network, to: Option<&UnixName>, bytes: usize) -> bool {
        network.unix_must_wait(self, to, bytes)
    }

    fn send(
        self,
        network: &mut Network,
        _: u64,
        to: Option<&UnixName>,
        bytes: &[u8],
    ) -> Result<(u32, Option<ResourceNo>), CannotSend> {
        network.send_unix(self, to, bytes)
    }
}

impl UnixDatagram {
    /// Binds a path of the host. Until there is a disk, every directory exists. After a zero byte comes a name that stands for no file.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if a socket was bound there, also if it is gone: see [`remove_path`](super::unix::remove_path). `InvalidInput` for a
    /// path that cannot be one. Outside a simulation, one that says so.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixDatagram> {
        UnixDatagram::named(name_of(path.as_ref())?, caller())
    }

    /// One without a name: it can send, and nobody can send to it.
    ///
    /// # Errors
    ///
    /// Outside a simulation, one that says so.
    #[track_caller]
    pub fn unbound() -> io::Result<UnixDatagram> {
        UnixDatagram::named(UnixName::Unnamed, caller())
    }

    /// Two that are each other's peers.
    ///
    /// ```
    /// use reweave::net::UnixDatagram;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (one, other) = UnixDatagram::pair()?;
    /// one.send(b"hello").await?;
    /// assert_eq!(other.recv(&mut [0; 64]).await?, 5);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Outside a simulation, one that says so.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (one, other) = (UnixDatagram::unbound()?, UnixDatagram::unbound()?);
        in_run(|here| {
            let (network, _) = here.run.network();
            network.pair_unix_datagrams(one.handle.number, other.handle.number);
            Answer::new(Ok(()))
        })?;
        Ok((one, other))
    }

    pub(super) fn named(name: UnixName, place: Place) -> io::Result<UnixDatagram> {
        let call = Called::new(NetworkCall::Bind, ResourceKind::UnixDatagram, place);
        let bound = in_run(|here| {
            if let Err(error) = may_open(here, 1) {
                return Answer::new(Err(error));
            }
            let kind = ResourceKind::UnixDatagram;
            let called = |_: &mut Run| format!("{kind} {}", words(&name));
            let resource = here.run.register_as(kind, called, place);
            let host = here.run.current_host();
            let (network, _) = here.run.network();
            let number = match network.bind_unix_datagram(host, name.clone(), resource) {
                Ok(number) => number,
                Err(error) => return Answer::new(Err(error.into())),
            };
            let tag = || Tag::known(kind, here, resource);
            let handle = Handle::new(here, number, tag(), tag());
            Answer::new(Ok(UnixDatagram { handle }))
        });
        call.told(To::Path(&name), bound)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: a simulation has no use for a real socket.
    #[cfg(unix)]
    pub fn from_std(datagram: std::os::unix::net::UnixDatagram) -> io::Result<UnixDatagram> {
        drop(datagram);
        Err(no_real_socket("UnixDatagram::from_std"))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: there is no real socket to be had.
    #[cfg(unix)]
    pub fn into_std(self) -> io::Result<std::os::unix::net::UnixDatagram> {
        Err(no_real_socket("UnixDatagram::into_std"))
    }

    /// Its name.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.handle.ask(|socket| SocketAddr(socket.local.clone()))
    }

    /// The name of its peer.
    ///
    /// # Errors
    ///
    /// `NotConnected` if it has none.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        let peer = self.handle.ask(|socket| socket.peer_name())?;
        Ok(SocketAddr(peer?))
    }

    /// Takes the error that nobody was told yet: there is none.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.handle.ask(|_| None)
    }

    /// Connects it: from now on it sends to who is bound to this path, and hears nobody else.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing, `ConnectionRefused` if nobody is there any more, `PermissionDenied` if he hears only another; with
    /// Linux's number 91 if it is a listener.
    #[track_caller]
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        let call = Called::new(NetworkCall::Connect, ResourceKind::UnixDatagram, caller());
        let name = name_of(path.as_ref())?;
        let Handle { run, number, .. } = self.handle;
        let connected = in_run(|here| {
            if let Err(error) = socket(Some(here), run, number) {
                return Answer::new(Err(error));
            }
            let connected = here
                .run
                .network()
                .0
                .connect_unix_datagram(number, name.clone());
            Answer::new(connected.map_err(cannot_send))
        });
        call.told(To::Path(&name), connected)
    }

    /// Sends a datagram to who is bound to this path: waits until there is room. Gives its length.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the datagram is sent in the poll that returns its length.
    ///
    /// # Errors
    ///
    /// As [`send`](UnixDatagram::send) and [`connect`](UnixDatagram::connect).
    #[track_caller]
    pub fn send_to<'a, P: AsRef<Path>>(
        &'a self,
        buf: &'a [u8],
        target: P,
    ) -> impl Future<Output = io::Result<usize>> + use<'a, P> {
        let place = caller();
        async move {
            let to = name_of(target.as_ref())?;
            self.handle.send_at(buf, Some(to), place).await
        }
    }

    /// Sends a datagram to who is bound to this path, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room. Else as [`send_to`](UnixDatagram::send_to).
    #[track_caller]
    pub fn try_send_to<P: AsRef<Path>>(&self, buf: &[u8], target: P) -> io::Result<usize> {
        self.handle.try_send(buf, Some(&name_of(target.as_ref())?))
    }

    /// Polls to send a datagram to who is bound to this path. Only the task that polled last is woken.
    ///
    /// # Errors
    ///
    /// As [`send_to`](UnixDatagram::send_to).
    #[track_caller]
    pub fn poll_send_to<P: AsRef<Path>>(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: P,
    ) -> Poll<io::Result<usize>> {
        let to = name_of(target.as_ref())?;
        self.handle.poll_send(cx, buf, Some(&to))
    }

    /// Sends nothing more, or takes nothing more. Who sends to one that takes nothing more has a `BrokenPipe`, and so has one who sends nothing
    /// more.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let (read, write) = match how {
            Shutdown::Read => (true, false),
            Shutdown::Write => (false, true),
            Shutdown::Both => (true, true),
        };
        let Handle { run, number, .. } = self.handle;
        in_run(|here| {
            if let Err(error) = socket(Some(here), run, number) {
                return Answer::new(Err(error));
            }
            let (network, _) = here.run.network();
            network.shut_down_unix_datagram(number, read, write);
            Answer {
                result: Ok(()),
                wakers: wake_all(here),
            }
        })
    }
}

datagram_socket!(
    UnixDatagram,
    SocketAddr,
    send: {
        /// Sends a datagram to its peer: waits until there is room. Gives its length.
        ///
        /// # Cancel safety
        ///
        /// Cancel safe: the datagram is sent in the poll that returns its length.
        ///
        /// # Errors
        ///
        /// `NotConnected` if it has no peer, `ConnectionRefused` if that is gone, once; `BrokenPipe` after a shutdown. Of no kind of its own, with
        /// Linux's number 90 (`EMSGSIZE`), for more than 212,960 bytes. Outside the run in which the socket was made, one that says so.
    },
    ready: {
        ///
        /// ```
        /// use reweave::io::Interest;
        /// use reweave::net::UnixDatagram;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (socket, other) = UnixDatagram::pair()?;
        /// let ready = socket.ready(Interest::READABLE | Interest::WRITABLE).await?;
        /// assert!(ready.is_writable() && !ready.is_readable());
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    },
    recv: {
        ///
        /// ```
        /// use reweave::net::UnixDatagram;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (one, other) = UnixDatagram::pair()?;
        /// one.send(b"first").await?;
        /// one.send(b"second").await?;
        /// let mut buffer = [0; 4];
        /// assert_eq!((other.recv(&mut buffer).await?, &buffer), (4, b"firs"));
        /// assert_eq!((other.recv(&mut buffer).await?, &buffer), (4, b"seco"));
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    },
    try_recv: {
        ///
        /// ```
        /// use reweave::io::ErrorKind;
        /// use reweave::net::UnixDatagram;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (socket, other) = UnixDatagram::pair()?;
        /// let mut buffer = [0; 8];
        /// assert_eq!(socket.try_recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        /// other.send(b"to others").await?;
        /// assert_eq!((socket.try_recv(&mut buffer)?, &buffer), (8, b"to other"));
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    }
);

impl Drop for UnixDatagram {
    fn drop(&mut self) {
        on_drop(self.handle.run, |here| {
            let (network, _) = here.run.network();
            Some(network.close_unix_datagram(self.handle.number))
        });
    }
}

#[cfg(unix)]
impl TryFrom<std::os::unix::net::UnixDatagram> for UnixDatagram {
    type Error = io::Error;

    /// Refuses: see [`UnixDatagram::from_std`].
    fn try_from(datagram: std::os::unix::net::UnixDatagram) -> io::Result<UnixDatagram> {
        UnixDatagram::from_std(datagram)
    }
}

impl fmt::Debug for UnixDatagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("UnixDatagram");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        told.finish_non_exhaustive()
    }
}
