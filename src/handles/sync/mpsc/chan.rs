//! The channel itself, bounded or not: messages, the two ends, and the counts that say when it is over.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};

use super::error::TryRecvError;
use crate::handles::sync::gate::{AcquireError, Gate, TryAcquireError};
use crate::handles::sync::lock;
use crate::handles::sync::notify::Notify;
use crate::handles::sync::point::Point;
use crate::handles::sync::resource::{Hold, Tag};
use crate::handles::sync::wakers::store;
use crate::handles::task::coop;
use crate::record::event::Place;

pub(super) struct Chan<T> {
    /// One permit for each free slot; `None` if there is always room.
    room: Option<Gate>,
    /// How many slots there are.
    pub(super) capacity: usize,
    state: Mutex<State<T>>,
    /// Told when the receiver closes.
    closing: Notify,
}

struct State<T> {
    messages: VecDeque<T>,
    senders: usize,
    weak_senders: usize,
    /// The receiver takes only what is there, or promised.
    closed: bool,
    receiver: Option<Waker>,
    tag: Tag,
}

/// Makes a channel, with room for this many messages or for any number.
pub(super) fn new<T>(capacity: Option<usize>) -> (Tx<T>, Rx<T>) {
    let kind = if capacity.is_some() {
        "mpsc"
    } else {
        "unbounded mpsc"
    };
    let tag = Tag::made_here(kind);
    let room = capacity.map(|capacity| Gate::for_part(tag.clone(), capacity, "room in "));
    let closing = Notify::part(tag.clone(), "the close of ");
    let state = State {
        messages: VecDeque::new(),
        senders: 1,
        weak_senders: 0,
        closed: false,
        receiver: None,
        tag,
    };
    let capacity = capacity.unwrap_or(usize::MAX);
    let chan = Arc::new(Chan {
        room,
        capacity,
        state: Mutex::new(state),
        closing,
    });
    (Tx { chan: chan.clone() }, Rx { chan })
}

impl<T> Chan<T> {
    /// The permits of a bounded channel.
    #[inline(always)]
    pub(super) fn room(&self) -> &Gate {
        self.room
            .as_ref()
            .expect("an unbounded channel does not count its room")
    }

    /// Waits for room for `n` messages.
    #[inline(always)]
    pub(super) async fn acquire(&self, n: usize, place: Place) -> Result<(), AcquireError> {
        // Dropped after the wait, which may give back a slot that it had got already.
        let tell = TellIfOver(self);
        self.room().acquire(n, place).await?;
        std::mem::forget(tell);
        Ok(())
    }

    /// Takes room for `n` messages if there is that much.
    pub(super) fn try_acquire(&self, n: usize, place: Place) -> Result<(), TryAcquireError> {
        self.room().try_acquire(n, place).map(drop)
    }

    /// Puts a message into a slot that the caller has acquired.
    #[inline]
    pub(super) fn push(&self, message: T) {
        let mut state = lock(&self.state);
        state.tag.record("sends");
        state.messages.push_back(message);
        let receiver = state.receiver.take();
        drop(state);
        receiver.into_iter().for_each(Waker::wake);
    }

    /// Puts a message into an unbounded channel, or gives it back if that is closed.
    pub(super) fn push_if_open(&self, message: T) -> Result<(), T> {
        if lock(&self.state).closed {
            return Err(message);
        }
        self.push(message);
        Ok(())
    }

    /// Gives back room that was acquired and is not used.
    pub(super) fn give_up(&self, slots: usize) {
        self.room().release(slots, Hold::default());
        self.tell_if_over();
    }

    /// Wakes the receiver if it has nothing more to wait for.
    fn tell_if_over(&self) {
        let mut state = lock(&self.state);
        let receiver = if self.is_over(&state) {
            state.receiver.take()
        } else {
            None
        };
        drop(state);
        receiver.into_iter().for_each(Waker::wake);
    }

    /// Whether no message will come any more: all senders are gone, or the channel is closed and no slot is with
    /// somebody who could still fill it.
    fn is_over(&self, state: &State<T>) -> bool {
        let idle = || {
            self.room
                .as_ref()
                .is_none_or(|room| room.free() == self.capacity)
        };
        state.messages.is_empty() && (state.senders == 0 || state.closed && idle())
    }

    pub(super) fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    pub(super) fn senders(&self) -> usize {
        lock(&self.state).senders
    }

    pub(super) fn weak_senders(&self) -> usize {
        lock(&self.state).weak_senders
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

/// When dropped, lets the receiver know if that was the last thing it waited for.
struct TellIfOver<'a, T>(&'a Chan<T>);

impl<T> Drop for TellIfOver<'_, T> {
    fn drop(&mut self) {
        self.0.tell_if_over();
    }
}

