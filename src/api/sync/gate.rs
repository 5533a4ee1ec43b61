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
use std::task::{Context, Poll, Waker};

use super::guarded::Guarded;
use super::op::Op;
use super::permits::{Permits, Taken};
use super::queue::Key;
use super::resource::Tag;
use super::wakers::Wakers;
use crate::base::place::Place;
use crate::base::resource::{Action, Want};
use crate::record::fact::{Fact, Hold};
use crate::run::context::{self, Here, look};

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

/// Permits behind a lock, and what a run calls them: by themselves, or as a part of more.
pub(super) trait Permitted {
    /// All that lies behind the lock.
    type State;
    /// What those who wait want of the resource.
    const WANT: Want;

    fn state(&self) -> &Guarded<Self::State>;
    fn permits(state: &mut Self::State) -> (&mut Permits, &mut Tag);

    /// Permits were given back unused: who else is to know?
    fn given_back(_: &mut Self::State) -> Option<Waker> {
        None
    }
}

/// Permits that are the resource: they are taken, held, and given back.
pub(super) struct Gate {
    state: Guarded<State>,
}

pub(super) struct State {
    permits: Permits,
    tag: Tag,
}

impl Permitted for Gate {
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
}

impl Gate {
    pub(super) const fn new(tag: Tag, permits: usize) -> Gate {
        Gate {
            state: Guarded::new(State {
                permits: Permits::new(permits),
                tag,
            }),
        }
    }

    pub(super) fn free(&self) -> usize {
        self.state.lock().permits.free()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().permits.is_closed()
    }

