//! A TCP stream.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::address::{ToSocketAddrs, addresses_of};
use super::connection::Connection;
use super::error::no_real_socket;
use super::failed::{Called, To};
use super::sockets::may_open;
use super::waiting::{Answer, in_run, stand, wake_all};
use crate::api::io::read_buf::ReadBuf;
use crate::base::place::{Place, caller};
use crate::base::resource::ResourceKind;
use crate::model::net::keys::StreamNo;
use crate::model::net::options::Options;
use crate::model::net::ports::UseNo;
use crate::model::net::stream::Directions;
use crate::record::event::NetworkCall;
use crate::record::fact::Fact;
use crate::run::context::Here;
use crate::run::state::Run;

/// A TCP connection; shaped as `tokio::net::TcpStream`.
///
/// It is read and written with [`AsyncReadExt`](crate::io::AsyncReadExt) and [`AsyncWriteExt`](crate::io::AsyncWriteExt). When it is
/// dropped, it is closed: the other side reads what was written, and then the end; or, if anything lay unread here, it is reset.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt};
/// use reweave::net::{TcpListener, TcpStream};
///
/// # reweave::Sim::new().run(async {
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
/// let mut client = TcpStream::connect("127.0.0.1:8080").await?;
/// client.write_all(b"hello").await?;
/// drop(client);
///
/// let (mut server, _) = listener.accept().await?;
/// let mut heard = String::new();
/// server.read_to_string(&mut heard).await?;
/// assert_eq!(heard, "hello");
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Cancel safety
///
/// `read` and `write` are cancel safe: bytes move in the poll that returns their number, and in no other. Methods that do them more
/// than once, such as `read_exact` and `write_all`, are not: what one has moved so far stays moved.
pub struct TcpStream {
    pub(super) connection: Connection<StreamNo>,
}

impl TcpStream {
    pub(super) fn new(connection: Connection<StreamNo>) -> TcpStream {
        TcpStream { connection }
    }

    /// Connects to an address. Several are tried in turn, until one answers.
    ///
    /// ```
    /// use reweave::net::TcpStream;
    /// use std::io::ErrorKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// let nobody = TcpStream::connect("localhost:80").await.unwrap_err();
    /// assert_eq!(nobody.kind(), ErrorKind::ConnectionRefused);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, in that nothing is left over; a connection that was being made is given up.
    ///
    /// # Errors
    ///
    /// Of the last address that was tried: `ConnectionRefused` if nobody listens there, `TimedOut` after 127 s if nobody answers (a name has two addresses, so that is 254 s),
    /// `NetworkUnreachable` if no host has it, `AddrNotAvailable` if no port is left. `InvalidInput` if there is no address. Those of
    /// [`lookup_host`](super::lookup_host). Outside a simulation, an error that says so.
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(addr: A) -> impl Future<Output = io::Result<TcpStream>> {
        let place = caller();
        async move {
            let mut last = None;
            let called = Called::new(NetworkCall::Connect, ResourceKind::Tcp, place);
            for address in addresses_of(addr, called).await? {
                match TcpStream::connect_to(address, None, Options::default(), place).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| ErrorKind::InvalidInput.into()))
        }
    }

    /// Connects to one address, from where it is bound, if it is.
    pub(super) async fn connect_to(
        address: SocketAddr,
        bound: Option<(SocketAddr, UseNo)>,
        options: Options,
        place: Place,
    ) -> io::Result<TcpStream> {
        stand(place).await;
        let stream = in_run(|here| {
            let result = ask(here, address, bound, options, place);
            Answer {
                result,
                wakers: wake_all(here),
            }
        });
        let called = Called::new(NetworkCall::Connect, ResourceKind::Tcp, place);
        let stream = called.told(To::Address(address), stream)?;
        stream.connection.connected(place).await?;
        Ok(stream)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: a simulation has no use for a real socket.
    pub fn from_std(stream: std::net::TcpStream) -> io::Result<TcpStream> {
        drop(stream);
        Err(no_real_socket("TcpStream::from_std"))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: there is no real socket to be had.
    pub fn into_std(self) -> io::Result<std::net::TcpStream> {
        Err(no_real_socket("TcpStream::into_std"))
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.connection.ask(|stream| stream.local_addr())
    }

    /// The address of the other side.
    ///
    /// ```
    /// use reweave::net::{TcpListener, TcpStream};
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:80").await?;
    /// let stream = TcpStream::connect("127.0.0.1:80").await?;
    /// assert_eq!(stream.peer_addr()?, "127.0.0.1:80".parse().unwrap());
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `NotConnected` once both directions are closed, or the connection was reset.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        let address = self.connection.ask(|stream| stream.peer_addr())?;
        address.map_err(io::Error::from)
    }

    /// Takes the error that nobody was told yet, if there is one: that the connection was reset, for instance.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        let error = self.connection.ask(|stream| stream.take_error())?;
        Ok(error.map(io::Error::from))
    }

    /// Polls for the next bytes, and leaves them there: the next read gives them again. Gives how many were put into the buffer, 0
    /// at the end. Only the task that polled last, for this or for a read, is woken.
    ///
    /// # Errors
    ///
    /// As a read.
    #[track_caller]
    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        self.connection.poll_peek(cx, buf)
    }

    /// Waits for the next bytes, and leaves them there: the next read gives them again. Gives how many were put into the buffer, 0
    /// at the end.
    ///
    /// ```
    /// use reweave::io::{AsyncReadExt, AsyncWriteExt};
    /// use reweave::net::{TcpListener, TcpStream};
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let mut client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (mut server, _) = listener.accept().await?;
    /// client.write_all(b"GET /").await?;
    /// let mut first = [0; 1];
    /// server.peek(&mut first).await?;
    /// let mut all = [0; 5];
    /// server.read_exact(&mut all).await?;
    /// assert_eq!((&first, &all), (b"G", b"GET /"));
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// As a read.
    #[track_caller]
    pub fn peek<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + use<'a> {
        self.connection.peek(buf)
    }
}

