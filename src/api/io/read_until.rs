//! Reading to the next byte of some value: a part, or a line.

use std::io::{BufRead, Result};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_buf_read::AsyncBufRead;
use super::operation::{Work, uninterrupted};
use super::text;
use crate::api::counting::poll_moving;

/// Reads to the end of a part, and appends to a vector.
pub struct ReadUntil<'a> {
    part: Part,
    into: &'a mut Vec<u8>,
}

impl<'a> ReadUntil<'a> {
    pub(super) fn new(end: u8, into: &'a mut Vec<u8>) -> ReadUntil<'a> {
        ReadUntil {
            part: Part::to(end),
            into,
        }
    }
}

impl<R: AsyncBufRead + ?Sized> Work<R> for ReadUntil<'_> {
    type Output = usize;
    const COUNTS: bool = true;

    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        self.part.poll(stream, cx, self.into)
    }
}

/// Reads to the end of a line, and appends to a string.
pub struct ReadLine<'a> {
    part: Part,
    bytes: Vec<u8>,
    into: &'a mut String,
}

impl<'a> ReadLine<'a> {
    pub(super) fn new(into: &'a mut String) -> ReadLine<'a> {
        ReadLine {
            part: Part::to(b'\n'),
            bytes: Vec::new(),
            into,
        }
    }
}

impl<R: AsyncBufRead + ?Sized> Work<R> for ReadLine<'_> {
    type Output = usize;
    const COUNTS: bool = true;

    /// After an error of the stream, what was read of the line is appended if it is text.
    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let read = ready!(self.part.poll(stream, cx, &mut self.bytes));
        let appended = text::append(self.into, mem::take(&mut self.bytes));
        Poll::Ready(read.and_then(|read| appended.map(|()| read)))
    }
}

/// The reading of a part that ends with this byte.
#[derive(Debug)]
pub(super) struct Part {
    end: u8,
    read: usize,
}

impl Part {
    pub(super) fn to(end: u8) -> Part {
        Part { end, read: 0 }
    }

    pub(super) fn end(&self) -> u8 {
        self.end
    }

    /// Appends to the vector what is there of the part; done with its last byte, or at the end of the stream. Gives how many
    /// bytes it has read since it was done last.
    pub(super) fn poll<R: AsyncBufRead + ?Sized>(
        &mut self,
        mut reader: Pin<&mut R>,
        cx: &mut Context<'_>,
        bytes: &mut Vec<u8>,
    ) -> Poll<Result<usize>> {
        loop {
            let mut once = |cx: &mut Context<'_>| {
                let mut lent = ready!(reader.as_mut().poll_fill_buf(cx))?;
                // The standard library's search is compiled with optimisation, whatever this is compiled with.
                Poll::Ready(BufRead::read_until(&mut lent, self.end, bytes))
            };
            let taken = ready!(uninterrupted(|| poll_moving(cx, &mut once)))?;
            reader.as_mut().consume(taken);
            self.read += taken;
            if taken == 0 || bytes.last() == Some(&self.end) {
                return Poll::Ready(Ok(mem::take(&mut self.read)));
            }
        }
    }
}
