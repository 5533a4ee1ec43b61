//! Those who wait for a notification: the line in which they stand, and how far each is.
//!
//! ```text
//!   New ──polled, or enabled──► Queued ──served──► Done      a notification that came while it was New is taken at once
//! ```

use std::task::Waker;

use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::queue::{Key, WaitQueue};
use crate::api::sync::resource::Tag;
use crate::api::sync::wakers::Wakers;
use crate::base::resource::{ResourceNo, Want};
use crate::observe::waits::WaitKey;
use crate::record::fact::Fact;
use crate::run::context::Here;

/// What a [`Notify`](super::Notify) keeps, behind its lock.
pub(super) struct State {
    pub(super) line: WaitQueue<Waiter>,
    /// A `notify_one` that found nobody in line.
    pub(super) kept: bool,
    /// How often all were notified.
    pub(super) rounds: u64,
    pub(super) tag: Tag,
    /// What those who wait want, if it is a part of another primitive.
    pub(super) part: Option<Want>,
}

#[derive(Default)]
pub(super) struct Waiter {
    pub(super) waker: Option<Waker>,
    pub(super) served: Option<Served>,
    pub(super) wait: Option<WaitKey>,
}

/// By what a waiter was served, and so whom its notification goes to if it is dropped unseen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Served {
    First,
    Last,
    WithAll,
}

impl State {
    #[inline]
    pub(super) fn emit(
        &mut self,
        here: Option<&mut Here<'_>>,
        fact: impl FnOnce(ResourceNo) -> Fact,
    ) {
        if self.part.is_none() {
            self.tag.emit(here, fact);
        }
    }

    /// Notes who was served. That is no event of its own: that somebody notifies, and who wakes, stands on the trace.
    pub(super) fn tell_granted(&self, here: Option<&mut Here<'_>>, woken: &Wakers) {
        if let Some(here) = here {
            for &wait in woken.granted() {
                here.run.grant_wait(wait);
            }
        }
    }

    pub(super) fn serve(&mut self, whom: Served, woken: &mut Wakers) {
        let next = if whom == Served::Last {
            self.line.back()
        } else {
            self.line.front()
        };
        let Some(next) = next else {
            self.kept = true;
            return;
        };
        let waiter = self.line.unlink(next);
        waiter.served = Some(whom);
        woken.grant(waiter.waker.take(), waiter.wait);
    }
}

/// The scheduling point of an operation that then waits, part by part.
pub(super) struct Begin;

impl Attempt for Begin {
    type State = State;
    type Found = ();
    type Output = ();

    const POINT: When = When::First;
    const CHARGED: bool = false;

    fn tag(state: &mut State) -> &mut Tag {
        &mut state.tag
    }

    fn look(&mut self, _: &mut State, _: Option<&mut Here<'_>>, _: &mut Op) -> Result<(), Want> {
        Ok(())
    }

    fn complete(&mut self, (): (), _: &mut State, _: Option<&mut Here<'_>>, _: &Op) {}

    fn park(
        &mut self,
        _: Waker,
        _: bool,
        _: &mut State,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        unreachable!("a point by itself can always complete")
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// Not in the queue. All were notified so often when it was made.
    New {
        rounds: u64,
    },
    Queued(Key),
    Done,
}

impl Stage {
    /// Its place in the queue, which it takes if it has none.
    pub(super) fn queue(&mut self, state: &mut State) -> Key {
        if let Stage::Queued(key) = *self {
            return key;
        }
        let key = state.line.push_back(Waiter::default());
        *self = Stage::Queued(key);
        key
    }

    pub(super) fn is_notified(&self, state: &mut State) -> bool {
        match *self {
            Stage::New { rounds } => rounds != state.rounds || state.kept,
            Stage::Queued(key) => state.line.get_mut(key).served.is_some(),
            Stage::Done => true,
        }
    }

    /// Takes the notification, which is there.
    pub(super) fn take(&mut self, state: &mut State) {
        match *self {
            Stage::New { rounds } if rounds == state.rounds => state.kept = false,
            Stage::New { .. } | Stage::Done => {}
            // Its waker was taken out when it was notified.
            Stage::Queued(key) => _ = state.line.remove(key),
        }
        *self = Stage::Done;
    }
}

impl Attempt for Stage {
    type State = State;
    type Found = ();
    type Output = ();

    const POINT: When = When::First;
    /// As in tokio.
    const CHARGED: bool = false;

    fn tag(state: &mut State) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State,
        _: Option<&mut Here<'_>>,
        _: &mut Op,
    ) -> Result<(), Want> {
        match self.is_notified(state) {
            true => Ok(()),
            false => Err(state.part.unwrap_or(Want::Notification)),
        }
    }

    fn complete(&mut self, (): (), state: &mut State, _: Option<&mut Here<'_>>, _: &Op) {
        self.take(state);
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State,
        _: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Option<Waker> {
        let key = self.queue(state);
        let waiter = state.line.get_mut(key);
        waiter.wait = op.wait();
        waiter.waker.replace(waker)
    }
}
