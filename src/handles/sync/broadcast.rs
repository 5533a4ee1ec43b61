//! A channel in which every receiver gets every value.
//!
//! ```text
//!   Sender ──► [3][4][5][6]      the last `capacity` values, rounded up to a power of two
//!                 ▲     ▲
//!                 │     └ Receiver, next is 5
//!                 └ Receiver, next is 3; one more value, and 3 is gone: it gets Lagged(1), then 4
//! ```
//!
//! Senders never wait: who is slow loses the oldest values, and is told how many.
//!
//! ```
//! use reweave::sync::broadcast;
//!
//! # reweave::Sim::new().run(async {
//! let (news, mut one) = broadcast::channel(16);
//! let mut other = news.subscribe();
//! news.send("rain").unwrap();
//! assert_eq!(one.recv().await, Ok("rain"));
//! assert_eq!(other.recv().await, Ok("rain"));
//! # }).unwrap();
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use super::blocking::now_or_panic;
use super::guarded::Guarded;
use super::notify::Notify;
use super::op::Op;
use super::queue::{Key, WaitQueue};
use super::resource::Tag;
use super::wakers::{Wakers, store};
use crate::engine::step::caller;
use crate::handles::task::coop;
use crate::record::event::Verb;
use crate::values::draw::Access;

pub mod error;

use error::{RecvError, SendError, TryRecvError};

/// Makes a channel that keeps the last `capacity` values, rounded up to a power of two.
///
/// # Panics
///
/// If the capacity is 0, or more than `usize::MAX / 2`.
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(capacity);
    let receiver = sender.subscribe();
    (sender, receiver)
}

struct Shared<T> {
    capacity: usize,
    state: Guarded<State<T>>,
    /// For senders: the last receiver is gone.
    closing: Notify,
}

struct State<T> {
    /// The last values, the oldest first.
    kept: VecDeque<Kept<T>>,
    /// The position of the value that is sent next.
    next: u64,
    senders: usize,
    weak_senders: usize,
    receivers: usize,
    line: WaitQueue<Option<Waker>>,
    tag: Tag,
}

/// A value as long as somebody has not had it.
struct Kept<T> {
    /// Under a lock of its own, because cloning it is the user's code.
    value: Option<Arc<Mutex<T>>>,
    /// Receivers that have not had it.
    waiting: usize,
}

impl<T> State<T> {
    /// The position of the oldest value.
    fn oldest(&self) -> u64 {
        self.next - self.kept.len() as u64
    }

    /// One that has not had the value at `position` has it now, or never will. Gives the value.
    fn pass(&mut self, position: u64) -> Option<Arc<Mutex<T>>> {
        let at = position.checked_sub(self.oldest())?;
        let kept = self.kept.get_mut(at as usize)?;
        kept.waiting -= 1;
        if kept.waiting == 0 {
            kept.value.take()
        } else {
            kept.value.clone()
        }
    }

    /// What a receiver gets whose next value is at `position`, which moves on.
    fn receive(&mut self, position: &mut u64) -> Result<Arc<Mutex<T>>, TryRecvError> {
        let oldest = self.oldest();
        if *position < oldest {
            let lost = oldest - mem::replace(position, oldest);
            return Err(TryRecvError::Lagged(lost));
        }
        if *position == self.next {
            let closed = self.senders == 0;
            return Err(if closed {
                TryRecvError::Closed
            } else {
                TryRecvError::Empty
            });
        }
        self.tag.tell(Verb::Receives);
        *position += 1;
        Ok(self
            .pass(*position - 1)
            .expect("a value is kept until all have had it"))
    }

    fn wake_all(&mut self) -> Wakers {
        let mut woken = Wakers::new();
        while let Some(front) = self.line.front() {
            woken.push(self.line.unlink(front).take());
        }
        woken
    }
}

/// Sends values to all receivers.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// A sender without receivers; see [`Sender::subscribe`].
    ///
    /// # Panics
    ///
    /// As [`channel`].
    #[track_caller]
    pub fn new(capacity: usize) -> Sender<T> {
        assert!(
            capacity > 0,
            "a broadcast channel keeps at least one value, got a capacity of 0"
        );
        assert!(
            capacity <= usize::MAX >> 1,
            "a broadcast channel keeps at most usize::MAX / 2 values"
        );
        let tag = Tag::made_here("broadcast");
        let closing = Notify::part(tag.clone(), "the close of ");
        let state = State {
            kept: VecDeque::new(),
            next: 0,
            senders: 1,
            weak_senders: 0,
            receivers: 0,
            line: WaitQueue::new(),
            tag,
        };
        let capacity = capacity.next_power_of_two();
        Sender {
            shared: Arc::new(Shared {
                capacity,
                state: Guarded::new(state),
                closing,
            }),
        }
    }

    /// Sends to all receivers that there are now; says how many. Not all of them need to get it: see
    /// [`RecvError::Lagged`].
    ///
    /// # Errors
    ///
    /// The value, if there is no receiver.
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let mut state = self.shared.state.lock();
        let receivers = state.receivers;
        if receivers == 0 {
            return Err(SendError(value));
        }
        state.tag.tell(Verb::Sends);
        let full = state.kept.len() == self.shared.capacity;
        let lost = if full { state.kept.pop_front() } else { None };
        state.kept.push_back(Kept {
            value: Some(Arc::new(Mutex::new(value))),
            waiting: receivers,
        });
        state.next += 1;
        let woken = state.wake_all();
        drop(state);
        drop(lost);
        woken.wake();
        Ok(receivers)
    }

    /// Another receiver, which gets what is sent from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        self.shared.subscribe()
    }

    /// A sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T> {
        self.shared.state.lock().weak_senders += 1;
        WeakSender {
            shared: self.shared.clone(),
        }
    }

    /// How many values some receiver has not had.
    pub fn len(&self) -> usize {
        let state = self.shared.state.lock();
        // Each receiver has them in order, so what all have had stands before what some have not.
        state.kept.len() - state.kept.partition_point(|kept| kept.waiting == 0)
    }

    /// Whether all receivers have had all values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.shared.state.lock().receivers
    }

    /// Whether both send into one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Waits until there is no receiver.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let place = caller();
        async move {
            self.shared.closing.begin(place, Access::Read).await;
            loop {
                // Made before the look, so that a close in between is not missed.
                let closing = self.shared.closing.notified_at(place);
                if self.receiver_count() == 0 {
                    return;
                }
                closing.await;
            }
        }
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.shared.state.lock().senders
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.shared.state.lock().weak_senders
    }
}

