//! Copying from a reader to a writer.

use std::future::Future;
use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_read::AsyncRead;
use super::async_write::AsyncWrite;
use super::buf_reader::BUFFER;
use super::calling::poll_fn_at;
use super::operation::uninterrupted;
use super::read_buf::ReadBuf;
use super::writing::taken;
use crate::api::counting::poll_moving;
use crate::api::task::coop::{RestoreOnPending, poll_proceed};
use crate::base::place::caller;

/// Reads to the end and writes all of it, through a buffer of 8 KiB; then flushes. Gives how many bytes those were.
///
/// It flushes, too, whenever there is nothing more to read for the time being. Each poll counts against the
/// [budget](crate::task::coop) of the task.
///
/// ```
/// use reweave::io::copy;
///
/// # reweave::Sim::new().run(async {
/// let mut bytes = Vec::new();
/// assert_eq!(copy(&mut &b"all of it"[..], &mut bytes).await.unwrap(), 9);
/// assert_eq!(bytes, b"all of it");
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Not cancel safe: what a dropped call has read and not yet written is lost.
///
/// # Errors
///
/// Those of reader and writer, at once: what is read by then may not be written. `WriteZero` if the writer takes nothing more.
#[track_caller]
pub fn copy<R, W>(reader: &mut R, writer: &mut W) -> impl Future<Output = Result<u64>>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let place = caller();
    async move {
        let mut copying = Copying::through(BUFFER);
        poll_fn_at(place, |cx| {
            copying.poll(cx, Pin::new(&mut *reader), Pin::new(&mut *writer))
        })
        .await
    }
}

/// One direction of a copy, from poll to poll.
///
/// ```text
///   read ──► [ · · · b b b b · · ] ──► written
///                  start   end
/// ```
pub(super) struct Copying {
    memory: Box<[u8]>,
    start: usize,
    end: usize,
    /// The reader is at its end.
    ended: bool,
    /// Something was written since the last flush.
    unflushed: bool,
    copied: u64,
}

impl Copying {
    pub(super) fn through(size: usize) -> Copying {
        Copying {
            memory: vec![0; size].into(),
            start: 0,
            end: 0,
            ended: false,
            unflushed: false,
            copied: 0,
        }
    }

    /// Copies as much as there is and fits.
    pub(super) fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<Result<u64>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        let claim = ready!(poll_proceed(cx));
        loop {
            let waits = self.poll_read(cx, reader.as_mut(), &claim)?.is_pending();
            while self.start < self.end {
                if self.poll_write(cx, writer.as_mut(), &claim)?.is_pending() {
                    // Meanwhile the buffer fills up.
                    let _ = self.poll_read(cx, reader, &claim)?;
                    return Poll::Pending;
                }
            }
            (self.start, self.end) = (0, 0);
            if self.ended {
                ready!(writer.poll_flush(cx))?;
                claim.made_progress();
                return Poll::Ready(Ok(self.copied));
            }
            if waits {
                // Nothing comes for the time being, so nobody should wait for what is written.
                if self.unflushed {
                    ready!(writer.poll_flush(cx))?;
                    claim.made_progress();
                    self.unflushed = false;
                }
                return Poll::Pending;
            }
        }
    }

    /// Reads into what is free at the end of the buffer.
    fn poll_read<R: AsyncRead + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        claim: &RestoreOnPending,
    ) -> Poll<Result<()>> {
        if self.ended || self.end == self.memory.len() {
            return Poll::Ready(Ok(()));
        }
        let mut once = |cx: &mut Context<'_>| {
            let mut buffer = ReadBuf::new(&mut self.memory[self.end..]);
            ready!(reader.as_mut().poll_read(cx, &mut buffer))?;
            Poll::Ready(Ok(buffer.filled().len()))
        };
        let read = ready!(uninterrupted(|| poll_moving(cx, &mut once)));
        claim.made_progress();
        let read = read?;
        self.ended = read == 0;
        self.end += read;
        Poll::Ready(Ok(()))
    }

    /// Writes once.
    fn poll_write<W: AsyncWrite + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        mut writer: Pin<&mut W>,
        claim: &RestoreOnPending,
    ) -> Poll<Result<()>> {
        let rest = &self.memory[self.start..self.end];
        let written = ready!(uninterrupted(|| writer.as_mut().poll_write(cx, rest)))?;
        claim.made_progress();
        let written = taken(written, self.end - self.start)?;
        self.start += written;
        self.copied += written as u64;
        self.unflushed = true;
        Poll::Ready(Ok(()))
    }
}
