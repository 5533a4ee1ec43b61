//! Whatever bytes are written to.

use std::io::{Cursor, IoSlice, Result, Write};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::api::counting::moved;

/// Bytes are written to it; shaped as `tokio::io::AsyncWrite`. [`AsyncWriteExt`](super::AsyncWriteExt) has the methods to
/// call.
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// use reweave::io::{AsyncWrite, AsyncWriteExt, Result};
///
/// /// Counts what is written, and keeps nothing.
/// struct Count(usize);
///
/// impl AsyncWrite for Count {
///     fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
///         self.0 += buf.len();
///         Poll::Ready(Ok(buf.len()))
///     }
///
///     fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
///         Poll::Ready(Ok(()))
///     }
///
///     fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
///         self.poll_flush(cx)
///     }
/// }
///
/// # reweave::Sim::new().run(async {
/// let mut count = Count(0);
/// count.write_all(b"four").await.unwrap();
/// assert_eq!(count.0, 4);
/// # }).unwrap();
/// ```
pub trait AsyncWrite {
    /// Writes some of the bytes, and gives how many. While it can take none, `Pending`, and the task is woken later.
    ///
    /// # Errors
    ///
    /// Those of the target; then nothing was written.
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>>;

    /// Has everything that was written reach its target.
    ///
    /// # Errors
    ///
    /// Those of the target.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// Flushes, and closes: nothing is written after this.
    ///
    /// # Errors
    ///
    /// Those of the target.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// [`poll_write`](AsyncWrite::poll_write) of several buffers, one after the other. Unless it is implemented, it writes of
    /// the first that is not empty.
    ///
    /// # Errors
    ///
    /// As `poll_write`.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let first = bufs.iter().find(|part| !part.is_empty());
        self.poll_write(cx, first.map_or(&[], |part| part))
    }

    /// Whether `poll_write_vectored` takes several buffers in earnest.
    fn is_write_vectored(&self) -> bool {
        false
    }
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for Box<T> {
    writes_by!(|this| Pin::new(&mut **this.get_mut()), |this| (**this)
        .is_write_vectored());
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for &mut T {
    writes_by!(|this| Pin::new(&mut **this.get_mut()), |this| (**this)
        .is_write_vectored());
}

impl<P> AsyncWrite for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncWrite,
{
    writes_by!(|this| this.as_deref_mut(), |this| (**this)
        .is_write_vectored());
}

/// `AsyncWrite` for what implements the standard library's `Write` and never has to wait.
macro_rules! writes_at_once {
    ($($(#[$attribute:meta])* $Type:ty),+) => {$(
        $(#[$attribute])*
        impl AsyncWrite for $Type {
            fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
                Poll::Ready(self.get_mut().write(buf).inspect(|bytes| moved(*bytes)))
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<Result<usize>> {
                Poll::Ready(self.get_mut().write_vectored(bufs).inspect(|bytes| moved(*bytes)))
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
                Poll::Ready(self.get_mut().flush())
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
                self.poll_flush(cx)
            }
        }
    )+};
}

writes_at_once! {
    /// What is written is appended.
    Vec<u8>,
    /// It writes over what is there, and no further: 0 at the end.
    Cursor<&mut [u8]>,
    Cursor<&mut Vec<u8>>,
    Cursor<Vec<u8>>,
    /// It writes over what is there, and no further: 0 at the end.
    Cursor<Box<[u8]>>
}
