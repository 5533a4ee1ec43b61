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
        // SAFETY: what a `ReadBuf` is given stays as initialized as it was: it takes nothing back that is.
        #[allow(
            unsafe_code,
            reason = "hyper's buffers are large, and not worth filling with zeros for each read"
        )]
        let room = unsafe { cursor.as_mut() };
        let (begin, most) = (room.as_ptr().cast::<u8>(), room.len());
        let mut buffer = ReadBuf::uninit(room);
        ready!(self.project().inner.poll_read(cx, &mut buffer))?;
        let filled = buffer.filled();
        assert!(
            filled.as_ptr() == begin && filled.len() <= most,
            "a reader put another buffer in place of its own"
        );
        let read = filled.len();
        // SAFETY: the buffer is still that of the cursor, of which so much is filled.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills another buffer than the one it is given.
    struct Exchanges;

    impl AsyncRead for Exchanges {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            *buffer = ReadBuf::new(Box::leak(Box::new([1; 4])));
            buffer.set_filled(4);
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    #[should_panic = "another buffer"]
    fn what_a_reader_puts_in_place_of_its_buffer_is_not_taken_for_read() {
        let mut storage = [0; 8];
        let mut buffer = hyper::rt::ReadBuf::new(&mut storage);
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let mut stream = ReweaveIo::new(Exchanges);
        let _ = Pin::new(&mut stream).poll_read(&mut cx, buffer.unfilled());
    }

    /// Fills memory that begins where that of an empty buffer ends.
    struct Follows(Option<&'static mut [u8]>);

    impl AsyncRead for Follows {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            *buffer = ReadBuf::new(self.0.take().expect("it is polled once"));
            buffer.set_filled(4);
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    #[should_panic = "another buffer"]
    fn more_than_there_is_room_for_was_not_read() {
        let (none, rest) = Box::leak(Box::new([1; 4])).split_at_mut(0);
        let mut buffer = hyper::rt::ReadBuf::new(none);
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let mut stream = ReweaveIo::new(Follows(Some(rest)));
        let _ = Pin::new(&mut stream).poll_read(&mut cx, buffer.unfilled());
    }
}
