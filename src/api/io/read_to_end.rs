//! Reading to the end, into a vector or a string.

use std::io::Result;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::async_read::AsyncRead;
use super::operation::{Work, uninterrupted};
use super::read_buf::ReadBuf;
use super::text;
use super::unwritten::poll_read_into;

/// Reads to the end, and appends to a vector.
pub struct ReadToEnd<'a> {
    into: &'a mut Vec<u8>,
    reads: Reads,
}

impl<'a> ReadToEnd<'a> {
    pub(super) fn new(into: &'a mut Vec<u8>) -> ReadToEnd<'a> {
        ReadToEnd {
            reads: Reads::into(into),
            into,
        }
    }
}

impl<R: AsyncRead + ?Sized> Work<R> for ReadToEnd<'_> {
    type Output = usize;

    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        self.reads.poll(stream, cx, self.into)
    }
}

/// Reads to the end, and appends to a string.
pub struct ReadToString<'a> {
    into: &'a mut String,
    bytes: Vec<u8>,
    reads: Reads,
}

impl<'a> ReadToString<'a> {
    pub(super) fn new(into: &'a mut String) -> ReadToString<'a> {
        let bytes = Vec::new();
        ReadToString {
            into,
            reads: Reads::into(&bytes),
            bytes,
        }
    }
}

impl<R: AsyncRead + ?Sized> Work<R> for ReadToString<'_> {
    type Output = usize;

    /// After an error of the stream nothing is appended, for a text that is cut off somewhere is of no use.
    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let read = ready!(self.reads.poll(stream, cx, &mut self.bytes))?;
        text::append(self.into, mem::take(&mut self.bytes))?;
        Poll::Ready(Ok(read))
    }
}

/// The reads until the end.
struct Reads {
    read: usize,
    /// How much the next read may fill. A reader that sets its whole buffer to zero first then does so in proportion to what it
    /// reads, however much room there is.
    most: usize,
    /// What the vector had room for at first.
    capacity: usize,
}

/// What the first read may fill.
const MOST: usize = 8 * 1024;

/// What is read beyond the room that the vector had at first, to see whether that was the end.
const PROBE: usize = 32;

impl Reads {
    fn into(bytes: &Vec<u8>) -> Reads {
        Reads {
            read: 0,
            most: MOST,
            capacity: bytes.capacity(),
        }
    }

    fn poll<R: AsyncRead + ?Sized>(
        &mut self,
        mut reader: Pin<&mut R>,
        cx: &mut Context<'_>,
        bytes: &mut Vec<u8>,
    ) -> Poll<Result<usize>> {
        loop {
            let once = || self.poll_once(reader.as_mut(), cx, bytes);
            let read = ready!(uninterrupted(once))?;
            self.read += read;
            if read == 0 {
                return Poll::Ready(Ok(mem::take(&mut self.read)));
            }
            self.most = if read == self.most {
                self.most.saturating_mul(2)
            } else {
                MOST
            };
        }
    }

    fn poll_once<R: AsyncRead + ?Sized>(
        &self,
        reader: Pin<&mut R>,
        cx: &mut Context<'_>,
        bytes: &mut Vec<u8>,
    ) -> Poll<Result<usize>> {
        let free = bytes.capacity() - bytes.len();
        // The vector may have been made for just as many bytes as come: it grows only when there are more.
        if free < PROBE && bytes.capacity() == self.capacity && self.capacity >= PROBE {
            let mut probe = [0; PROBE];
            let mut probe = ReadBuf::new(&mut probe);
            ready!(reader.poll_read(cx, &mut probe))?;
            bytes.extend_from_slice(probe.filled());
            return Poll::Ready(Ok(probe.filled().len()));
        }
        bytes.reserve(PROBE);
        poll_read_into(reader, cx, &mut bytes.limit(self.most))
    }
}
