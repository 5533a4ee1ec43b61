//! The gate: permits with a lock and a name, and the future that waits for them.
//!
//! It is under everything that lets in so many and no more: [`Semaphore`](super::Semaphore), [`Mutex`](super::Mutex) (one),
//! [`RwLock`](super::RwLock) (one a reader, all for a writer), bounded [`mpsc`](super::mpsc) (one a free slot), and
//! [`OnceCell`](super::OnceCell) (one for who initialises).

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use super::lock;
use super::permits::{Permits, Taken};
use super::point::Point;
use super::queue::Key;
use super::resource::{Hold, Tag};
use super::wakers::Wakers;
use crate::engine::context::{self, Context as Run};
use crate::record::event::Place;

/// The semaphore is closed: no permit is given out any more.
#[derive(Debug)]
pub struct AcquireError(());

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("semaphore closed")
    }
}

impl Error for AcquireError {}

/// Why a permit was not to be had at once.
#[derive(Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore is closed.
    Closed,
    /// Not enough permits are free.
    NoPermits,
}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryAcquireError::Closed => "semaphore closed",
            TryAcquireError::NoPermits => "no permits available",
        })
    }
}

impl Error for TryAcquireError {}

/// Permits, by themselves or inside a lock or a channel.
pub(super) struct Gate {
    state: Mutex<State>,
}

struct State {
    permits: Permits,
    tag: Tag,
    /// What those who wait want of the resource: `""` for the resource itself, which they then hold.
    want: &'static str,
}

impl Gate {
    /// A gate whose permits are the resource: they are taken, held, and given back.
    pub(super) const fn new(tag: Tag, permits: usize) -> Gate {
        Gate::for_part(tag, permits, "")
    }

    /// A gate whose permits are only a part of a resource, such as the room in a channel.
    pub(super) const fn for_part(tag: Tag, permits: usize, want: &'static str) -> Gate {
        Gate {
            state: Mutex::new(State {
                permits: Permits::new(permits),
                tag,
                want,
            }),
        }
    }

    pub(super) fn free(&self) -> usize {
        lock(&self.state).permits.free()
    }

    pub(super) fn is_closed(&self) -> bool {
        lock(&self.state).permits.is_closed()
    }

    /// Waits for `n` permits. `place` is where the user asks.
    pub(super) fn acquire(&self, n: usize, place: Place) -> Acquire<'_> {
        Acquire {
            gate: self,
            n,
            place,
            point: Point::new(),
            stage: Stage::New,
        }
    }

    pub(super) fn try_acquire(&self, n: usize, place: Place) -> Result<Hold, TryAcquireError> {
        let mut state = lock(&self.state);
        match state.permits.try_take(n) {
            Taken::All => Ok(state.taken(place)),
            Taken::NotEnough => Err(TryAcquireError::NoPermits),
            Taken::Closed => Err(TryAcquireError::Closed),
        }
    }

    /// Gives back what was acquired.
    #[inline]
    pub(super) fn release(&self, n: usize, hold: Hold) {
        let mut woken = Wakers::new();
        let mut state = lock(&self.state);
        if state.want.is_empty() {
            state.tag.gives_back(hold);
        }
        state.permits.give(n, &mut woken);
        drop(state);
        woken.wake();
    }

    /// Adds permits that nobody held.
    pub(super) fn add(&self, n: usize) {
        let mut woken = Wakers::new();
        lock(&self.state).permits.give(n, &mut woken);
        woken.wake();
    }

    pub(super) fn forget(&self, n: usize) -> usize {
        lock(&self.state).permits.forget(n)
    }

    /// A holder gives nothing back.
    pub(super) fn lets_go(&self, hold: Hold) {
        lock(&self.state).tag.lets_go(hold);
    }

    /// A holder splits in two.
    pub(super) fn splits(&self, place: Place) -> Hold {
        lock(&self.state).taken(place)
    }

    pub(super) fn close(&self) {
        let mut woken = Wakers::new();
        let mut state = lock(&self.state);
        state.permits.close(&mut woken);
        if state.want.is_empty() {
            state.tag.record("closes");
        }
        drop(state);
        woken.wake();
    }
}

