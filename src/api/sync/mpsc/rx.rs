//! The receiving end: takes messages out, or waits for the next.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::chan::Chan;
use super::error::TryRecvError;
use crate::api::sync::op::Op;
use crate::api::sync::wakers::Wakers;
use crate::base::place::Place;
use crate::base::resource::{Action, Want};
use crate::observe::waits::LastPoll;
use crate::record::fact::Fact;
use crate::run::context::look;

/// The receiver's hold on its channel.
pub(super) struct Rx<T> {
    pub(super) chan: Arc<Chan<T>>,
}

/// How a look at the messages ended.
enum Look<R> {
    Taken(R),
    /// No message will come.
    Over,
    /// Others go first, or the budget is used up.
    Again,
    /// It waits, and has left its waker.
    Parked,
    /// It must wait, with a waker that may be the user's, and do anything when it is cloned.
    Empty,
}

impl<T> Rx<T> {
    /// Waits for what `take` takes out of the messages.
    #[inline(always)]
    fn poll<R>(
        &mut self,
        cx: &mut Context<'_>,
        op: &mut Op,
        take: impl FnOnce(&mut VecDeque<T>) -> R,
    ) -> Poll<Option<R>> {
        let (mut woken, mut old) = (Wakers::new(), None);
        let look = look!(here => {
            let mut state = self.chan.state.lock();
            if !state.messages.is_empty() || state.is_over() {
                if op.others_go_first(here.as_deref_mut(), cx.waker(), &mut state.tag)
                    || here.as_ref().is_some_and(|here| !here.cx.scope().claim())
                {
                    return Look::Again;
                }
                if state.messages.is_empty() {
                    return Look::Over;
                }
                op.clear_parked();
                return Look::Taken(state.take(here, op.place(), &mut woken, take));
            }
            // No point: who waits lets others go in any case, and nobody else waits for messages here.
            op.pass_point();
            let Some(here) = here else {
                return Look::Empty;
            };
            state.left_alone = None;
            op.set_parked(here);
            if !here.is_own(cx.waker()) {
                return Look::Empty;
            }
            op.waits_here(here, &mut state.tag, Want::Message);
            old = state.receiver.replace(cx.waker().clone());
            Look::Parked
        });
        match look {
            Look::Taken(taken) => {
                woken.wake();
                Poll::Ready(Some(taken))
            }
            Look::Over => Poll::Ready(None),
            Look::Again => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Look::Parked => {
                drop(old);
                Poll::Pending
            }
            Look::Empty => {
                self.park(cx, op);
                Poll::Pending
            }
        }
    }

    /// A wait is dropped that was last polled then and there. If messages came, and its task took whole steps since, it
    /// was left alone with them.
    #[inline(never)]
    fn is_left(&mut self, polled: LastPoll, place: Place) {
        look!(here => {
            let mut state = self.chan.state.lock();
            let alone = here
                .is_some_and(|here| state.tag.is_of(here) && here.run.is_abandoned(polled));
            if alone && !state.messages.is_empty() {
                state.left_alone = Some((polled, place));
            }
        });
    }

    /// Leaves a waker to be told of the next message.
    #[inline(never)]
    fn park(&mut self, cx: &mut Context<'_>, op: &mut Op) {
        // Cloned while nothing is locked or borrowed.
        let waker = cx.waker().clone();
        let mut state = self.chan.state.lock();
        if !state.messages.is_empty() || state.is_over() {
            drop(state);
            return waker.wake();
        }
        op.waits(&mut state.tag, Want::Message);
        let old = state.receiver.replace(waker);
        drop(state);
        drop(old);
    }

    #[inline(always)]
    fn poll_one(&mut self, cx: &mut Context<'_>, op: &mut Op) -> Poll<Option<T>> {
        self.poll(cx, op, VecDeque::pop_front).map(Option::flatten)
    }

