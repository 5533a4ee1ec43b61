//! What a UDP socket is ready for, and what is done with it without waiting, or by polling.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::datagrams::How;
use super::udp::{UdpSocket, copy_to};
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

impl UdpSocket {
    /// Waits until it is ready for any of this, and says for what. Any number of tasks may wait.
    ///
    /// It may be ready although a receive would have to wait. So try, and wait again at `WouldBlock`.
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
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> + use<'_> {
        self.handle.ready(interest)
    }

    /// Waits until a receive would not wait, as far as is known; see [`UdpSocket::ready`].
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> + use<'_> {
        let ready = self.handle.ready(Interest::READABLE);
        async move { ready.await.map(drop) }
    }

    /// Waits until a send would not wait: it never does.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> + use<'_> {
        let ready = self.handle.ready(Interest::WRITABLE);
        async move { ready.await.map(drop) }
    }

    /// Polls whether a receive would wait. Only the task that polled last, for this or to receive, is woken.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    #[track_caller]
    pub fn poll_recv_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.handle.poll_read_ready(cx)
    }

    /// Polls whether a send would wait. Only the task that polled last, for this or to send, is woken.
    ///
    /// # Errors
    ///
    /// Outside the run in which the socket was made, one that says so.
    #[track_caller]
    pub fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.handle.poll_write_ready(cx)
    }

    /// Polls to send a datagram to where it is connected. Only the task that polled last is woken.
    ///
    /// # Errors
    ///
    /// As [`send`](UdpSocket::send).
    #[track_caller]
    pub fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.handle.poll_send(cx, buf, None)
    }

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

    /// Polls for a datagram. Only the task that polled last is woken.
    ///
    /// As with tokio, it is not woken by an error alone: that a connected socket was refused.
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll_recv_from(cx, buf).map_ok(drop)
    }

    /// Polls for a datagram, and says from where it is; see [`UdpSocket::poll_recv`].
    ///
    /// # Errors
    ///
    /// As [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        self.poll_into(cx, buf, How::Take)
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

    #[track_caller]
    fn poll_into(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
        how: How,
    ) -> Poll<io::Result<SocketAddr>> {
        let room = buf.remaining();
        let put = |part: &[u8]| buf.put_slice(part);
        let received = self.handle.poll_receive(cx, how, room, put);
        received.map_ok(|(_, from)| from)
    }

    /// Sends a datagram to where it is connected, without waiting.
    ///
    /// # Errors
    ///
    /// As [`send`](UdpSocket::send).
    #[track_caller]
    pub fn try_send(&self, buf: &[u8]) -> io::Result<usize> {
        self.handle.try_send(buf, None)
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

    /// Receives a datagram that is there, without waiting.
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
    ///
    /// # Errors
    ///
    /// `WouldBlock` if none is there. Else as [`recv`](UdpSocket::recv).
    #[track_caller]
    pub fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        Ok(self.try_recv_from(buf)?.0)
    }

    /// Receives a datagram that is there, without waiting; says from where it is.
    ///
    /// # Errors
    ///
    /// As [`try_recv`](UdpSocket::try_recv).
    #[track_caller]
    pub fn try_recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let room = buf.len();
        self.handle.try_receive(How::Take, room, copy_to(buf))
    }

    /// Appends a datagram that is there to a buffer that grows, without waiting.
    ///
    /// # Errors
    ///
    /// As [`try_recv`](UdpSocket::try_recv).
    #[track_caller]
    pub fn try_recv_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        Ok(self.try_recv_buf_from(buf)?.0)
    }

    /// Appends a datagram that is there to a buffer that grows, without waiting; says from where it is.
    ///
    /// # Errors
    ///
    /// As [`try_recv`](UdpSocket::try_recv).
    #[track_caller]
    pub fn try_recv_buf_from<B: BufMut>(&self, buf: &mut B) -> io::Result<(usize, SocketAddr)> {
        let room = buf.chunk_mut().len();
        let put = |part: &[u8]| buf.put_slice(part);
        self.handle.try_receive(How::Take, room, put)
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

    /// Calls the closure if the socket is ready for any of this. If the closure answers `WouldBlock`, it counts as not ready until
    /// more happens.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if it is not ready; else what the closure gives.
    pub fn try_io<R>(
        &self,
        interest: Interest,
        f: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        self.handle.try_io(interest, f)
    }

    /// Calls the closure each time the socket is ready for any of this, until it answers anything but `WouldBlock`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe as far as the closure is: it is called in the poll that returns its answer.
    ///
    /// # Errors
    ///
    /// What the closure gives.
    #[track_caller]
    pub fn async_io<R, F: FnMut() -> io::Result<R>>(
        &self,
        interest: Interest,
        f: F,
    ) -> impl Future<Output = io::Result<R>> + use<'_, R, F> {
        self.handle.async_io(interest, f)
    }
}
