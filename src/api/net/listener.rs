//! A TCP listener.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::accepting::Listeners;
use super::address::{ToSocketAddrs, addresses_of};
use super::connection::Connection;
use super::error::no_real_socket;
use super::failed::{Called, To};
use super::handle::Handle;
use super::sockets::may_open;
use super::stream::TcpStream;
use super::stream_options::check_ttl;
use super::waiting::{Answer, in_run, on_drop, stand};
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::ResourceKind;
use crate::model::net::keys::ListenerNo;
use crate::model::net::listener::Listener;
use crate::model::net::options::Options;
use crate::model::net::ports::UseNo;
use crate::record::event::NetworkCall;
use crate::record::fact::Fact;
use crate::record::spin::Closing;
use crate::run::context::Here;

/// Takes TCP connections; shaped as `tokio::net::TcpListener`.
///
/// When it is dropped, connections that nobody accepted are reset.
///
/// ```
/// use reweave::net::{TcpListener, TcpStream};
///
/// # reweave::Sim::new().run(async {
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
/// let client = TcpStream::connect("127.0.0.1:8080").await?;
/// let (server, address) = listener.accept().await?;
/// assert_eq!(address, client.local_addr()?);
/// assert_eq!(server.peer_addr()?, address);
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub struct TcpListener {
    handle: Handle<ListenerNo>,
}

impl Listeners for ListenerNo {
    type Accepted = (TcpStream, SocketAddr);

    fn has_one(listener: &Listener) -> bool {
        !listener.level().is_empty()
    }

    fn accept(self, here: &mut Here<'_>, place: Place) -> io::Result<(TcpStream, SocketAddr)> {
        may_open(here, 1)?;
        if here.run.draw_abort_of_accept() {
            let (network, now) = here.run.network();
            network.abort_next(now, self);
            return Err(ErrorKind::ConnectionAborted.into());
        }
        let accepted = here.run.network().0.accept(self)?;
        here.run.emit(Fact::Accepts {
            resource: accepted.directions.back,
            back: accepted.directions.out,
            place,
        });
        let connection = Connection::new(here, accepted.stream, accepted.directions);
        Ok((TcpStream::new(connection), accepted.remote))
    }
}

/// The backlog that tokio asks for.
const BACKLOG: u32 = 1024;

