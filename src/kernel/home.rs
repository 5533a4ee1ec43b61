//! What other threads may see of a run: its thread, and a place to leave requests.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// A task, as far as other threads may ask something of it.
pub(crate) trait Remote: Send + Sync {
    /// The task's place in the table of tasks.
    fn slot(&self) -> u32;

    /// Whether the task is over.
    fn is_done(&self) -> bool;

    /// Wakes the task.
    fn wake(self: Arc<Self>);

    /// Asks for the task's end: it is cancelled when it is next drawn.
    fn abort(self: Arc<Self>);
}

/// What other threads ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Request {
    Wake,
    Abort,
}

/// A task, and what is asked of it.
pub(crate) type Asked = (Arc<dyn Remote>, Request);

/// What other threads may see of a run: its thread, and a place to leave requests.
pub(crate) struct Home {
    thread: ThreadId,
    has_requests: AtomicBool,
    /// Tasks of which other threads want something; `None` once the context is gone.
    inbox: Mutex<Option<Vec<Asked>>>,
}

impl Home {
    pub(crate) fn new() -> Arc<Home> {
        Arc::new(Home {
            thread: thread::current().id(),
            has_requests: AtomicBool::new(false),
            inbox: Mutex::new(Some(Vec::new())),
        })
    }

    /// Whether this thread may touch the cells of this home.
    pub(crate) fn is_current_thread(&self) -> bool {
        thread::current().id() == self.thread
    }

    /// Whether a request of another thread waits to be taken.
    #[inline(always)]
    pub(crate) fn has_requests(&self) -> bool {
        self.has_requests.load(Relaxed)
    }

    /// Takes what other threads left.
    pub(crate) fn take_requests(&self) -> Vec<Asked> {
        if !self.has_requests.swap(false, SeqCst) {
            return Vec::new();
        }
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// No more requests are taken: the context is gone.
    pub(crate) fn close(&self) {
        let inbox = self
            .inbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(inbox);
    }

    pub(crate) fn post(&self, task: Arc<dyn Remote>, request: Request) {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(requests) = inbox.as_mut() {
            requests.push((task, request));
            self.has_requests.store(true, SeqCst);
        }
    }
}
