//! The sending end: counted holds on the channel, and the wait for room.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::chan::Chan;
use super::error::SendError;
use crate::api::preempt;
use crate::api::sync::acquire::Acquire;
use crate::base::place::{Place, caller};
use crate::base::resource::Action;
use crate::record::fact::Refusal;
use crate::record::spin::Closing;

/// A sender's hold on its channel.
pub(super) struct Tx<T> {
    pub(super) chan: Arc<Chan<T>>,
    /// Where it was made.
    made: Place,
}

impl<T> Clone for Tx<T> {
    #[track_caller]
    fn clone(&self) -> Tx<T> {
        let made = caller();
        let mut state = self.chan.state.lock();
        state.ends.add_sender();
        state.tag.sender_made(made);
        Tx {
            chan: self.chan.clone(),
            made,
        }
    }
}

impl<T> Drop for Tx<T> {
    fn drop(&mut self) {
        let _point = preempt::after();
        let at = std::ptr::from_ref(self).addr();
        let mut state = self.chan.state.lock();
        state.tag.sender_gone(self.made, at);
        if !state.ends.remove_sender() {
            return;
        }
        // Told once: if the receiver closed before, it has said so.
        if !state.closed {
            state.tag.closes(Closing::LastSender);
        }
        let receiver = state.receiver.take();
        drop(state);
        receiver.into_iter().for_each(preempt::wake);
    }
}

impl<T> Tx<T> {
    /// The sender that the channel was made with.
    #[track_caller]
    pub(super) fn new(chan: Arc<Chan<T>>) -> Tx<T> {
        let made = caller();
        chan.state.lock().tag.sender_made(made);
        Tx { chan, made }
    }

    /// Waits for room, and sends.
    #[inline(always)]
    pub(super) fn send(&self, message: T, place: Place) -> Sending<'_, T> {
        Sending {
            acquire: Acquire::new(&*self.chan, 1, Action::Send, place),
            message: Some(message),
            pinned: PhantomPinned,
        }
    }

    pub(super) fn downgrade(&self) -> WeakTx<T> {
        self.chan.state.lock().ends.add_weak_sender();
        WeakTx {
            chan: self.chan.clone(),
        }
    }
}

/// A weak sender's hold on its channel.
pub(super) struct WeakTx<T> {
    pub(super) chan: Arc<Chan<T>>,
}

impl<T> WeakTx<T> {
    /// A sender, unless all are gone.
    #[track_caller]
    pub(super) fn upgrade(&self) -> Option<Tx<T>> {
        let mut state = self.chan.state.lock();
        if !state.ends.upgrade() {
            return None;
        }
        let made = caller();
        state.tag.sender_made(made);
        drop(state);
        let chan = self.chan.clone();
        Some(Tx { chan, made })
    }
}

impl<T> Clone for WeakTx<T> {
    fn clone(&self) -> WeakTx<T> {
        self.chan.state.lock().ends.add_weak_sender();
        WeakTx {
            chan: self.chan.clone(),
        }
    }
}

impl<T> Drop for WeakTx<T> {
    fn drop(&mut self) {
        self.chan.state.lock().ends.remove_weak_sender();
    }
}

pin_project! {
    /// Waits for room, then sends: a wait and a send that nobody gets between.
    #[must_use = "futures do nothing unless polled"]
    pub(super) struct Sending<'a, T> {
        acquire: Acquire<'a, Chan<T>>,
        message: Option<T>,
        // As tokio's, so that code written against this compiles against that.
        #[pin]
        pinned: PhantomPinned,
    }
}

impl<T> Sending<'_, T> {
    /// The message, if it was not sent.
    pub(super) fn take_message(self: Pin<&mut Self>) -> T {
        self.project().message.take().expect(UNSENT)
    }
}

const UNSENT: &str = "the message was not sent yet";

impl<T> Future for Sending<'_, T> {
    type Output = Result<(), SendError<T>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (acquire, message) = (this.acquire, this.message);
        let sent = acquire.poll_with(cx, |state, here, _| {
            state.push(here, message.take().expect(UNSENT))
        });
        sent.map(|sent| match sent {
            Ok(receiver) => {
                receiver.into_iter().for_each(preempt::wake);
                Ok(())
            }
            Err(_) => {
                acquire.from().refuse(Refusal::Closed);
                Err(SendError(message.take().expect(UNSENT)))
            }
        })
    }
}
