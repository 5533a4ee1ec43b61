//! Waiting for permits: the future under [`Mutex::lock`](super::Mutex::lock), [`Semaphore::acquire`](super::Semaphore::acquire),
//! [`mpsc::Sender::send`](super::mpsc::Sender::send) and their like.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll, Waker};

use super::guarded::Guarded;
use super::op::{Attempt, Op, When};
use super::permits::{Permits, TakeOutcome};
use super::queue::Key;
use super::resource::Tag;
use super::wakers::Wakers;
use crate::base::place::Place;
use crate::base::resource::{Action, Want};
use crate::record::fact::Fact;
use crate::run::context::{Here, look};

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

    /// Says how many are free, to those who wait.
    fn tell_level(_: &mut Self::State, _: Option<&mut Here<'_>>) {}

    /// Permits were given back unused. Gives the waker of whoever else is to know.
    fn given_back(_: &mut Self::State) -> Option<Waker> {
        None
    }
}

/// Waits in the queue; dropped, it leaves the queue and gives back what it had got.
///
/// One that was served but has no budget left keeps its place, and so its permits, until it has some.
#[must_use = "futures do nothing unless polled"]
pub(super) struct Acquire<'a, P: Permitted> {
    from: &'a P,
    op: Op,
    take: Take,
}

/// The permits that are asked for, and how far that has got.
#[derive(Clone, Copy)]
struct Take {
    n: usize,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    Queued(Key),
    Done,
}

/// How an [`Acquire`] can complete.
enum Found {
    /// The permits are free, and nobody came before.
    Free,
    /// It was served while it waited.
    Served(Key),
    Closed,
}

impl<'a, P: Permitted> Acquire<'a, P> {
    #[inline(always)]
    pub(super) fn new(from: &'a P, n: usize, action: Action, place: Place) -> Acquire<'a, P> {
        let stage = Stage::New;
        Acquire {
            from,
            op: Op::at(place, action),
            take: Take { n, stage },
        }
    }

    /// What they are of.
    pub(super) fn from(&self) -> &'a P {
        self.from
    }

    /// Once it has the permits, does with them what `done` says, before anybody else can see that.
    ///
    /// # Panics
    ///
    /// If it is polled after it has got them.
    #[inline(always)]
    pub(super) fn poll_with<R>(
        &mut self,
        cx: &mut Context<'_>,
        done: impl FnMut(&mut P::State, Option<&mut Here<'_>>, &Op) -> R,
    ) -> Poll<Result<R, AcquireError>> {
        if let Stage::Done = self.take.stage {
            polled_after_completion();
        }
        let mut attempt = Acquiring::<P, _> {
            take: &mut self.take,
            done,
            from: PhantomData,
        };
        self.op.poll(cx, self.from.state(), &mut attempt)
    }
}

#[cold]
fn polled_after_completion() -> ! {
    panic!("a permit was awaited again after completion")
}

/// One poll of an [`Acquire`].
struct Acquiring<'a, P, F> {
    take: &'a mut Take,
    done: F,
    from: PhantomData<P>,
}

impl<P, F, R> Attempt for Acquiring<'_, P, F>
where
    P: Permitted,
    F: FnMut(&mut P::State, Option<&mut Here<'_>>, &Op) -> R,
{
    type State = P::State;
    type Found = Found;
    type Output = Result<R, AcquireError>;

    const POINT: When = When::First;

    #[inline(always)]
    fn tag(state: &mut P::State) -> &mut Tag {
        P::permits(state).1
    }

    #[inline(always)]
    fn look(
        &mut self,
        state: &mut P::State,
        _: Option<&mut Here<'_>>,
        _: &mut Op,
    ) -> Result<Found, Want> {
        let (permits, _) = P::permits(state);
        let (taken, found) = match self.take.stage {
            Stage::Queued(key) => (permits.can_collect(key), Found::Served(key)),
            _ => (permits.can_take(self.take.n), Found::Free),
        };
        match taken {
            TakeOutcome::All => Ok(found),
            TakeOutcome::Closed => Ok(Found::Closed),
            TakeOutcome::NotEnough => Err(P::WANT),
        }
    }

    #[inline(always)]
    fn complete(
        &mut self,
        found: Found,
        state: &mut P::State,
        mut here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Result<R, AcquireError> {
        let (permits, tag) = P::permits(state);
        match found {
            Found::Free => permits.take(self.take.n),
            Found::Served(key) => {
                permits.collect(key);
                tag.emit(here.as_deref_mut(), |_| Fact::LeftLine);
            }
            // Its place, if it has one, is given up when it is dropped.
            Found::Closed => return Err(AcquireError(())),
        }
        self.take.stage = Stage::Done;
        Ok((self.done)(state, here, op))
    }

    #[inline(always)]
    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut P::State,
        mut here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Option<Waker> {
        let (permits, tag) = P::permits(state);
        let old = self
            .take
            .queue(waker, permits, tag, here.as_deref_mut(), op);
        P::tell_level(state, here);
        old
    }
}

impl Take {
    /// Gets into the queue, or leaves another waker there; gives one to be dropped after the lock.
    #[inline(never)]
    fn queue(
        &mut self,
        waker: Waker,
        permits: &mut Permits,
        tag: &mut Tag,
        mut here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Option<Waker> {
        if let Stage::Queued(key) = self.stage {
            return permits.store(key, waker);
        }
        tag.emit(here.as_deref_mut(), |_| Fact::GotInLine);
        let now = here.map_or(0, |here| here.run.now());
        let key = permits.wait(self.n, waker, now);
        permits.known_as(key, op.wait());
        self.stage = Stage::Queued(key);
        None
    }
}

impl<P: Permitted> Drop for Acquire<'_, P> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Stage::Queued(key) = self.take.stage {
            self.give_up(key);
        }
    }
}

impl<P: Permitted> Acquire<'_, P> {
    #[inline(never)]
    fn give_up(&mut self, key: Key) {
        let mut woken = Wakers::new();
        let old = look!(here => {
            let mut state = self.from.state().lock();
            let (permits, tag) = P::permits(&mut state);
            let unseen = permits.has_unseen();
            let since = permits.waits_since(key);
            tag.emit(here.as_deref_mut(), |resource| match since {
                Some(since) => Fact::GaveUp { resource, since },
                None => Fact::LeftLine,
            });
            let old = permits.leave(key, &mut woken);
            if let (true, Some(here)) = (unseen, &mut here) {
                self.op.examine_given_up(here);
            }
            tag.grants(here.as_deref_mut(), &woken);
            if permits.has_line() {
                P::tell_level(&mut state, here);
            }
            woken.push(P::given_back(&mut state));
            old
        });
        drop(old);
        woken.wake();
    }
}
