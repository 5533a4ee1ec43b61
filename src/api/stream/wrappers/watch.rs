//! A receiver of a `watch` channel as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::FusedStream;

use super::boxed::Boxed;
use crate::api::sync::watch::Receiver;

/// The values of a [`Receiver`] as a stream. A value that is replaced before the stream is polled is skipped. It ends once
/// all senders are gone and it has given the last value.
///
/// ```
/// use futures::StreamExt;
/// use reweave::stream::wrappers::WatchStream;
/// use reweave::sync::watch;
///
/// # reweave::Sim::new().run(async {
/// let (speed, gauge) = watch::channel(0);
/// let mut changes = WatchStream::from_changes(gauge);
/// speed.send(30).unwrap();
/// speed.send(50).unwrap();
/// assert_eq!(changes.next().await, Some(50), "the first value was seen, the second replaced");
/// # }).unwrap();
/// ```
pub struct WatchStream<T> {
    inner: Boxed<T>,
}

impl<T: Clone + Send + Sync + 'static> WatchStream<T> {
    /// The stream of the value that is there, seen or not, and then of the changes.
    pub fn new(mut receiver: Receiver<T>) -> Self {
        receiver.mark_changed();
        WatchStream::from_changes(receiver)
    }

    /// The stream of values that the receiver has not seen.
    pub fn from_changes(receiver: Receiver<T>) -> Self {
        WatchStream {
            inner: Boxed::new(receiver, next),
        }
    }
}

async fn next<T: Clone>(mut receiver: Receiver<T>) -> Option<(T, Receiver<T>)> {
    receiver.changed().await.ok()?;
    let value = receiver.borrow_and_update().clone();
    Some((value, receiver))
}

impl<T> Stream for WatchStream<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.inner).poll_next(cx)
    }
}

impl<T> FusedStream for WatchStream<T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T: Clone + Send + Sync + 'static> From<Receiver<T>> for WatchStream<T> {
    fn from(receiver: Receiver<T>) -> Self {
        WatchStream::new(receiver)
    }
}

impl<T> fmt::Debug for WatchStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").finish_non_exhaustive()
    }
}
