//! What is done with a UDP socket without waiting, or by polling; and what it has in common with one of Unix.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::datagrams::How;
use super::datagrams::copy_to;
use super::udp::UdpSocket;
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

impl UdpSocket {
    /// Polls to send a datagram to this address. Only the task that polled last is woken.
    ///
    /// # Errors
    ///
    /// As [`send_to`](UdpSocket::send_to).
    #[track_caller]
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.handle.poll_send(cx, buf, Some(&target))
    }

    /// Polls for a datagram, and leaves it there; see [`UdpSocket::poll_recv`].
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn poll_peek(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll_peek_from(cx, buf).map_ok(drop)
    }

    /// Polls for a datagram, leaves it there, and says from where it is; see [`UdpSocket::poll_recv`].
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn poll_peek_from(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        self.poll_into(cx, buf, How::Peek)
    }

    /// Polls from where the next datagram is; see [`UdpSocket::poll_recv`].
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        let peeked = self.handle.poll_receive(cx, How::Peek, 0, |_| {});
        peeked.map_ok(|(_, from)| from)
    }

    /// Sends a datagram to this address, without waiting.
    ///
    /// # Errors
    ///
    /// As [`send_to`](UdpSocket::send_to).
    #[track_caller]
    pub fn try_send_to(&self, buf: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.handle.try_send(buf, Some(&target))
    }

    /// Looks at a datagram that is there, and leaves it there.
    ///
    /// # Errors
    ///
    /// As [`try_recv`](UdpSocket::try_recv).
    #[track_caller]
    pub fn try_peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        Ok(self.try_peek_from(buf)?.0)
    }

    /// Looks at a datagram that is there, and leaves it there; says from where it is.
    ///
    /// # Errors
    ///
    /// As [`try_recv`](UdpSocket::try_recv).
    #[track_caller]
    pub fn try_peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let room = buf.len();
        self.handle.try_receive(How::Peek, room, copy_to(buf))
    }

    /// Says from where the datagram is that is there, and leaves it there.
    ///
    /// # Errors
    ///
    /// As [`try_recv`](UdpSocket::try_recv).
    #[track_caller]
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        let (_, from) = self.handle.try_receive(How::Peek, 0, |_| {})?;
        Ok(from)
    }
}

datagram_socket!(
    UdpSocket,
    SocketAddr,
    send: {
        /// Sends a datagram to where it is connected. Gives its length.
        ///
        /// # Cancel safety
        ///
        /// Cancel safe: the datagram is sent in the poll that returns its length.
        ///
        /// # Errors
        ///
        /// `ConnectionRefused` if nobody was bound where the last one went: this one is not sent then. Of no kind of its own, with Linux's
        /// numbers: 89 (`EDESTADDRREQ`) if it is not connected, 90 (`EMSGSIZE`) for more than 65,507 bytes, 65,527 by IPv6. Outside the run in
        /// which the socket was made, one that says so.
    },
    ready: {
        ///
        /// ```
        /// use reweave::io::Interest;
        /// use reweave::net::UdpSocket;
        ///
        /// # reweave::Sim::new().run(async {
        /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
        /// let ready = socket.ready(Interest::READABLE | Interest::WRITABLE).await?;
        /// assert!(ready.is_writable() && !ready.is_readable());
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    },
    recv: {
        ///
        /// ```
        /// use reweave::net::UdpSocket;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (one, other) = (UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?);
        /// one.send_to(b"first", other.local_addr()?).await?;
        /// one.send_to(b"second", other.local_addr()?).await?;
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
        /// use reweave::net::UdpSocket;
        ///
        /// # reweave::Sim::new().run(async {
        /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
        /// let mut buffer = [0; 8];
        /// assert_eq!(socket.try_recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        /// socket.send_to(b"to itself", socket.local_addr()?).await?;
        /// assert_eq!((socket.try_recv(&mut buffer)?, &buffer), (8, b"to itsel"));
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    }
);
