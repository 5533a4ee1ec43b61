//! A TCP socket that is neither connected nor listens yet.

use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::error::{no_real_socket, not_here, outside, reach, taken_away};
use super::failed::{Called, To};
use super::listener::{TcpListener, bind};
use super::stream::TcpStream;
use super::waiting::in_run;
use crate::api::sync::guarded::Guarded;
use crate::base::ids::RunId;
use crate::base::place::caller;
use crate::base::resource::ResourceKind;
use crate::model::net::options::{Buffer, Options};
use crate::model::net::ports::UseNo;
use crate::record::event::NetworkCall;
use crate::run::context::{self, look};

/// A TCP socket that is neither connected nor listens yet, to set its options; shaped as `tokio::net::TcpSocket`.
///
/// Unlike [`TcpListener::bind`] it sets no option by itself.
///
/// ```
/// use reweave::net::TcpSocket;
///
/// # reweave::Sim::new().run(async {
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseaddr(true)?;
/// socket.set_recv_buffer_size(4096)?;
/// socket.bind("127.0.0.1:8080".parse().unwrap())?;
/// let listener = socket.listen(16)?;
///
/// let client = TcpSocket::new_v4()?.connect("127.0.0.1:8080".parse().unwrap()).await?;
/// let (_, address) = listener.accept().await?;
/// assert_eq!(address, client.local_addr()?);
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub struct TcpSocket {
    v6: bool,
    state: Guarded<State>,
}

#[derive(Clone, Copy)]
struct State {
    options: Options,
    bound: Option<Bound>,
}

/// Where it is bound, and in which run.
#[derive(Clone, Copy)]
struct Bound {
    run: RunId,
    local: SocketAddr,
    used: UseNo,
}

