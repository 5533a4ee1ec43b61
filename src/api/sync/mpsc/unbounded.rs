//! A channel with room for any number of messages. What its ends can do whether it is bounded or not is in `ends`.

use std::sync::Arc;

use super::chan::Chan;
use super::error::SendError;
use super::rx::Rx;
use super::tx::{Tx, WeakTx};
use crate::api::preempt;

/// Makes a channel in which senders never wait, however slow the receiver is.
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let chan = Arc::new(Chan::new(None));
    let tx = Tx::new(chan.clone());
    let rx = Rx::new(chan);
    (UnboundedSender { tx }, UnboundedReceiver { rx })
}

/// Sends messages, without ever waiting.
pub struct UnboundedSender<T> {
    pub(super) tx: Tx<T>,
}

impl<T> UnboundedSender<T> {
    /// Sends.
    ///
    /// # Errors
    ///
    /// The value, if the receiver is gone or closed.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let _point = preempt::around();
        self.tx.chan.push_if_open(value).map_err(SendError)
    }
}

/// A sender that does not keep the channel open; made by [`UnboundedSender::downgrade`].
pub struct WeakUnboundedSender<T> {
    pub(super) tx: WeakTx<T>,
}

/// Receives messages. There is one for each channel.
pub struct UnboundedReceiver<T> {
    pub(super) rx: Rx<T>,
}
