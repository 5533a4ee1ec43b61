//! Whatever bytes are read from, and lends those that it has.

use std::io::{BufRead, Cursor, Result};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::async_read::AsyncRead;

/// A reader that lends the bytes it holds; shaped as `tokio::io::AsyncBufRead`. [`AsyncBufReadExt`](super::AsyncBufReadExt)
/// has the methods to call, and [`BufReader`](super::BufReader) makes one of any reader.
pub trait AsyncBufRead: AsyncRead {
    /// Lends what is there; an empty slice is the end. While there is nothing, `Pending`, and the task is woken later.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<&[u8]>>;

    /// So many of the bytes that were lent are read, and will not be lent again.
    fn consume(self: Pin<&mut Self>, amt: usize);
}

impl<T: ?Sized + AsyncBufRead + Unpin> AsyncBufRead for Box<T> {
    buffers_by!(|this| Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncBufRead + Unpin> AsyncBufRead for &mut T {
    buffers_by!(|this| Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncBufRead for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncBufRead,
{
    buffers_by!(|this| this.as_deref_mut());
}

impl AsyncBufRead for &[u8] {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        Poll::Ready(Ok(*self))
    }

    fn consume(mut self: Pin<&mut Self>, amt: usize) {
        *self = &self[amt..];
    }
}

impl<T: AsRef<[u8]> + Unpin> AsyncBufRead for Cursor<T> {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        Poll::Ready(self.get_mut().fill_buf())
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        BufRead::consume(self.get_mut(), amt);
    }
}
