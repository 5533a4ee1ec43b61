//! What the methods of `AsyncReadExt` do, but for reading to the end.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::async_read::AsyncRead;
use super::operation::{Work, uninterrupted};
use super::read_buf::ReadBuf;
use super::unwritten::poll_read_into;
use crate::api::counting::poll_moving;

/// Reads once.
pub struct Read<'a> {
    pub(super) into: &'a mut [u8],
}

impl<R: AsyncRead + ?Sized> Work<R> for Read<'_> {
    type Output = usize;
    const COUNTS: bool = true;

    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        poll_moving(cx, |cx| {
            let mut buffer = ReadBuf::new(self.into);
            ready!(stream.poll_read(cx, &mut buffer))?;
            Poll::Ready(Ok(buffer.filled().len()))
        })
    }
}

/// Reads once, into a buffer that moves on.
pub struct ReadInto<'a, B: ?Sized> {
    pub(super) into: &'a mut B,
}

impl<R: AsyncRead + ?Sized, B: BufMut + ?Sized> Work<R> for ReadInto<'_, B> {
    type Output = usize;
    const COUNTS: bool = true;

    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        poll_moving(cx, |cx| poll_read_into(stream, cx, self.into))
    }
}

/// Reads until the buffer is full.
pub struct ReadExact<'a> {
    pub(super) into: ReadBuf<'a>,
}

impl<R: AsyncRead + ?Sized> Work<R> for ReadExact<'_> {
    type Output = usize;
    const COUNTS: bool = true;

    fn poll(&mut self, mut stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        if self.into.capacity() == 0 {
            return poll_moving(cx, |_| Poll::Ready(Ok(0)));
        }
        ready!(poll_fill_up(stream.as_mut(), cx, &mut self.into))?;
        Poll::Ready(Ok(self.into.capacity()))
    }
}

/// Reads as many bytes as a number has.
pub struct ReadNumber<T, const N: usize> {
    bytes: [u8; N],
    read: usize,
    decode: fn([u8; N]) -> T,
}

impl<T, const N: usize> ReadNumber<T, N> {
    pub(super) fn new(decode: fn([u8; N]) -> T) -> ReadNumber<T, N> {
        ReadNumber {
            bytes: [0; N],
            read: 0,
            decode,
        }
    }
}

impl<R: AsyncRead + ?Sized, T, const N: usize> Work<R> for ReadNumber<T, N> {
    type Output = T;
    const COUNTS: bool = N > 0;

    fn poll(&mut self, stream: Pin<&mut R>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let mut buffer = ReadBuf::new(&mut self.bytes);
        buffer.advance(self.read);
        let full = poll_fill_up(stream, cx, &mut buffer);
        self.read = buffer.filled().len();
        ready!(full)?;
        Poll::Ready(Ok((self.decode)(self.bytes)))
    }
}

/// Reads until the buffer is full.
fn poll_fill_up<R: AsyncRead + ?Sized>(
    mut reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<Result<()>> {
    while buffer.remaining() > 0 {
        let mut once = |cx: &mut Context<'_>| {
            let before = buffer.remaining();
            ready!(reader.as_mut().poll_read(cx, buffer))?;
            Poll::Ready(Ok(before - buffer.remaining()))
        };
        if ready!(uninterrupted(|| poll_moving(cx, &mut once)))? == 0 {
            let words = "the stream ended before everything was read";
            return Poll::Ready(Err(Error::new(ErrorKind::UnexpectedEof, words)));
        }
    }
    Poll::Ready(Ok(()))
}
