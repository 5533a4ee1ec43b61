//! The halves of a stream that is borrowed, and what all halves have in common.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::stream::TcpStream;
use crate::api::io::async_read::AsyncRead;
use crate::api::io::async_write::AsyncWrite;
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

/// The reading half of a [`TcpStream`] that is borrowed; made by [`TcpStream::split`].
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt};
/// use reweave::net::{TcpListener, TcpStream};
///
/// # reweave::Sim::new().run(async {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = TcpStream::connect(listener.local_addr()?).await?;
/// let (mut server, _) = listener.accept().await?;
/// let (mut reader, mut writer) = server.split();
/// client.write_all(b"echo").await?;
/// client.shutdown().await?;
/// // Both halves at once, without an allocation.
/// reweave::io::copy(&mut reader, &mut writer).await?;
/// let mut answer = [0; 4];
/// client.read_exact(&mut answer).await?;
/// assert_eq!(&answer, b"echo");
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a TcpStream);

/// The writing half of a [`TcpStream`] that is borrowed; made by [`TcpStream::split`].
///
/// To drop it closes nothing: the stream can be used again, and split again.
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a TcpStream);

impl TcpStream {
    /// Two halves that borrow it, to read and to write at once; see [`ReadHalf`] for an example.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }
}

/// What each reading half can do, by its stream.
macro_rules! reads_by_stream {
    ([$($generics:tt)*] $Type:ty, $Stream:ident, $Address:ty) => {
        impl<$($generics)*> $Type {
            #[doc = concat!("Waits until it is ready for any of this; see [`ready`](", stringify!($Stream), "::ready).")]
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
                self.0.ready(interest)
            }

            #[doc = concat!("Waits until a read would not wait; see [`readable`](", stringify!($Stream), "::readable).")]
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
                self.0.readable()
            }

            #[doc = concat!("Reads what is there, without waiting; see [`try_read`](", stringify!($Stream), "::try_read).")]
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing is.
            #[track_caller]
            pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.try_read(buf)
            }

            #[doc = concat!("Reads what is there into several buffers, without waiting; see [`try_read_vectored`](", stringify!($Stream), "::try_read_vectored).")]
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing is.
            #[track_caller]
            pub fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
                self.0.try_read_vectored(bufs)
            }

            #[doc = concat!("Reads what is there into a buffer that grows, without waiting; see [`try_read_buf`](", stringify!($Stream), "::try_read_buf).")]
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing is.
            #[track_caller]
            pub fn try_read_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                self.0.try_read_buf(buf)
            }

            #[doc = concat!("The address of the other side; see [`peer_addr`](", stringify!($Stream), "::peer_addr).")]
            ///
            /// # Errors
            ///
            /// `NotConnected` if there is no connection any more.
            pub fn peer_addr(&self) -> io::Result<$Address> {
                self.0.peer_addr()
            }

            #[doc = concat!("The address of this side; see [`local_addr`](", stringify!($Stream), "::local_addr).")]
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            pub fn local_addr(&self) -> io::Result<$Address> {
                self.0.local_addr()
            }
        }

        impl<$($generics)*> AsyncRead for $Type {
            #[track_caller]
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                self.0.connection.poll_read(cx, buf)
            }
        }

        impl<$($generics)*> AsRef<$Stream> for $Type {
            fn as_ref(&self) -> &$Stream {
                &self.0
            }
        }

        also_reads!([$($generics)*] $Type);
    };
}

/// What reading halves of TCP streams can do beside that.
macro_rules! peeks_by_stream {
    ([$($generics:tt)*] $Type:ty) => {
        impl<$($generics)*> $Type {
            /// Polls for the next bytes, and leaves them there; see [`TcpStream::poll_peek`].
            ///
            /// # Errors
            ///
            /// As a read.
            #[track_caller]
            pub fn poll_peek(
                &mut self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<usize>> {
                self.0.poll_peek(cx, buf)
            }

            /// Waits for the next bytes, and leaves them there; see [`TcpStream::peek`].
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// As a read.
            #[track_caller]
            pub fn peek<'b>(
                &'b mut self,
                buf: &'b mut [u8],
            ) -> impl Future<Output = io::Result<usize>> {
                self.0.peek(buf)
            }
        }
    };
}

/// What each writing half can do, by its stream; `shuts_down` says what becomes of it when it is shut down.
macro_rules! writes_by_stream {
    ([$($generics:tt)*] $Type:ty, $Stream:ident, $Address:ty, |$half:ident| $shuts_down:expr) => {
        impl<$($generics)*> $Type {
            #[doc = concat!("Waits until it is ready for any of this; see [`ready`](", stringify!($Stream), "::ready).")]
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
                self.0.ready(interest)
            }

            #[doc = concat!("Waits until a write would not wait; see [`writable`](", stringify!($Stream), "::writable).")]
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: it changes nothing.
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            #[track_caller]
            pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
                self.0.writable()
            }

            #[doc = concat!("Writes what there is room for, without waiting; see [`try_write`](", stringify!($Stream), "::try_write).")]
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is none.
            #[track_caller]
            pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
                self.0.try_write(buf)
            }

            #[doc = concat!("Writes what there is room for from several buffers, without waiting; see [`try_write_vectored`](", stringify!($Stream), "::try_write_vectored).")]
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is none.
            #[track_caller]
            pub fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
                self.0.try_write_vectored(bufs)
            }

            #[doc = concat!("The address of the other side; see [`peer_addr`](", stringify!($Stream), "::peer_addr).")]
            ///
            /// # Errors
            ///
            /// `NotConnected` if there is no connection any more.
            pub fn peer_addr(&self) -> io::Result<$Address> {
                self.0.peer_addr()
            }

            #[doc = concat!("The address of this side; see [`local_addr`](", stringify!($Stream), "::local_addr).")]
            ///
            /// # Errors
            ///
            /// Outside the run in which the stream was made, one that says so.
            pub fn local_addr(&self) -> io::Result<$Address> {
                self.0.local_addr()
            }
        }

        impl<$($generics)*> AsyncWrite for $Type {
            #[track_caller]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.0.connection.poll_write(cx, &[IoSlice::new(buf)])
            }

            #[track_caller]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.0.connection.poll_write(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            /// What is written is on its way: there is nothing to wait for.
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                let $half = self.get_mut();
                Poll::Ready($shuts_down)
            }
        }

        impl<$($generics)*> AsRef<$Stream> for $Type {
            fn as_ref(&self) -> &$Stream {
                &self.0
            }
        }

        also_writes!([$($generics)*] $Type);
    };
}

reads_by_stream!(['a] ReadHalf<'a>, TcpStream, SocketAddr);
peeks_by_stream!(['a] ReadHalf<'a>);
writes_by_stream!(['a] WriteHalf<'a>, TcpStream, SocketAddr, |half| half.0.connection.shut_down());
