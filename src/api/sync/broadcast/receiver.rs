//! The receiver of a broadcast channel: a position among the values, and a wait for the next one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::Shared;
use super::error::{RecvError, TryRecvError};
use crate::api::sync::blocking::now_or_panic;
use crate::api::sync::op::Op;
use crate::api::sync::queue::Key;
use crate::api::sync::wakers::store;
use crate::api::task::coop;
use crate::base::place::caller;
use crate::base::resource::{Action, Want};

/// Receives every value that is sent while it is there, unless it is too slow.
pub struct Receiver<T> {
    pub(super) shared: Arc<Shared<T>>,
    /// The position of its next value.
    pub(super) next: u64,
}

impl<T> Receiver<T> {
    /// How many values it has not had, those that it lost included.
    pub fn len(&self) -> usize {
        (self.shared.state.lock().next - self.next) as usize
    }

    /// Whether it has had all values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both receive from one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.shared.state.lock().senders
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.shared.state.lock().weak_senders
    }

    /// Whether all senders are gone. There may still be values.
    pub fn is_closed(&self) -> bool {
        self.sender_strong_count() == 0
    }
}

impl<T: Clone> Receiver<T> {
    /// Another receiver, which gets what is sent from now on, and nothing of what this one has not had.
    pub fn resubscribe(&self) -> Receiver<T> {
        self.shared.subscribe()
    }

    /// Waits for the next value. A wait that is dropped loses none.
    ///
    /// # Errors
    ///
    /// If values were lost, or all senders are gone and it has had all.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let place = caller();
        // An `async` block, so that like tokio's the future must be pinned.
        async move {
            Recv {
                receiver: self,
                op: Op::at(place, Action::Receive),
                key: None,
            }
            .await
        }
    }

    /// Takes the next value if it is there.
    ///
    /// # Errors
    ///
    /// If it is not, values were lost, or all senders are gone and it has had all.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let value = self.shared.state.lock().receive(&mut self.next)?;
        Ok(copy(&value))
    }

    /// Receives in code that is not async.
    ///
    /// # Errors
    ///
    /// As [`Receiver::recv`].
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        now_or_panic(
            "broadcast::Receiver::blocking_recv",
            "recv().await",
            self.recv(),
        )
    }
}

fn copy<T: Clone>(value: &Mutex<T>) -> T {
    let value = value.lock().unwrap_or_else(PoisonError::into_inner);
    value.clone()
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        let unread = self.next.max(state.oldest())..state.next;
        let values: Vec<_> = unread.map(|position| state.pass(position)).collect();
        state.receivers -= 1;
        let last = state.receivers == 0;
        drop(state);
        drop(values);
        if last {
            self.shared.closing.notify_waiters();
        }
    }
}

/// Waits for the next value.
struct Recv<'a, T> {
    receiver: &'a mut Receiver<T>,
    op: Op,
    key: Option<Key>,
}

impl<T: Clone> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Receiver { shared, next } = &mut *this.receiver;
        ready!(
            this.op
                .poll_begin(cx, &shared.state, |state| &mut state.tag)
        );
        let coop = ready!(coop::poll_proceed(cx));
        let mut state = shared.state.lock();
        let received = match state.receive(next) {
            Ok(value) => Ok(value),
            Err(TryRecvError::Closed) => Err(RecvError::Closed),
            Err(TryRecvError::Lagged(lost)) => Err(RecvError::Lagged(lost)),
            Err(TryRecvError::Empty) => {
                // One that was woken and finds nothing gets in line anew.
                let woken = this.key.filter(|&key| state.line.get_mut(key).is_none());
                if let Some(key) = woken {
                    state.line.remove(key);
                    this.key = None;
                }
                let old = match this.key {
                    Some(key) => store(state.line.get_mut(key), cx.waker()),
                    None => {
                        this.key = Some(state.line.push_back(Some(cx.waker().clone())));
                        None
                    }
                };
                this.op.waits(&mut state.tag, Want::Message);
                drop(state);
                drop(old);
                return Poll::Pending;
            }
        };
        drop(state);
        coop.made_progress();
        Poll::Ready(received.map(|value| copy(&value)))
    }
}

impl<T> Drop for Recv<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let old = self.receiver.shared.state.lock().line.remove(key);
            drop(old);
        }
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
