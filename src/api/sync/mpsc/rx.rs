//! The receiving end: takes messages out, or waits for the next.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::marker::{PhantomData, PhantomPinned};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

use super::chan::{Chan, State};
use super::error::TryRecvError;
use crate::api::preempt::{self, PreemptionDisabled};
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::api::sync::wakers::Wakers;
use crate::api::task::coop;
use crate::base::place::Place;
use crate::base::resource::{Action, Want};
use crate::observe::waits::LastPoll;
use crate::record::fact::Fact;
use crate::record::spin::Closing;
use crate::run::context::{Here, look};

/// The receiver's hold on its channel.
pub(super) struct Rx<T> {
    pub(super) chan: Arc<Chan<T>>,
}

/// Waits for a message, and takes what `take` takes.
struct Receive<'a, T, F> {
    /// When it was last polled, if it waits.
    parked: &'a mut Option<LastPoll>,
    take: F,
    /// Who was given the room.
    woken: Wakers,
    of: PhantomData<T>,
}

/// How a wait for a message ends.
enum Found {
    Message,
    /// No message will come.
    Over,
}

impl<T, R, F: FnMut(&mut VecDeque<T>) -> R> Attempt for Receive<'_, T, F> {
    type State = State<T>;
    type Found = Found;
    /// What was taken.
    type Output = Option<R>;

    /// Nobody else waits for messages here.
    const POINT: When = When::IfReady;

    #[inline(always)]
    fn tag(state: &mut State<T>) -> &mut Tag {
        &mut state.tag
    }

    #[inline(always)]
    fn look(
        &mut self,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        _: &mut Op,
    ) -> Result<Found, Want> {
        if !state.messages.is_empty() {
            Ok(Found::Message)
        } else if state.is_over() {
            Ok(Found::Over)
        } else {
            Err(Want::Message)
        }
    }

    #[inline(always)]
    fn complete(
        &mut self,
        found: Found,
        state: &mut State<T>,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Option<R> {
        *self.parked = None;
        match found {
            Found::Message => Some(state.take(here, op.place(), &mut self.woken, &mut self.take)),
            Found::Over => None,
        }
    }

    #[inline(always)]
    fn park(
        &mut self,
        waker: Waker,
        own: bool,
        state: &mut State<T>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        if let Some(here) = here {
            state.left_alone = None;
            // What polls with another waker polls it when that was called, and may do so late.
            *self.parked = own.then(|| here.run.this_poll());
        }
        state.receiver.replace(waker)
    }
}

impl<T> Rx<T> {
    /// The receiver that the channel was made with.
    pub(super) fn new(chan: Arc<Chan<T>>) -> Rx<T> {
        Rx { chan }
    }

    /// Waits for what `take` takes out of the messages.
    #[inline(always)]
    fn poll<R>(
        &mut self,
        cx: &mut Context<'_>,
        op: &mut Op,
        parked: &mut Option<LastPoll>,
        take: impl FnMut(&mut VecDeque<T>) -> R,
    ) -> Poll<Option<R>> {
        let mut receive = Receive {
            parked,
            take,
            woken: Wakers::new(),
            of: PhantomData,
        };
        let taken = op.poll(cx, &self.chan.state, &mut receive);
        // Whoever still waits has given no room.
        if taken.is_ready() {
            receive.woken.wake();
        }
        taken
    }

    /// A wait is dropped that was last polled then and there. If messages came, and its task took whole steps since, it
    /// was left alone with them, which is noted.
    #[inline(never)]
    fn note_left_alone(&mut self, polled: LastPoll, place: Place) {
        look!(here => {
            let mut state = self.chan.state.lock();
            let Some(here) = here.filter(|here| state.tag.is_of(here)) else {
                return;
            };
            // As tokio's, the channel keeps the waker, and wakes it when the next message comes.
            let channel = state.tag.number(here);
            here.run.keeps_waker(channel);
            let alone = here.run.is_abandoned(polled);
            if alone && !state.messages.is_empty() {
                state.left_alone = Some((polled, place));
            }
        });
    }

    #[inline(always)]
    fn poll_one(
        &mut self,
        cx: &mut Context<'_>,
        op: &mut Op,
        parked: &mut Option<LastPoll>,
    ) -> Poll<Option<T>> {
        self.poll(cx, op, parked, VecDeque::pop_front)
            .map(Option::flatten)
    }

    fn poll_many(
        &mut self,
        cx: &mut Context<'_>,
        op: &mut Op,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        if limit == 0 {
            return coop::poll_uncharged(cx).map(|()| 0);
        }
        let taken = self.poll(cx, op, &mut None, |messages| {
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
            parked: None,
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
        self.poll_one(cx, &mut Op::passing(place, Action::Receive), &mut None)
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
        self.close_as(Closing::Asked);
    }

    fn close_as(&mut self, how: Closing) {
        let mut woken = Wakers::new();
        let mut state = self.chan.state.lock();
        if std::mem::replace(&mut state.closed, true) {
            return;
        }
        if state.ends.senders() > 0 {
            state.tag.closes(how);
        }
        state.room.close(&mut woken);
        drop(state);
        woken.wake();
        self.chan.closing.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        let state = self.chan.state.lock();
        state.closed || state.ends.senders() == 0
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
        // When it was last polled, if it waits.
        parked: Option<LastPoll>,
        #[pin]
        pinned: PhantomPinned,
    }

    impl<T> PinnedDrop for Receiving<'_, T> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(polled) = *this.parked {
                this.rx.note_left_alone(polled, this.op.place());
            }
        }
    }
}

impl<T> Future for Receiving<'_, T> {
    type Output = Option<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.project();
        this.rx.poll_one(cx, this.op, this.parked)
    }
}

impl<T> Drop for Rx<T> {
    fn drop(&mut self) {
        let _point = preempt::after();
        let _barred = PreemptionDisabled::begin();
        self.close_as(Closing::Receiver);
        let mut state = self.chan.state.lock();
        let receiver = state.receiver.take();
        state.examine_abandoned();
        let at = std::ptr::from_ref(self).addr();
        state.tag.tell(|resource| Fact::Dropped {
            resource,
            at,
            sends: false,
        });
        let _unread = state.tag.drops_unread();
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
