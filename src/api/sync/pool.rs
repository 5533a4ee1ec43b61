//! A pool of permits: permits that are the resource themselves, with a lock and a name.
//!
//! It is under everything that lets in so many and no more: [`Semaphore`](super::Semaphore), [`Mutex`](super::Mutex) (one),
//! [`RwLock`](super::RwLock) (one a reader, all for a writer), and [`OnceCell`](super::OnceCell) (one for who initialises).
//! A bounded [`mpsc`](super::mpsc) has permits of its own, one a free slot, behind the lock of the channel.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::acquire::{Acquire, AcquireError, Permitted, TryAcquireError};
use super::guarded::Guarded;
use super::permits::{MAX_PERMITS, Permits, TakeOutcome};
use super::resource::Tag;
use super::wakers::Wakers;
use crate::base::place::Place;
use crate::base::resource::{Action, Want};
use crate::record::fact::{Amount, Fact, Hold};
use crate::record::spin::Closing;
use crate::run::context::{self, Here, look};

/// Permits that are the resource: they are taken, held, and given back.
pub(super) struct PermitPool {
    state: Guarded<State>,
}

pub(super) struct State {
    permits: Permits,
    /// How many there are, held ones included.
    of: usize,
    tag: Tag,
}

impl Permitted for PermitPool {
    type State = State;
    const WANT: Want = Want::Itself;

    #[inline(always)]
    fn state(&self) -> &Guarded<State> {
        &self.state
    }

    #[inline(always)]
    fn permits(state: &mut State) -> (&mut Permits, &mut Tag) {
        (&mut state.permits, &mut state.tag)
    }

    fn tell_level(state: &mut State, here: Option<&mut Here<'_>>) {
        state.tell_level(here);
    }
}

impl State {
    /// Says how many are free to those who wait.
    #[inline(never)]
    fn tell_level(&mut self, here: Option<&mut Here<'_>>) {
        if let Some(here) = here.filter(|here| here.run.is_recorded()) {
            let free = self.permits.unheld() as u64;
            let of = self.of as u64;
            let number = self.tag.number(here);
            here.run.set_level(number, Amount::Free { free, of });
        }
    }
}

impl PermitPool {
    #[track_caller]
    pub(super) const fn new(tag: Tag, permits: usize) -> PermitPool {
        PermitPool {
            state: Guarded::new(State {
                permits: Permits::new(permits),
                of: permits,
                tag,
            }),
        }
    }

    /// One of which the tag was made by the running code, and by no constant.
    pub(super) fn numbered(self) -> PermitPool {
        PermitPool {
            state: self.state.numbered(),
        }
    }

    /// What it guards is looked at or changed without its permits.
    #[inline(always)]
    pub(super) fn touch(&self) {
        self.state.touch();
    }

    pub(super) fn free(&self) -> usize {
        self.state.lock().permits.free()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().permits.is_closed()
    }

    /// Waits for `n` permits. `place` is where the user asks.
    #[inline(always)]
    pub(super) fn acquire(&self, n: usize, action: Action, place: Place) -> Acquiring<'_> {
        Acquiring(Acquire::new(self, n, action, place))
    }

    pub(super) fn try_acquire(
        &self,
        n: usize,
        action: Action,
        place: Place,
    ) -> Result<Hold, TryAcquireError> {
        look!(here => {
            let mut state = self.state.lock();
            match state.permits.try_take(n) {
                TakeOutcome::All => Ok(state.tag.takes(here, action, place)),
                TakeOutcome::NotEnough => Err(TryAcquireError::NoPermits),
                TakeOutcome::Closed => Err(TryAcquireError::Closed),
            }
        })
    }

    /// Gives back what was acquired; with the address of a guard that borrows nothing.
    #[inline]
    pub(super) fn release(&self, n: usize, hold: Hold, shared_at: Option<usize>) {
        self.change(|state, here, woken| {
            let first_waits_since = state.permits.first_waits_since();
            state.tag.emit(here, |resource| Fact::GaveBack {
                resource,
                hold,
                first_waits_since,
                shared_at,
            });
            state.permits.give(n, woken);
        });
    }

    /// Adds permits that nobody held.
    ///
    /// # Panics
    ///
    /// If there would be more than [`MAX_PERMITS`].
    #[track_caller]
    pub(super) fn add(&self, n: usize) {
        let mut all = 0;
        self.change(|state, here, woken| {
            all = state.permits.free().saturating_add(n);
            if all > MAX_PERMITS {
                return;
            }
            state.tag.emit(here, |resource| Fact::Added {
                resource,
                permits: n,
            });
            state.of = state.of.saturating_add(n);
            state.permits.give(n, woken);
        });
        // Outside of the closure, so that the panic has the place of the call.
        assert!(
            all <= MAX_PERMITS,
            "a semaphore can have at most usize::MAX >> 3 permits, and would have {all}"
        );
    }

    pub(super) fn forget(&self, n: usize) -> usize {
        let mut state = self.state.lock();
        let forgotten = state.permits.forget(n);
        state.of = state.of.saturating_sub(forgotten);
        forgotten
    }

    /// Tells the run that a holder does not give its permits back.
    pub(super) fn tell_forgotten(&self, n: usize, place: Place) {
        look!(here => {
            let mut state = self.state.lock();
            state.of = state.of.saturating_sub(n);
            state.tag.emit(here.as_deref_mut(), |resource| Fact::Forgot {
                resource,
                permits: n,
                place,
            });
            if state.permits.has_line() {
                state.tell_level(here);
            }
        });
    }

    /// A holder is one no more, and has nothing to give back.
    pub(super) fn end_hold(&self, hold: Hold) {
        look!(here => {
            self.state.lock().tag.lets_go(here, hold);
        });
    }

    /// A holder splits in two: the hold of the new one.
    pub(super) fn hold_part(&self, n: usize, place: Place) -> Hold {
        let action = Action::Acquire(n as u32);
        look!(here => self.state.lock().tag.takes(here, action, place))
    }

    /// The primitive is dropped, and nobody can close it any more.
    pub(super) fn gone(&self) {
        context::try_with(|cx| {
            if cx.scope().is_recorded() {
                self.tell_gone();
            }
        });
    }

    #[cold]
    #[inline(never)]
    fn tell_gone(&self) {
        look!(here => {
            let mut state = self.state.lock();
            let here = here.filter(|here| state.tag.is_of(here));
            if here.is_some() {
                state.tag.emit(here, |resource| Fact::Gone { resource });
            }
        });
    }

    pub(super) fn close(&self) {
        self.change(|state, here, woken| {
            state.permits.close(woken);
            let how = Closing::Asked;
            state
                .tag
                .emit(here, |resource| Fact::Closed { resource, how });
        });
    }

    /// Changes the state, and wakes whoever is served by that.
    #[inline(always)]
    fn change(&self, change: impl FnOnce(&mut State, Option<&mut Here<'_>>, &mut Wakers)) {
        let mut woken = Wakers::new();
        look!(here => {
            let mut state = self.state.lock();
            change(&mut state, here.as_deref_mut(), &mut woken);
            state.tag.grants(here.as_deref_mut(), &woken);
            if state.permits.has_line() {
                state.tell_level(here);
            }
        });
        woken.wake();
    }
}

/// Waits for permits of a pool, and holds them.
#[must_use = "futures do nothing unless polled"]
pub(super) struct Acquiring<'a>(Acquire<'a, PermitPool>);

impl Future for Acquiring<'_> {
    type Output = Result<Hold, AcquireError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_with(cx, |state, here, op| {
            state.tag.takes(here, op.action(), op.place())
        })
    }
}
