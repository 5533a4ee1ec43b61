//! A channel with room for so many messages. What its ends can do whether it is bounded or not is in `ends`.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use super::chan::{self, Tx, WeakTx};
use super::error::{SendError, SendTimeoutError, TrySendError};
use super::permit::{OwnedPermit, Permit, PermitIterator};
use super::rx::Rx;
use crate::api::sync::blocking::now_or_panic;
use crate::api::sync::gate::TryAcquireError;
use crate::api::sync::permits::MAX_PERMITS;
use crate::api::time::timeout;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::record::fact::Hold;

/// Makes a channel with room for `buffer` messages.
///
/// # Panics
///
/// If the buffer is 0, or more than a [`Semaphore`](crate::sync::Semaphore) can have permits.
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    assert!(
        buffer > 0,
        "an mpsc channel needs room for at least one message, got `channel(0)`"
    );
    assert!(
        buffer <= MAX_PERMITS,
        "an mpsc channel has room for at most {MAX_PERMITS} messages"
    );
    let (tx, rx) = chan::new(Some(buffer));
    (Sender { tx }, Receiver { rx })
}

/// Sends messages, and waits for room first.
pub struct Sender<T> {
    pub(super) tx: Tx<T>,
}

impl<T> Sender<T> {
    /// Waits for room, then sends. A wait that is dropped sends nothing, and loses its place in line.
    ///
    /// # Errors
    ///
    /// The value, if the receiver is gone or closed.
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), SendError<T>>> {
        self.tx.chan.send(value, caller())
    }

    /// Sends if there is room.
    ///
    /// # Errors
    ///
    /// The value, if there is none, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        match self.tx.chan.try_acquire(1) {
            Ok(()) => {
                self.tx.chan.push(value, None);
                Ok(())
            }
            Err(TryAcquireError::Closed) => Err(TrySendError::Closed(value)),
            Err(TryAcquireError::NoPermits) => Err(TrySendError::Full(value)),
        }
    }

    /// Waits for room for so long in virtual time, then sends.
    ///
    /// # Errors
    ///
    /// The value, if there was no room in time, or the receiver is gone or closed.
    #[track_caller]
    pub fn send_timeout(
        &self,
        value: T,
        limit: Duration,
    ) -> impl Future<Output = Result<(), SendTimeoutError<T>>> {
        self.send_timeout_at(value, limit, caller())
    }

    async fn send_timeout_at(
        &self,
        value: T,
        limit: Duration,
        place: Place,
    ) -> Result<(), SendTimeoutError<T>> {
        let mut sending = pin!(self.tx.chan.send(value, place));
        match timeout(limit, sending.as_mut()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(SendError(value))) => Err(SendTimeoutError::Closed(value)),
            Err(_) => Err(SendTimeoutError::Timeout(sending.take_message())),
        }
    }

    /// Sends in code that is not async.
    ///
    /// # Errors
    ///
    /// The value, if the receiver is gone or closed.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        now_or_panic(
            "mpsc::Sender::blocking_send",
            "send(value).await",
            self.send(value),
        )
    }

    /// Waits for room, and keeps it for one message to come.
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let place = caller();
        async move {
            let kept = self.reserve_slots(1, place).await?;
            Ok(Permit::new(&self.tx.chan, Some(kept)))
        }
    }

    /// Waits for room for `n` messages, and keeps it.
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed, or the channel never has that much room.
    #[track_caller]
    pub fn reserve_many(
        &self,
        n: usize,
    ) -> impl Future<Output = Result<PermitIterator<'_, T>, SendError<()>>> {
        let place = caller();
        async move {
            let kept = self.reserve_slots(n, place).await?;
            Ok(PermitIterator::new(&self.tx.chan, n, kept))
        }
    }

    /// [`Sender::reserve`] with a permit that owns the sender.
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed.
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        let place = caller();
        async move {
            let kept = self.reserve_slots(1, place).await?;
            Ok(OwnedPermit::new(self, kept))
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
        let kept = self.try_reserve_slots(1, caller())?;
        Ok(Permit::new(&self.tx.chan, Some(kept)))
    }

    /// Keeps room for `n` messages if there is that much.
    ///
    /// # Errors
    ///
    /// If there is less, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        let kept = self.try_reserve_slots(n, caller())?;
        Ok(PermitIterator::new(&self.tx.chan, n, kept))
    }

    /// [`Sender::try_reserve`] with a permit that owns the sender.
    ///
    /// # Errors
    ///
    /// The sender, if there is no room, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        match self.try_reserve_slots(1, caller()) {
            Ok(kept) => Ok(OwnedPermit::new(self, kept)),
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

    /// How many slots are free and promised to nobody.
    pub fn capacity(&self) -> usize {
        self.tx.chan.free()
    }

    /// How many slots the channel was made with.
    pub fn max_capacity(&self) -> usize {
        self.tx.chan.slots()
    }
}

/// A sender that does not keep the channel open; made by [`Sender::downgrade`].
pub struct WeakSender<T> {
    pub(super) tx: WeakTx<T>,
}

/// Receives messages. There is one for each channel.
pub struct Receiver<T> {
    pub(super) rx: Rx<T>,
}

impl<T> Receiver<T> {
    /// How many slots are free and promised to nobody.
    pub fn capacity(&self) -> usize {
        self.rx.chan.free()
    }

    /// How many slots the channel was made with.
    pub fn max_capacity(&self) -> usize {
        self.rx.chan.slots()
    }
}