    fn poll_many(
        &mut self,
        cx: &mut Context<'_>,
        op: &mut Op,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        if limit == 0 {
            return Poll::Ready(0);
        }
        let taken = self.poll(cx, op, |messages| {
            let count = limit.min(messages.len());
            buffer.extend(messages.drain(..count));
            count
        });
        taken.map(Option::unwrap_or_default)
    }

    #[inline(always)]
    pub(super) fn recv(&mut self, place: Place) -> Receiving<'_, T> {
        Receiving {
            rx: self,
            op: Op::at(place, Action::Receive),
            pinned: PhantomPinned,
        }
    }

    pub(super) async fn recv_many(
        &mut self,
        place: Place,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> usize {
        let mut op = Op::at(place, Action::Receive);
        poll_fn(|cx| self.poll_many(cx, &mut op, buffer, limit)).await
    }

    /// [`Rx::recv`] that keeps nothing between polls: no point, and a wait that is over with the step.
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>, place: Place) -> Poll<Option<T>> {
        self.poll_one(cx, &mut Op::passing(place, Action::Receive))
    }

    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        place: Place,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        self.poll_many(cx, &mut Op::passing(place, Action::Receive), buffer, limit)
    }

    pub(super) fn try_recv(&mut self, place: Place) -> Result<T, TryRecvError> {
        let mut woken = Wakers::new();
        let message = look!(here => {
            let mut state = self.chan.state.lock();
            if state.messages.is_empty() {
                return Err(if state.is_over() {
                    TryRecvError::Disconnected
                } else {
                    TryRecvError::Empty
                });
            }
            Ok(state.take(here, place, &mut woken, VecDeque::pop_front))
        });
        woken.wake();
        message.map(|message| message.expect("there was one"))
    }

    pub(super) fn close(&mut self) {
        let mut woken = Wakers::new();
        let mut state = self.chan.state.lock();
        if std::mem::replace(&mut state.closed, true) {
            return;
        }
        if state.senders > 0 {
            state.tag.tell(|resource| Fact::Closed { resource });
        }
        state.room.close(&mut woken);
        drop(state);
        woken.wake();
        self.chan.closing.notify_waiters();
    }

    pub(super) fn is_closed(&self) -> bool {
        let state = self.chan.state.lock();
        state.closed || state.senders == 0
    }

    pub(super) fn len(&self) -> usize {
        self.chan.state.lock().messages.len()
    }
}

pin_project! {
    /// Waits for a message.
    #[must_use = "futures do nothing unless polled"]
    pub(super) struct Receiving<'a, T> {
        rx: &'a mut Rx<T>,
        op: Op,
        #[pin]
        pinned: PhantomPinned,
    }

    impl<T> PinnedDrop for Receiving<'_, T> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(polled) = this.op.parked() {
                this.rx.is_left(polled, this.op.place());
            }
        }
    }
}

impl<T> Future for Receiving<'_, T> {
    type Output = Option<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.project();
        this.rx.poll_one(cx, this.op)
    }
}

impl<T> Drop for Rx<T> {
    fn drop(&mut self) {
        self.close();
        let mut state = self.chan.state.lock();
        let receiver = state.receiver.take();
        state.was_heard();
        state.tag.tell(|resource| Fact::Dropped { resource });
        drop(state);
        drop(receiver);
        let mut rest = Rest(self);
        rest.drop_all();
    }
}

/// The messages that nobody receives. They are dropped one by one: each may hold a sender or a permit of this very
/// channel. If a destructor panics, the rest are dropped all the same.
struct Rest<'a, T>(&'a mut Rx<T>);

impl<T> Rest<'_, T> {
    fn drop_all(&mut self) {
        loop {
            let message = self.0.chan.state.lock().messages.pop_front();
            if message.is_none() {
                break;
            }
        }
    }
}

impl<T> Drop for Rest<'_, T> {
    fn drop(&mut self) {
        self.drop_all();
    }
}
