//! Reading into memory that was never written.
//!
//! A reader is handed a [`ReadBuf`] and could put another in its place. So what it filled counts only if the buffer is still the
//! one that it was given; every `unsafe` here relies on that check.

use std::io::Result;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::async_read::AsyncRead;
use super::read_buf::ReadBuf;

/// Has the reader fill some of the memory: the first so many bytes hold values then.
///
/// # Panics
///
/// If the reader put another buffer in the place of the one it was given.
fn poll_fill<R: AsyncRead + ?Sized>(
    reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    memory: &mut [MaybeUninit<u8>],
) -> Poll<Result<usize>> {
    let mut buffer = ReadBuf::uninit(memory);
    let given = buffer.filled().as_ptr();
    ready!(reader.poll_read(cx, &mut buffer))?;
    let filled = buffer.filled();
    assert_eq!(filled.as_ptr(), given, "a reader exchanged its buffer");
    let filled = filled.len();
    assert!(filled <= memory.len(), "a reader exchanged its buffer");
    Poll::Ready(Ok(filled))
}

/// Reads once, to the end of what is filled of the buffer, so many bytes at the most.
pub(super) fn poll_read_at_most<R: AsyncRead + ?Sized>(
    reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
    limit: usize,
) -> Poll<Result<usize>> {
    let size = limit.min(buffer.remaining());
    // SAFETY: `poll_fill` writes values, and nothing else.
    let memory = unsafe { &mut buffer.unfilled_mut()[..size] };
    let read = ready!(poll_fill(reader, cx, memory))?;
    // SAFETY: so many bytes hold values.
    unsafe { buffer.assume_init(read) };
    buffer.advance(read);
    Poll::Ready(Ok(read))
}

/// Reads once, into what the buffer offers next. 0 at the end, or if there is no room.
pub(super) fn poll_read_into<R: AsyncRead + ?Sized, B: BufMut + ?Sized>(
    reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    buffer: &mut B,
) -> Poll<Result<usize>> {
    if !buffer.has_remaining_mut() {
        return Poll::Ready(Ok(0));
    }
    // SAFETY: `poll_fill` writes values, and nothing else.
    let memory = unsafe { buffer.chunk_mut().as_uninit_slice_mut() };
    let read = ready!(poll_fill(reader, cx, memory))?;
    // SAFETY: so many bytes of the chunk hold values.
    unsafe { buffer.advance_mut(read) };
    Poll::Ready(Ok(read))
}

#[cfg(test)]
mod tests;