impl TcpListener {
    /// Binds an address, and listens there. Of several addresses the first is taken that can be bound; a port of 0 stands for any
    /// that is free.
    ///
    /// As tokio's on Unix, it sets `SO_REUSEADDR`; for other options, use a [`TcpSocket`](super::TcpSocket).
    ///
    /// ```
    /// use reweave::net::TcpListener;
    /// use std::io::ErrorKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:80").await?;
    /// let taken = TcpListener::bind("127.0.0.1:80").await.unwrap_err();
    /// assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    /// # drop(listener);
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
    /// `AddrInUse` if another has the address; `AddrNotAvailable` if it is not one of the host's; `InvalidInput` if there is none.
    /// Those of [`lookup_host`](super::lookup_host). Outside a simulation, an error that says so.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(addr: A) -> impl Future<Output = io::Result<TcpListener>> {
        let place = caller();
        async move {
            stand(place).await;
            let mut last = None;
            let called = Called::new(NetworkCall::Bind, ResourceKind::TcpListener, place);
            for address in addresses_of(addr, called).await? {
                let options = Options {
                    reuse_addr: true,
                    ..Options::default()
                };
                let bound = in_run(|here| bind(here, address, &options));
                let bound =
                    bound.and_then(|bound| TcpListener::listen(bound, BACKLOG, options, place));
                match called.told(To::Address(address), bound) {
                    Ok(listener) => return Ok(listener),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| ErrorKind::InvalidInput.into()))
        }
    }

    /// Listens where it is bound, in this run.
    pub(super) fn listen(
        (local, used): (SocketAddr, UseNo),
        backlog: u32,
        options: Options,
        place: Place,
    ) -> io::Result<TcpListener> {
        in_run(|here| {
            let may = may_open(here, 1);
            let (network, _) = here.run.network();
            let may = may.and_then(|()| Ok(network.may_listen(used, &options)?));
            if let Err(error) = may {
                network.unbind(used);
                return Answer::new(Err(error));
            }
            let host = here.run.current_host();
            let kind = ResourceKind::TcpListener;
            let name =
                |run: &mut crate::run::state::Run| format!("{kind} {}", run.name_of(host, local));
            let resource = here.run.register_as(kind, name, place);
            here.run.emit(Fact::Listens { resource });
            let (network, _) = here.run.network();
            let listener = network.listen(host, (local, used), backlog, options);
            let tag = || Tag::known(kind, here, resource);
            let handle = Handle::new(here, listener, tag(), tag());
            Answer::new(Ok(TcpListener { handle }))
        })
    }

    /// Accepts a connection: waits until there is one. Gives it, and the address of its other side.
    ///
    /// Any number of tasks may wait; the connections go to them one by one.
    ///
    /// ```
    /// use reweave::net::{TcpListener, TcpStream};
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (_, address) = listener.accept().await?;
    /// assert_eq!(address, client.local_addr()?);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a connection is accepted in the poll that returns it.
    ///
    /// # Errors
    ///
    /// Outside the run in which the listener was made, one that says so.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + use<'_> {
        self.handle.accept()
    }

    /// Polls for a connection. Only the task that polled last is woken.
    ///
    /// ```
    /// use reweave::net::{TcpListener, TcpStream};
    /// use std::future::poll_fn;
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (_, address) = poll_fn(|cx| listener.poll_accept(cx)).await?;
    /// assert_eq!(address, client.local_addr()?);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`accept`](TcpListener::accept).
    #[track_caller]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        self.handle.poll_accept(cx)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: a simulation has no use for a real socket.
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<TcpListener> {
        drop(listener);
        Err(no_real_socket("TcpListener::from_std"))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`: there is no real socket to be had.
    pub fn into_std(self) -> io::Result<std::net::TcpListener> {
        Err(no_real_socket("TcpListener::into_std"))
    }

    /// The address where it listens, with the port that was found for it.
    ///
    /// ```
    /// use reweave::net::TcpListener;
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// assert_ne!(listener.local_addr()?.port(), 0);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Outside the run in which the listener was made, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.handle.ask(|listener| listener.local_addr())
    }

    /// The `IP_TTL` that accepted connections have: 64 unless it was set. It changes nothing here.
    ///
    /// # Errors
    ///
    /// Outside the run in which the listener was made, one that says so.
    pub fn ttl(&self) -> io::Result<u32> {
        self.handle.ask(|listener| listener.options.ttl)
    }

    /// Sets `IP_TTL`, which is kept and given back.
    ///
    /// ```
    /// use reweave::net::TcpListener;
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// listener.set_ttl(100)?;
    /// assert_eq!(listener.ttl()?, 100);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidInput` for what is not from 1 to 255. Outside the run in which the listener was made, one that says so.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        check_ttl(ttl)?;
        self.handle.ask(|listener| listener.options.ttl = ttl)
    }
}

/// Binds an address of the host on which the running task runs.
pub(super) fn bind(
    here: &mut Here<'_>,
    address: SocketAddr,
    options: &Options,
) -> Answer<(SocketAddr, UseNo)> {
    let host = here.run.current_host();
    let (network, now) = here.run.network();
    let bound = network.bind(now, host, address, options);
    Answer::new(bound.map_err(io::Error::from))
}

impl TryFrom<std::net::TcpListener> for TcpListener {
    type Error = io::Error;

    /// Refuses: see [`TcpListener::from_std`].
    fn try_from(listener: std::net::TcpListener) -> io::Result<TcpListener> {
        TcpListener::from_std(listener)
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("TcpListener");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        told.finish_non_exhaustive()
    }
}

impl Drop for TcpListener {
    fn drop(&mut self) {
        on_drop(self.handle.run, |here| {
            let number = self.handle.number;
            here.run.network().0.listener(number)?;
            let tag = &mut self.handle.ends.lock().reader.tag;
            let how = Closing::Asked;
            tag.emit(Some(here), |resource| Fact::Closed { resource, how });
            let (network, now) = here.run.network();
            Some(network.close_listener(now, number))
        });
    }
}
