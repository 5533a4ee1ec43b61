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
use std::sync::{Arc, Mutex};
use std::task::Waker;

use super::guarded::Guarded;
use super::notify::Notify;
use super::queue::WaitQueue;
use super::resource::Tag;
use super::wakers::Wakers;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::Fact;

pub mod error;
mod receiver;

pub use receiver::Receiver;

use error::{SendError, TryRecvError};

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
        let back = self.next - 1 - *position;
        self.tag.tell(|resource| Fact::Saw { resource, back });
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
        let tag = Tag::made_here(ResourceKind::Broadcast);
        let closing = Notify::part(tag.clone(), Want::Close);
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
    /// [`RecvError::Lagged`](error::RecvError::Lagged).
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
        state.tag.tell(|resource| Fact::Published { resource });
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
            self.shared.closing.begin(place, Action::Observe).await;
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
            state.tag.tell(|resource| Fact::Closed { resource });
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
