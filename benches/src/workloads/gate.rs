//! A gate: how many tasks start their work together.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Shut at first. Tasks wait at it until it is [opened](Gate::open), once and for all.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Mutex<State>>);

#[derive(Debug)]
enum State {
    Shut(Vec<Waker>),
    Open,
}

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State::Shut(Vec::new()))))
    }
}

impl Gate {
    /// Lets all pass.
    pub fn open(&self) {
        let before = mem::replace(&mut *self.state(), State::Open);
        if let State::Shut(waiting) = before {
            waiting.into_iter().for_each(Waker::wake);
        }
    }

    /// Waits until the gate is open.
    pub async fn opened(&self) {
        std::future::poll_fn(|context| match &mut *self.state() {
            State::Open => Poll::Ready(()),
            State::Shut(waiting) => {
                waiting.push(context.waker().clone());
                Poll::Pending
            }
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
