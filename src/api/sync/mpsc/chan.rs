//! The channel itself, bounded or not: messages, room, and the counts that say when it is over. Its ends are in
//! [`tx`](super::tx) and [`rx`](super::rx).
//!
//! All of it lies behind one lock, so that an operation finds run and channel once.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::task::Waker;

use super::error::SendError;
use crate::api::preempt;
use crate::api::sync::acquire::{Acquire, Permitted, TryAcquireError};
use crate::api::sync::ends::Ends;
use crate::api::sync::guarded::Guarded;
use crate::api::sync::notify::Notify;
use crate::api::sync::op::Op;
use crate::api::sync::permits::{MAX_PERMITS, Permits, TakeOutcome};
use crate::api::sync::resource::Tag;
use crate::api::sync::wakers::Wakers;
use crate::base::place::Place;
use crate::base::resource::{Action, ResourceKind, Want};
use crate::observe::waits::LastPoll;
use crate::record::fact::{Amount, Fact, Hold, Refusal};
use crate::run::cell::wake_here;
use crate::run::context::{Here, look};

pub(super) struct Chan<T> {
    pub(super) state: Guarded<State<T>>,
    /// Told when the receiver closes.
    pub(super) closing: Notify,
}

pub(super) struct State<T> {
    pub(super) messages: VecDeque<T>,
    /// One for each free slot.
    pub(super) room: Permits,
    /// How many slots there are; [`UNBOUNDED`] if there is always room.
    slots: usize,
    pub(super) ends: Ends,
    /// The receiver takes no more than the messages that are there and those that permits still send.
    pub(super) closed: bool,
    pub(super) receiver: Option<Waker>,
    /// When and where a wait for a message was last polled that its task then polled no more and dropped, although messages
    /// had come; until the receiver is polled again.
    pub(super) left_alone: Option<(LastPoll, Place)>,
    pub(super) tag: Tag,
}

/// As many slots as there can be: there is always room.
const UNBOUNDED: usize = MAX_PERMITS;

impl<T> Permitted for Chan<T> {
    type State = State<T>;
    const WANT: Want = Want::Room;

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
    /// Puts a message into a slot that the caller has. Gives the waker of who waits for it, if it is not woken here.
    #[inline(always)]
    pub(super) fn push(&mut self, mut here: Option<&mut Here<'_>>, message: T) -> Option<Waker> {
        self.tag
            .emit(here.as_deref_mut(), |resource| Fact::Sent { resource });
        self.messages.push_back(message);
        let receiver = self.receiver.take()?;
        match here {
            Some(here) => wake_here(here, receiver),
            None => Some(receiver),
        }
    }

    /// Takes messages out, and gives their slots to who waits for room.
    #[inline(always)]
    pub(super) fn take<R>(
        &mut self,
        mut here: Option<&mut Here<'_>>,
        place: Place,
        woken: &mut Wakers,
        take: impl FnOnce(&mut VecDeque<T>) -> R,
    ) -> R {
        let before = self.messages.len();
        let taken = take(&mut self.messages);
        self.left_alone = None;
        let messages = before - self.messages.len();
        self.tag
            .emit(here.as_deref_mut(), |resource| Fact::Received {
                resource,
                messages,
                place,
            });
        if self.slots != UNBOUNDED {
            self.room.give(messages, woken);
            self.tag.grants(here, woken);
        }
        taken
    }

    /// The receiver is dropped: looks for messages that go with it, and were sent after its task had stopped polling it.
    pub(super) fn examine_abandoned(&mut self) {
        if !self.messages.is_empty() {
            self.tag.dropped_messages(self.messages.len());
        }
        // A single message, or one that says nothing but that it came, is often a signal that is not needed any more.
        let signal = self.messages.len() < 2 || size_of::<T>() == 0;
        if let (false, Some((polled, place))) = (signal, self.left_alone) {
            self.tag.abandoned(polled, place, self.messages.len());
        }
    }

