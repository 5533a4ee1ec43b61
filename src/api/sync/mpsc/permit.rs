//! Permits: room in a bounded channel that is kept for messages to come.
//!
//! A permit makes sending certain: it works even after the receiver has closed, which goes on to receive until
//! all permits have sent or were dropped.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;
use std::sync::Arc;

use super::bounded::Sender;
use super::chan::Chan;
use crate::record::fact::Hold;

/// Room for one message; made by [`Sender::reserve`].
#[must_use = "a permit that is dropped gives its room back"]
pub struct Permit<'a, T> {
    chan: &'a Chan<T>,
    sent: bool,
    kept: Option<Hold>,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>, kept: Option<Hold>) -> Permit<'a, T> {
        Permit {
            chan,
            sent: false,
            kept,
        }
    }

    /// Sends. That it was sent does not mean that it will be received.
    pub fn send(mut self, value: T) {
        self.sent = true;
        self.chan.push(value, self.kept);
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        if !self.sent {
            self.chan.give_up(1, self.kept);
        }
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

/// Room for several messages, one permit after the other; made by [`Sender::reserve_many`].
#[must_use = "permits that are dropped give their room back"]
pub struct PermitIterator<'a, T> {
    chan: &'a Chan<T>,
    left: usize,
    /// Of all together, as long as some may be left.
    kept: Hold,
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(chan: &'a Chan<T>, left: usize, kept: Hold) -> PermitIterator<'a, T> {
        PermitIterator { chan, left, kept }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        self.left = self.left.checked_sub(1)?;
        Some(Permit::new(self.chan, None))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> Drop for PermitIterator<'_, T> {
    fn drop(&mut self) {
        self.chan
            .give_up(mem::take(&mut self.left), Some(self.kept));
    }
}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// Room for one message, and the sender it came from; made by [`Sender::reserve_owned`].
#[must_use = "a permit that is dropped gives its room back"]
pub struct OwnedPermit<T> {
    /// `None` once it has sent.
    sender: Option<Sender<T>>,
    kept: Hold,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(sender: Sender<T>, kept: Hold) -> OwnedPermit<T> {
        OwnedPermit {
            sender: Some(sender),
            kept,
        }
    }

    /// Sends, and gives the sender back.
    pub fn send(mut self, value: T) -> Sender<T> {
        let sender = self.sender.take().expect(USED_ONCE);
        sender.tx.chan.push(value, Some(self.kept));
        sender
    }

    /// Gives the room back, and the sender.
    pub fn release(mut self) -> Sender<T> {
        let sender = self.sender.take().expect(USED_ONCE);
        sender.tx.chan.give_up(1, Some(self.kept));
        sender
    }

    /// Whether both are of one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.sender().tx.chan, &other.sender().tx.chan)
    }

    /// Whether the permit and the sender are of one channel.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.sender().same_channel(sender)
    }

    fn sender(&self) -> &Sender<T> {
        self.sender.as_ref().expect(USED_ONCE)
    }
}

const USED_ONCE: &str = "what uses a permit consumes it";

impl<T> Drop for OwnedPermit<T> {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            sender.tx.chan.give_up(1, Some(self.kept));
        }
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").finish_non_exhaustive()
    }
}
