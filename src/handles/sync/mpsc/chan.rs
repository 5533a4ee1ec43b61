//! The channel itself, bounded or not: messages, the two ends, and the counts that say when it is over.
//!
//! All of it lies behind one lock, so that an operation finds run and channel once.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

use super::error::{SendError, TryRecvError};
use crate::engine::context::{Here, visit};
use crate::engine::waits::LastPoll;
use crate::handles::sync::gate::{Acquire, Permitted, TryAcquireError};
use crate::handles::sync::guarded::Guarded;
use crate::handles::sync::notify::Notify;
use crate::handles::sync::op::Op;
use crate::handles::sync::permits::{MAX_PERMITS, Permits, Taken};
use crate::handles::sync::resource::{Hold, Tag};
use crate::handles::sync::wakers::Wakers;
use crate::record::event::{Place, Verb};
use crate::values::draw::Access;

pub(super) struct Chan<T> {
    state: Guarded<State<T>>,
    /// Told when the receiver closes.
    closing: Notify,
}

pub(super) struct State<T> {
    messages: VecDeque<T>,
    /// One for each free slot.
    room: Permits,
    /// How many slots there are; as many as permits can be if there is always room.
    slots: usize,
    senders: usize,
    weak_senders: usize,
    /// The receiver takes only what is there, or promised.
    closed: bool,
    receiver: Option<Waker>,
    /// When and where a wait for a message was last polled that was left alone since; until the receiver is polled
    /// again.
    left_alone: Option<(LastPoll, Place)>,
    tag: Tag,
}

/// More slots than a bounded channel can have.
const UNBOUNDED: usize = MAX_PERMITS;

/// Makes a channel, with room for this many messages or for any number.
pub(super) fn new<T>(capacity: Option<usize>) -> (Tx<T>, Rx<T>) {
    let kind = if capacity.is_some() {
        "mpsc"
    } else {
        "unbounded mpsc"
    };
    let tag = Tag::made_here(kind);
    let closing = Notify::part(tag.clone(), "the close of ");
    // Who sends into an unbounded channel takes no slot, so all stay free.
    let slots = capacity.unwrap_or(UNBOUNDED);
    let state = State {
        messages: VecDeque::new(),
        room: Permits::new(slots),
        slots,
        senders: 1,
        weak_senders: 0,
        closed: false,
        receiver: None,
        left_alone: None,
        tag,
    };
    let chan = Arc::new(Chan {
        state: Guarded::new(state),
        closing,
    });
    (Tx { chan: chan.clone() }, Rx { chan })
}

impl<T> Permitted for Chan<T> {
    type State = State<T>;
    const WANT: &'static str = "room in ";

    #[inline(always)]
    fn state(&self) -> &Guarded<State<T>> {
        &self.state
    }

    #[inline(always)]
    fn permits(state: &mut State<T>) -> (&mut Permits, &mut Tag) {
        (&mut state.room, &mut state.tag)
    }

    fn given_back(state: &mut State<T>) -> Option<Waker> {
        state.waker_if_over()
    }
}

impl<T> State<T> {
    /// Puts a message into a slot that the caller has. Gives the waker of who waits for it.
    #[inline(always)]
    fn push(&mut self, here: Option<&mut Here<'_>>, message: T) -> Option<Waker> {
        self.tag.sends(here);
        self.messages.push_back(message);
        self.receiver.take()
    }

    /// Takes messages out, and gives their slots to who waits for room.
    #[inline(always)]
    fn take<R>(
        &mut self,
        mut here: Option<&mut Here<'_>>,
        place: Place,
        woken: &mut Wakers,
        take: impl FnOnce(&mut VecDeque<T>) -> R,
    ) -> R {
        let before = self.messages.len();
        let taken = take(&mut self.messages);
        self.left_alone = None;
        self.tag
            .receives(here.as_deref_mut(), place, before - self.messages.len());
        if self.slots != UNBOUNDED {
            self.room.give(before - self.messages.len(), woken);
            self.tag.grants(here, woken);
        }
        taken
    }

