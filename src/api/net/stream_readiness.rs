//! What a stream is ready for, and what is done with it without waiting; and how it is read and written.

use std::future::Future;
use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::stream::TcpStream;
use super::unix_stream::UnixStream;
use crate::api::io::async_read::AsyncRead;
use crate::api::io::async_write::AsyncWrite;
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

/// What streams of both kinds have, by their connection; with an example of `ready`, and one of `try_read`.
macro_rules! stream {
    ($Stream:ident, { $(#[$ready:meta])* }, { $(#[$try_read:meta])* }) => {
        impl $Stream {
            /// Waits until it is ready for any of this, and says for what. Any number of tasks may wait.
            ///
            /// It may be ready although a read or write would have to wait: an accepted stream counts as ready until somebody has tried.
            /// So try, and wait again at `WouldBlock`.
            ///
            $(#[$ready])*
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> + use<'_> {
                self.connection.ready(interest)
            }

            /// Waits until a read would not wait, as far as is known; see [`ready`](Self::ready).
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn readable(&self) -> impl Future<Output = io::Result<()>> + use<'_> {
                let ready = self.connection.ready(Interest::READABLE);
                async move { ready.await.map(drop) }
            }

            /// Polls whether a read would wait. Only the task that polled last, for this or for a read, is woken.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.connection.poll_read_ready(cx)
            }

            /// Reads what is there, without waiting. 0 at the end, and for an empty buffer.
            ///
            $(#[$try_read])*
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing is there. Else as a read.
            #[track_caller]
            pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
                let mut buf = ReadBuf::new(buf);
                let room = buf.remaining();
                self.connection.try_read(room, |part| buf.put_slice(part))
            }

            /// Reads what is there into several buffers, one after the other, without waiting.
            ///
            /// # Errors
            ///
            /// As [`try_read`](Self::try_read).
            #[track_caller]
            pub fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
                let room = bufs.iter().map(|buf| buf.len()).sum();
                let mut free = bufs.iter_mut().flat_map(|buf| buf.iter_mut());
                self.connection.try_read(room, |part| {
                    part.iter()
                        .zip(&mut free)
                        .for_each(|(from, to)| *to = *from);
                })
            }

            /// Reads what is there into a buffer that grows, without waiting.
            ///
            /// # Errors
            ///
            /// As [`try_read`](Self::try_read).
            #[track_caller]
            pub fn try_read_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                let room = buf.chunk_mut().len();
                self.connection.try_read(room, |part| buf.put_slice(part))
            }

            /// Waits until a write would not wait, as far as is known; see [`ready`](Self::ready).
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn writable(&self) -> impl Future<Output = io::Result<()>> + use<'_> {
                let ready = self.connection.ready(Interest::WRITABLE);
                async move { ready.await.map(drop) }
            }

            /// Polls whether a write would wait. Only the task that polled last, for this or for a write, is woken.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.connection.poll_write_ready(cx)
            }

            /// Writes what there is room for, without waiting.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is no room. Else as a write.
            #[track_caller]
            pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
                self.connection.try_write(&[IoSlice::new(buf)])
            }

            /// Writes what there is room for from several buffers, one after the other, without waiting.
            ///
            /// # Errors
            ///
            /// As [`TcpStream::try_write`].
            #[track_caller]
            pub fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
                self.connection.try_write(bufs)
            }

            /// Calls the closure if the stream is ready for any of this. If the closure answers `WouldBlock`, it counts as not ready until
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
                self.connection.try_io(interest, f)
            }

            /// Calls the closure each time the stream is ready for any of this, until it answers anything but `WouldBlock`.
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
                self.connection.async_io(interest, f)
            }
        }

        impl AsyncRead for $Stream {
            #[track_caller]
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                self.connection.poll_read(cx, buf)
            }
        }

        impl AsyncWrite for $Stream {
            #[track_caller]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.connection.poll_write(cx, &[IoSlice::new(buf)])
            }

            #[track_caller]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.connection.poll_write(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            /// What is written is on its way: there is nothing to wait for.
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(self.connection.shut_down())
            }
        }

        also_reads!([] $Stream);
        also_writes!([] $Stream);

        impl AsRef<$Stream> for $Stream {
            fn as_ref(&self) -> &$Stream {
                self
            }
        }
    };
}

stream!(
    TcpStream,
    {
        /// ```
        /// use reweave::io::Interest;
        /// use reweave::net::{TcpListener, TcpStream};
        ///
        /// # reweave::Sim::new().run(async {
        /// let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// let client = TcpStream::connect(listener.local_addr()?).await?;
        /// let ready = client.ready(Interest::READABLE | Interest::WRITABLE).await?;
        /// assert!(ready.is_writable() && !ready.is_readable());
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    },
    {
        /// ```
        /// use reweave::io::{AsyncWriteExt, ErrorKind};
        /// use reweave::net::{TcpListener, TcpStream};
        ///
        /// # reweave::Sim::new().run(async {
        /// let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// let mut client = TcpStream::connect(listener.local_addr()?).await?;
        /// let (server, _) = listener.accept().await?;
        /// let mut buffer = [0; 16];
        /// assert_eq!(server.try_read(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        /// client.write_all(b"hello").await?;
        /// server.readable().await?;
        /// assert_eq!(server.try_read(&mut buffer)?, 5);
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    }
);

stream!(
    UnixStream,
    {
        /// ```
        /// use reweave::io::Interest;
        /// use reweave::net::UnixStream;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (client, _server) = UnixStream::pair()?;
        /// let ready = client.ready(Interest::READABLE | Interest::WRITABLE).await?;
        /// assert!(ready.is_writable() && !ready.is_readable());
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    },
    {
        /// ```
        /// use reweave::io::{AsyncWriteExt, ErrorKind};
        /// use reweave::net::UnixStream;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (mut client, server) = UnixStream::pair()?;
        /// let mut buffer = [0; 16];
        /// assert_eq!(server.try_read(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        /// client.write_all(b"hello").await?;
        /// server.readable().await?;
        /// assert_eq!(server.try_read(&mut buffer)?, 5);
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    }
);