/// A sender's hold on its channel.
pub(super) struct Tx<T> {
    pub(super) chan: Arc<Chan<T>>,
}

impl<T> Clone for Tx<T> {
    fn clone(&self) -> Tx<T> {
        lock(&self.chan.state).senders += 1;
        Tx {
            chan: self.chan.clone(),
        }
    }
}

impl<T> Drop for Tx<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.chan.state);
        state.senders -= 1;
        if state.senders > 0 {
            return;
        }
        // Told once: if the receiver closed before, it has said so.
        if !state.closed {
            state.tag.record("closes");
        }
        let receiver = state.receiver.take();
        drop(state);
        receiver.into_iter().for_each(Waker::wake);
    }
}

impl<T> Tx<T> {
    pub(super) fn downgrade(&self) -> WeakTx<T> {
        lock(&self.chan.state).weak_senders += 1;
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
        let mut state = lock(&self.chan.state);
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
        lock(&self.chan.state).weak_senders += 1;
        WeakTx {
            chan: self.chan.clone(),
        }
    }
}

impl<T> Drop for WeakTx<T> {
    fn drop(&mut self) {
        lock(&self.chan.state).weak_senders -= 1;
    }
}

/// The receiver's hold on its channel.
pub(super) struct Rx<T> {
    pub(super) chan: Arc<Chan<T>>,
}

impl<T> Rx<T> {
    /// Gives back the room of messages that were taken.
    #[inline]
    fn taken(&self, messages: usize) {
        if let Some(room) = &self.chan.room {
            room.release(messages, Hold::default());
        }
    }

    /// Waits for what `take` takes out of the messages.
    #[inline]
    fn poll<R>(
        &mut self,
        cx: &mut Context<'_>,
        place: Place,
        take: impl FnOnce(&mut VecDeque<T>) -> R,
    ) -> Poll<Option<R>> {
        let coop = ready!(coop::poll_proceed(cx));
        let mut state = lock(&self.chan.state);
        if state.messages.is_empty() {
            if self.chan.is_over(&state) {
                drop(state);
                coop.made_progress();
                return Poll::Ready(None);
            }
            let old = store(&mut state.receiver, cx.waker());
            state.tag.waits("a message of ", place);
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        state.tag.record("receives");
        let before = state.messages.len();
        let taken = take(&mut state.messages);
        let messages = before - state.messages.len();
        drop(state);
        self.taken(messages);
        coop.made_progress();
        Poll::Ready(Some(taken))
    }

    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>, place: Place) -> Poll<Option<T>> {
        self.poll(cx, place, VecDeque::pop_front)
            .map(Option::flatten)
    }

    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        place: Place,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        if limit == 0 {
            ready!(coop::poll_proceed(cx)).made_progress();
            return Poll::Ready(0);
        }
        let taken = self.poll(cx, place, |messages| {
            let count = limit.min(messages.len());
            buffer.extend(messages.drain(..count));
            count
        });
        taken.map(Option::unwrap_or_default)
    }

    pub(super) async fn recv(&mut self, place: Place) -> Option<T> {
        let mut point = Point::new();
        poll_fn(|cx| {
            ready!(point.poll_pass(cx));
            self.poll_recv(cx, place)
        })
        .await
    }

    pub(super) async fn recv_many(
        &mut self,
        place: Place,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> usize {
        let mut point = Point::new();
        poll_fn(|cx| {
            ready!(point.poll_pass(cx));
            self.poll_recv_many(cx, place, buffer, limit)
        })
        .await
    }

    pub(super) fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let mut state = lock(&self.chan.state);
        let Some(message) = state.messages.pop_front() else {
            let over = self.chan.is_over(&state);
            return Err(if over {
                TryRecvError::Disconnected
            } else {
                TryRecvError::Empty
            });
        };
        state.tag.record("receives");
        drop(state);
        self.taken(1);
        Ok(message)
    }

    pub(super) fn close(&mut self) {
        let mut state = lock(&self.chan.state);
        if std::mem::replace(&mut state.closed, true) {
            return;
        }
        if state.senders > 0 {
            state.tag.record("closes");
        }
        drop(state);
        if let Some(room) = &self.chan.room {
            room.close();
        }
        self.chan.closing.notify_waiters();
    }

    pub(super) fn is_closed(&self) -> bool {
        let state = lock(&self.chan.state);
        state.closed || state.senders == 0
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.chan.state).messages.len()
    }
}

impl<T> Drop for Rx<T> {
    fn drop(&mut self) {
        self.close();
        let receiver = lock(&self.chan.state).receiver.take();
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
        while let Ok(message) = self.0.try_recv() {
            drop(message);
        }
    }
}

impl<T> Drop for Rest<'_, T> {
    fn drop(&mut self) {
        self.drop_all();
    }
}
