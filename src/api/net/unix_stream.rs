//! A Unix stream.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::connection::Connection;
use super::error::cannot_send;
#[cfg(unix)]
use super::error::no_real_socket;
use super::failed::{Called, To};
use super::sockets::may_open;
use super::unix_name::{SocketAddr, name_of, words};
use super::waiting::{Answer, in_run, stand, wake_all};
use crate::base::place::{Place, caller};
use crate::base::resource::ResourceKind;
use crate::model::net::keys::UnixStreamNo;
use crate::model::net::stream::Directions;
use crate::model::net::unix_name::UnixName;
use crate::record::event::NetworkCall;
use crate::record::fact::Fact;
use crate::run::context::Here;
use crate::run::state::Run;

/// A connection between two sockets of one host; shaped as `tokio::net::UnixStream`.
///
/// It is as a [`TcpStream`](super::TcpStream), but that all is known at the other end at once: the first write to one who is gone fails, with
/// `BrokenPipe`. Who closes it with bytes unread resets it: the other side reads what came, the error once, and then the end.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt};
/// use reweave::net::{UnixListener, UnixStream};
///
/// # reweave::Sim::new().run(async {
/// let listener = UnixListener::bind("/run/db.sock")?;
/// let mut client = UnixStream::connect("/run/db.sock").await?;
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
/// `read` and `write` are cancel safe: bytes move in the poll that returns their number, and in no other.
pub struct UnixStream {
    pub(super) connection: Connection<UnixStreamNo>,
}

impl UnixStream {
    pub(super) fn new(connection: Connection<UnixStreamNo>) -> UnixStream {
        UnixStream { connection }
    }

    /// Connects to who listens at this path of the host, or under this name if it begins with a zero byte.
    ///
    /// ```
    /// use reweave::net::UnixStream;
    /// use std::io::ErrorKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// let nobody = UnixStream::connect("/run/db.sock").await.unwrap_err();
    /// assert_eq!(nobody.kind(), ErrorKind::NotFound);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it is done in one poll.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing, `ConnectionRefused` if nobody listens there any more, `WouldBlock` if the backlog is full: it
    /// does not wait for that. `InvalidInput` for a path that cannot be one. Outside a simulation, one that says so.
    #[track_caller]
    pub fn connect<P: AsRef<Path>>(path: P) -> impl Future<Output = io::Result<UnixStream>> {
        let place = caller();
        async move {
            let name = name_of(path.as_ref())?;
            stand(place).await;
            connect(&name, UnixName::Unnamed, place)
        }
    }

    /// [`connect`](UnixStream::connect) to a name.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it is done in one poll.
    ///
    /// # Errors
    ///
    /// As [`connect`](UnixStream::connect).
    #[track_caller]
    pub fn connect_addr(
        socket_addr: &SocketAddr,
    ) -> impl Future<Output = io::Result<UnixStream>> + use<'_> {
        let place = caller();
        async move {
            stand(place).await;
            connect(&socket_addr.0, UnixName::Unnamed, place)
        }
    }

    /// Two that are connected to each other.
    ///
    /// ```
    /// use reweave::io::{AsyncReadExt, AsyncWriteExt};
    /// use reweave::net::UnixStream;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut one, mut other) = UnixStream::pair()?;
    /// one.write_all(b"x").await?;
    /// assert_eq!(other.read_u8().await?, b'x');
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Outside a simulation, one that says so.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let place = caller();
        in_run(|here| {
            if let Err(error) = may_open(here, 2) {
                return Answer::new(Err(error));
            }
            let directions = directions(here, "pair", place);
            let (out, back) = (directions.out, directions.back);
            for (resource, back) in [(out, back), (back, out)] {
                here.run.emit(Fact::Accepts {
                    resource,
                    back,
                    place,
                });
            }
            let host = here.run.current_host();
            let (one, other) = here.run.network().0.unix_pair(host, directions);
            let swapped = Directions {
                out: back,
                back: out,
            };
            let one = UnixStream::new(Connection::new(here, one, directions));
            let other = UnixStream::new(Connection::new(here, other, swapped));
            Answer::new(Ok((one, other)))
        })
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: a simulation has no use for a real socket.
    #[cfg(unix)]
    pub fn from_std(stream: std::os::unix::net::UnixStream) -> io::Result<UnixStream> {
        drop(stream);
        Err(no_real_socket("UnixStream::from_std"))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: there is no real socket to be had.
    #[cfg(unix)]
    pub fn into_std(self) -> io::Result<std::os::unix::net::UnixStream> {
        Err(no_real_socket("UnixStream::into_std"))
    }

    /// The name of this side: of who has connected mostly none.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.connection
            .ask(|stream| SocketAddr(stream.local.clone()))
    }

    /// The name of the other side, also when that is gone.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.connection
            .ask(|stream| SocketAddr(stream.remote.clone()))
    }

    /// Who is on the other side: user 0 and group 0, for there are no others; and no process, as those of a simulation have no numbers.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn peer_cred(&self) -> io::Result<UCred> {
        self.connection.ask(|_| UCred { uid: 0, gid: 0 })
    }

    /// Takes the error that nobody was told yet, if there is one: that the connection was reset.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        let error = self.connection.ask(|stream| stream.take_error())?;
        Ok(error.map(io::Error::from))
    }
}

