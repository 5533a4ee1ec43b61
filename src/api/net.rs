//! A simulated network: TCP, UDP, Unix sockets, and names. Shaped as `tokio::net`.
//!
//! ```
//! use reweave::io::{AsyncReadExt, AsyncWriteExt};
//! use reweave::net::{TcpListener, TcpStream};
//!
//! # reweave::Sim::new().run(async {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let server = reweave::spawn(async move {
//!     let (mut stream, _) = listener.accept().await?;
//!     let mut request = [0; 4];
//!     stream.read_exact(&mut request).await?;
//!     stream.write_all(&request).await
//! });
//! let mut client = TcpStream::connect(address).await?;
//! client.write_all(b"ping").await?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer).await?;
//! assert_eq!(answer, "ping");
//! server.await.unwrap()?;
//! # std::io::Result::Ok(())
//! # }).unwrap().unwrap();
//! ```
//!
//! Nothing of it leaves the simulation, and no real port is used: every run begins with all of them free.
//!
//! # What it does as Linux does
//!
//! - `connect` succeeds before anybody calls `accept`. A backlog of n holds n + 1 connections; beyond that a request to connect is
//!   lost, and sent again after 1, 3, 7 … seconds, until `connect` gives up after 127 s with `TimedOut`.
//! - What was sent before the end can be read after it. To close a connection with bytes unread is to reset it. Who is reset
//!   reads what had come, then the error once, then the end; writes fail with `BrokenPipe`.
//! - The first write to a peer that has closed succeeds; it is answered with a reset, and a later one fails.
//! - The side that closes a connection first keeps its port for a minute. `TcpListener::bind` sets `SO_REUSEADDR`, as tokio's does, so
//!   a server may be bound again at once.
//! - Buffers are bounded: a write waits when both are full, the sender's and the receiver's.
//! - A datagram comes whole or not at all; one for which the receiver has no room is lost, and nobody is told. That nobody is bound where a datagram
//!   went is told to a connected socket only, and once.
//! - Within a host, the first write to a Unix stream whose other end is gone fails already; a full queue of datagrams makes the sender wait; a full backlog
//!   is `WouldBlock`.
//!
//! Readiness is as with tokio over `epoll`: it comes with events, and stays until an operation finds that it is not true any
//! more. Where Linux lets two numbers of bytes be read at once or one after the other, here it is as they were written.
//!
//! # Addresses and names
//!
//! A [host](mod@crate::host) is reached by its name, or by one of its two addresses, in the order in which hosts are made:
//!
//! | host | name | addresses |
//! | --- | --- | --- |
//! | that of `main`, and of all code that knows nothing of hosts | `main` | `10.0.0.1`, `fd00::1` |
//! | the first that is made, say `host("db")` | `db` | `10.0.0.2`, `fd00::2` |
//! | each host, for itself | `localhost` | `127.0.0.0/8`, `::1` |
//!
//! Other names, several addresses of one, changes, failures and delays are said with [`dns`](dns()).
//!
//! So a server that others are to reach binds `0.0.0.0` or its own name: what is bound to `127.0.0.1` only its own host can reach.
//! Within a host bytes arrive at once; between two of them they take a millisecond, unless the [link](#links) says otherwise.
//!
//! # Links
//!
//! Packets go from host to host over links, of which a test can say what they are like ([`link`], [`all_links`]), and to which it can do
//! something: cut them ([`partition`], [`partition_one_way`], [`partition_halves`], until [`heal`]), keep what is sent ([`hold`], until
//! [`release`]), delay it ([`clog`]). What then becomes of each packet is drawn, on the tape under the name of the link: `shop>db` for its
//! latency, `loss@shop>db` and the like for the rest. The default is the shortest latency and no loss. [`in_flight()`] tells what is on its way.
//!
//! Of a host a test can say how many sockets it may have open, and how often a connection is gone when it is accepted ([`sockets()`]).
//!
//! # When packets are lost
//!
//! Streams stay reliable and in order: what is lost is sent again, and what was sent after it waits for it, until the kernel gives up. The times are
//! those of Linux 6.1 with its defaults (`Documentation/networking/ip-sysctl.rst`):
//!
//! | what is lost | what happens | gives up |
//! | --- | --- | --- |
//! | the request to connect, or its answer | asked again after 1, 3, 7, 15, 31, 63 s (`tcp_syn_retries` 6) | `connect`: `TimedOut` after 127 s |
//! | bytes, or the end of a stream | sent again after 200 ms, 600 ms, 1.4 s …, at most 120 s apart (`TCP_RTO_MIN`, `TCP_RTO_MAX`, `tcp_retries2` 15) | reads and writes: `TimedOut` once, after 924.6 s; then the end, and `BrokenPipe` |
//! | the end of the other direction, after this one was ended and closed | the address of this side is kept | after 60 s (`tcp_fin_timeout`): the address is free, and what still comes is answered with a reset |
//! | the answer to a request to connect, and all that would settle what became of it | the listener forgets who was to be accepted, which took room in its backlog | after 63 s (`tcp_synack_retries` 5) |
//! | what says that bytes came | it is said with the next that comes, or the sender asks at the same times | the same |
//! | what says that there is room, or all who could say it, with the power of their host | who has something to send asks at the same times; nobody else does | the same |
//! | a reset | who waits for the answer to what it sent sends that again, and is reset then | as with what it sent; never, if it only reads |
//! | nothing is sent at all | nothing | never: who only reads waits for ever |
//! | the same, with [`SO_KEEPALIVE`](TcpSocket::set_keepalive) | after two hours of silence it is asked nine times, 75 s apart (`tcp_keepalive_time`, `tcp_keepalive_probes`, `tcp_keepalive_intvl`) | `TimedOut` after 7,875 s; `ConnectionReset` by whoever is there and knows nothing of the connection |
//! | a datagram, or what says that nobody hears it | nothing | |
//!
//! A connection that is closed by its user goes on sending what is left as long. What one host sends to another is put in order
//! for each connection, so a packet that takes long delays those behind it, and no others.
//!
//! # What is not there
//!
//! Paths of Unix sockets are names of one host, in directories that all exist, until there is a
//! disk: what removes a file does not remove one, which is what [`unix::remove_path`] is for. UDP has no multicast groups, and nobody hears
//! what is sent to all; to send a datagram never waits. Real sockets
//! (`from_std`, `into_std`) are refused, with an error that says why. What is dropped on a thread of the operating system is not
//! closed: nothing there can tell the network. Options that change nothing here (`ttl`, `tos`,
//! `quickack`, `nodelay`) are kept and given back. Devices, and raw descriptors, are missing.

