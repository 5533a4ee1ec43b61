//! The methods of what has a position.

use std::io::{Result, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_seek::AsyncSeek;
use super::operation::{Operation, Work};

/// Methods of every [`AsyncSeek`]; shaped as `tokio::io::AsyncSeekExt`.
///
/// ```
/// use std::io::Cursor;
///
/// use reweave::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};
///
/// # reweave::Sim::new().run(async {
/// let mut text = Cursor::new("over there");
/// assert_eq!(text.seek(SeekFrom::Start(5)).await.unwrap(), 5);
/// assert_eq!(text.read_u8().await.unwrap(), b't');
/// assert_eq!(text.stream_position().await.unwrap(), 6);
/// assert_eq!(text.rewind().await.unwrap(), 0);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Not cancel safe: a call that is dropped while it waits leaves it open whether the position has moved.
pub trait AsyncSeekExt: AsyncSeek {
    /// Moves to a position, and gives it, counted from the start.
    ///
    /// # Errors
    ///
    /// If there is no such position; and those of what moves.
    fn seek(&mut self, pos: SeekFrom) -> Operation<'_, Self, Seek>
    where
        Self: Unpin,
    {
        Operation::new(self, Seek { to: Some(pos) })
    }

    /// Moves to the start.
    ///
    /// # Errors
    ///
    /// As [`seek`](AsyncSeekExt::seek).
    fn rewind(&mut self) -> Operation<'_, Self, Seek>
    where
        Self: Unpin,
    {
        self.seek(SeekFrom::Start(0))
    }

    /// Gives the position, counted from the start.
    ///
    /// # Errors
    ///
    /// As [`seek`](AsyncSeekExt::seek).
    fn stream_position(&mut self) -> Operation<'_, Self, Seek>
    where
        Self: Unpin,
    {
        self.seek(SeekFrom::Current(0))
    }
}

impl<S: AsyncSeek + ?Sized> AsyncSeekExt for S {}

/// Moves to a position.
pub struct Seek {
    /// Where to, unless that has begun.
    to: Option<SeekFrom>,
}

impl<S: AsyncSeek + ?Sized> Work<S> for Seek {
    type Output = u64;

    fn poll(&mut self, mut stream: Pin<&mut S>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        if let Some(to) = self.to {
            // A move that somebody began and did not wait for comes to its end first.
            ready!(stream.as_mut().poll_complete(cx))?;
            stream.as_mut().start_seek(to)?;
            self.to = None;
        }
        stream.poll_complete(cx)
    }
}
