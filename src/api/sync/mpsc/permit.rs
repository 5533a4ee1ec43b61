//! Permits: room in a bounded channel that is kept for messages to come.
//!
//! A permit makes sending certain: it works even after the receiver has closed, which goes on to receive until
//! all permits have sent or were dropped.

use std::fmt;
use std::future::Future;
use std::iter::FusedIterator;

use super::bounded::Sender;
use super::chan::Chan;
use super::error::{SendError, TrySendError};
use crate::api::preempt;
use crate::api::sync::acquire::TryAcquireError;
use crate::base::place::{Place, caller};
use crate::record::fact::Hold;

impl<T> Sender<T> {
    /// Waits for room, and keeps it for one message to come.
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed.
    ///
    /// ```
    /// use reweave::sync::mpsc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = mpsc::channel(1);
    /// let permit = sender.reserve().await.unwrap();
    /// assert!(sender.try_send(1).is_err(), "the only slot is kept");
    /// permit.send(2);
    /// assert_eq!(receiver.recv().await, Some(2));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it keeps no room, and has lost its place in line.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let place = caller();
        async move {
            let kept = self.reserve_slots(1, place).await?;
            Ok(Permit(Room::new(&*self.tx.chan, 1, Some(kept))))
        }
    }

    /// Waits for room for `n` messages, and keeps it.
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed, or the channel never has that much room.
    ///
    /// ```
    /// use reweave::sync::mpsc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = mpsc::channel(3);
    /// for (n, permit) in sender.reserve_many(2).await.unwrap().enumerate() {
    ///     permit.send(n);
    /// }
    /// assert_eq!((receiver.recv().await, receiver.recv().await), (Some(0), Some(1)));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it keeps no room, and has lost its place in line.
    /// Room that it had been given already goes to those behind it.
    #[track_caller]
    pub fn reserve_many(
        &self,
        n: usize,
    ) -> impl Future<Output = Result<PermitIterator<'_, T>, SendError<()>>> {
        let place = caller();
        async move {
            let kept = self.reserve_slots(n, place).await?;
            Ok(PermitIterator(Room::new(&*self.tx.chan, n, Some(kept))))
        }
    }

    /// [`Sender::reserve`] with a permit that owns the sender.
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed.
    ///
    /// ```
    /// use reweave::sync::mpsc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = mpsc::channel(1);
    /// let permit = sender.reserve_owned().await.unwrap();
    /// reweave::spawn(async move { drop(permit.send(1)) });
    /// assert_eq!(receiver.recv().await, Some(1));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it keeps no room, and has lost its place in line.
    /// The sender is dropped with it.
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        let place = caller();
        async move {
            let kept = self.reserve_slots(1, place).await?;
            Ok(OwnedPermit(Room::new(self, 1, Some(kept))))
        }
    }

    async fn reserve_slots(&self, n: usize, place: Place) -> Result<Hold, SendError<()>> {
        let chan = &self.tx.chan;
        if n > chan.slots() {
            return Err(SendError(()));
        }
        chan.reserve(n, place).await
    }

    /// Keeps room for one message if there is some.
    ///
    /// # Errors
    ///
    /// If there is none, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        preempt::here();
        let kept = self.try_reserve_slots(1, caller())?;
        Ok(Permit(Room::new(&*self.tx.chan, 1, Some(kept))))
    }

    /// Keeps room for `n` messages if there is that much.
    ///
    /// # Errors
    ///
    /// If there is less, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        preempt::here();
        let kept = self.try_reserve_slots(n, caller())?;
        Ok(PermitIterator(Room::new(&*self.tx.chan, n, Some(kept))))
    }

    /// [`Sender::try_reserve`] with a permit that owns the sender.
    ///
    /// # Errors
    ///
    /// The sender, if there is no room, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        preempt::here();
        match self.try_reserve_slots(1, caller()) {
            Ok(kept) => Ok(OwnedPermit(Room::new(self, 1, Some(kept)))),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(self)),
            Err(TrySendError::Full(())) => Err(TrySendError::Full(self)),
        }
    }

    fn try_reserve_slots(&self, n: usize, place: Place) -> Result<Hold, TrySendError<()>> {
        match self.tx.chan.try_reserve(n, place) {
            Ok(kept) => Ok(kept),
            Err(TryAcquireError::Closed) => Err(TrySendError::Closed(())),
            Err(TryAcquireError::NoPermits) => Err(TrySendError::Full(())),
        }
    }
}