/// An option that is kept as it is set.
macro_rules! option {
    ($(#[$doc:meta])* $get:ident, $(#[$set_doc:meta])* $set:ident, $field:ident: $Type:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// None at present; the signature is tokio's.
        pub fn $get(&self) -> io::Result<$Type> {
            Ok(self.options(|options| options.$field))
        }

        $(#[$set_doc])*
        ///
        /// # Errors
        ///
        /// None at present; the signature is tokio's.
        pub fn $set(&self, $field: $Type) -> io::Result<()> {
            self.options(|options| options.$field = $field);
            Ok(())
        }
    };
}

impl TcpSocket {
    /// A socket for IPv4.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn new_v4() -> io::Result<TcpSocket> {
        Ok(TcpSocket::new(false))
    }

    /// A socket for IPv6.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn new_v6() -> io::Result<TcpSocket> {
        Ok(TcpSocket::new(true))
    }

    fn new(v6: bool) -> TcpSocket {
        let state = State {
            options: Options::default(),
            bound: None,
        };
        TcpSocket {
            v6,
            state: Guarded::made(state),
        }
    }

    fn options<T>(&self, look: impl FnOnce(&mut Options) -> T) -> T {
        look(&mut self.state.lock().options)
    }

    option! {
        /// Whether the other side is asked now and then whether it is still there (`SO_KEEPALIVE`).
        keepalive,
        /// Sets `SO_KEEPALIVE`: a connection whose other end is silent for two hours, and then does not answer, ends with an error
        /// ([the times](crate::net#when-packets-are-lost)). What is accepted has it from its listener.
        set_keepalive, keepalive: bool
    }

    option! {
        /// Whether an address may be bound that others have, if they allow it, too, and none of them listens
        /// (`SO_REUSEADDR`).
        reuseaddr,
        /// Sets `SO_REUSEADDR`. It counts when the socket is bound, and when it listens.
        set_reuseaddr, reuse_addr: bool
    }

    option! {
        /// Whether an address may be bound by several that all allow it (`SO_REUSEPORT`).
        reuseport,
        /// Sets `SO_REUSEPORT`. It counts when the socket is bound. Connections go to the listener that came first.
        set_reuseport, reuse_port: bool
    }

    option! {
        /// Whether small writes are sent at once (`TCP_NODELAY`). Here all are.
        nodelay,
        /// Sets `TCP_NODELAY`, which is kept and given back. Accepted connections have it from their listener.
        set_nodelay, nodelay: bool
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

    /// How much a connection takes to be sent (`SO_SNDBUF`): what was set, doubled, as Linux does; a write waits for room in the half
    /// of it.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        Ok(self.options(|options| options.send_buffer.told))
    }

    /// Sets `SO_SNDBUF`: so many bytes may be written and not be taken by the other side's system yet; as far as that is allowed, from
    /// 2,304 to 212,992.
    ///
    /// ```
    /// use reweave::net::TcpSocket;
    ///
    /// # reweave::Sim::new().run(async {
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_send_buffer_size(10_000)?;
    /// assert_eq!(socket.send_buffer_size()?, 20_000);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.options(|options| options.send_buffer = Buffer::to_send(size));
        Ok(())
    }

    /// How much a connection holds that came and was not read (`SO_RCVBUF`): what was set, doubled, as Linux does.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        Ok(self.options(|options| options.receive_buffer.told))
    }

    /// Sets `SO_RCVBUF`: so many bytes may have come and not be read yet; as far as that is allowed, from 1,152 to 212,992.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.options(|options| options.receive_buffer = Buffer::to_receive(size));
        Ok(())
    }

    /// For how long a close waits for what was written to be taken (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        Ok(self.options(|options| options.linger))
    }

    /// Sets `SO_LINGER`; see [`TcpStream::set_linger`].
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        let linger = dur.map(|dur| Duration::from_secs(dur.as_secs()));
        self.options(|options| options.linger = linger);
        Ok(())
    }

    /// Sets `SO_LINGER` to zero: to close the connection is to reset it.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }

    /// The address where it is bound; port 0 of no address in particular if it is not.
    ///
    /// # Errors
    ///
    /// Outside the run in which it was bound, one that says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(match self.bound()? {
            Some((local, _)) => local,
            None if self.v6 => (Ipv6Addr::UNSPECIFIED, 0).into(),
            None => (Ipv4Addr::UNSPECIFIED, 0).into(),
        })
    }

    /// Takes the error that nobody was told yet: none, for nothing has happened.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        Ok(None)
    }

    /// Where it is bound in the run that is under way.
    fn bound(&self) -> io::Result<Option<(SocketAddr, UseNo)>> {
        let Some(bound) = self.state.lock().bound else {
            return Ok(None);
        };
        look!(here => {
            let here = reach(here, bound.run)?;
            let host = here.run.current_host();
            let (network, _) = here.run.network();
            network.is_own(bound.used.host(), host).map_err(not_here)?;
            match network.is_bound(bound.used) {
                true => Ok(Some((bound.local, bound.used))),
                false => Err(taken_away()),
            }
        })
    }

    /// Binds it to an address; a port of 0 stands for any that is free.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if another has the address and does not share it, `AddrNotAvailable` if it is not one of the host's; `InvalidInput` if
    /// it is of the other family, or the socket is bound already. Outside a simulation, one that says so.
    #[track_caller]
    pub fn bind(&self, addr: SocketAddr) -> io::Result<()> {
        let called = Called::new(NetworkCall::Bind, ResourceKind::Tcp, caller());
        let (options, bound) = (self.options(|options| *options), self.bound()?);
        let result = match bound.is_some() || addr.is_ipv6() != self.v6 {
            true => Err(ErrorKind::InvalidInput.into()),
            false => in_run(|here| bind(here, addr, &options)),
        };
        let (local, used) = called.told(To::Address(addr), result)?;
        let run = context::try_with(|cx| cx.id()).ok_or_else(outside)?;
        self.state.lock().bound = Some(Bound { run, local, used });
        Ok(())
    }

    /// Connects it to an address.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, in that nothing is left over; the socket is gone.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::connect`]; `InvalidInput` for an address of the other family.
    #[track_caller]
    pub fn connect(self, addr: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        let place = caller();
        async move {
            if addr.is_ipv6() != self.v6 {
                let called = Called::new(NetworkCall::Connect, ResourceKind::Tcp, place);
                return called.told(To::Address(addr), Err(ErrorKind::InvalidInput.into()));
            }
            let (options, bound) = (self.options(|options| *options), self.bound()?);
            let stream = TcpStream::connect_to(addr, bound, options, place).await;
            // The connection has it now, or it is free.
            drop(self);
            stream
        }
    }

    /// Listens. A backlog of n holds n + 1 connections that nobody has accepted, 4,097 at the most. A socket that is not bound is bound
    /// to any port of all addresses.
    ///
    /// ```
    /// use reweave::net::TcpSocket;
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpSocket::new_v4()?.listen(1)?;
    /// assert!(listener.local_addr()?.ip().is_unspecified());
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `AddrInUse` if another listens there that had bound the address, too. Outside a simulation, one that says so.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let place = caller();
        if self.bound()?.is_none() {
            self.bind(self.local_addr()?)?;
        }
        let options = self.options(|options| *options);
        let Some(Bound { local, used, .. }) = self.state.lock().bound.take() else {
            return Err(outside());
        };
        let called = Called::new(NetworkCall::Bind, ResourceKind::TcpListener, place);
        let listener = TcpListener::listen((local, used), backlog, options, place);
        called.told(To::Address(local), listener)
    }

    /// Refuses, with a panic, for the signature has no error.
    ///
    /// # Panics
    ///
    /// Always: a simulation has no use for a real socket.
    #[track_caller]
    pub fn from_std_stream(std_stream: std::net::TcpStream) -> TcpSocket {
        drop(std_stream);
        panic!("{}", no_real_socket("TcpSocket::from_std_stream"))
    }
}

impl Drop for TcpSocket {
    fn drop(&mut self) {
        let Some(bound) = self.state.lock().bound else {
            return;
        };
        context::try_with(|cx| {
            if cx.id() == bound.run {
                cx.run().network().0.unbind(bound.used);
            }
        });
    }
}

impl fmt::Debug for TcpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("TcpSocket");
        if let Ok(local) = self.local_addr() {
            told.field("addr", &local);
        }
        told.finish_non_exhaustive()
    }
}