    /// The receiver is dropped: were messages sent to it after its task had stopped polling it?
    fn was_heard(&mut self) {
        if let (false, Some((polled, place))) = (self.messages.is_empty(), self.left_alone) {
            self.tag.unheard(polled, place, self.messages.len());
        }
    }

    /// Whether no message will come any more: all senders are gone, or the channel is closed and no slot is with
    /// somebody who could still fill it.
    fn is_over(&self) -> bool {
        let idle = self.room.free() == self.slots;
        self.messages.is_empty() && (self.senders == 0 || self.closed && idle)
    }

    /// The receiver's waker, if it has nothing more to wait for.
    fn waker_if_over(&mut self) -> Option<Waker> {
        if self.is_over() {
            self.receiver.take()
        } else {
            None
        }
    }
}

impl<T> Chan<T> {
    /// How many slots there are.
    pub(super) fn slots(&self) -> usize {
        self.state.lock().slots
    }

    /// How many slots are free and promised to nobody.
    pub(super) fn free(&self) -> usize {
        self.state.lock().room.free()
    }

    /// Waits for room for `n` messages.
    pub(super) async fn reserve(&self, n: usize, place: Place) -> Result<Hold, SendError<()>> {
        let mut acquire = Acquire::new(self, n, Access::Write, place);
        let keep =
            |state: &mut State<T>, here: Option<&mut Here<'_>>, place| state.tag.keeps(here, place);
        let room = poll_fn(|cx| acquire.poll_with(cx, keep)).await;
        room.map_err(|_| SendError(()))
    }

    /// Takes room for `n` messages if there is that much.
    pub(super) fn try_reserve(&self, n: usize, place: Place) -> Result<Hold, TryAcquireError> {
        self.try_acquire(n)?;
        Ok(visit!(here => self.state.lock().tag.keeps(here, place)))
    }

    /// [`Chan::try_reserve`] for room that is used at once.
    pub(super) fn try_acquire(&self, n: usize) -> Result<(), TryAcquireError> {
        match self.state.lock().room.try_take(n) {
            Taken::All => Ok(()),
            Taken::NotEnough => Err(TryAcquireError::NoPermits),
            Taken::Closed => Err(TryAcquireError::Closed),
        }
    }

    /// Waits for room, and sends.
    #[inline(always)]
    pub(super) fn send(&self, message: T, place: Place) -> Sending<'_, T> {
        Sending {
            acquire: Acquire::new(self, 1, Access::Write, place),
            message: Some(message),
            pinned: PhantomPinned,
        }
    }

    /// Puts a message into a slot that the caller has acquired, or kept for later.
    #[inline]
    pub(super) fn push(&self, message: T, kept: Option<Hold>) {
        let receiver = visit!(here => {
            let mut state = self.state.lock();
            if let Some(kept) = kept {
                state.tag.lets_go(here.as_deref_mut(), kept);
            }
            state.push(here, message)
        });
        receiver.into_iter().for_each(Waker::wake);
    }

    /// Puts a message into an unbounded channel, or gives it back if that is closed.
    pub(super) fn push_if_open(&self, message: T) -> Result<(), T> {
        let receiver = visit!(here => {
            let mut state = self.state.lock();
            if state.closed {
                Err(message)
            } else {
                Ok(state.push(here, message))
            }
        })?;
        receiver.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Gives back room that was acquired and is not used.
    pub(super) fn give_up(&self, slots: usize, kept: Option<Hold>) {
        let mut woken = Wakers::new();
        visit!(here => {
            let mut state = self.state.lock();
            if let Some(kept) = kept {
                state.tag.lets_go(here.as_deref_mut(), kept);
            }
            state.room.give(slots, &mut woken);
            state.tag.grants(here, &woken);
            woken.push(state.waker_if_over());
        });
        woken.wake();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    pub(super) fn senders(&self) -> usize {
        self.state.lock().senders
    }

    pub(super) fn weak_senders(&self) -> usize {
        self.state.lock().weak_senders
    }

    /// Waits until the receiver closes.
    pub(super) async fn closed(&self, place: Place) {
        loop {
            // Made before the look, so that a close in between is not missed.
            let closing = self.closing.notified_at(place);
            if self.is_closed() {
                return;
            }
            closing.await;
        }
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
                receiver.into_iter().for_each(Waker::wake);
                Ok(())
            }
            Err(_) => Err(SendError(message.take().expect(UNSENT))),
        })
    }
}

