//! A reader that ends after so many bytes.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::read_buf::ReadBuf;
use super::unwritten::poll_read_at_most;

pin_project! {
    /// Reads so many bytes, and then the end; made by [`take`](super::AsyncReadExt::take).
    #[derive(Debug)]
    #[must_use = "streams do nothing unless you `.await` or poll them"]
    pub struct Take<R> {
        #[pin]
        inner: R,
        left: u64,
    }
}

impl<R> Take<R> {
    pub(super) fn new(inner: R, limit: u64) -> Take<R> {
        Take { inner, left: limit }
    }
}

impl<R: AsyncRead> Take<R> {
    /// How many bytes may still be read.
    pub fn limit(&self) -> u64 {
        self.left
    }

    /// From now on, so many bytes may be read, however many were before.
    pub fn set_limit(&mut self, limit: u64) {
        self.left = limit;
    }

    /// The reader.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The reader, to change it. What is read of it does not count.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }

    /// The reader, pinned.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().inner
    }

    /// Gives the reader back.
    pub fn into_inner(self) -> R {
        self.inner
    }
}

/// So much of a size in memory.
fn clamped(left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX)
}

impl<R: AsyncRead> AsyncRead for Take<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = self.project();
        if *this.left > 0 {
            let read = ready!(poll_read_at_most(this.inner, cx, buf, clamped(*this.left)))?;
            *this.left -= read as u64;
        }
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncBufRead> AsyncBufRead for Take<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        let this = self.project();
        if *this.left == 0 {
            return Poll::Ready(Ok(&[]));
        }
        let lent = ready!(this.inner.poll_fill_buf(cx))?;
        Poll::Ready(Ok(&lent[..lent.len().min(clamped(*this.left))]))
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        let this = self.project();
        let amount = amt.min(clamped(*this.left));
        *this.left -= amount as u64;
        this.inner.consume(amount);
    }
}

also_reads!([R] Take<R>);
also_buffers!([R] Take<R>);
