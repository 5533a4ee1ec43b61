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
//! `sends pipe#1`, `receives pipe#1`, `closes pipe#1`.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read};
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use crate::api::sync::guarded::{Guarded, Locked};
use crate::api::sync::resource::Tag;
use crate::api::task::coop::{self, RestoreOnPending};
use crate::base::resource::{Action, Operation, ResourceKind, Want};
use crate::observe::waits::Awaits;
use crate::record::fact::Fact;
use crate::run::context::look;

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

/// Which end is meant.
type WhichEnd = fn(&mut State) -> &mut End;

const READER: WhichEnd = |state| &mut state.reader;
const WRITER: WhichEnd = |state| &mut state.writer;

impl Pipe {
    /// An empty pipe.
    ///
    /// # Panics
    ///
    /// If there is no room for a single byte.
    #[track_caller]
    pub(super) fn new(room: usize) -> Arc<Pipe> {
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
        Arc::new(Pipe {
            room,
            state: Guarded::new(state),
        })
    }

    /// Takes what is there, and fits; waits if nothing is. 0 at the end, and for an empty buffer.
    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let coop = ready!(coop::poll_proceed(cx));
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        let count = buffer.len().min(state.bytes.len());
        if count == 0 && !buffer.is_empty() && !state.closed {
            return state.park(READER, waker, Action::Receive, Want::Bytes);
        }
        if state.others_go_first(READER, &waker, Action::Receive) {
            return state.give_way(waker);
        }
        let mut writer = None;
        if count > 0 {
            state.bytes.read_exact(&mut buffer[..count])?;
            state.tag.tell(|resource| Fact::Saw { resource, back: 0 });
            writer = state.writer.waker.take();
        }
        state.ends(READER, coop, writer);
        Poll::Ready(Ok(count))
    }

    /// Adds as much of the parts, one after the other, as there is room for; waits if there is none.
    pub(super) fn poll_write(
        &self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let coop = ready!(coop::poll_proceed(cx));
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        let room = self.room - state.bytes.len();
        let wanted = parts.iter().map(|part| part.len()).sum::<usize>();
        if room == 0 && wanted > 0 && !state.closed {
            return state.park(WRITER, waker, Action::Send, Want::Room);
        }
        if state.others_go_first(WRITER, &waker, Action::Send) {
            return state.give_way(waker);
        }
        if state.closed {
            state.ends(WRITER, coop, None);
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let count = wanted.min(room);
        let mut reader = None;
        if count > 0 {
            let bytes = parts.iter().flat_map(|part| part.iter());
            state.bytes.extend(bytes.take(count));
            state.tag.tell(|resource| Fact::Published { resource });
            reader = state.reader.waker.take();
        }
        state.ends(WRITER, coop, reader);
        Poll::Ready(Ok(count))
    }

    /// The writer writes no more: wakes a reader that waits.
    pub(super) fn close_writing(&self) {
        self.close(READER);
    }

    /// The reader reads no more: wakes a writer that waits.
    pub(super) fn close_reading(&self) {
        self.close(WRITER);
    }

    fn close(&self, other: WhichEnd) {
        let mut state = self.state.lock();
        if !mem::replace(&mut state.closed, true) {
            state.tag.tell(|resource| Fact::Closed { resource });
        }
        let waker = other(&mut state).waker.take();
        drop(state);
        waker.into_iter().for_each(Waker::wake);
    }
}

// A waker may be the user's, and use this pipe: none is called, cloned or dropped while the pipe is locked.
impl Locked<'_, State> {
    /// The operation cannot go on for want of this.
    fn park<T>(mut self, end: WhichEnd, waker: Waker, action: Action, want: Want) -> Poll<T> {
        look!(here => {
            if let Some(here) = here && here.run.is_keyed() {
                let resource = self.tag.number(here);
                here.run.parks_in(Operation { resource, action });
                here.run.waits(false, None, Awaits::Resource(resource, want), None);
            }
        });
        let End { waker: old, passed } = end(&mut self);
        *passed = true;
        let old = old.replace(waker);
        drop(self);
        drop(old);
        Poll::Pending
    }

    /// Whether others go before an operation that could go on; asked once. One that has waited has let them.
    fn others_go_first(&mut self, end: WhichEnd, waker: &Waker, action: Action) -> bool {
        if mem::replace(&mut end(self).passed, true) {
            return false;
        }
        look!(here => match here {
            Some(here) if here.has_point(waker) => self.tag.at_point(here, action),
            _ => false,
        })
    }

    /// Lets the task that was drawn run first.
    fn give_way<T>(self, waker: Waker) -> Poll<T> {
        drop(self);
        waker.wake();
        Poll::Pending
    }

    /// Completes the operation, and wakes the other end if it waits.
    fn ends(mut self, end: WhichEnd, coop: RestoreOnPending, other: Option<Waker>) {
        end(&mut self).passed = false;
        drop(self);
        coop.made_progress();
        other.into_iter().for_each(Waker::wake);
    }
}

/// `futures::io::AsyncRead`, and tokio's, for a type that reads from the pipe in this field.
macro_rules! reads_from {
    ($Type:ident.$pipe:ident) => {
        impl ::futures::io::AsyncRead for $Type {
            fn poll_read(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                self.$pipe.poll_read(cx, buffer)
            }
        }

        tokio_reads!($Type);
    };
}

/// `futures::io::AsyncWrite`, and tokio's, for a type that writes to the pipe in this field.
macro_rules! writes_to {
    ($Type:ident.$pipe:ident) => {
        impl ::futures::io::AsyncWrite for $Type {
            fn poll_write(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                bytes: &[u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                self.$pipe.poll_write(cx, &[::std::io::IoSlice::new(bytes)])
            }

            fn poll_write_vectored(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                parts: &[::std::io::IoSlice<'_>],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                self.$pipe.poll_write(cx, parts)
            }

            /// What is written can be read at once: there is nothing to wait for.
            fn poll_flush(
                self: ::std::pin::Pin<&mut Self>,
                _: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::std::task::Poll::Ready(Ok(()))
            }

            fn poll_close(
                self: ::std::pin::Pin<&mut Self>,
                _: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                self.$pipe.close_writing();
                ::std::task::Poll::Ready(Ok(()))
            }
        }

        tokio_writes!($Type);
    };
}
