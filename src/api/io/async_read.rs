//! Whatever bytes are read from.

use std::io::{Cursor, Result};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::read_buf::ReadBuf;

/// Bytes are read from it; shaped as `tokio::io::AsyncRead`. [`AsyncReadExt`](super::AsyncReadExt) has the methods to call.
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// use reweave::io::{AsyncRead, AsyncReadExt, ReadBuf, Result};
///
/// /// Gives 0, 1, 2 and so on.
/// struct Counting(u8);
///
/// impl AsyncRead for Counting {
///     fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
///         while buf.remaining() > 0 {
///             buf.put_slice(&[self.0]);
///             self.0 += 1;
///         }
///         Poll::Ready(Ok(()))
///     }
/// }
///
/// # reweave::Sim::new().run(async {
/// let mut read = [0; 3];
/// Counting(7).read_exact(&mut read).await.unwrap();
/// assert_eq!(read, [7, 8, 9]);
/// # }).unwrap();
/// ```
pub trait AsyncRead {
    /// Fills some of the buffer. If it fills nothing although there was room, that is the end. While there is nothing
    /// to read, `Pending`, with the buffer as it was, and the task is woken later.
    ///
    /// # Errors
    ///
    /// Those of the source; then nothing was read.
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>>;
}

impl<T: ?Sized + AsyncRead + Unpin> AsyncRead for Box<T> {
    reads_by!(|this| Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncRead + Unpin> AsyncRead for &mut T {
    reads_by!(|this| Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncRead for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncRead,
{
    reads_by!(|this| this.as_deref_mut());
}

/// What is read is gone from the front of the slice.
impl AsyncRead for &[u8] {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let (now, later) = self.split_at(self.len().min(buf.remaining()));
        buf.put_slice(now);
        *self = later;
        Poll::Ready(Ok(()))
    }
}

impl<T: AsRef<[u8]> + Unpin> AsyncRead for Cursor<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = self.get_mut();
        let bytes = this.get_ref().as_ref();
        // Beyond the end there is nothing, which is no error.
        let start = usize::try_from(this.position()).unwrap_or(usize::MAX);
        let rest = bytes.get(start..).unwrap_or_default();
        let now = &rest[..rest.len().min(buf.remaining())];
        buf.put_slice(now);
        let read = now.len() as u64;
        this.set_position(this.position() + read);
        Poll::Ready(Ok(()))
    }
}
