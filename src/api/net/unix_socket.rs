//! A Unix socket that is neither connected nor listens yet.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::failed::{Called, To};
use super::unix_datagram::UnixDatagram;
use super::unix_listener::UnixListener;
use super::unix_name::name_of;
use super::unix_stream::{UnixStream, connect};
use super::waiting::{Answer, in_run, stand};
use crate::api::sync::guarded::Guarded;
use crate::base::place::caller;
use crate::base::resource::ResourceKind;
use crate::model::net::unix_name::UnixName;
use crate::record::event::NetworkCall;

/// A Unix socket that is neither connected nor listens yet; shaped as `tokio::net::UnixSocket`.
///
/// The path to which it is bound is taken when it listens, connects, or becomes a socket for datagrams.
///
/// ```
/// use reweave::net::{UnixSocket, UnixStream};
///
/// # reweave::Sim::new().run(async {
/// let socket = UnixSocket::new_stream()?;
/// socket.bind("/run/db.sock")?;
/// let listener = socket.listen(1)?;
/// let client = UnixStream::connect("/run/db.sock").await?;
/// let (server, _) = listener.accept().await?;
/// # drop((client, server));
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub struct UnixSocket {
    is_datagram: bool,
    bound: Guarded<UnixName>,
}

impl UnixSocket {
    /// A socket for datagrams.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn new_datagram() -> io::Result<UnixSocket> {
        Ok(UnixSocket::new(true))
    }

    /// A socket for a stream, or a listener.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn new_stream() -> io::Result<UnixSocket> {
        Ok(UnixSocket::new(false))
    }

    fn new(is_datagram: bool) -> UnixSocket {
        let bound = Guarded::made(UnixName::Unnamed);
        UnixSocket { is_datagram, bound }
    }

    /// Binds it to a path.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a path that cannot be one, or if it is bound already. That the path is in use shows when it is taken.
    pub fn bind(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let name = name_of(path.as_ref())?;
        let mut bound = self.bound.lock();
        if *bound != UnixName::Unnamed {
            return Err(ErrorKind::InvalidInput.into());
        }
        *bound = name;
        Ok(())
    }

    fn name(&self) -> UnixName {
        self.bound.lock().clone()
    }

    /// Listens. A backlog of n holds n + 1 connections that nobody has accepted.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if a socket was bound there, also if it is gone. Of kind `Other` for a socket for datagrams. `InvalidInput` if it is not
    /// bound. Outside a simulation, one that says so.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        if self.is_datagram {
            return Err(io::Error::other(
                "listen cannot be called on a datagram socket",
            ));
        }
        match self.name() {
            UnixName::Unnamed => Err(ErrorKind::InvalidInput.into()),
            name @ (UnixName::Path(_) | UnixName::Abstract(_)) => {
                UnixListener::listen(name, backlog, caller())
            }
        }
    }

    /// Connects it to a path.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it is done in one poll.
    ///
    /// # Errors
    ///
    /// As [`UnixStream::connect`], and `AddrInUse` if a socket was bound to the path of this one. Of kind `Other` for a socket for datagrams.
    #[track_caller]
    pub fn connect(self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<UnixStream>> {
        let place = caller();
        async move {
            if self.is_datagram {
                return Err(io::Error::other(
                    "connect cannot be called on a datagram socket",
                ));
            }
            let to = name_of(path.as_ref())?;
            stand(place).await;
            let local = self.name();
            let bound = in_run(|here| {
                let host = here.run.current_host();
                let bound = here.run.network().0.bind_unix_stream(host, &local);
                Answer::new(bound.map_err(io::Error::from))
            });
            let called = Called::new(NetworkCall::Bind, ResourceKind::Unix, place);
            called.told(To::Path(&local), bound)?;
            connect(&to, local, place)
        }
    }

    /// Makes it one for datagrams.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if a socket was bound there, also if it is gone. Of kind `Other` for a socket for streams. Outside a simulation, one that says
    /// so.
    #[track_caller]
    pub fn datagram(self) -> io::Result<UnixDatagram> {
        if !self.is_datagram {
            return Err(io::Error::other(
                "datagram cannot be called on a stream socket",
            ));
        }
        UnixDatagram::named(self.name(), caller())
    }
}

impl fmt::Debug for UnixSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixSocket").finish_non_exhaustive()
    }
}
