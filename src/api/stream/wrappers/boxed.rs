//! A stream without a name of its own, made of an async function.
//!
//! ```text
//!   receiver ──► next(receiver) ──► Some((item, receiver)) ──► next(receiver) ──► … ──► None
//! ```
//!
//! The future of a wait is kept between two polls, so the waiter keeps its place in the queue of waiters.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::stream::{self, FusedStream, Stream};

use crate::api::stream::exclusive::Exclusive;
use crate::api::task::coop;

/// See the top of this file. One allocation, whatever the number of items.
pub(super) struct Boxed<T> {
    /// `None` at the end.
    items: Option<Exclusive<Pin<Box<dyn Stream<Item = T> + Send>>>>,
}

impl<T> Boxed<T> {
    /// The stream of what `next` gives, called with `state` and from then on with the state that it gave back.
    pub(super) fn new<S, F>(state: S, next: fn(S) -> F) -> Boxed<T>
    where
        S: Send + 'static,
        T: 'static,
        F: Future<Output = Option<(T, S)>> + Send + 'static,
    {
        Boxed {
            items: Some(Exclusive::new(Box::pin(stream::unfold(state, next)))),
        }
    }
}

impl<T> Stream for Boxed<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(items) = &mut self.items else {
            return coop::poll_uncharged(cx).map(|()| None);
        };
        let item = ready!(items.get_mut().as_mut().poll_next(cx));
        if item.is_none() {
            self.items = None;
        }
        Poll::Ready(item)
    }
}

impl<T> FusedStream for Boxed<T> {
    fn is_terminated(&self) -> bool {
        self.items.is_none()
    }
}
