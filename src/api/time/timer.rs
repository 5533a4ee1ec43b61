//! A timer as futures use it: put into the queue of timers when first polled, moved there when it is reset, taken out when
//! dropped.

use std::cell::RefMut;
use std::mem;
use std::task::{Context, Poll, Waker};

use super::Instant;
use crate::api::task::coop;
use crate::base::ids::RunId;
use crate::base::place::Place;
use crate::model::timers::TimerKey;
use crate::observe::waits::{Awaits, WaitKey};
use crate::run::cell::clone_own;
use crate::run::context;
use crate::run::state::{Moved, Run};

/// Under [`Sleep`](super::Sleep), [`Timeout`](super::Timeout) and [`Interval`](super::Interval).
#[derive(Debug)]
pub(crate) struct Timer {
    deadline: Instant,
    state: State,
    wait: Option<WaitKey>,
    /// Where it is awaited, or was made.
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Not polled since it was made.
    Fresh,
    /// Not polled since it was reset, and nobody waited for it then.
    Reset,
    /// In the queue of this run.
    Set(RunId, TimerKey),
    Elapsed,
}

impl Timer {
    /// A timer for this instant of virtual time, made here.
    pub(crate) fn new(deadline: Instant, place: Place) -> Timer {
        Timer {
            deadline,
            state: State::Fresh,
            wait: None,
            place,
        }
    }

    /// It is awaited here.
    pub(crate) fn await_at(&mut self, place: Place) {
        self.place = place;
    }

    /// When it is due.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether it has fired. As in tokio, one that was reset fires without a poll, and one that is fresh does not.
    pub(crate) fn is_elapsed(&self) -> bool {
        match self.state {
            State::Fresh => false,
            State::Reset => has_come(self.deadline),
            State::Set(run, key) => has_fired(run, key),
            State::Elapsed => true,
        }
    }

    /// Sets another deadline, also after it has fired. Whoever waits for it is woken then: now, if that has come.
    pub(crate) fn reset(&mut self, deadline: Instant) {
        self.deadline = deadline;
        if let State::Set(run, key) = mem::replace(&mut self.state, State::Reset) {
            self.move_in_queue(run, key);
        }
    }

    #[inline(never)]
    fn move_in_queue(&mut self, run: RunId, key: TimerKey) {
        let moved = context::try_with(|cx| match cx.id() == run {
            true => {
                let deadline = self.when(&cx.run());
                cx.run().move_timer(key, self.wait, deadline)
            }
            false => None,
        });
        match moved.flatten() {
            Some(Moved::Set(key)) => self.state = State::Set(run, key),
            Some(Moved::Due(waker)) => {
                self.state = State::Elapsed;
                self.ends();
                // With nothing borrowed, and the timer as it is to be: a waker may be the user's.
                waker.wake();
            }
            // It has fired, or was carried out of its run: nobody is left to wake.
            None => self.ends(),
        }
    }

    /// Takes the timer back, if it is set.
    #[inline]
    fn cancel(&mut self) {
        if let State::Set(run, key) = self.state {
            unset(run, key);
        }
        self.ends();
    }

