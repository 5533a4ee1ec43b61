//! An interval, wrapped.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::FusedStream;

use crate::api::time::{Instant, Interval};

/// An [`Interval`] as a stream of the instants at which its ticks were due. The interval is one itself; the wrapper is
/// for code that is written for tokio too.
///
/// ```
/// use futures::StreamExt;
/// use reweave::stream::wrappers::IntervalStream;
/// use reweave::time::{Duration, Instant, interval};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// let ticks = IntervalStream::new(interval(Duration::from_secs(1)));
/// let seconds: Vec<u64> = ticks.map(|due| (due - start).as_secs()).take(3).collect().await;
/// assert_eq!(seconds, [0, 1, 2]);
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct IntervalStream {
    inner: Interval,
}

impl IntervalStream {
    /// The stream of this interval's ticks.
    pub fn new(interval: Interval) -> Self {
        IntervalStream { inner: interval }
    }

    /// The interval again.
    pub fn into_inner(self) -> Interval {
        self.inner
    }
}

impl Stream for IntervalStream {
    type Item = Instant;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Instant>> {
        Pin::new(&mut self.inner).poll_next(cx)
    }

    /// More than can be counted.
    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

impl FusedStream for IntervalStream {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl AsRef<Interval> for IntervalStream {
    fn as_ref(&self) -> &Interval {
        &self.inner
    }
}

impl AsMut<Interval> for IntervalStream {
    fn as_mut(&mut self) -> &mut Interval {
        &mut self.inner
    }
}
