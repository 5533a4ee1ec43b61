//! Copying from a reader that has a buffer.

use std::future::Future;
use std::io::{ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_buf_read::AsyncBufRead;
use super::async_write::AsyncWrite;
use super::calling::poll_fn_at;
use super::writing::taken;
use crate::api::counting::{moved, poll_counted};
use crate::api::task::coop::poll_proceed;
use crate::base::place::caller;

/// [`copy`](super::copy()) from a reader that has a buffer, through that buffer.
///
/// It flushes, too, whenever there is nothing more to read for the time being. Each poll counts against the
/// [budget](crate::task::coop) of the task.
///
/// ```
/// use reweave::io::{BufReader, copy_buf};
///
/// # reweave::Sim::new().run(async {
/// let mut reader = BufReader::with_capacity(2, &b"all of it"[..]);
/// let mut bytes = Vec::new();
/// assert_eq!(copy_buf(&mut reader, &mut bytes).await.unwrap(), 9);
/// assert_eq!(bytes, b"all of it");
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// What a dropped call has not written is still in the buffer of the reader, and another goes on from there.
///
/// # Errors
///
/// Those of reader and writer, at once. `WriteZero` if the writer takes nothing more.
#[track_caller]
pub fn copy_buf<R, W>(reader: &mut R, writer: &mut W) -> impl Future<Output = Result<u64>>
where
    R: AsyncBufRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let place = caller();
    async move {
        let mut copying = Copying::default();
        poll_fn_at(place, |cx| {
            copying.poll(cx, Pin::new(&mut *reader), Pin::new(&mut *writer))
        })
        .await
    }
}

/// A copy, from poll to poll.
#[derive(Default)]
struct Copying {
    copied: u64,
    /// Something was written since the last flush.
    unflushed: bool,
}

impl Copying {
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<Result<u64>>
    where
        R: AsyncBufRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        let claim = ready!(poll_proceed(cx));
        loop {
            let lender = reader.as_mut();
            let lent = match poll_counted(cx, move |cx| lender.poll_fill_buf(cx)) {
                Poll::Ready(Ok(lent)) => lent,
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => continue,
                Poll::Ready(Err(error)) => {
                    claim.made_progress();
                    return Poll::Ready(Err(error));
                }
                Poll::Pending => {
                    // Nothing comes for the time being, so nobody should wait for what is written.
                    if self.unflushed {
                        ready!(writer.poll_flush(cx))?;
                        self.unflushed = false;
                    }
                    return Poll::Pending;
                }
            };
            claim.made_progress();
            if lent.is_empty() {
                ready!(writer.poll_flush(cx))?;
                return Poll::Ready(Ok(self.copied));
            }
            let written = match ready!(writer.as_mut().poll_write(cx, lent)) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                written => written?,
            };
            let written = taken(written, lent.len())?;
            moved(written);
            self.copied += written as u64;
            self.unflushed = true;
            reader.as_mut().consume(written);
        }
    }
}