/// Who leads to a channel: a borrow of it, or a sender.
trait HasChan {
    type Message;

    fn chan(&self) -> &Chan<Self::Message>;
}

impl<T> HasChan for &Chan<T> {
    type Message = T;

    fn chan(&self) -> &Chan<T> {
        self
    }
}

impl<T> HasChan for Sender<T> {
    type Message = T;

    fn chan(&self) -> &Chan<T> {
        &self.tx.chan
    }
}

/// Room in a channel that was acquired; what is not used of it is given back.
struct Room<K: HasChan> {
    /// `None` once all is used or given back.
    keep: Option<K>,
    slots: usize,
    /// The run's number of it, if it has one: the permits of one iterator have one together.
    kept: Option<Hold>,
}

impl<K: HasChan> Room<K> {
    fn new(keep: K, slots: usize, kept: Option<Hold>) -> Room<K> {
        let keep = Some(keep);
        Room { keep, slots, kept }
    }

    fn keep(&self) -> &K {
        self.keep.as_ref().expect(USED_ONCE)
    }

    /// Sends into a room for one.
    fn send(mut self, message: K::Message) -> K {
        let keep = self.keep.take().expect(USED_ONCE);
        keep.chan().push(message, self.kept);
        keep
    }

    fn release(mut self) -> K {
        let keep = self.keep.take().expect(USED_ONCE);
        keep.chan().give_up(self.slots, self.kept);
        keep
    }
}

const USED_ONCE: &str = "what uses a permit consumes it";

impl<K: HasChan> Drop for Room<K> {
    fn drop(&mut self) {
        if self.keep.is_none() {
            return;
        }
        let _point = preempt::after();
        if let Some(keep) = self.keep.take() {
            keep.chan().give_up(self.slots, self.kept);
        }
    }
}

/// Room for one message; made by [`Sender::reserve`].
#[must_use = "a permit that is dropped gives its room back"]
pub struct Permit<'a, T>(Room<&'a Chan<T>>);

impl<T> Permit<'_, T> {
    /// Sends. That it was sent does not mean that it will be received.
    #[track_caller]
    pub fn send(self, value: T) {
        let _point = preempt::around();
        self.0.send(value);
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

/// Room for several messages, one permit after the other; made by [`Sender::reserve_many`].
#[must_use = "permits that are dropped give their room back"]
pub struct PermitIterator<'a, T>(Room<&'a Chan<T>>);

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        self.0.slots = self.0.slots.checked_sub(1)?;
        let chan = *self.0.keep();
        Some(Permit(Room::new(chan, 1, None)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.slots, Some(self.0.slots))
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator")
            .field("left", &self.0.slots)
            .finish_non_exhaustive()
    }
}

/// Room for one message, and the sender it came from; made by [`Sender::reserve_owned`].
#[must_use = "a permit that is dropped gives its room back"]
pub struct OwnedPermit<T>(Room<Sender<T>>);

impl<T> OwnedPermit<T> {
    /// Sends, and gives the sender back.
    #[track_caller]
    pub fn send(self, value: T) -> Sender<T> {
        let _point = preempt::around();
        self.0.send(value)
    }

    /// Gives the room back, and the sender.
    #[track_caller]
    pub fn release(self) -> Sender<T> {
        let _point = preempt::around();
        self.0.release()
    }

    /// Whether both are of one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.same_channel_as_sender(other.0.keep())
    }

    /// Whether the permit and the sender are of one channel.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.0.keep().same_channel(sender)
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").finish_non_exhaustive()
    }
}
