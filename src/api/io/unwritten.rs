//! Reading into memory that was never written.
//!
//! A reader is handed a [`ReadBuf`] and could put another in its place. So what it filled counts only if the buffer is still the
//! one that it was given; every `unsafe` here relies on that check.

use std::borrow::BorrowMut;
use std::io::Result;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::async_read::AsyncRead;
use super::read_buf::ReadBuf;

/// Has the reader fill some of the memory: the first so many bytes hold values then. `known` is how many did before, and is set to how
/// many do in any case.
///
/// # Safety
///
/// The first `known` bytes hold values.
///
/// # Panics
///
/// If the reader put another buffer in the place of the one it was given.
unsafe fn poll_fill<R: AsyncRead + ?Sized>(
    reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    memory: &mut [MaybeUninit<u8>],
    known: &mut usize,
) -> Poll<Result<usize>> {
    let size = memory.len();
    let mut buffer = ReadBuf::uninit(memory);
    // SAFETY: the caller vouches for it.
    unsafe { buffer.assume_init(*known) };
    let given = buffer.filled().as_ptr();
    let answer = reader.poll_read(cx, &mut buffer);
    let same = buffer.filled().as_ptr() == given && buffer.capacity() == size;
    assert!(same, "a reader exchanged its buffer");
    *known = buffer.initialized().len();
    answer.map_ok(|()| buffer.filled().len())
}

/// What a vector offers a reader at once, at the most: so a reader without an end can be told before all is filled that a vector of
/// much room has.
const MOST_AT_ONCE: usize = 1024 * 1024;

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
    // SAFETY: nothing is known.
    let read = ready!(unsafe { poll_fill(reader, cx, memory, &mut 0) })?;
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
    // SAFETY: nothing is known.
    let read = ready!(unsafe { poll_fill(reader, cx, memory, &mut 0) })?;
    // SAFETY: so many bytes of the chunk hold values.
    unsafe { buffer.advance_mut(read) };
    Poll::Ready(Ok(read))
}

/// A vector, its own or somebody's, to whose end is read. It knows how much beyond its length holds values: a reader that sets all its
/// buffer to zero first does so once, and not once for each read.
pub(super) struct Growing<V> {
    vector: V,
    /// So many bytes beyond the length hold values. Only `poll_read` changes the vector without setting it to 0.
    known: usize,
}

impl<V: BorrowMut<Vec<u8>>> Growing<V> {
    pub(super) fn new(vector: V) -> Growing<V> {
        Growing { vector, known: 0 }
    }

    pub(super) fn capacity(&self) -> usize {
        self.vector.borrow().capacity()
    }

    pub(super) fn room(&self) -> usize {
        self.capacity() - self.vector.borrow().len()
    }

    /// The vector, to change it.
    pub(super) fn vector(&mut self) -> &mut Vec<u8> {
        self.known = 0;
        self.vector.borrow_mut()
    }

    /// Reads once, to the end of the vector, with room for so many bytes at least. 0 at the end.
    pub(super) fn poll_read<R: AsyncRead + ?Sized>(
        &mut self,
        reader: Pin<&mut R>,
        cx: &mut Context<'_>,
        room: usize,
    ) -> Poll<Result<usize>> {
        if self.room() < room {
            self.vector().reserve(room);
        }
        let vector = self.vector.borrow_mut();
        let memory = vector.spare_capacity_mut();
        let size = memory.len().min(MOST_AT_ONCE);
        let memory = &mut memory[..size];
        // SAFETY: `known` is of this memory: since it was set, the vector was neither moved nor changed.
        let read = ready!(unsafe { poll_fill(reader, cx, memory, &mut self.known) })?;
        let length = vector.len() + read;
        // SAFETY: so many bytes hold values.
        unsafe { vector.set_len(length) };
        self.known -= read;
        Poll::Ready(Ok(read))
    }
}

#[cfg(test)]
mod tests;
