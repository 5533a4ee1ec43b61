//! A Unix listener.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::Path;
use std::task::{Context, Poll};

use super::accepting::Listeners;
use super::connection::Connection;
#[cfg(unix)]
use super::error::no_real_socket;
use super::failed::{Called, To};
use super::handle::Handle;
use super::sockets::may_open;
use super::unix_name::{SocketAddr, name_of, words};
use super::unix_stream::UnixStream;
use super::waiting::{Answer, in_run, on_drop};
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::ResourceKind;
use crate::model::net::keys::UnixListenerNo;
use crate::model::net::unix;
use crate::model::net::unix_name::UnixName;
use crate::record::event::NetworkCall;
use crate::record::fact::Fact;
use crate::record::spin::Closing;
use crate::run::context::Here;
use crate::run::state::Run;

/// Takes connections of Unix streams; shaped as `tokio::net::UnixListener`.
///
/// When it is dropped, connections that nobody accepted are reset. Its path stays: see [`remove_path`](super::unix::remove_path).
///
/// ```
/// use reweave::net::{UnixListener, UnixStream};
///
/// # reweave::Sim::new().run(async {
/// let listener = UnixListener::bind("/run/db.sock")?;
/// let client = UnixStream::connect("/run/db.sock").await?;
/// let (server, address) = listener.accept().await?;
/// assert!(address.is_unnamed());
/// # drop((client, server));
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub struct UnixListener {
    handle: Handle<UnixListenerNo>,
}

impl Listeners for UnixListenerNo {
    type Accepted = (UnixStream, SocketAddr);

    fn has_one(listener: &unix::UnixListener) -> bool {
        !listener.level().is_empty()
    }

    fn accept(self, here: &mut Here<'_>, place: Place) -> io::Result<(UnixStream, SocketAddr)> {
        may_open(here, 1)?;
        let (stream, remote, directions) = here.run.network().0.accept_unix(self)?;
        here.run.emit(Fact::Accepts {
            resource: directions.back,
            back: directions.out,
            place,
        });
        let connection = Connection::new(here, stream, directions);
        Ok((UnixStream::new(connection), SocketAddr(remote)))
    }
}

/// The backlog that tokio asks for is the most that Linux gives (`net.core.somaxconn`).
const BACKLOG: u32 = 4_096;

impl UnixListener {
    /// Binds a path of the host, and listens there. Until there is a disk, every directory exists. After a zero byte comes a name that stands
    /// for no file.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if a socket was bound there, also if it is gone. `InvalidInput` for a path that cannot be one. Outside a simulation, one that
    /// says so.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixListener> {
        UnixListener::listen(name_of(path.as_ref())?, BACKLOG, caller())
    }

    /// [`bind`](UnixListener::bind) of a name.
    ///
    /// # Errors
    ///
    /// As [`bind`](UnixListener::bind).
    #[track_caller]
    pub fn bind_addr(socket_addr: &SocketAddr) -> io::Result<UnixListener> {
        UnixListener::listen(socket_addr.0.clone(), BACKLOG, caller())
    }

    pub(super) fn listen(name: UnixName, backlog: u32, place: Place) -> io::Result<UnixListener> {
        let called = Called::new(NetworkCall::Bind, ResourceKind::UnixListener, place);
        let listener = in_run(|here| {
            if let Err(error) = may_open(here, 1) {
                return Answer::new(Err(error));
            }
            let host = here.run.current_host();
            let (network, _) = here.run.network();
            let listener = match network.listen_unix(host, name.clone(), backlog.min(BACKLOG)) {
                Ok(listener) => listener,
                Err(error) => return Answer::new(Err(error.into())),
            };
            let kind = ResourceKind::UnixListener;
            let called = |_: &mut Run| format!("{kind} {}", words(&name));
            let resource = here.run.register_as(kind, called, place);
            here.run.emit(Fact::Listens { resource });
            let tag = || Tag::known(kind, here, resource);
            let handle = Handle::new(here, listener, tag(), tag());
            Answer::new(Ok(UnixListener { handle }))
        });
        called.told(To::Path(&name), listener)
    }

    /// Accepts a connection: waits until there is one. Gives it, and the name of its other side.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a connection is accepted in the poll that returns it.
    ///
    /// # Errors
    ///
    /// Outside the run in which the listener was made, one that says so.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(UnixStream, SocketAddr)>> + use<'_> {
        self.handle.accept()
    }

    /// Polls for a connection. Only the task that polled last is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](UnixListener::accept).
    #[track_caller]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        self.handle.poll_accept(cx)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: a simulation has no use for a real socket.
    #[cfg(unix)]
    pub fn from_std(listener: std::os::unix::net::UnixListener) -> io::Result<UnixListener> {
        drop(listener);
        Err(no_real_socket("UnixListener::from_std"))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: there is no real socket to be had.
    #[cfg(unix)]
    pub fn into_std(self) -> io::Result<std::os::unix::net::UnixListener> {
        Err(no_real_socket("UnixListener::into_std"))
    }

    /// The name under which it listens.
    ///
    /// # Errors
    ///
    /// Outside the run in which the listener was made, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.handle
            .ask(|listener| SocketAddr(listener.local.clone()))
    }

    /// Takes the error that nobody was told yet: there is none.
    ///
    /// # Errors
    ///
    /// Outside the run in which the listener was made, one that says so.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.handle.ask(|_| None)
    }
}

impl Drop for UnixListener {
    fn drop(&mut self) {
        on_drop(self.handle.run, |here| {
            let number = self.handle.number;
            here.run.network().0.unix_listener(number)?;
            let tag = &mut self.handle.ends.lock().reader.tag;
            let how = Closing::Asked;
            tag.emit(Some(here), |resource| Fact::Closed { resource, how });
            Some(here.run.network().0.close_unix_listener(number))
        });
    }
}

#[cfg(unix)]
impl TryFrom<std::os::unix::net::UnixListener> for UnixListener {
    type Error = io::Error;

    /// Refuses: see [`UnixListener::from_std`].
    fn try_from(listener: std::os::unix::net::UnixListener) -> io::Result<UnixListener> {
        UnixListener::from_std(listener)
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("UnixListener");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        told.finish_non_exhaustive()
    }
}
