//! The receiver of a broadcast channel: a position among the values, and a wait for the next one.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use super::error::{RecvError, TryRecvError};
use super::shared::{Shared, State};
use crate::api::preempt::{self, PreemptionDisabled};
use crate::api::sync::blocking::now_or_panic;
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::queue::Key;
use crate::api::sync::resource::Tag;
use crate::base::place::caller;
use crate::base::resource::{Action, Want};
use crate::run::context::{Here, look};

/// Receives every value that is sent while it is there, unless it is too slow.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The position of its next value.
    next: u64,
    /// What it was when it subscribed.
    subscribed: u64,
}

impl<T> Receiver<T> {
    /// A receiver of what is sent from now on.
    pub(super) fn subscribe(shared: &Arc<Shared<T>>) -> Receiver<T> {
        let mut state = shared.state.lock();
        state.ends.add_receiver();
        Receiver {
            shared: shared.clone(),
            next: state.next,
            subscribed: state.next,
        }
    }

    /// How many values it has not had, those that it lost included.
    #[track_caller]
    pub fn len(&self) -> usize {
        preempt::here();
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
        self.shared.state.lock().ends.senders()
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.shared.state.lock().ends.weak_senders()
    }

    /// Whether all senders are gone. There may still be values.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        preempt::here();
        self.sender_strong_count() == 0
    }
}

impl<T: Clone> Receiver<T> {
    /// Another receiver, which gets what is sent from now on, and nothing of what this one has not had.
    #[track_caller]
    pub fn resubscribe(&self) -> Receiver<T> {
        preempt::here();
        Receiver::subscribe(&self.shared)
    }

    /// Waits for the next value. A wait that is dropped loses none.
    ///
    /// # Errors
    ///
    /// If values were lost, or all senders are gone and it has had all.
    ///
    /// ```
    /// use reweave::sync::broadcast::{self, error::RecvError};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = broadcast::channel(2);
    /// (1..=3).for_each(|n| _ = sender.send(n).unwrap());
    /// assert_eq!(receiver.recv().await, Err(RecvError::Lagged(1)));
    /// assert_eq!(receiver.recv().await, Ok(2));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the receiver moves on in the poll that returns a value, and in no other.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let place = caller();
        // An `async` block, so that like tokio's the future must be pinned.
        async move {
            Recv {
                op: Op::at(place, Action::Receive),
                next: Next {
                    shared: &self.shared,
                    position: &mut self.next,
                    subscribed: self.subscribed,
                    key: None,
                },
            }
            .await
        }
    }

    /// Takes the next value if it is there.
    ///
    /// # Errors
    ///
    /// If it is not, values were lost, or all senders are gone and it has had all.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        preempt::here();
        let (shared, next) = (&self.shared, &mut self.next);
        let value = look!(here => shared.state.lock().receive(next, here))?;
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
    // It runs code of the user's under the lock.
    let _barred = PreemptionDisabled::begin();
    let value = value.lock().unwrap_or_else(PoisonError::into_inner);
    value.clone()
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let _point = preempt::after();
        let mut state = self.shared.state.lock();
        let unread = self.next.max(state.oldest())..state.next;
        let values: Vec<_> = unread.map(|position| state.pass(position)).collect();
        let last = state.ends.remove_receiver();
        drop(state);
        drop(values);
        if last {
            self.shared.closing.notify_all();
        }
    }
}

/// Waits for the next value.
struct Recv<'a, T> {
    op: Op,
    next: Next<'a, T>,
}

impl<T: Clone> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Recv { op, next } = &mut *self;
        let shared = next.shared;
        let received = ready!(op.poll(cx, &shared.state, next));
        Poll::Ready(match received {
            Ok(value) => Ok(copy(&value)),
            Err(TryRecvError::Lagged(lost)) => Err(RecvError::Lagged(lost)),
            Err(TryRecvError::Closed | TryRecvError::Empty) => Err(RecvError::Closed),
        })
    }
}

/// The next value of a receiver, and the place in the queue of who waits for it.
struct Next<'a, T> {
    shared: &'a Shared<T>,
    position: &'a mut u64,
    subscribed: u64,
    key: Option<Key>,
}

impl<T> Attempt for Next<'_, T> {
    type State = State<T>;
    type Found = ();
    type Output = Result<Arc<Mutex<T>>, TryRecvError>;

    const POINT: When = When::First;

    fn tag(state: &mut State<T>) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<(), Want> {
        if state.has_for(*self.position) {
            return Ok(());
        }
        op.set_fresh(*self.position == self.subscribed);
        Err(Want::Message)
    }

    fn complete(
        &mut self,
        (): (),
        state: &mut State<T>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Self::Output {
        state.receive(self.position, here)
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        if let Some(key) = self.key {
            if let Some(stored) = state.line.get_mut(key) {
                return Some(mem::replace(stored, waker));
            }
            // Woken, and found nothing: it queues anew.
            state.line.remove(key);
        }
        self.key = Some(state.line.push_back(Some(waker)));
        None
    }
}

impl<T> Drop for Next<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let old = self.shared.state.lock().line.remove(key);
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
