//! A future polled by hand.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// Counts how often its future's task would have been woken.
pub struct Hand<F> {
    future: Pin<Box<F>>,
    wakes: Arc<Wakes>,
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

pub fn hand<F: Future>(future: F) -> Hand<F> {
    Hand {
        future: Box::pin(future),
        wakes: Arc::default(),
    }
}

impl<F: Future> Hand<F> {
    pub fn poll(&mut self) -> Poll<F::Output> {
        let waker = Waker::from(self.wakes.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Polls, and expects an output.
    #[track_caller]
    pub fn ready(&mut self) -> F::Output {
        match self.poll() {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("it is pending"),
        }
    }

    /// Polls, and expects none.
    #[track_caller]
    pub fn pending(&mut self) {
        assert!(self.poll().is_pending(), "it is ready");
    }

    pub fn is_woken(&self) -> bool {
        self.wakes.0.load(SeqCst) > 0
    }

    pub fn pinned(&mut self) -> Pin<&mut F> {
        self.future.as_mut()
    }
}
