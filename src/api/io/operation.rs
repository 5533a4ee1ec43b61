//! What the methods of the `Ext` traits return: one future, for all kinds of work on a stream.

use std::fmt;
use std::future::Future;
use std::io::{ErrorKind, Result};
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::calling::called_at;
use crate::api::counting::poll_counted;
use crate::base::place::caller;

pin_project! {
    /// Some work on a stream. It cannot be moved once it is polled, as tokio's cannot.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Operation<'a, S: ?Sized, W> {
        stream: &'a mut S,
        work: W,
        #[pin]
        pinned: PhantomPinned,
    }
}

/// One kind of work on a stream, from poll to poll.
pub trait Work<S: ?Sized> {
    /// What it gives in the end.
    type Output;

    /// Whether it counts each of its polls of the stream by itself, and makes at least one whenever it is polled.
    const COUNTS: bool = false;

    /// One poll. `Pending` only if the stream was, or the run has gone too far.
    fn poll(&mut self, stream: Pin<&mut S>, cx: &mut Context<'_>) -> Poll<Result<Self::Output>>;
}

impl<'a, S: ?Sized, W> Operation<'a, S, W> {
    pub(super) fn new(stream: &'a mut S, work: W) -> Operation<'a, S, W> {
        Operation {
            stream,
            work,
            pinned: PhantomPinned,
        }
    }
}

impl<S: ?Sized + Unpin, W: Work<S>> Future for Operation<'_, S, W> {
    type Output = Result<W::Output>;

    // So that the place of a wait is the user's `.await`.
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        called_at(caller(), || {
            let mut poll = |cx: &mut Context<'_>| this.work.poll(Pin::new(&mut **this.stream), cx);
            match W::COUNTS {
                true => poll(cx),
                false => poll_counted(cx, poll),
            }
        })
    }
}

impl<S: ?Sized, W> fmt::Debug for Operation<'_, S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").finish_non_exhaustive()
    }
}

/// Polls again as long as the answer is `Interrupted`, which says that nothing happened.
pub(super) fn uninterrupted<T>(mut poll: impl FnMut() -> Poll<Result<T>>) -> Poll<Result<T>> {
    loop {
        match poll() {
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
}
