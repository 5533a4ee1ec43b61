//! A timer as futures use it: put into the queue of timers when first polled, taken out when dropped.

use std::task::{Context, Poll, Waker, ready};

use crate::api::task::coop;
use crate::model::timers::TimerKey;
use crate::run::context::{self, RunId};
use crate::run::waits::{WaitKey, What};
use crate::run::world::World;

/// Under [`Sleep`](super::Sleep), [`Timeout`](super::Timeout) and [`Interval`](super::Interval).
#[derive(Debug)]
pub(crate) struct Timer {
    deadline: u64,
    state: State,
    wait: Option<WaitKey>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Not polled since it was made or reset.
    Fresh,
    /// In the queue of this run.
    Set(RunId, TimerKey),
    Elapsed,
}

impl Timer {
    /// A timer for this instant of virtual time.
    pub(crate) fn new(deadline: u64) -> Timer {
        Timer {
            deadline,
            state: State::Fresh,
            wait: None,
        }
    }

    /// When it is due.
    pub(crate) fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Whether it has fired.
    pub(crate) fn is_elapsed(&self) -> bool {
        match self.state {
            State::Fresh => false,
            State::Set(run, key) => has_fired(run, key),
            State::Elapsed => true,
        }
    }

    /// Sets another deadline, also after it has fired.
    pub(crate) fn reset(&mut self, deadline: u64) {
        self.cancel();
        self.state = State::Fresh;
        self.deadline = deadline;
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
        let coop = ready!(coop::poll_proceed(cx));
        ready!(self.poll_uncharged(cx));
        coop.made_progress();
        Poll::Ready(())
    }

    /// [`Timer::poll`] without a look at the task's budget.
    pub(crate) fn poll_uncharged(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let State::Elapsed = self.state else {
            self.state = context::with("time::Sleep", |run| self.next_state(run, cx.waker()));
            return match self.state {
                State::Elapsed => {
                    self.ends();
                    Poll::Ready(())
                }
                _ => Poll::Pending,
            };
        };
        Poll::Ready(())
    }

    #[inline]
    fn next_state(&mut self, run: &context::Context, waker: &Waker) -> State {
        if let State::Set(id, key) = self.state
            && id == run.id()
        {
            let mut world = run.world();
            let Some(timer) = world.timers.get_mut(key) else {
                return State::Elapsed;
            };
            if !timer.waker.will_wake(waker) {
                drop(world);
                let waker = waker.clone();
                let mut world = run.world();
                let old = match world.timers.get_mut(key) {
                    Some(timer) => std::mem::replace(&mut timer.waker, waker),
                    None => waker,
                };
                drop(world);
                drop(old);
                world = run.world();
                self.tell(run, &mut world);
            } else {
                self.tell(run, &mut world);
            }
            return self.state;
        }
        let waker = waker.clone();
        let mut world = run.world();
        if self.deadline <= world.now {
            drop(world);
            return State::Elapsed;
        }
        let key = world.set_timer(self.deadline, waker);
        self.tell(run, &mut world);
        State::Set(run.id(), key)
    }

    #[inline(always)]
    fn tell(&mut self, run: &context::Context, world: &mut World) {
        let what = What::Timer(self.deadline);
        self.wait = world.waits_for(run.id(), self.wait, what, None);
    }

    /// It is waited for no more.
    #[inline(always)]
    fn ends(&mut self) {
        if let Some(key) = self.wait.take() {
            context::try_with(|cx| cx.world().wait_over(cx.id(), key));
        }
    }
}

#[inline(never)]
fn unset(run: RunId, key: TimerKey) {
    let timer = context::try_with(|cx| {
        if cx.id() == run {
            cx.world().cancel_timer(key)
        } else {
            None
        }
    });
    // Dropped here, while the run is not borrowed: a waker may be the user's.
    drop(timer);
}

/// One that was carried out of its run never fires.
fn has_fired(run: RunId, key: TimerKey) -> bool {
    let fired = context::try_with(|cx| cx.id() == run && cx.world().timers.get_mut(key).is_none());
    fired.unwrap_or(false)
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.cancel();
    }
}
