//! What sockets for datagrams of both kinds have: to send to a peer, to receive, and to wait until they are ready.

/// See the top of this file. The documents of `send`, and examples of some of the others, come with it.
macro_rules! datagram_socket {
    ($Socket:ident, $Address:ty, send: { $(#[$send:meta])* }, ready: { $(#[$ready:meta])* }, recv: { $(#[$recv:meta])* }, try_recv: { $(#[$try_recv:meta])* }) => {
        impl $Socket {
            /// Waits until it is ready for any of this, and says for what. Any number of tasks may wait.
            ///
            /// It may be ready although a receive would have to wait. So try, and wait again at `WouldBlock`.
            $(#[$ready])*
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

            /// Waits until a receive would not wait, as far as is known; see [`ready`](Self::ready).
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

            /// Waits until a send would not wait, as far as is known; see [`ready`](Self::ready).
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

            $(#[$send])*
            #[track_caller]
            pub fn send<'a>(&'a self, buf: &'a [u8]) -> impl Future<Output = io::Result<usize>> + use<'a> {
                self.handle.send(buf, None)
            }

            /// Polls to send a datagram to where it is connected. Only the task that polled last is woken.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send).
            #[track_caller]
            pub fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                self.handle.poll_send(cx, buf, None)
            }

            /// Sends a datagram to where it is connected, without waiting.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send).
            #[track_caller]
            pub fn try_send(&self, buf: &[u8]) -> io::Result<usize> {
                self.handle.try_send(buf, None)
            }

            /// Waits for a datagram; gives how many of its bytes were put into the buffer. The rest is lost.
            $(#[$recv])*
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a datagram is taken in the poll that returns its length.
            ///
            /// # Errors
            ///
            /// By UDP `ConnectionRefused` if nobody was bound where a connected socket had sent. Outside the run in which the socket was made, one
            /// that says so.
            #[track_caller]
            pub fn recv<'a>(
                &'a self,
                buf: &'a mut [u8],
            ) -> impl Future<Output = io::Result<usize>> + use<'a> {
                let received = self.recv_from(buf);
                async move { Ok(received.await?.0) }
            }

            /// Waits for a datagram; gives how many of its bytes were put into the buffer, and from where it is.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a datagram is taken in the poll that returns its length.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            #[track_caller]
            pub fn recv_from<'a>(
                &'a self,
                buf: &'a mut [u8],
            ) -> impl Future<Output = io::Result<(usize, $Address)>> + use<'a> {
                let room = buf.len();
                self.handle.receive(How::Take, room, copy_to(buf))
            }

            /// Waits for a datagram, and appends what there is room for to a buffer that grows.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a datagram is taken in the poll that returns its length.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            #[track_caller]
            pub fn recv_buf<'a, B: BufMut>(
                &'a self,
                buf: &'a mut B,
            ) -> impl Future<Output = io::Result<usize>> + use<'a, B> {
                let received = self.recv_buf_from(buf);
                async move { Ok(received.await?.0) }
            }

            /// Waits for a datagram, and appends what there is room for to a buffer that grows; says from where it is.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a datagram is taken in the poll that returns its length.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            #[track_caller]
            pub fn recv_buf_from<'a, B: BufMut>(
                &'a self,
                buf: &'a mut B,
            ) -> impl Future<Output = io::Result<(usize, $Address)>> + use<'a, B> {
                let room = buf.chunk_mut().len();
                let put = |part: &[u8]| buf.put_slice(part);
                self.handle.receive(How::Take, room, put)
            }

            /// Polls for a datagram. Only the task that polled last is woken.
            ///
            /// As with tokio, it is not woken by an error alone: that a connected socket was refused.
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            #[track_caller]
            pub fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
                self.poll_recv_from(cx, buf).map_ok(drop)
            }

            /// Polls for a datagram, and says from where it is; see [`poll_recv`](Self::poll_recv).
            ///
            /// # Errors
            ///
            /// As [`recv`](Self::recv).
            #[track_caller]
            pub fn poll_recv_from(
                &self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<$Address>> {
                self.poll_into(cx, buf, How::Take)
            }

            #[track_caller]
            fn poll_into(
                &self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
                how: How,
            ) -> Poll<io::Result<$Address>> {
                let room = buf.remaining();
                let put = |part: &[u8]| buf.put_slice(part);
                let received = self.handle.poll_receive(cx, how, room, put);
                received.map_ok(|(_, from)| from)
            }

            /// Receives a datagram that is there, without waiting.
            $(#[$try_recv])*
            ///
            /// # Errors
            ///
            /// `WouldBlock` if none is there. Else as [`recv`](Self::recv).
            #[track_caller]
            pub fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                Ok(self.try_recv_from(buf)?.0)
            }

            /// Receives a datagram that is there, without waiting; says from where it is.
            ///
            /// # Errors
            ///
            /// As [`try_recv`](Self::try_recv).
            #[track_caller]
            pub fn try_recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $Address)> {
                let room = buf.len();
                self.handle.try_receive(How::Take, room, copy_to(buf))
            }

            /// Appends a datagram that is there to a buffer that grows, without waiting.
            ///
            /// # Errors
            ///
            /// As [`try_recv`](Self::try_recv).
            #[track_caller]
            pub fn try_recv_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                Ok(self.try_recv_buf_from(buf)?.0)
            }

            /// Appends a datagram that is there to a buffer that grows, without waiting; says from where it is.
            ///
            /// # Errors
            ///
            /// As [`try_recv`](Self::try_recv).
            #[track_caller]
            pub fn try_recv_buf_from<B: BufMut>(&self, buf: &mut B) -> io::Result<(usize, $Address)> {
                let room = buf.chunk_mut().len();
                let put = |part: &[u8]| buf.put_slice(part);
                self.handle.try_receive(How::Take, room, put)
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
    };
}
