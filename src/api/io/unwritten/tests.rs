//! For Miri: reads into memory that was never written, by readers of both manners, and by one that cheats.

use std::io::Result;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::BufMut;

use super::{Growing, poll_read_at_most, poll_read_into};
use crate::api::io::async_read::AsyncRead;
use crate::api::io::read_buf::ReadBuf;

/// Fills by `initialize_unfilled` what the slice fills by `put_slice`.
struct Zeroing<'a>(&'a [u8]);

impl AsyncRead for Zeroing<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let room = buf.initialize_unfilled();
        let count = room.len().min(self.0.len());
        room[..count].copy_from_slice(&self.0[..count]);
        buf.advance(count);
        self.0 = &self.0[count..];
        Poll::Ready(Ok(()))
    }
}

/// Says that it has filled what it has not: a buffer of its own of this size, which it frees in the end.
struct Cheat {
    size: usize,
    own: *mut [u8],
}

impl Cheat {
    fn of(size: usize) -> Cheat {
        let own = Box::into_raw(vec![1; size].into());
        Cheat { size, own }
    }
}

impl Drop for Cheat {
    fn drop(&mut self) {
        // SAFETY: it came of `into_raw`, and nobody has a buffer of it any more.
        drop(unsafe { Box::from_raw(self.own) });
    }
}

impl AsyncRead for Cheat {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let own = self.own;
        // SAFETY: it is freed with the reader, which nobody reads after that.
        let mut other = ReadBuf::new(unsafe { &mut *own });
        other.advance(self.size);
        *buf = other;
        Poll::Ready(Ok(()))
    }
}

fn into<R: AsyncRead + Unpin>(mut reader: R, buffer: &mut (impl BufMut + ?Sized)) -> usize {
    let mut cx = Context::from_waker(Waker::noop());
    match poll_read_into(Pin::new(&mut reader), &mut cx, buffer) {
        Poll::Ready(read) => read.unwrap(),
        Poll::Pending => panic!("it is pending"),
    }
}

fn at_most<R: AsyncRead + Unpin>(mut reader: R, buffer: &mut ReadBuf<'_>, limit: usize) -> usize {
    let mut cx = Context::from_waker(Waker::noop());
    match poll_read_at_most(Pin::new(&mut reader), &mut cx, buffer, limit) {
        Poll::Ready(read) => read.unwrap(),
        Poll::Pending => panic!("it is pending"),
    }
}

#[test]
fn a_vector_grows_by_what_was_read() {
    let mut bytes = Vec::with_capacity(16);
    bytes.push(b'>');
    assert_eq!(into(&b"abc"[..], &mut bytes), 3);
    assert_eq!(into(Zeroing(b"def"), &mut bytes), 3);
    assert_eq!(into(&b""[..], &mut bytes), 0);
    assert_eq!(bytes, b">abcdef");
}

#[test]
fn a_slice_is_read_into_as_far_as_it_goes() {
    let mut memory = [0; 4];
    let mut rest = &mut memory[..];
    assert_eq!(into(&b"ab"[..], &mut rest), 2);
    assert_eq!(into(Zeroing(b"cde"), &mut rest), 2);
    assert_eq!(into(&b"more"[..], &mut rest), 0);
    assert_eq!(&memory, b"abcd");
}

#[test]
fn a_limit_holds_and_both_counts_move() {
    let mut memory = [MaybeUninit::uninit(); 8];
    let mut buffer = ReadBuf::uninit(&mut memory);
    assert_eq!(at_most(&b"abcdef"[..], &mut buffer, 2), 2);
    assert_eq!(at_most(Zeroing(b"cdef"), &mut buffer, 3), 3);
    assert_eq!(buffer.filled(), b"abcde");
    assert_eq!(buffer.initialized(), b"abcde");
    assert_eq!(at_most(&b"fghijk"[..], &mut buffer, usize::MAX), 3);
    assert_eq!(buffer.filled(), b"abcdefgh");
}

fn grow<R: AsyncRead + Unpin>(mut reader: R, bytes: &mut Growing<Vec<u8>>, room: usize) -> usize {
    let mut cx = Context::from_waker(Waker::noop());
    match bytes.poll_read(Pin::new(&mut reader), &mut cx, room) {
        Poll::Ready(read) => read.unwrap(),
        Poll::Pending => panic!("it is pending"),
    }
}

#[test]
fn what_is_known_of_a_vector_holds_until_it_grows() {
    let mut bytes = Growing::new(Vec::with_capacity(8));
    assert_eq!(grow(Zeroing(b"abc"), &mut bytes, 4), 3);
    assert_eq!(bytes.known, 5);
    assert_eq!(grow(&b"d"[..], &mut bytes, 4), 1);
    assert_eq!(bytes.known, 4);
    assert_eq!(grow(&b"e"[..], &mut bytes, 32), 1);
    assert_eq!(bytes.known, 0);
    assert_eq!(grow(Zeroing(b"f"), &mut bytes, 1), 1);
    bytes.vector().shrink_to_fit();
    assert_eq!(bytes.known, 0);
    assert_eq!(bytes.vector(), b"abcdef");
}

#[test]
fn what_a_reader_zeroed_is_known_although_it_waits_or_fails() {
    struct Unready;

    impl AsyncRead for Unready {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<Result<()>> {
            buf.initialize_unfilled();
            Poll::Pending
        }
    }

    let mut bytes = Growing::new(Vec::with_capacity(8));
    let mut cx = Context::from_waker(Waker::noop());
    let poll = bytes.poll_read(Pin::new(&mut Unready), &mut cx, 8);
    assert!(poll.is_pending());
    assert_eq!(bytes.known, 8);
    assert_eq!(grow(&b"abc"[..], &mut bytes, 8), 3);
    assert_eq!(bytes.known, 5);
}

#[test]
#[should_panic(expected = "a reader exchanged its buffer")]
fn an_exchanged_buffer_is_not_believed_by_a_vector() {
    grow(Cheat::of(4), &mut Growing::new(Vec::with_capacity(16)), 8);
}

#[test]
#[should_panic(expected = "a reader exchanged its buffer")]
fn an_exchanged_buffer_is_not_believed() {
    into(Cheat::of(4), &mut Vec::with_capacity(16));
}

#[test]
#[should_panic(expected = "a reader exchanged its buffer")]
fn an_exchanged_buffer_is_not_believed_under_a_limit() {
    let mut memory = [MaybeUninit::uninit(); 8];
    at_most(Cheat::of(16), &mut ReadBuf::uninit(&mut memory), 8);
}