    /// Ready once the timer has fired, or if it was due when first polled.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker();
        if let State::Elapsed = self.state {
            // Outside of a run, too.
            return coop::poll_one(cx);
        }
        context::with("time::Sleep", |cx| {
            if !cx.claim() {
                waker.wake_by_ref();
                return Poll::Pending;
            }
            let claim = cx.scope().operations.claimed();
            let polled = self.poll_here(cx, waker);
            if polled.is_ready() {
                claim.use_up();
            }
            polled
        })
    }

    /// [`Timer::poll`] without a look at the task's budget.
    #[inline(always)]
    pub(crate) fn poll_uncharged(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let State::Elapsed = self.state {
            return Poll::Ready(());
        }
        let waker = cx.waker();
        context::with("time::Sleep", |cx| self.poll_here(cx, waker))
    }

    /// [`Timer::poll_uncharged`] of one that has not elapsed, in the run that is under way.
    #[inline(always)]
    fn poll_here(&mut self, cx: &context::Context, waker: &Waker) -> Poll<()> {
        let waits = match self.state {
            State::Set(id, key) if id == cx.id() => {
                let mut run = cx.run();
                let same = run.timer_waker(key).map(|known| known.will_wake(waker));
                drop(run);
                if let Some(same) = same {
                    self.waits_on(cx, key, waker, same);
                }
                same.is_some()
            }
            State::Set(..) | State::Fresh | State::Reset | State::Elapsed => self.set(cx, waker),
        };
        if waits {
            return Poll::Pending;
        }
        self.state = State::Elapsed;
        if let Some(key) = self.wait.take() {
            cx.run().complete_wait(key);
        }
        Poll::Ready(())
    }

    /// It is set, and waited for again, by the same waker or another.
    #[inline(never)]
    fn waits_on(&mut self, cx: &context::Context, key: TimerKey, waker: &Waker, same: bool) {
        if !same {
            let waker = waker.clone();
            let old = match cx.run().timer_waker(key) {
                Some(known) => mem::replace(known, waker),
                None => waker,
            };
            drop(old);
        }
        self.tell(&mut cx.run(), || cx.scope().is_running(waker));
    }

    /// Puts it into the queue of this run; `false` if it is due.
    #[inline(never)]
    fn set(&mut self, cx: &context::Context, waker: &Waker) -> bool {
        let (own, waker) = match clone_own(cx.scope(), waker) {
            Some(own) => (true, own),
            None => (false, waker.clone()),
        };
        let mut run = cx.run();
        let deadline = match run.when_here(self.deadline.read_by(), self.deadline.on_clock()) {
            Ok(deadline) => deadline,
            Err(hosts) => foreign(run, &hosts, self.place),
        };
        if deadline <= run.true_time_here() {
            drop(run);
            return false;
        }
        if run.waits_on_own_clock(deadline) {
            drop(run);
            return true;
        }
        let key = run.set_timer(deadline, waker);
        let awaits = Awaits::Timer(deadline);
        if let Some(wait) = run.waits_here(true, self.wait, || own, awaits, self.place) {
            self.wait = Some(wait);
        }
        self.state = State::Set(cx.id(), key);
        true
    }

    /// When it is due, on the clock of the run.
    #[inline(always)]
    fn when(&self, run: &Run) -> u64 {
        run.when(self.deadline.read_by(), self.deadline.on_clock())
    }

    #[inline(always)]
    fn tell(&mut self, run: &mut Run, own: impl FnOnce() -> bool) {
        let awaits = Awaits::Timer(self.when(run));
        self.wait = run.waits_here(true, self.wait, own, awaits, self.place);
    }

    /// It is waited for no more.
    #[inline(always)]
    fn ends(&mut self) {
        if let Some(key) = self.wait.take() {
            context::try_with(|cx| cx.run().end_wait(key));
        }
    }
}

#[cold]
#[inline(never)]
fn foreign(mut run: RefMut<'_, Run>, [reader, sleeper]: &[String; 2], place: Place) -> ! {
    run.found_foreign_instant(reader, sleeper, place);
    drop(run);
    panic!(
        "the deadline of the timer at {place} was read by the clock of host `{reader}`, and is waited for on host `{sleeper}`, whose clock \
         differs: it would be another time there. Send a duration, or a `SystemTime`, and make the deadline where it is waited for"
    )
}

#[inline(never)]
fn unset(run: RunId, key: TimerKey) {
    let timer = context::try_with(|cx| {
        if cx.id() == run {
            cx.run().cancel_timer(key)
        } else {
            None
        }
    });
    // Dropped here, with nothing borrowed: a waker may be the user's.
    drop(timer);
}

/// One that was carried out of its run never fires.
fn has_fired(run: RunId, key: TimerKey) -> bool {
    let fired = context::try_with(|cx| cx.id() == run && cx.run().timer_waker(key).is_none());
    fired.unwrap_or(false)
}

/// Whether an instant of the run that is under way has come.
fn has_come(deadline: Instant) -> bool {
    context::try_with(|cx| {
        let run = cx.run();
        run.when(deadline.read_by(), deadline.on_clock()) <= run.true_time_here()
    })
    .unwrap_or(false)
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.cancel();
    }
}