/// A sender's hold on its channel.
pub(super) struct Tx<T> {
    pub(super) chan: Arc<Chan<T>>,
}

impl<T> Clone for Tx<T> {
    fn clone(&self) -> Tx<T> {
        self.chan.state.lock().senders += 1;
        Tx {
            chan: self.chan.clone(),
        }
    }
}

impl<T> Drop for Tx<T> {
    fn drop(&mut self) {
        let mut state = self.chan.state.lock();
        state.senders -= 1;
        if state.senders > 0 {
            return;
        }
        // Told once: if the receiver closed before, it has said so.
        if !state.closed {
            state.tag.tell(Verb::Closes);
        }
        let receiver = state.receiver.take();
        drop(state);
        receiver.into_iter().for_each(Waker::wake);
    }
}

impl<T> Tx<T> {
    pub(super) fn downgrade(&self) -> WeakTx<T> {
        self.chan.state.lock().weak_senders += 1;
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
    pub(super) fn upgrade(&self) -> Option<Tx<T>> {
        let mut state = self.chan.state.lock();
        if state.senders == 0 {
            return None;
        }
        state.senders += 1;
        drop(state);
        Some(Tx {
            chan: self.chan.clone(),
        })
    }
}

impl<T> Clone for WeakTx<T> {
    fn clone(&self) -> WeakTx<T> {
        self.chan.state.lock().weak_senders += 1;
        WeakTx {
            chan: self.chan.clone(),
        }
    }
}

impl<T> Drop for WeakTx<T> {
    fn drop(&mut self) {
        self.chan.state.lock().weak_senders -= 1;
    }
}

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

/// What a receiver waits for.
const WANT: &str = "a message of ";

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
        let look = visit!(here => {
            let mut state = self.chan.state.lock();
            if !state.messages.is_empty() || state.is_over() {
                if op.lets_others_go(here.as_deref_mut(), cx.waker(), &mut state.tag, Access::Write)
                    || here.as_ref().is_some_and(|here| !here.cx.claim())
                {
                    return Look::Again;
                }
                if state.messages.is_empty() {
                    return Look::Over;
                }
                op.is_done();
                return Look::Taken(state.take(here, op.place(), &mut woken, take));
            }
            // No point: who waits lets others go in any case, and nobody else waits for messages here.
            op.passes();
            let Some(here) = here else {
                return Look::Empty;
            };
            state.left_alone = None;
            op.parks(here);
            if !here.is_own(cx.waker()) {
                return Look::Empty;
            }
            op.waits_here(here, &mut state.tag, WANT);
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
        visit!(here => {
            let mut state = self.chan.state.lock();
            let alone = here.is_some_and(|here| polled.is_abandoned(&here.world));
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
        op.waits(&mut state.tag, WANT);
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
            op: Op::at(place),
            pinned: PhantomPinned,
        }
    }

    pub(super) async fn recv_many(
        &mut self,
        place: Place,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> usize {
        let mut op = Op::at(place);
        poll_fn(|cx| self.poll_many(cx, &mut op, buffer, limit)).await
    }

    /// [`Rx::recv`] that keeps nothing between polls: no point, and a wait that is over with the step.
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>, place: Place) -> Poll<Option<T>> {
        self.poll_one(cx, &mut Op::passing(place))
    }

    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        place: Place,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        self.poll_many(cx, &mut Op::passing(place), buffer, limit)
    }

    pub(super) fn try_recv(&mut self, place: Place) -> Result<T, TryRecvError> {
        let mut woken = Wakers::new();
        let message = visit!(here => {
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
            state.tag.tell(Verb::Closes);
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
        state.tag.is_gone();
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
