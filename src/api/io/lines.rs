//! The lines of a reader.

use std::future::Future;
use std::io::Result;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::calling::poll_fn_at;
use super::read_until::Part;
use super::text;
use crate::base::place::caller;

pin_project! {
    /// The lines of a reader, one after the other; made by [`lines`](super::AsyncBufReadExt::lines).
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct Lines<R> {
        #[pin]
        reader: R,
        part: Part,
        // What is there of a line whose end is still to come: so a line survives a call that is dropped.
        begun: Vec<u8>,
    }
}

impl<R> Lines<R> {
    pub(super) fn new(reader: R) -> Lines<R> {
        Lines {
            reader,
            part: Part::to(b'\n'),
            begun: Vec::new(),
        }
    }
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// The next line without its end (`\n` or `\r\n`); `None` at the end.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what a dropped call has read of a line is kept for the next.
    ///
    /// # Errors
    ///
    /// `InvalidData` if the line is not UTF-8; and those of the stream.
    #[track_caller]
    pub fn next_line(&mut self) -> impl Future<Output = Result<Option<String>>> {
        poll_fn_at(caller(), |cx| Pin::new(&mut *self).poll_next_line(cx))
    }

    /// The reader, to change it.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The reader.
    pub fn get_ref(&mut self) -> &R {
        &self.reader
    }

    /// Gives the reader back. What was read of a line whose end is still to come is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: AsyncBufRead> Lines<R> {
    /// [`next_line`](Lines::next_line) as one poll.
    ///
    /// # Errors
    ///
    /// As `next_line`.
    pub fn poll_next_line(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<String>>> {
        let this = self.project();
        ready!(this.part.poll(this.reader, cx, this.begun))?;
        let mut line = mem::take(this.begun);
        if line.is_empty() {
            return Poll::Ready(Ok(None));
        }
        if line.pop_if(|byte| *byte == b'\n').is_some() {
            line.pop_if(|byte| *byte == b'\r');
        }
        Poll::Ready(text::decode(line).map(Some))
    }
}