/// The number of a user.
#[allow(non_camel_case_types, reason = "it is tokio's name")]
pub type uid_t = u32;

/// The number of a group.
#[allow(non_camel_case_types, reason = "it is tokio's name")]
pub type gid_t = u32;

/// The number of a process.
#[allow(non_camel_case_types, reason = "it is tokio's name")]
pub type pid_t = i32;

/// Who is on the other side of a stream; given by [`UnixStream::peer_cred`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    uid: uid_t,
    gid: gid_t,
}

impl UCred {
    /// The user: 0.
    pub fn uid(&self) -> uid_t {
        self.uid
    }

    /// The group: 0.
    pub fn gid(&self) -> gid_t {
        self.gid
    }

    /// The process: `None`.
    pub fn pid(&self) -> Option<pid_t> {
        None
    }
}

/// Both directions of a connection that is made here.
fn directions(here: &mut Here<'_>, name: &str, place: Place) -> Directions {
    let kind = ResourceKind::Unix;
    let mut direction = |way: &str| {
        let name = |_: &mut Run| format!("{kind} {way} {name}");
        here.run.register_as(kind, name, place)
    };
    Directions {
        out: direction("to"),
        back: direction("from"),
    }
}

/// Connects to who has this name, from a socket of that name.
pub(super) fn connect(name: &UnixName, local: UnixName, place: Place) -> io::Result<UnixStream> {
    let called = Called::new(NetworkCall::Connect, ResourceKind::Unix, place);
    let stream = in_run(|here| {
        if let Err(error) = may_open(here, 1) {
            return Answer::new(Err(error));
        }
        let host = here.run.current_host();
        let (network, _) = here.run.network();
        let listener = match network.may_connect_unix(host, name) {
            Ok(listener) => listener,
            Err(error) => return Answer::new(Err(cannot_send(error))),
        };
        let directions = directions(here, &words(name), place);
        here.run.emit(Fact::Connects {
            resource: directions.out,
            back: directions.back,
            place,
        });
        let (network, _) = here.run.network();
        let stream = network.connect_unix(host, listener, local, directions);
        let stream =
            stream.map(|stream| UnixStream::new(Connection::new(here, stream, directions)));
        Answer {
            result: stream.ok_or_else(|| ErrorKind::ConnectionRefused.into()),
            wakers: wake_all(here),
        }
    });
    called.told(To::Path(name), stream)
}

#[cfg(unix)]
impl TryFrom<std::os::unix::net::UnixStream> for UnixStream {
    type Error = io::Error;

    /// Refuses: see [`UnixStream::from_std`].
    fn try_from(stream: std::os::unix::net::UnixStream) -> io::Result<UnixStream> {
        UnixStream::from_std(stream)
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("UnixStream");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        if let Ok(peer) = self.peer_addr() {
            told.field("peer", &peer);
        }
        told.finish_non_exhaustive()
    }
}