    /// Whether no message will come any more: all senders are gone, or the channel is closed and no slot is with
    /// somebody who could still fill it.
    pub(super) fn is_over(&self) -> bool {
        let idle = self.room.free() == self.slots;
        self.messages.is_empty() && (self.ends.senders() == 0 || self.closed && idle)
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
    /// A channel with one sender, and room for this many messages or for any number.
    #[track_caller]
    pub(super) fn new(capacity: Option<usize>) -> Chan<T> {
        let kind = match capacity {
            Some(_) => ResourceKind::Mpsc,
            None => ResourceKind::UnboundedMpsc,
        };
        let mut tag = Tag::made_here(kind);
        if let Some(slots) = capacity {
            tag.set_level(|| Amount::Slots { of: slots as u64 });
        }
        let closing = Notify::part(tag.share(), Want::Close).numbered();
        // Who sends into an unbounded channel takes no slot, so all stay free.
        let slots = capacity.unwrap_or(UNBOUNDED);
        let state = State {
            messages: VecDeque::new(),
            room: Permits::new(slots),
            slots,
            ends: Ends::new(1),
            closed: false,
            receiver: None,
            left_alone: None,
            tag,
        };
        Chan {
            state: Guarded::made(state),
            closing,
        }
    }

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
        let mut acquire = Acquire::new(self, n, Action::Reserve(n as u32), place);
        let keep = |state: &mut State<T>, here: Option<&mut Here<'_>>, op: &Op| {
            state.tag.reserves(here, op.place())
        };
        let room = poll_fn(|cx| acquire.poll_with(cx, keep)).await;
        room.map_err(|_| {
            self.refuse(Refusal::Closed);
            SendError(())
        })
    }

    /// Takes room for `n` messages if there is that much.
    pub(super) fn try_reserve(&self, n: usize, place: Place) -> Result<Hold, TryAcquireError> {
        self.try_acquire(n)?;
        Ok(look!(here => self.state.lock().tag.reserves(here, place)))
    }

    /// [`Chan::try_reserve`] for room that is used at once.
    pub(super) fn try_acquire(&self, n: usize) -> Result<(), TryAcquireError> {
        let taken = self.state.lock().room.try_take(n);
        match taken {
            TakeOutcome::All => Ok(()),
            TakeOutcome::NotEnough => {
                self.refuse(Refusal::Full);
                Err(TryAcquireError::NoPermits)
            }
            TakeOutcome::Closed => {
                self.refuse(Refusal::Closed);
                Err(TryAcquireError::Closed)
            }
        }
    }

    /// A send is refused, or room for one.
    #[cold]
    pub(super) fn refuse(&self, why: Refusal) {
        look!(here => self.state.lock().tag.refuses(here, why));
    }

    /// Puts a message into a slot that the caller has acquired, or kept for later.
    #[inline]
    pub(super) fn push(&self, message: T, kept: Option<Hold>) {
        let receiver = look!(here => {
            let mut state = self.state.lock();
            if let Some(kept) = kept {
                state.tag.lets_go(here.as_deref_mut(), kept);
            }
            state.push(here, message)
        });
        receiver.into_iter().for_each(preempt::wake);
    }

    /// Puts a message into an unbounded channel, or gives it back if that is closed.
    pub(super) fn push_if_open(&self, message: T) -> Result<(), T> {
        let receiver = look!(here => {
            let mut state = self.state.lock();
            if state.closed {
                state.tag.refuses(here, Refusal::Closed);
                Err(message)
            } else {
                Ok(state.push(here, message))
            }
        })?;
        receiver.into_iter().for_each(preempt::wake);
        Ok(())
    }

    /// Gives back room that was acquired and is not used.
    pub(super) fn give_up(&self, slots: usize, kept: Option<Hold>) {
        let mut woken = Wakers::new();
        look!(here => {
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
        self.state.lock().ends.senders()
    }

    pub(super) fn weak_senders(&self) -> usize {
        self.state.lock().ends.weak_senders()
    }

    /// Waits until the receiver closes.
    pub(super) fn closed(&self, place: Place) -> impl Future<Output = ()> {
        let closed = || self.is_closed().then_some(());
        self.closing.wait_until(place, Action::Observe, closed)
    }
}