    /// Waits for `n` permits. `place` is where the user asks.
    #[inline(always)]
    pub(super) fn acquire(&self, n: usize, action: Action, place: Place) -> Wanted<'_> {
        Wanted(Acquire::new(self, n, action, place))
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
                Taken::All => Ok(state.tag.takes(here, action, place)),
                Taken::NotEnough => Err(TryAcquireError::NoPermits),
                Taken::Closed => Err(TryAcquireError::Closed),
            }
        })
    }

    /// Gives back what was acquired.
    #[inline]
    pub(super) fn release(&self, n: usize, hold: Hold) {
        self.change(|state, here, woken| {
            let first_waits_since = state.permits.first_waits_since();
            state.tag.emit(here, |resource| Fact::GaveBack {
                resource,
                hold,
                first_waits_since,
            });
            state.permits.give(n, woken);
        });
    }

    /// Adds permits that nobody held.
    pub(super) fn add(&self, n: usize) {
        self.change(|state, here, woken| {
            state.tag.emit(here, |resource| Fact::Added {
                resource,
                permits: n,
            });
            state.permits.give(n, woken);
        });
    }

    pub(super) fn forget(&self, n: usize) -> usize {
        self.state.lock().permits.forget(n)
    }

    /// A holder forgets its permits: there are so many fewer until somebody adds them again.
    pub(super) fn forgets(&self, n: usize, place: Place) {
        self.state.lock().tag.tell(|resource| Fact::Forgot {
            resource,
            permits: n,
            place,
        });
    }

    /// A holder is one no more, and has nothing to give back.
    pub(super) fn lets_go(&self, hold: Hold) {
        look!(here => {
            self.state.lock().tag.lets_go(here, hold);
        });
    }

    /// A holder splits in two.
    pub(super) fn splits(&self, n: usize, place: Place) -> Hold {
        let action = Action::Acquire(n as u32);
        look!(here => self.state.lock().tag.takes(here, action, place))
    }

    pub(super) fn close(&self) {
        self.change(|state, here, woken| {
            state.permits.close(woken);
            state.tag.emit(here, |resource| Fact::Closed { resource });
        });
    }

    /// Changes the state, and wakes whom that serves.
    #[inline(always)]
    fn change(&self, change: impl FnOnce(&mut State, Option<&mut Here<'_>>, &mut Wakers)) {
        let mut woken = Wakers::new();
        look!(here => {
            let mut state = self.state.lock();
            change(&mut state, here.as_deref_mut(), &mut woken);
            state.tag.grants(here, &woken);
        });
        woken.wake();
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
        // Set before anybody is woken: a waker that panics must not make the rest be given back twice.
        let permits = std::mem::replace(&mut self.permits, 1);
        self.keep.gate().add(permits - 1);
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
pub(super) struct Acquire<'a, P: Permitted> {
    from: &'a P,
    n: usize,
    op: Op,
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

/// How a look at the permits ended.
enum Look<R> {
    Done(R),
    /// Others go first, or the budget is used up.
    Again,
    Closed,
    /// It waits, and is in line.
    Parked,
    /// It must wait, with a waker that may be the user's, and do anything when it is cloned.
    NotEnough,
}

impl<'a, P: Permitted> Acquire<'a, P> {
    #[inline(always)]
    pub(super) fn new(from: &'a P, n: usize, action: Action, place: Place) -> Acquire<'a, P> {
        Acquire {
            from,
            n,
            op: Op::at(place, action),
            stage: Stage::New,
        }
    }

    /// Once it has the permits, does with them what `done` says, before anybody else can see that.
    #[inline(always)]
    pub(super) fn poll_with<R>(
        &mut self,
        cx: &mut Context<'_>,
        done: impl FnOnce(&mut P::State, Option<&mut Here<'_>>, &Op) -> R,
    ) -> Poll<Result<R, AcquireError>> {
        let mut old = None;
        let look = look!(here => {
            let mut state = self.from.state().lock();
            let (permits, tag) = P::permits(&mut state);
            if self.op.others_go_first(here.as_deref_mut(), cx.waker(), tag) {
                return Look::Again;
            }
            let taken = match self.stage {
                Stage::New => permits.try_take(self.n),
                Stage::InLine(key) => {
                    let taken = permits.try_collect(key);
                    if taken == Taken::All {
                        tag.emit(here.as_deref_mut(), |_| Fact::LeftLine);
                    }
                    taken
                }
                Stage::Served => Taken::All,
                Stage::Done => return Look::Done(None),
            };
            match taken {
                Taken::All if here.as_ref().is_some_and(|here| !here.cx.scope().claim()) => {
                    self.stage = Stage::Served;
                    Look::Again
                }
                Taken::All => {
                    self.stage = Stage::Done;
                    Look::Done(Some(done(&mut state, here, &self.op)))
                }
                Taken::NotEnough => match here {
                    Some(here) if here.is_own(cx.waker()) => {
                        old = self.park_here(here, &mut state, cx.waker().clone());
                        Look::Parked
                    }
                    _ => Look::NotEnough,
                },
                // Its place, if it has one, is given up when it is dropped.
                Taken::Closed => Look::Closed,
            }
        });
        match look {
            Look::Done(result) => {
                self.op.end();
                Poll::Ready(Ok(
                    result.expect("a permit was awaited again after completion")
                ))
            }
            Look::Again => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Look::Closed => Poll::Ready(Err(AcquireError(()))),
            Look::Parked => {
                drop(old);
                Poll::Pending
            }
            Look::NotEnough => {
                self.park(cx);
                Poll::Pending
            }
        }
    }

    /// Gets in line, or stays there, with the waker of the running task. Gives a waker to be dropped.
    #[inline(never)]
    fn park_here(
        &mut self,
        here: &mut Here<'_>,
        state: &mut P::State,
        waker: Waker,
    ) -> Option<Waker> {
        let (permits, tag) = P::permits(state);
        self.op.waits_here(here, tag, P::WANT);
        if let Stage::New = self.stage {
            tag.emit(Some(here), |_| Fact::GotInLine);
        }
        self.leave_waker(permits, waker, here.run.now())
    }

    /// Gets in line, or leaves another waker there.
    #[inline(never)]
    fn park(&mut self, cx: &mut Context<'_>) {
        // Cloned while nothing is locked or borrowed.
        let waker = cx.waker().clone();
        let mut state = self.from.state().lock();
        let (permits, tag) = P::permits(&mut state);
        let key = match self.stage {
            Stage::InLine(key) => Some(key),
            _ => None,
        };
        if !permits.must_wait(self.n, key) {
            // Served since the look, by the clone or by another thread.
            drop(state);
            return waker.wake();
        }
        self.op.waits(tag, P::WANT);
        if key.is_none() {
            tag.tell(|_| Fact::GotInLine);
        }
        let now = context::try_with(|cx| cx.run().now());
        let old = self.leave_waker(permits, waker, now.unwrap_or(0));
        drop(state);
        drop(old);
    }

    /// Gives a waker to be dropped.
    fn leave_waker(&mut self, permits: &mut Permits, waker: Waker, now: u64) -> Option<Waker> {
        match self.stage {
            Stage::InLine(key) if permits.wakes(key, &waker) => Some(waker),
            Stage::InLine(key) => permits.store(key, waker),
            _ => {
                let key = permits.wait(self.n, waker, now);
                permits.known_as(key, self.op.wait());
                self.stage = Stage::InLine(key);
                None
            }
        }
    }
}

impl<P: Permitted> Drop for Acquire<'_, P> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Stage::InLine(_) | Stage::Served = self.stage {
            self.give_up();
        }
    }
}

impl<P: Permitted> Acquire<'_, P> {
    #[inline(never)]
    fn give_up(&mut self) {
        let mut woken = Wakers::new();
        let old = look!(here => {
            let mut state = self.from.state().lock();
            let (permits, tag) = P::permits(&mut state);
            let vain = permits.has_unseen();
            let old = match self.stage {
                Stage::InLine(key) => {
                    let since = permits.waits_since(key);
                    tag.emit(here.as_deref_mut(), |resource| match since {
                        Some(since) => Fact::GaveUp { resource, since },
                        None => Fact::LeftLine,
                    });
                    permits.leave(key, &mut woken)
                }
                _ => {
                    permits.give(self.n, &mut woken);
                    None
                }
            };
            if let (true, Some(here)) = (vain, &mut here) {
                self.op.was_in_vain(here);
            }
            tag.grants(here, &woken);
            woken.push(P::given_back(&mut state));
            old
        });
        drop(old);
        woken.wake();
    }
}

/// Waits for permits of a gate, and holds them.
#[must_use = "futures do nothing unless polled"]
pub(super) struct Wanted<'a>(Acquire<'a, Gate>);

impl Future for Wanted<'_> {
    type Output = Result<Hold, AcquireError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_with(cx, |state, here, op| {
            state.tag.takes(here, op.action(), op.place())
        })
    }
}
