//! Whatever has a position that can be moved.

use std::io::{Cursor, Result, Seek, SeekFrom};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

/// It has a position that can be moved; shaped as `tokio::io::AsyncSeek`. [`AsyncSeekExt`](super::AsyncSeekExt) has the methods
/// to call.
pub trait AsyncSeek {
    /// Begins to move. [`poll_complete`](AsyncSeek::poll_complete) ends it, and is called before the next.
    ///
    /// # Errors
    ///
    /// If there is no such position, or another move is under way.
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> Result<()>;

    /// Waits for the end of the move, and gives the position, counted from the start. If none was begun, there is nothing to
    /// wait for; the position then may or may not be the true one.
    ///
    /// # Errors
    ///
    /// Those of what moves.
    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>>;
}

impl<T: ?Sized + AsyncSeek + Unpin> AsyncSeek for Box<T> {
    seeks_by!(|this| Pin::new(&mut **this.get_mut()));
}

impl<T: ?Sized + AsyncSeek + Unpin> AsyncSeek for &mut T {
    seeks_by!(|this| Pin::new(&mut **this.get_mut()));
}

impl<P> AsyncSeek for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncSeek,
{
    seeks_by!(|this| this.as_deref_mut());
}

impl<T: AsRef<[u8]> + Unpin> AsyncSeek for Cursor<T> {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> Result<()> {
        self.get_mut().seek(position)?;
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<u64>> {
        Poll::Ready(Ok(self.position()))
    }
}
