//! Those who wait until a socket is ready, and how a poll ends.

use std::io;
use std::task::{Poll, Waker};

use super::error::{outside, reach};
use super::number::Number;
use crate::api::point::Point;
use crate::api::preempt;
use crate::api::sync::op::Op;
use crate::api::sync::resource::Tag;
use crate::api::task::coop;
use crate::base::ids::RunId;
use crate::base::place::Place;
use crate::model::net::bits::Bits;
use crate::model::net::readiness::{Seat, WaiterNo};
use crate::run::cell::wake_here;
use crate::run::context::{self, Here, look};

/// The seat of one operation, which is given up when it is dropped.
#[derive(Debug)]
pub(super) struct Sitting<N: Number> {
    run: RunId,
    number: N,
    seat: Seat,
}

impl<N: Number> Sitting<N> {
    pub(super) fn new(run: RunId, number: N, seat: Seat) -> Sitting<N> {
        Sitting { run, number, seat }
    }

    /// Waits for any of these; gives a waker to be dropped by the caller.
    pub(super) fn park(
        &mut self,
        here: Option<&mut Here<'_>>,
        bits: Bits,
        waker: Waker,
    ) -> Option<Waker> {
        let Ok(here) = reach(here, self.run) else {
            return Some(waker);
        };
        let (network, _) = here.run.network();
        let Some(socket) = self.number.get(network) else {
            return Some(waker);
        };
        let (seat, old) = N::readiness(socket).park(self.seat, bits, waker);
        self.seat = seat;
        old
    }
}

impl<N: Number> Drop for Sitting<N> {
    #[inline]
    fn drop(&mut self) {
        if let Seat::Listed(Some(waiter)) = self.seat {
            self.leave(waiter);
        }
    }
}

impl<N: Number> Sitting<N> {
    /// One in the list waits no more.
    #[inline(never)]
    fn leave(&self, waiter: WaiterNo) {
        let waker = context::try_with(|cx| {
            let mut run = cx.run();
            let (network, _) = run.network();
            let socket = self.number.get(network).filter(|_| cx.id() == self.run);
            socket.and_then(|socket| N::readiness(socket).leave(waiter))
        });
        // Dropping a user's waker may run user code, so nothing is borrowed here.
        drop(waker);
    }
}

/// A resource of a socket, and whether the operation on it that is polled by a method had its scheduling point.
pub(super) struct End {
    pub(super) tag: Tag,
    pub(super) passed: bool,
}

impl End {
    pub(super) fn new(tag: Tag) -> End {
        let passed = false;
        End { tag, passed }
    }

    /// An operation is polled by a method, which then will have had its point.
    pub(super) fn begin(&mut self, op: &mut Op) {
        if std::mem::replace(&mut self.passed, true) {
            op.pass_point();
        }
    }
}

/// What a call gives, and the wakers of those who are to look again, which are called with nothing borrowed.
pub(super) struct Answer<T> {
    pub(super) result: io::Result<T>,
    pub(super) wakers: Wakers,
}

/// Wakers of the user's, of which there are seldom any.
pub(super) type Wakers = Option<Box<[Waker]>>;

impl<T> Answer<T> {
    pub(super) fn new(result: io::Result<T>) -> Answer<T> {
        let wakers = None;
        Answer { result, wakers }
    }

    /// With nothing borrowed.
    #[inline]
    pub(super) fn give(self) -> io::Result<T> {
        wake(self.wakers);
        self.result
    }
}

/// Wakes the tasks that the network has woken; gives the user's own wakers, to be woken with nothing borrowed.
#[inline]
pub(super) fn wake_all(here: &mut Here<'_>) -> Wakers {
    match here.run.network().0.is_any_woken() {
        true => wake_woken(here),
        false => None,
    }
}

#[inline(never)]
fn wake_woken(here: &mut Here<'_>) -> Wakers {
    let mut left = Vec::new();
    while let Some(waker) = here.run.network().0.next_woken() {
        left.extend(wake_here(here, waker));
    }
    (!left.is_empty()).then(|| left.into_boxed_slice())
}

/// With nothing borrowed.
#[inline]
fn wake(wakers: Wakers) {
    if let Some(wakers) = wakers {
        wakers.into_iter().for_each(preempt::wake);
    }
}

/// A handle of this run is dropped: whom the network gives back is dropped, and who is to look again woken, with nothing
/// borrowed. Outside of that run nothing is left to be closed.
pub(super) fn on_drop(run: RunId, close: impl FnOnce(&mut Here<'_>) -> Option<Vec<Waker>>) {
    let wakers = context::try_with(|cx| {
        let mut run_now = cx.run();
        let here = &mut Here {
            cx,
            run: &mut run_now,
        };
        if here.cx.id() != run {
            return None;
        }
        let dropped = close(here)?;
        Some((dropped, wake_all(here)))
    });
    if let Some((dropped, woken)) = wakers.flatten() {
        drop(dropped);
        wake(woken);
    }
}

/// Runs something with the run that is under way.
pub(super) fn in_run<T>(look: impl FnOnce(&mut Here<'_>) -> Answer<T>) -> io::Result<T> {
    let answer = look!(here => match here {
        Some(here) => look(here),
        None => Answer::new(Err(outside())),
    });
    answer.give()
}

/// Lets others go first, if that is drawn: the scheduling point of what has no state yet, and may be done at once.
pub(super) async fn stand(place: Place) {
    let mut point = Point::at(place);
    std::future::poll_fn(|cx| {
        let waker = cx.waker();
        let others = look!(here => point.others_go_first(here, waker, |_| None));
        if others {
            waker.wake_by_ref();
            return Poll::Pending;
        }
        coop::poll_uncharged(cx)
    })
    .await;
}
