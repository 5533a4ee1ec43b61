//! The senders of a broadcast channel: strong ones keep it open, weak ones do not.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};

use super::error::SendError;
use super::receiver::Receiver;
use super::shared::{Kept, Shared, State};
use crate::api::preempt;
use crate::api::sync::ends::Ends;
use crate::api::sync::guarded::Guarded;
use crate::api::sync::notify::Notify;
use crate::api::sync::queue::WaitQueue;
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::{Fact, Refusal};
use crate::record::spin::Closing;
use crate::run::context::look;

/// Sends values to all receivers.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
    /// Where it was made.
    made: Place,
}

impl<T> Sender<T> {
    /// A sender without receivers; see [`Sender::subscribe`].
    ///
    /// # Panics
    ///
    /// As [`broadcast::channel`](super::channel()).
    #[track_caller]
    pub fn new(capacity: usize) -> Sender<T> {
        assert!(
            capacity > 0,
            "a broadcast channel keeps at least one value, got a capacity of 0"
        );
        assert!(
            capacity <= usize::MAX >> 1,
            "a broadcast channel keeps at most usize::MAX / 2 values"
        );
        let mut tag = Tag::made_here(ResourceKind::Broadcast);
        let made = caller();
        tag.sender_made(made);
        let closing = Notify::part(tag.share(), Want::Close).numbered();
        let state = State {
            kept: VecDeque::new(),
            next: 0,
            ends: Ends::new(0),
            line: WaitQueue::new(),
            tag,
        };
        let capacity = capacity.next_power_of_two();
        Sender {
            shared: Arc::new(Shared {
                capacity,
                state: Guarded::made(state),
                closing,
            }),
            made,
        }
    }

    /// Sends to all receivers that there are now; says how many. Not all of them need to get it: see
    /// [`RecvError::Lagged`](super::error::RecvError::Lagged).
    ///
    /// # Errors
    ///
    /// The value, if there is no receiver.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let _point = preempt::around();
        let mut state = self.shared.state.lock();
        let receivers = state.ends.receivers();
        if receivers == 0 {
            look!(here => state.tag.refuses(here, Refusal::Alone));
            return Err(SendError(value));
        }
        state.tag.tell(|resource| Fact::Published { resource });
        let full = state.kept.len() == self.shared.capacity;
        let lost = if full { state.kept.pop_front() } else { None };
        state.kept.push_back(Kept {
            value: Some(Arc::new(Mutex::new(value))),
            waiting: receivers,
        });
        state.next += 1;
        let woken = state.take_waiters();
        drop(state);
        drop(lost);
        woken.wake();
        Ok(receivers)
    }

    /// Another receiver, which gets what is sent from now on.
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        preempt::here();
        Receiver::subscribe(&self.shared)
    }

    /// A sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T> {
        self.shared.state.lock().ends.add_weak_sender();
        WeakSender {
            shared: self.shared.clone(),
        }
    }

    /// How many values some receiver has not had.
    #[track_caller]
    pub fn len(&self) -> usize {
        preempt::here();
        let state = self.shared.state.lock();
        // Each receiver has them in order, so what all have had stands before what some have not.
        state.kept.len() - state.kept.partition_point(|kept| kept.waiting == 0)
    }

    /// Whether all receivers have had all values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many receivers there are.
    #[track_caller]
    pub fn receiver_count(&self) -> usize {
        preempt::here();
        self.shared.state.lock().ends.receivers()
    }

    /// Whether both send into one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Waits until there is no receiver.
    ///
    /// ```
    /// use reweave::sync::broadcast;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, receiver) = broadcast::channel::<u8>(1);
    /// let producer = reweave::spawn(async move { sender.closed().await });
    /// drop(receiver);
    /// producer.await.unwrap();
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let closing = &self.shared.closing;
        let closed = || (self.receiver_count() == 0).then_some(());
        closing.wait_until(caller(), Action::Observe, closed)
    }

    /// How many senders there are.
    #[track_caller]
    pub fn strong_count(&self) -> usize {
        preempt::here();
        self.shared.state.lock().ends.senders()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.shared.state.lock().ends.weak_senders()
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Sender<T> {
        let made = caller();
        let mut state = self.shared.state.lock();
        state.ends.add_sender();
        state.tag.sender_made(made);
        Sender {
            shared: self.shared.clone(),
            made,
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let _point = preempt::after();
        let at = std::ptr::from_ref(self).addr();
        let mut state = self.shared.state.lock();
        state.tag.sender_gone(self.made, at);
        if state.ends.remove_sender() {
            state.tag.closes(Closing::LastSender);
            let woken = state.take_waiters();
            drop(state);
            woken.wake();
        }
    }
}

/// A sender that does not keep the channel open; made by [`Sender::downgrade`].
pub struct WeakSender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> WeakSender<T> {
    /// A sender, unless all are gone.
    #[track_caller]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let _point = preempt::around();
        let mut state = self.shared.state.lock();
        if !state.ends.upgrade() {
            return None;
        }
        let made = caller();
        state.tag.sender_made(made);
        drop(state);
        Some(Sender {
            shared: self.shared.clone(),
            made,
        })
    }

    /// How many senders there are.
    #[track_caller]
    pub fn strong_count(&self) -> usize {
        preempt::here();
        self.shared.state.lock().ends.senders()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.shared.state.lock().ends.weak_senders()
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        self.shared.state.lock().ends.add_weak_sender();
        WeakSender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for WeakSender<T> {
    fn drop(&mut self) {
        self.shared.state.lock().ends.remove_weak_sender();
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}
