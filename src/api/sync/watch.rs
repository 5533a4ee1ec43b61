//! A channel that keeps only the latest value.
//!
//! ```text
//!   Sender ──► [ value, version 7 ] ◄── Receiver, has seen 7: waits
//!                                   ◄── Receiver, has seen 4: changed() at once; 5 and 6 are lost to it
//! ```
//!
//! Which receiver is woken first is drawn: tokio promises no order either.
//!
//! ```
//! use reweave::sync::watch;
//!
//! # reweave::Sim::new().run(async {
//! let (speed, mut gauge) = watch::channel(0);
//! reweave::spawn(async move { speed.send(50) });
//! gauge.changed().await.unwrap();
//! assert_eq!(*gauge.borrow_and_update(), 50);
//! # }).unwrap();
//! ```

use std::fmt;
use std::future::Future;
use std::mem;
use std::sync::{Arc, RwLock};

use super::ends::Ends;
use super::guarded::Guarded;
use super::notify::{Missing, Notify};
use super::resource::Tag;
use crate::api::preempt::{self, PreemptionDisabled};
use crate::api::task::coop;
use crate::base::place::{Place, caller};
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::{Fact, Refusal};
use crate::record::spin::Closing;
use crate::run::context::look;

pub mod error;
mod shared;

pub use shared::Ref;

use error::{RecvError, SendError};
use shared::{Shared, State};

/// Makes a channel with a first value, which counts as seen.
#[track_caller]
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(init);
    let receiver = sender.subscribe();
    (sender, receiver)
}

/// Sends values, each in place of the one before.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
    /// Where it was made.
    made: Place,
}

impl<T> Sender<T> {
    /// A sender without receivers; see [`Sender::subscribe`].
    #[track_caller]
    pub fn new(init: T) -> Sender<T> {
        let mut tag = Tag::made_here(ResourceKind::Watch);
        let made = caller();
        tag.sender_made(made);
        let shared = Shared {
            value: RwLock::new(init),
            changes: Notify::part(tag.share(), Want::Change).numbered(),
            closing: Notify::part(tag.share(), Want::Close).numbered(),
            state: Guarded::made(State {
                version: 0,
                ends: Ends::new(0),
                tag,
            }),
        };
        Sender {
            shared: Arc::new(shared),
            made,
        }
    }

    /// Sends a value, and tells the receivers.
    ///
    /// # Errors
    ///
    /// The value, if there is no receiver. The channel then keeps the one before.
    ///
    /// # Panics
    ///
    /// If a [`Ref`] is held: in tokio the thread would block for ever.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let _point = preempt::around();
        if !self.has_receivers() {
            look!(here => self.shared.state.lock().tag.refuses(here, Refusal::Alone));
            return Err(SendError(value));
        }
        self.publish(|old| {
            *old = value;
            true
        });
        Ok(())
    }

    /// Changes the value in place, and tells the receivers. If `modify` panics they are not told.
    ///
    /// # Panics
    ///
    /// As [`Sender::send`].
    #[track_caller]
    pub fn send_modify<F>(&self, modify: F)
    where
        F: FnOnce(&mut T),
    {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// Changes the value in place, and tells the receivers if `modify` says that it did. Says the same.
    ///
    /// # Panics
    ///
    /// As [`Sender::send`].
    #[track_caller]
    pub fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        let _point = preempt::around();
        self.publish(modify)
    }

    fn publish(&self, modify: impl FnOnce(&mut T) -> bool) -> bool {
        let barred = PreemptionDisabled::begin();
        let mut value = self.shared.write();
        if !modify(&mut value) {
            return false;
        }
        let mut state = self.shared.state.lock();
        state.version = state.version.wrapping_add(1);
        state.tag.tell(|resource| Fact::Published { resource });
        drop(state);
        drop(value);
        drop(barred);
        self.shared.changes.notify_waiters_in_any_order();
        true
    }

    /// Sends a value also if there is no receiver, and gives the one before.
    ///
    /// # Panics
    ///
    /// As [`Sender::send`].
    #[track_caller]
    pub fn send_replace(&self, mut value: T) -> T {
        self.send_modify(|old| std::mem::swap(old, &mut value));
        value
    }

    /// A look at the value.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        preempt::here();
        Ref {
            value: self.shared.read(),
            has_changed: false,
            held: self.shared.state.hold(),
            barred: PreemptionDisabled::begin(),
        }
    }

    /// Whether there is no receiver.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    fn has_receivers(&self) -> bool {
        self.shared.state.lock().ends.receivers() > 0
    }

    /// Waits until there is no receiver.
    ///
    /// ```
    /// use reweave::sync::watch;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, receiver) = watch::channel(0);
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
        let closed = || (!self.has_receivers()).then_some(());
        coop::cooperative(closing.wait_until(caller(), Action::Observe, closed))
    }

    /// Another receiver. It counts the present value as seen.
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        preempt::here();
        let mut state = self.shared.state.lock();
        state.ends.add_receiver();
        Receiver {
            shared: self.shared.clone(),
            seen: state.version,
            subscribed: state.version,
        }
    }

    /// How many receivers there are.
    #[track_caller]
    pub fn receiver_count(&self) -> usize {
        preempt::here();
        self.shared.state.lock().ends.receivers()
    }

    /// How many senders there are.
    #[track_caller]
    pub fn sender_count(&self) -> usize {
        preempt::here();
        self.shared.state.lock().ends.senders()
    }

    /// Whether both send into one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
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

