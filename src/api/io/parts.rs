//! The parts of what a reader reads, between bytes of some value.

use std::future::Future;
use std::io::Result;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::calling::poll_fn_at;
use super::read_until::Part;
use crate::base::place::caller;

pin_project! {
    /// Parts, one after the other; made by [`AsyncBufReadExt::split`](super::AsyncBufReadExt::split).
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct Split<R> {
        #[pin]
        reader: R,
        part: Part,
        // What is there of a part whose end is still to come: so a part survives a call that is dropped.
        begun: Vec<u8>,
    }
}

impl<R> Split<R> {
    pub(super) fn new(reader: R, end: u8) -> Split<R> {
        Split {
            reader,
            part: Part::to(end),
            begun: Vec::new(),
        }
    }
}

impl<R: AsyncBufRead + Unpin> Split<R> {
    /// The next part without the byte that ends it; `None` at the end.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what a dropped call has read of a part is kept for the next.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    #[track_caller]
    pub fn next_segment(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>>> {
        poll_fn_at(caller(), |cx| Pin::new(&mut *self).poll_next_segment(cx))
    }
}

impl<R: AsyncBufRead> Split<R> {
    /// [`next_segment`](Split::next_segment) as one poll.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn poll_next_segment(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Vec<u8>>>> {
        let this = self.project();
        ready!(this.part.poll(this.reader, cx, this.begun))?;
        let mut part = mem::take(this.begun);
        if part.is_empty() {
            return Poll::Ready(Ok(None));
        }
        part.pop_if(|byte| *byte == this.part.end());
        Poll::Ready(Ok(Some(part)))
    }
}
