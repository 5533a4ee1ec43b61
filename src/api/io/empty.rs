//! Reads the end, and swallows what is written.

use std::fmt;
use std::io::{Result, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::async_seek::AsyncSeek;
use super::async_write::AsyncWrite;
use super::read_buf::ReadBuf;
use super::sink::{Sink, sink};
use crate::api::task::coop::poll_one;

/// A reader that is at its end, and a writer that swallows everything; made by [`empty`].
pub struct Empty {
    swallows: Sink,
}

/// Makes a reader that is at its end. It is a writer, too, and swallows everything, and its position is always 0.
///
/// Nothing waits, but each operation counts against the [budget](crate::task::coop) of the task.
///
/// ```
/// use reweave::io::{AsyncReadExt, empty};
///
/// # reweave::Sim::new().run(async {
/// assert_eq!(empty().read(&mut [0]).await.unwrap(), 0);
/// # }).unwrap();
/// ```
pub fn empty() -> Empty {
    Empty { swallows: sink() }
}

impl AsyncRead for Empty {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        poll_one(cx).map(Ok)
    }
}

impl AsyncBufRead for Empty {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        ready!(poll_one(cx));
        Poll::Ready(Ok(&[]))
    }

    fn consume(self: Pin<&mut Self>, _: usize) {}
}

impl AsyncWrite for Empty {
    writes_by!(|this| Pin::new(&mut this.get_mut().swallows), |this| this
        .swallows
        .is_write_vectored());
}

impl AsyncSeek for Empty {
    fn start_seek(self: Pin<&mut Self>, _: SeekFrom) -> Result<()> {
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        poll_one(cx).map(|()| Ok(0))
    }
}

also_reads!([] Empty);
also_buffers!([] Empty);
also_writes!([] Empty);
also_seeks!([] Empty);

impl fmt::Debug for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Empty").finish_non_exhaustive()
    }
}
