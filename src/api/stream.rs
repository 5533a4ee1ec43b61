//! Streams: receivers and intervals as `futures::Stream`, and the wrappers of tokio-stream.
//!
//! [`mpsc::Receiver`], [`mpsc::UnboundedReceiver`] and [`Interval`] are streams themselves:
//!
//! ```
//! use futures::StreamExt;
//! use reweave::sync::mpsc;
//!
//! # reweave::Sim::new().run(async {
//! let (sender, receiver) = mpsc::channel(4);
//! reweave::spawn(async move {
//!     for n in 1..=3 {
//!         sender.send(n).await.unwrap();
//!     }
//! });
//! let doubled: Vec<u32> = receiver.map(|n| 2 * n).collect().await;
//! assert_eq!(doubled, [2, 4, 6]);
//! # }).unwrap();
//! ```
//!
//! In tokio they are not, and code written for it wraps them: see [`wrappers`].
//!
//! ```text
//!   mpsc::Receiver ─────────► Stream      ReceiverStream::new(receiver) ──► Stream
//!   Interval ───────────────► Stream      IntervalStream::new(interval) ──► Stream
//!   watch::Receiver             ·         WatchStream::new(receiver) ─────► Stream: by itself it has two
//!   broadcast::Receiver         ·         BroadcastStream::new(receiver) ─► Stream: ways to be one
//! ```

pub(crate) mod exclusive;
pub mod wrappers;

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::FusedStream;

use crate::api::sync::mpsc;
use crate::api::time::Interval;

/// [`mpsc::Receiver::recv`] as a stream, which ends once no more messages will come.
impl<T> Stream for mpsc::Receiver<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_recv(cx)
    }

    /// At least what is there; and once nobody can send any more but by permits, at most that and one for each.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let taken = || self.max_capacity() - self.capacity();
        (self.len(), self.is_closed().then(taken))
    }
}

impl<T> FusedStream for mpsc::Receiver<T> {
    fn is_terminated(&self) -> bool {
        self.size_hint() == (0, Some(0))
    }
}

/// [`mpsc::UnboundedReceiver::recv`] as a stream, which ends once no more messages will come.
impl<T> Stream for mpsc::UnboundedReceiver<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_recv(cx)
    }

    /// At least what is there; and that exactly once nobody can send any more.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.len();
        (len, self.is_closed().then_some(len))
    }
}

impl<T> FusedStream for mpsc::UnboundedReceiver<T> {
    fn is_terminated(&self) -> bool {
        self.size_hint() == (0, Some(0))
    }
}

/// It never ends.
impl FusedStream for Interval {
    fn is_terminated(&self) -> bool {
        false
    }
}
