//! A channel with room for so many messages. What its ends can do whether it is bounded or not is in `ends`.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::chan::Chan;
use super::error::{SendError, SendTimeoutError, TrySendError};
use super::rx::Rx;
use super::tx::{Tx, WeakTx};
use crate::api::preempt;
use crate::api::sync::acquire::TryAcquireError;
use crate::api::sync::blocking::now_or_panic;
use crate::api::sync::permits::MAX_PERMITS;
use crate::api::time::timeout_from;
use crate::base::place::Place;
use crate::base::place::caller;

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
    let chan = Arc::new(Chan::new(Some(buffer)));
    let tx = Tx::new(chan.clone());
    let rx = Rx::new(chan);
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
    ///
    /// ```
    /// use reweave::sync::mpsc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = mpsc::channel(1);
    /// sender.send(1).await.unwrap();
    /// assert_eq!(receiver.recv().await, Some(1));
    /// drop(receiver);
    /// assert_eq!(sender.send(2).await.unwrap_err().0, 2);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe for the channel, not for the value: dropped before it is done, it has sent nothing, has lost its place in line,
    /// and the value is dropped with it. To keep the value, wait with [`Sender::reserve`] and then send.
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), SendError<T>>> {
        self.tx.send(value, caller())
    }

    /// Sends if there is room.
    ///
    /// # Errors
    ///
    /// The value, if there is none, or the receiver is gone or closed.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let _point = preempt::around();
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
    ///
    /// ```
    /// use reweave::sync::mpsc::{self, error::SendTimeoutError};
    /// use std::time::Duration;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, _receiver) = mpsc::channel(1);
    /// let limit = Duration::from_secs(1);
    /// sender.send_timeout(1, limit).await.unwrap();
    /// // It is full, and nobody receives: virtual time passes.
    /// assert_eq!(sender.send_timeout(2, limit).await, Err(SendTimeoutError::Timeout(2)));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`Sender::send`].
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
        let mut sending = pin!(self.tx.send(value, place));
        match timeout_from(place, limit, sending.as_mut()).await {
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

    /// How many slots are free and promised to nobody.
    #[track_caller]
    pub fn capacity(&self) -> usize {
        preempt::here();
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
    #[track_caller]
    pub fn capacity(&self) -> usize {
        preempt::here();
        self.rx.chan.free()
    }

    /// How many slots the channel was made with.
    pub fn max_capacity(&self) -> usize {
        self.rx.chan.slots()
    }
}
