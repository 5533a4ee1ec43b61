//! Swallows what is written.

use std::fmt;
use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::async_write::AsyncWrite;
use crate::api::task::coop::poll_one;

/// A writer that swallows everything; made by [`sink`].
pub struct Sink(());

/// Makes a writer that swallows everything.
///
/// Nothing waits, but each operation counts against the [budget](crate::task::coop) of the task.
///
/// ```
/// use reweave::io::{copy, sink};
///
/// # reweave::Sim::new().run(async {
/// assert_eq!(copy(&mut &b"abc"[..], &mut sink()).await.unwrap(), 3);
/// # }).unwrap();
/// ```
pub fn sink() -> Sink {
    Sink(())
}

impl AsyncWrite for Sink {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        poll_one(cx).map(|()| Ok(buf.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        poll_one(cx).map(|()| Ok(bufs.iter().map(|part| part.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        poll_one(cx).map(Ok)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        poll_one(cx).map(Ok)
    }
}

also_writes!([] Sink);

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}
