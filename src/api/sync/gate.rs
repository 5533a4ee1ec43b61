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
use super::resource::{Hold, Tag};
use super::wakers::Wakers;
use crate::choice::draw::Access;
use crate::record::event::{Place, Verb};
use crate::run::context::{self, Here, visit};

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
    /// What those who wait want of the resource: `""` for the resource itself, which they then hold.
    const WANT: &'static str;

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
    const WANT: &'static str = "";

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
    pub(super) fn acquire(&self, n: usize, access: Access, place: Place) -> Wanted<'_> {
        Wanted(Acquire::new(self, n, access, place))
    }

    pub(super) fn try_acquire(&self, n: usize, place: Place) -> Result<Hold, TryAcquireError> {
        visit!(here => {
            let mut state = self.state.lock();
            match state.permits.try_take(n) {
                Taken::All => Ok(state.tag.takes(here, place)),
                Taken::NotEnough => Err(TryAcquireError::NoPermits),
                Taken::Closed => Err(TryAcquireError::Closed),
            }
        })
    }

    /// Gives back what was acquired.
    #[inline]
    pub(super) fn release(&self, n: usize, hold: Hold) {
        self.change(|state, mut here, woken| {
            let held = state.tag.gives_back(here.as_deref_mut(), hold);
            if let Some(since) = state.permits.first_waits_since() {
                state.tag.was_held(here, held, since);
            }
            state.permits.give(n, woken);
        });
    }

    /// Adds permits that nobody held.
    pub(super) fn add(&self, n: usize) {
        self.change(|state, here, woken| {
            state.tag.adds(here, n);
            state.permits.give(n, woken);
        });
    }

    pub(super) fn forget(&self, n: usize) -> usize {
        self.state.lock().permits.forget(n)
    }

    /// A holder forgets its permits: there are so many fewer until somebody adds them again.
    pub(super) fn forgets(&self, n: usize, place: Place) {
        self.state.lock().tag.forgets(n, place);
    }

    /// A holder is one no more, and has nothing to give back.
    pub(super) fn lets_go(&self, hold: Hold) {
        visit!(here => {
            self.state.lock().tag.lets_go(here, hold);
        });
    }

    /// A holder splits in two.
    pub(super) fn splits(&self, place: Place) -> Hold {
        visit!(here => self.state.lock().tag.takes(here, place))
    }

    pub(super) fn close(&self) {
        self.change(|state, here, woken| {
            state.permits.close(woken);
            state.tag.record(here, Verb::Closes);
        });
    }

    /// Changes the state, and wakes whom that serves.
    #[inline(always)]
    fn change(&self, change: impl FnOnce(&mut State, Option<&mut Here<'_>>, &mut Wakers)) {
        let mut woken = Wakers::new();
        visit!(here => {
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
pub(super) struct Acquire<'a, P: Permitted> {
    from: &'a P,
    n: usize,
    access: Access,
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
    pub(super) fn new(from: &'a P, n: usize, access: Access, place: Place) -> Acquire<'a, P> {
        Acquire {
            from,
            n,
            access,
            op: Op::at(place),
            stage: Stage::New,
        }
    }

    /// Once it has the permits, does with them what `done` says, before anybody else can see that.
    #[inline(always)]
    pub(super) fn poll_with<R>(
        &mut self,
        cx: &mut Context<'_>,
        done: impl FnOnce(&mut P::State, Option<&mut Here<'_>>, Place) -> R,
    ) -> Poll<Result<R, AcquireError>> {
        let mut old = None;
        let look = visit!(here => {
            let mut state = self.from.state().lock();
            let (permits, tag) = P::permits(&mut state);
            if self.op.lets_others_go(here.as_deref_mut(), cx.waker(), tag, self.access) {
                return Look::Again;
            }
            let taken = match self.stage {
                Stage::New => permits.try_take(self.n),
                Stage::InLine(key) => self.leaves(permits.try_collect(key), here.as_deref_mut()),
                Stage::Served => Taken::All,
                Stage::Done => return Look::Done(None),
            };
            match taken {
                Taken::All if here.as_ref().is_some_and(|here| !here.cx.claim()) => {
                    self.stage = Stage::Served;
                    Look::Again
                }
                Taken::All => {
                    self.stage = Stage::Done;
                    Look::Done(Some(done(&mut state, here, self.op.place())))
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
                self.op.ends();
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

    /// One who stood in line and has all stands there no more.
    #[inline(always)]
    fn leaves(&self, taken: Taken, here: Option<&mut Here<'_>>) -> Taken {
        if let (Taken::All, Some(here)) = (taken, here) {
            here.world.resources.count_in_line(-1);
        }
        taken
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
            here.world.resources.count_in_line(1);
        }
        self.leave_waker(permits, waker, here.world.now)
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
        let now = context::try_with(|cx| {
            let mut world = cx.world();
            if key.is_none() {
                world.resources.count_in_line(1);
            }
            world.now
        });
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
        let old = visit!(here => {
            let mut state = self.from.state().lock();
            let (permits, tag) = P::permits(&mut state);
            let vain = permits.has_unseen();
            let old = match self.stage {
                Stage::InLine(key) => {
                    if let Some(here) = &mut here {
                        here.world.resources.count_in_line(-1);
                        if let Some(since) = permits.waits_since(key) {
                            tag.is_given_up(here, since);
                        }
                    }
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
        self.0
            .poll_with(cx, |state, here, place| state.tag.takes(here, place))
    }
}