impl State {
    #[inline(always)]
    fn taken(&mut self, place: Place) -> Hold {
        if self.want.is_empty() {
            self.tag.takes(place)
        } else {
            Hold::default()
        }
    }
}

/// Who leads to a gate: the gate itself, or a lock around it.
pub(super) trait HasGate {
    fn gate(&self) -> &Gate;
}

impl HasGate for &Gate {
    #[inline(always)]
    fn gate(&self) -> &Gate {
        self
    }
}

/// Permits that were acquired, and who leads back to their gate. Dropped, it gives them back.
pub(super) struct Lease<K: HasGate> {
    keep: K,
    permits: usize,
    hold: Hold,
}

impl<K: HasGate> Lease<K> {
    pub(super) fn new(keep: K, permits: usize, hold: Hold) -> Lease<K> {
        Lease {
            keep,
            permits,
            hold,
        }
    }

    pub(super) fn keep(&self) -> &K {
        &self.keep
    }

    /// Gives all permits back but one.
    pub(super) fn keep_one(&mut self) {
        self.keep.gate().add(self.permits - 1);
        self.permits = 1;
    }
}

impl<'a, O: ?Sized> Lease<&'a O>
where
    &'a O: HasGate,
{
    /// Keeps only this part of the owner, with the same gate.
    pub(super) fn keep_part<P: ?Sized>(self, part: impl FnOnce(&'a O) -> &'a P) -> Lease<&'a P>
    where
        &'a P: HasGate,
    {
        let this = ManuallyDrop::new(self);
        Lease {
            keep: part(this.keep),
            permits: this.permits,
            hold: this.hold,
        }
    }
}

impl<K: HasGate> Drop for Lease<K> {
    #[inline]
    fn drop(&mut self) {
        self.keep.gate().release(self.permits, self.hold);
    }
}

/// Waits in line; dropped, it leaves the line and gives back what it had got.
///
/// Who has permits but no budget left keeps them until it has some: to let go of them would cost it its turn.
#[must_use = "futures do nothing unless polled"]
pub(super) struct Acquire<'a> {
    gate: &'a Gate,
    n: usize,
    place: Place,
    point: Point,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    InLine(Key),
    /// It has all permits.
    Served,
    Done,
}

impl Future for Acquire<'_> {
    type Output = Result<Hold, AcquireError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(self.point.poll_pass(cx));
        let gate = self.gate;
        let mut state = lock(&gate.state);
        let (taken, old) = match self.stage {
            Stage::New => (state.permits.try_take(self.n), None),
            Stage::InLine(key) => state.permits.poll(key, cx.waker()),
            Stage::Served => (Taken::All, None),
            Stage::Done => panic!("a permit was awaited again after completion"),
        };
        let outcome = match taken {
            Taken::All if context::try_with(Run::claim) == Some(false) => {
                self.stage = Stage::Served;
                drop(state);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Taken::All => {
                self.stage = Stage::Done;
                let hold = state.taken(self.place);
                drop(state);
                Poll::Ready(Ok(hold))
            }
            // Its place, if it has one, is given up when it is dropped.
            Taken::Closed => {
                drop(state);
                Poll::Ready(Err(AcquireError(())))
            }
            Taken::NotEnough => {
                if let Stage::New = self.stage {
                    self.stage = Stage::InLine(state.permits.wait(self.n, cx.waker().clone()));
                }
                let want = state.want;
                state.tag.waits(want, self.place);
                drop(state);
                Poll::Pending
            }
        };
        drop(old);
        outcome
    }
}

impl Drop for Acquire<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.stage {
            Stage::New | Stage::Done => {}
            Stage::Served => self.gate.add(self.n),
            Stage::InLine(key) => {
                let mut woken = Wakers::new();
                let old = lock(&self.gate.state).permits.leave(key, &mut woken);
                drop(old);
                woken.wake();
            }
        }
    }
}