impl<T> Shared<T> {
    fn subscribe(self: &Arc<Self>) -> Receiver<T> {
        let mut state = self.state.lock();
        state.receivers += 1;
        Receiver {
            shared: self.clone(),
            next: state.next,
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.shared.state.lock().senders += 1;
        Sender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.senders -= 1;
        if state.senders == 0 {
            state.tag.tell(Verb::Closes);
            let woken = state.wake_all();
            drop(state);
            woken.wake();
        }
    }
}

/// A sender that does not keep the channel open; made by [`Sender::downgrade`].
pub struct WeakSender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> WeakSender<T> {
    /// A sender, unless all are gone.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let mut state = self.shared.state.lock();
        if state.senders == 0 {
            return None;
        }
        state.senders += 1;
        drop(state);
        Some(Sender {
            shared: self.shared.clone(),
        })
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.shared.state.lock().senders
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.shared.state.lock().weak_senders
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        self.shared.state.lock().weak_senders += 1;
        WeakSender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for WeakSender<T> {
    fn drop(&mut self) {
        self.shared.state.lock().weak_senders -= 1;
    }
}

/// Receives every value that is sent while it is there, unless it is too slow.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The position of its next value.
    next: u64,
}

impl<T> Receiver<T> {
    /// How many values it has not had, those that it lost included.
    pub fn len(&self) -> usize {
        (self.shared.state.lock().next - self.next) as usize
    }

    /// Whether it has had all values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both receive from one channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.shared.state.lock().senders
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.shared.state.lock().weak_senders
    }

    /// Whether all senders are gone. There may still be values.
    pub fn is_closed(&self) -> bool {
        self.sender_strong_count() == 0
    }
}

impl<T: Clone> Receiver<T> {
    /// Another receiver, which gets what is sent from now on, and nothing of what this one has not had.
    pub fn resubscribe(&self) -> Receiver<T> {
        self.shared.subscribe()
    }

    /// Waits for the next value. A wait that is dropped loses none.
    ///
    /// # Errors
    ///
    /// If values were lost, or all senders are gone and it has had all.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let place = caller();
        // An `async` block, so that like tokio's the future must be pinned.
        async move {
            Recv {
                receiver: self,
                op: Op::at(place),
                key: None,
            }
            .await
        }
    }

    /// Takes the next value if it is there.
    ///
    /// # Errors
    ///
    /// If it is not, values were lost, or all senders are gone and it has had all.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let value = self.shared.state.lock().receive(&mut self.next)?;
        Ok(copy(&value))
    }

    /// Receives in code that is not async.
    ///
    /// # Errors
    ///
    /// As [`Receiver::recv`].
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        now_or_panic(
            "broadcast::Receiver::blocking_recv",
            "recv().await",
            self.recv(),
        )
    }
}

fn copy<T: Clone>(value: &Mutex<T>) -> T {
    let value = value.lock().unwrap_or_else(PoisonError::into_inner);
    value.clone()
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        let unread = self.next.max(state.oldest())..state.next;
        let values: Vec<_> = unread.map(|position| state.pass(position)).collect();
        state.receivers -= 1;
        let last = state.receivers == 0;
        drop(state);
        drop(values);
        if last {
            self.shared.closing.notify_waiters();
        }
    }
}

/// Waits for the next value.
struct Recv<'a, T> {
    receiver: &'a mut Receiver<T>,
    op: Op,
    key: Option<Key>,
}

impl<T: Clone> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Receiver { shared, next } = &mut *this.receiver;
        ready!(
            this.op
                .poll_begin(cx, &shared.state, |state| &mut state.tag, Access::Write)
        );
        let coop = ready!(coop::poll_proceed(cx));
        let mut state = shared.state.lock();
        let received = match state.receive(next) {
            Ok(value) => Ok(value),
            Err(TryRecvError::Closed) => Err(RecvError::Closed),
            Err(TryRecvError::Lagged(lost)) => Err(RecvError::Lagged(lost)),
            Err(TryRecvError::Empty) => {
                // One that was woken and finds nothing gets in line anew.
                let woken = this.key.filter(|&key| state.line.get_mut(key).is_none());
                if let Some(key) = woken {
                    state.line.remove(key);
                    this.key = None;
                }
                let old = match this.key {
                    Some(key) => store(state.line.get_mut(key), cx.waker()),
                    None => {
                        this.key = Some(state.line.push_back(Some(cx.waker().clone())));
                        None
                    }
                };
                this.op.waits(&mut state.tag, "a value of ");
                drop(state);
                drop(old);
                return Poll::Pending;
            }
        };
        drop(state);
        coop.made_progress();
        Poll::Ready(received.map(|value| copy(&value)))
    }
}

impl<T> Drop for Recv<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let old = self.receiver.shared.state.lock().line.remove(key);
            drop(old);
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
