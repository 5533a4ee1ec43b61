//! A channel with room for so many messages.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::chan::{self, Rx, Tx, WeakTx};
use super::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};
use super::permit::{OwnedPermit, Permit, PermitIterator};
use crate::engine::step::caller;
use crate::handles::sync::blocking::now_or_panic;
use crate::handles::sync::gate::TryAcquireError;
use crate::handles::sync::permits::MAX_PERMITS;
use crate::handles::sync::resource::Hold;
use crate::handles::time::timeout;
use crate::record::event::Place;

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

    /// Waits until the receiver is gone or closed.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        self.tx.chan.closed(caller())
    }

    /// Whether the receiver is gone or closed.
    pub fn is_closed(&self) -> bool {
        self.tx.chan.is_closed()
    }

    /// Whether both send into one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tx.chan, &other.tx.chan)
    }

    /// A sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender {
            tx: self.tx.downgrade(),
        }
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.tx.chan.senders()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.chan.weak_senders()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender {
            tx: self.tx.clone(),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

/// A sender that does not keep the channel open; made by [`Sender::downgrade`].
pub struct WeakSender<T> {
    tx: WeakTx<T>,
}

impl<T> WeakSender<T> {
    /// A sender, unless all are gone.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        self.tx.upgrade().map(|tx| Sender { tx })
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.tx.chan.senders()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.chan.weak_senders()
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        WeakSender {
            tx: self.tx.clone(),
        }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}

/// Receives messages. There is one for each channel.
pub struct Receiver<T> {
    rx: Rx<T>,
}

impl<T> Receiver<T> {
    /// Waits for a message. `None` once no more will come. A wait that is dropped loses no message.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        self.rx.recv(caller())
    }

    /// Waits for messages, and takes up to `limit` of those that are there into `buffer`. Says how many: 0 once
    /// no more will come, or if the limit is 0. A wait that is dropped loses no message.
    #[track_caller]
    pub fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
        self.rx.recv_many(caller(), buffer, limit)
    }

    /// Takes a message if one is there.
    ///
    /// # Errors
    ///
    /// If none is there yet, or none will come any more.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.rx.try_recv(caller())
    }

    /// Receives in code that is not async.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        now_or_panic("mpsc::Receiver::blocking_recv", "recv().await", self.recv())
    }

    /// [`Receiver::recv_many`] in code that is not async.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        let called = "mpsc::Receiver::blocking_recv_many";
        now_or_panic(called, "recv_many(..).await", self.recv_many(buffer, limit))
    }

    /// Lets nobody send any more. What was sent, and what permits still send, can be received.
    pub fn close(&mut self) {
        self.rx.close();
    }

    /// Whether it was closed, or all senders are gone. There may still be messages.
    pub fn is_closed(&self) -> bool {
        self.rx.is_closed()
    }

    /// Whether no message is there.
    pub fn is_empty(&self) -> bool {
        self.rx.len() == 0
    }

    /// How many messages are there.
    pub fn len(&self) -> usize {
        self.rx.len()
    }

    /// [`Receiver::recv`] for futures written by hand. Only the task of the last call is woken.
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.rx.poll_recv(cx, caller())
    }

    /// [`Receiver::recv_many`] for futures written by hand. Only the task of the last call is woken.
    #[track_caller]
    pub fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        self.rx.poll_recv_many(cx, caller(), buffer, limit)
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.rx.chan.senders()
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.rx.chan.weak_senders()
    }

    /// How many slots are free and promised to nobody.
    pub fn capacity(&self) -> usize {
        self.rx.chan.free()
    }

    /// How many slots the channel was made with.
    pub fn max_capacity(&self) -> usize {
        self.rx.chan.slots()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .field("closed", &self.is_closed())
            .finish()
    }
}
