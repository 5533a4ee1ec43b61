//! A receiver of a `broadcast` channel as a stream.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::FusedStream;

use super::boxed::Boxed;
use crate::api::sync::broadcast::Receiver;
use crate::api::sync::broadcast::error::RecvError;

/// A [`Receiver`] as a stream. That values were lost is an item; the stream goes on after it with the oldest value
/// that is left. It ends once all senders are gone and it has given all values.
///
/// ```
/// use futures::StreamExt;
/// use reweave::stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError::Lagged};
/// use reweave::sync::broadcast;
///
/// # reweave::Sim::new().run(async {
/// let (news, receiver) = broadcast::channel(2);
/// for hour in 0..3 {
///     news.send(hour).unwrap();
/// }
/// drop(news);
/// let heard: Vec<_> = BroadcastStream::new(receiver).collect().await;
/// assert_eq!(heard, [Err(Lagged(1)), Ok(1), Ok(2)]);
/// # }).unwrap();
/// ```
pub struct BroadcastStream<T> {
    inner: Boxed<Result<T, BroadcastStreamRecvError>>,
}

/// What can stand in a [`BroadcastStream`] in place of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BroadcastStreamRecvError {
    /// The stream was polled too late: this many values were overwritten before it received them.
    Lagged(u64),
}

impl fmt::Display for BroadcastStreamRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BroadcastStreamRecvError::Lagged(lost) = self;
        write!(f, "channel lagged by {lost}")
    }
}

impl Error for BroadcastStreamRecvError {}

impl<T: Clone + Send + 'static> BroadcastStream<T> {
    /// The stream of what this receiver receives.
    pub fn new(receiver: Receiver<T>) -> Self {
        BroadcastStream {
            inner: Boxed::new(receiver, next),
        }
    }
}

type Item<T> = Result<T, BroadcastStreamRecvError>;

async fn next<T: Clone>(mut receiver: Receiver<T>) -> Option<(Item<T>, Receiver<T>)> {
    let item = match receiver.recv().await {
        Ok(value) => Ok(value),
        Err(RecvError::Lagged(lost)) => Err(BroadcastStreamRecvError::Lagged(lost)),
        Err(RecvError::Closed) => return None,
    };
    Some((item, receiver))
}

impl<T> Stream for BroadcastStream<T> {
    type Item = Item<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        Pin::new(&mut self.inner).poll_next(cx)
    }
}

impl<T> FusedStream for BroadcastStream<T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T: Clone + Send + 'static> From<Receiver<T>> for BroadcastStream<T> {
    fn from(receiver: Receiver<T>) -> Self {
        BroadcastStream::new(receiver)
    }
}

impl<T> fmt::Debug for BroadcastStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroadcastStream").finish_non_exhaustive()
    }
}
