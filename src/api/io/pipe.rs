//! A pipe: bytes from one end to the other, through a buffer with so much room.
//!
//! ```text
//!   poll_write ──► [b b b · · ·] ──► poll_read
//!    waits while full               waits while empty
//!                  close: reads give what is left and then the end; writes are refused
//! ```
//!
//! A [`duplex`](super::duplex()) is two of them, a [`simplex`](super::simplex()) one. To a run a pipe is a channel of bytes:
//! each read and each write is a scheduling point, counts against the budget of its task, and stands on the trace as
//! `sends pipe#1`, `receives pipe#1`, `closes pipe#1`, `drops the receiver of pipe#1`.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice};
use std::mem;
use std::task::{Context, Poll, Waker, ready};

use super::read_buf::ReadBuf;
use crate::api::preempt;
use crate::api::sync::guarded::Guarded;
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::Fact;
use crate::record::spin::Closing;
use crate::run::context::Here;

/// See the top of this file.
pub(super) struct Pipe {
    /// How many bytes the buffer holds at the most.
    room: usize,
    state: Guarded<State>,
}

struct State {
    bytes: VecDeque<u8>,
    closed: bool,
    reader: End,
    writer: End,
    tag: Tag,
}

/// What the pipe knows of one of its ends.
#[derive(Default)]
struct End {
    /// The waker of the task that waits there.
    waker: Option<Waker>,
    /// Whether the operation that is under way has had its scheduling point.
    passed: bool,
}

impl End {
    /// An operation is polled here, which then will have had its point.
    fn begin(&mut self, op: &mut Op) {
        if mem::replace(&mut self.passed, true) {
            op.pass_point();
        }
    }
}

impl Pipe {
    /// An empty pipe.
    ///
    /// # Panics
    ///
    /// If there is no room for a single byte.
    #[track_caller]
    pub(super) fn new(room: usize) -> Pipe {
        assert!(
            room > 0,
            "`max_buf_size` must be at least 1: nothing fits into a pipe without room"
        );
        let state = State {
            bytes: VecDeque::new(),
            closed: false,
            reader: End::default(),
            writer: End::default(),
            tag: Tag::made_here(ResourceKind::Pipe),
        };
        Pipe {
            room,
            state: Guarded::made(state),
        }
    }

    /// Takes what is there, and fits; waits if nothing is. 0 at the end, and for an empty buffer.
    #[track_caller]
    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut op = Op::of_trait(Action::Receive);
        let writer = ready!(op.poll(cx, &self.state, &mut Reading { buffer }));
        writer.into_iter().for_each(preempt::wake);
        Poll::Ready(Ok(()))
    }

    /// Adds as much of the parts, one after the other, as there is room for; waits if there is none.
    #[track_caller]
    pub(super) fn poll_write(
        &self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut op = Op::of_trait(Action::Send);
        let mut writing = Writing {
            parts,
            most: self.room,
        };
        let (count, reader) = ready!(op.poll(cx, &self.state, &mut writing));
        reader.into_iter().for_each(preempt::wake);
        Poll::Ready(count)
    }

    /// The writer writes no more, as was asked for: wakes a reader that waits.
    pub(super) fn shut_down(&self) {
        self.close(Closing::Asked, |state| &mut state.reader);
    }

    /// The writer is gone: wakes a reader that waits.
    pub(super) fn close_writing(&self) {
        self.close(Closing::LastSender, |state| &mut state.reader);
    }

    /// The reader is gone: wakes a writer that waits.
    pub(super) fn close_reading(&self) {
        self.close(Closing::Receiver, |state| &mut state.writer);
    }

    fn close(&self, how: Closing, other: impl FnOnce(&mut State) -> &mut End) {
        let mut state = self.state.lock();
        if !mem::replace(&mut state.closed, true) {
            state.tag.closes(how);
        }
        let waker = other(&mut state).waker.take();
        drop(state);
        waker.into_iter().for_each(preempt::wake);
    }
}

