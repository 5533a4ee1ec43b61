//! Streams of Reweave as hyper reads and writes them.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use pin_project_lite::pin_project;
use reweave::io::{AsyncRead, AsyncWrite, ReadBuf};
use reweave::net::TcpStream;

pin_project! {
    /// A stream of Reweave with hyper's traits [`Read`] and [`Write`], as `hyper_util::rt::TokioIo` is for tokio's.
    ///
    /// ```
    /// use reweave::io::duplex;
    /// use reweave_hyper::ReweaveIo;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (one, _other) = duplex(1024);
    /// let io = ReweaveIo::new(one);
    /// let _one = io.into_inner();
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// That of the stream within: of a [`TcpStream`], bytes move in the poll that returns their number.
    #[derive(Debug)]
    pub struct ReweaveIo<T> {
        #[pin]
        inner: T,
    }
}

impl<T> ReweaveIo<T> {
    /// Wraps a stream.
    pub fn new(inner: T) -> ReweaveIo<T> {
        ReweaveIo { inner }
    }

    /// The stream within.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// Gives the stream back. What hyper has read of it, and not handed on, is with hyper.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: AsyncRead> Read for ReweaveIo<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let room = cursor.remaining();
        let mut buffer = ReadBuf::new(cursor.initialize_unfilled());
        ready!(self.project().inner.poll_read(cx, &mut buffer))?;
        let read = buffer.filled().len();
        assert!(
            read <= room,
            "a reader put another buffer in place of its own"
        );
        // SAFETY: all of the room is initialized above, and no more than that is filled.
        #[allow(
            unsafe_code,
            reason = "hyper has no other way to say how much was read"
        )]
        unsafe {
            cursor.advance(read);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite> Write for ReweaveIo<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write_vectored(cx, slices)
    }
}

impl Connection for ReweaveIo<TcpStream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
