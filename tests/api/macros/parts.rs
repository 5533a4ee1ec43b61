//! Futures whose every poll and drop is seen, for tests of who is polled when.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// What happened, in order: "a" for a poll of `a`, "-a" for its drop.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub fn add(&self, event: impl Into<String>) {
        self.0.borrow_mut().push(event.into());
    }

    /// Everything so far, which is then forgotten.
    pub fn take(&self) -> String {
        self.0.take().join(" ")
    }

    /// A future that is pending for `pending` polls, then ready with `output`.
    pub fn future<T>(&self, name: &'static str, pending: u32, output: T) -> Logged<T> {
        Logged {
            log: self.clone(),
            name,
            pending,
            output: Some(output),
        }
    }

    /// A future that is never ready.
    pub fn never(&self, name: &'static str) -> Logged<()> {
        self.future(name, u32::MAX, ())
    }
}

pub struct Logged<T> {
    log: Log,
    name: &'static str,
    pending: u32,
    output: Option<T>,
}

impl<T> Unpin for Logged<T> {}

impl<T> Future for Logged<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.log.add(self.name);
        if self.pending > 0 {
            self.pending -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.output.take().expect("polled after it was ready"))
    }
}

impl<T> Drop for Logged<T> {
    fn drop(&mut self) {
        self.log.add(format!("-{}", self.name));
    }
}