/// Asks for a connection. Whether it comes to be is not known yet.
fn ask(
    here: &mut Here<'_>,
    address: SocketAddr,
    bound: Option<(SocketAddr, UseNo)>,
    options: Options,
    place: Place,
) -> io::Result<TcpStream> {
    may_open(here, 1)?;
    let host = here.run.current_host();
    let (network, now) = here.run.network();
    let local = bound.map(|(local, _)| local);
    let (remote_host, local, remote) =
        network
            .route(host, local, address)
            .map_err(|kind| match kind {
                ErrorKind::NetworkUnreachable => io::Error::new(
                    kind,
                    format!("no host of this run has the address {}", address.ip()),
                ),
                kind => kind.into(),
            })?;
    let used = bound.map(|(_, used)| used);
    let (local, used) = network.use_port(now, host, used, local, remote, &options)?;
    let kind = ResourceKind::Tcp;
    let direction = |from, to| {
        move |run: &mut Run| {
            format!(
                "{kind} {} → {}",
                run.name_of(host, from),
                run.name_of(host, to)
            )
        }
    };
    let directions = Directions {
        out: here.run.register_as(kind, direction(local, remote), place),
        back: here.run.register_as(kind, direction(remote, local), place),
    };
    here.run.emit(Fact::Connects {
        resource: directions.out,
        back: directions.back,
        place,
    });
    let (network, now) = here.run.network();
    let stream = network.connect(
        now,
        host,
        remote_host,
        (local, used),
        remote,
        directions,
        options,
    );
    Ok(TcpStream::new(Connection::new(here, stream, directions)))
}

impl TryFrom<std::net::TcpStream> for TcpStream {
    type Error = io::Error;

    /// Refuses: see [`TcpStream::from_std`].
    fn try_from(stream: std::net::TcpStream) -> io::Result<TcpStream> {
        TcpStream::from_std(stream)
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("TcpStream");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        if let Ok(peer) = self.peer_addr() {
            told.field("peer", &peer);
        }
        told.finish_non_exhaustive()
    }
}
