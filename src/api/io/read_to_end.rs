//! Reading to the end, into a vector or a string.

use std::borrow::BorrowMut;
use std::io::Result;
use std::mem::{self, MaybeUninit};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_read::AsyncRead;
use super::operation::{Work, uninterrupted};
use super::read_buf::ReadBuf;
use super::text;
use super::unwritten::Growing;
use crate::api::counting::poll_moving;

/// Reads to the end, and appends to a vector.
pub struct ReadToEnd<'a> {
    reads: Reads<&'a mut Vec<u8>>,
}

impl<'a> ReadToEnd<'a> {
    pub(super) fn new(into: &'a mut Vec<u8>) -> ReadToEnd<'a> {
        ReadToEnd {
            reads: Reads::into(into),
        }
    }
}

impl<R: AsyncRead + ?Sized> Work<R> for ReadToEnd<'_> {
    type Output = usize;
    const COUNTS: bool = true;

    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        self.reads.poll(stream, cx)
    }
}

/// Reads to the end, and appends to a string.
pub struct ReadToString<'a> {
    reads: Reads<Vec<u8>>,
    into: &'a mut String,
}

impl<'a> ReadToString<'a> {
    pub(super) fn new(into: &'a mut String) -> ReadToString<'a> {
        ReadToString {
            reads: Reads::into(Vec::new()),
            into,
        }
    }
}

impl<R: AsyncRead + ?Sized> Work<R> for ReadToString<'_> {
    type Output = usize;
    const COUNTS: bool = true;

    /// After an error of the stream nothing is appended, for a text that is cut off somewhere is of no use.
    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let read = ready!(self.reads.poll(stream, cx))?;
        text::append(self.into, mem::take(self.reads.bytes.vector()))?;
        Poll::Ready(Ok(read))
    }
}

/// The reads until the end.
struct Reads<V> {
    bytes: Growing<V>,
    read: usize,
    /// What the vector had room for at first.
    capacity: usize,
}

/// What a read can fill at the least.
const LEAST: usize = 32;

impl<V: BorrowMut<Vec<u8>>> Reads<V> {
    fn into(vector: V) -> Reads<V> {
        let bytes = Growing::new(vector);
        Reads {
            capacity: bytes.capacity(),
            bytes,
            read: 0,
        }
    }

    fn poll<R: AsyncRead + ?Sized>(
        &mut self,
        mut reader: Pin<&mut R>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<usize>> {
        loop {
            let once = || poll_moving(cx, |cx| self.poll_once(reader.as_mut(), cx));
            let read = ready!(uninterrupted(once))?;
            self.read += read;
            if read == 0 {
                return Poll::Ready(Ok(mem::take(&mut self.read)));
            }
        }
    }

    fn poll_once<R: AsyncRead + ?Sized>(
        &mut self,
        reader: Pin<&mut R>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<usize>> {
        let as_given = self.bytes.capacity() == self.capacity && self.capacity >= LEAST;
        if !as_given || self.bytes.room() >= LEAST {
            return self.bytes.poll_read(reader, cx, LEAST);
        }
        // The vector may have been made for just as many bytes as come: it grows only when there are more.
        let mut probe = [MaybeUninit::uninit(); LEAST];
        let mut probe = ReadBuf::uninit(&mut probe);
        ready!(reader.poll_read(cx, &mut probe))?;
        self.bytes.vector().extend_from_slice(probe.filled());
        Poll::Ready(Ok(probe.filled().len()))
    }
}