impl<T: Default> Default for Sender<T> {
    #[track_caller]
    fn default() -> Sender<T> {
        Sender::new(T::default())
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
            drop(state);
            self.shared.changes.notify_waiters_in_any_order();
        }
    }
}

/// Sees the latest value.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The version it has seen.
    seen: u64,
    /// The version when it subscribed.
    subscribed: u64,
}

impl<T> Receiver<T> {
    /// A look at the value, which does not count it as seen.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        preempt::here();
        self.shared.look(self.seen).0
    }

    /// A look at the value, which counts it as seen.
    #[track_caller]
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        preempt::here();
        let (value, version) = self.shared.look(self.seen);
        self.seen = version;
        value
    }

    /// Whether there is a value that it has not seen.
    ///
    /// # Errors
    ///
    /// If all senders are gone, whether it has seen the last value or not.
    #[track_caller]
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        preempt::here();
        self.shared
            .version()
            .map(|version| version != self.seen)
            .map_err(|_| RecvError(()))
    }

    /// Whether all senders are gone.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        preempt::here();
        self.shared.version().is_err()
    }

    /// Counts the present value as not seen.
    #[track_caller]
    pub fn mark_changed(&mut self) {
        preempt::here();
        self.seen = self.shared.latest().wrapping_sub(1);
    }

    /// Counts the present value as seen.
    #[track_caller]
    pub fn mark_unchanged(&mut self) {
        preempt::here();
        self.seen = self.shared.latest();
    }

    /// Waits for a value that it has not seen, and counts it as seen. A wait that is dropped misses nothing.
    ///
    /// # Errors
    ///
    /// If all senders are gone, and it has seen the last value.
    ///
    /// ```
    /// use reweave::sync::watch;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = watch::channel(0);
    /// sender.send(1).unwrap();
    /// sender.send(2).unwrap();
    /// receiver.changed().await.unwrap();
    /// assert_eq!(*receiver.borrow(), 2);
    /// drop(sender);
    /// assert!(receiver.changed().await.is_err());
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a value counts as seen in the poll that says so, and in no other.
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        let (shared, seen) = (&*self.shared, &mut self.seen);
        let subscribed = self.subscribed;
        let change = move || {
            let (version, open) = match shared.version() {
                Ok(version) => (version, true),
                Err(version) => (version, false),
            };
            let changed = mem::replace(seen, version) != version;
            match (changed, open) {
                (true, _) => Ok(Ok(())),
                (false, true) => Err(Missing {
                    fresh: version == subscribed,
                }),
                (false, false) => Ok(Err(RecvError(()))),
            }
        };
        let changes = &shared.changes;
        coop::cooperative(changes.wait_for(caller(), Action::Observe, change))
    }

    /// Waits for a value of which `f` says yes; also looks at the present one, and counts what it looks at as seen.
    ///
    /// # Errors
    ///
    /// If all senders are gone, and `f` has said no to the last value.
    ///
    /// ```
    /// use reweave::sync::watch;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (progress, mut receiver) = watch::channel(0);
    /// reweave::spawn(async move {
    ///     for percent in [20, 60, 100] {
    ///         reweave::task::yield_now().await;
    ///         progress.send_replace(percent);
    ///     }
    /// });
    /// assert!(*receiver.wait_for(|percent| *percent > 50).await.unwrap() > 50);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe in that it can be called again. Values that `f` said no to count as seen.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        mut f: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Ref<'_, T>, RecvError>> {
        let (shared, seen) = (&*self.shared, &mut self.seen);
        let subscribed = self.subscribed;
        let mut first = true;
        let fitting = move || {
            // Asked before the look, so that a last value in between is not missed.
            let closed = shared.version().is_err();
            let (value, version) = shared.look(*seen);
            *seen = version;
            if (mem::take(&mut first) || value.has_changed) && f(&value) {
                return Ok(Ok(value));
            }
            match closed {
                true => Ok(Err(RecvError(()))),
                false => Err(Missing {
                    fresh: version == subscribed,
                }),
            }
        };
        let changes = &shared.changes;
        coop::cooperative(changes.wait_for(caller(), Action::Observe, fitting))
    }

    /// Whether both receive from one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Receiver<T> {
        self.shared.state.lock().ends.add_receiver();
        Receiver {
            shared: self.shared.clone(),
            seen: self.seen,
            subscribed: self.subscribed,
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let _point = preempt::after();
        let mut state = self.shared.state.lock();
        if state.ends.remove_receiver() {
            drop(state);
            self.shared.closing.notify_all();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.state.touch();
        f.debug_struct("Sender")
            .field("value", &self.shared.value)
            .finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.state.touch();
        let value = &self.shared.value;
        f.debug_struct("Receiver")
            .field("value", value)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}