/// One poll of a read.
struct Reading<'a, 'b> {
    buffer: &'a mut ReadBuf<'b>,
}

impl Attempt for Reading<'_, '_> {
    type State = State;
    /// So many bytes.
    type Found = usize;
    /// Who waits for room.
    type Output = Option<Waker>;

    const POINT: When = When::IfReady;

    fn tag(state: &mut State) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State,
        _: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<usize, Want> {
        state.reader.begin(op);
        let room = self.buffer.remaining();
        match room.min(state.bytes.len()) {
            0 if room > 0 && !state.closed => Err(Want::Bytes),
            count => Ok(count),
        }
    }

    fn complete(
        &mut self,
        count: usize,
        state: &mut State,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        state.reader.passed = false;
        if count == 0 {
            return None;
        }
        let (front, back) = state.bytes.as_slices();
        let (front, back) = (&front[..count.min(front.len())], back);
        self.buffer.put_slice(front);
        self.buffer.put_slice(&back[..count - front.len()]);
        state.bytes.drain(..count);
        let saw = |resource| Fact::Saw { resource, back: 0 };
        state.tag.emit(here, saw);
        state.writer.waker.take()
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        state.reader.waker.replace(waker)
    }
}

/// One poll of a write, into a pipe with so much room.
struct Writing<'a> {
    parts: &'a [IoSlice<'a>],
    most: usize,
}

impl Attempt for Writing<'_> {
    type State = State;
    /// So many bytes; an error if the pipe is closed.
    type Found = io::Result<usize>;
    /// How many bytes moved, and who waits for bytes.
    type Output = (io::Result<usize>, Option<Waker>);

    const POINT: When = When::IfReady;

    fn tag(state: &mut State) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State,
        _: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<io::Result<usize>, Want> {
        state.writer.begin(op);
        let wanted = self.parts.iter().map(|part| part.len()).sum::<usize>();
        match wanted.min(self.most - state.bytes.len()) {
            _ if state.closed => Ok(Err(ErrorKind::BrokenPipe.into())),
            0 if wanted > 0 => Err(Want::Room),
            count => Ok(Ok(count)),
        }
    }

    fn complete(
        &mut self,
        found: io::Result<usize>,
        state: &mut State,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Self::Output {
        state.writer.passed = false;
        let Ok(count @ 1..) = found else {
            return (found, None);
        };
        let bytes = self.parts.iter().flat_map(|part| part.iter());
        state.bytes.extend(bytes.take(count));
        let published = |resource| Fact::Published { resource };
        state.tag.emit(here, published);
        (Ok(count), state.reader.waker.take())
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        state.writer.waker.replace(waker)
    }
}

/// `AsyncRead` for a type that reads from the pipe in this field.
macro_rules! reads_from {
    ($Type:ident.$pipe:ident) => {
        impl $crate::api::io::async_read::AsyncRead for $Type {
            #[track_caller]
            fn poll_read(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buf: &mut $crate::api::io::read_buf::ReadBuf<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                self.$pipe.poll_read(cx, buf)
            }
        }

        also_reads!([] $Type);
    };
}

/// `AsyncWrite` for a type that writes to the pipe in this field.
macro_rules! writes_to {
    ($Type:ident.$pipe:ident) => {
        impl $crate::api::io::async_write::AsyncWrite for $Type {
            #[track_caller]
            fn poll_write(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buf: &[u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                self.$pipe.poll_write(cx, &[::std::io::IoSlice::new(buf)])
            }

            #[track_caller]
            fn poll_write_vectored(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                bufs: &[::std::io::IoSlice<'_>],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                self.$pipe.poll_write(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            /// What is written can be read at once: there is nothing to wait for.
            fn poll_flush(
                self: ::std::pin::Pin<&mut Self>,
                _: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::std::task::Poll::Ready(Ok(()))
            }

            fn poll_shutdown(
                self: ::std::pin::Pin<&mut Self>,
                _: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                self.$pipe.shut_down();
                ::std::task::Poll::Ready(Ok(()))
            }
        }

        also_writes!([] $Type);
    };
}