#[macro_use]
mod halves;

mod accepting;
mod address;
mod connection;
#[macro_use]
mod datagram_socket;
mod datagrams;
mod dns;
mod ends;
mod error;
mod failed;
mod handle;
mod in_flight;
mod links;
mod listener;
mod number;
#[macro_use]
mod owned_halves;
mod socket;
mod sockets;
mod stream;
mod stream_options;
mod stream_readiness;
mod streams;
mod udp;
mod udp_options;
mod udp_readiness;
mod unix_datagram;
mod unix_halves;
mod unix_listener;
mod unix_name;
mod unix_socket;
mod unix_stream;
mod waiting;

pub use address::{ToSocketAddrs, lookup_host};
pub use dns::dns;
pub use in_flight::{InFlight, in_flight};
pub use links::{
    Latency, Link, all_links, clog, heal, heal_between, hold, link, link_one_way, partition,
    partition_halves, partition_one_way, release,
};
pub use listener::TcpListener;
pub use socket::TcpSocket;
pub use sockets::{Sockets, sockets};
pub use stream::TcpStream;
pub use udp::UdpSocket;
pub use unix_datagram::UnixDatagram;
pub use unix_listener::UnixListener;
pub use unix_socket::UnixSocket;
pub use unix_stream::UnixStream;

pub mod tcp {
    //! The halves of a TCP stream, and the socket that is not connected yet.

    pub use super::halves::{ReadHalf, WriteHalf};
    pub use super::owned_halves::{OwnedReadHalf, OwnedWriteHalf, ReuniteError};
}

pub mod unix {
    //! The halves of a Unix stream, names of Unix sockets, and who is on the other side.

    pub use super::unix_halves::{
        OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf,
    };
    pub use super::unix_name::{SocketAddr, remove_path};
    pub use super::unix_stream::{UCred, gid_t, pid_t, uid_t};
}

pub mod name {
    //! What names of the network stand for; see [`dns`](super::dns()).

    pub use super::dns::{LookupFailure, Name};
}
