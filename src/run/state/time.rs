//! Time: the clock, and timers.

use std::task::Waker;
use std::time::Duration;

use super::Run;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::span::nanos;
use crate::base::touched::{self, Shared};
use crate::choice::draw::{Candidates, Kind};
use crate::choice::strategy::Detail;
use crate::kernel::tasks::RUNTIME_SLOT;
use crate::model::clocks::ReadBy;
use crate::model::timers::TimerKey;
use crate::observe::waits::{Awaits, WaitKey};
use crate::record::detail::Blocking;
use crate::record::event::Event;
use crate::record::kind::FindingKind;

/// Timers due at the same instant that a draw chooses among, at the most.
const MOST_TIES: usize = 16;

/// What became of a timer that was given another deadline.
pub(crate) enum Moved {
    /// It is set.
    Set(TimerKey),
    /// The deadline has come already; whom to wake, by the caller.
    Due(Waker),
}

impl Run {
    /// Virtual time, in ns from the start of the run.
    #[inline(always)]
    pub(crate) fn now(&self) -> u64 {
        self.kernel.now()
    }

    /// What time it is for the code that runs now, on the clock of the run.
    #[inline(always)]
    pub(crate) fn true_time_here(&self) -> u64 {
        self.blocking_pool.unwrap_or(self.now())
    }

    /// The virtual system clock at the start of the run, in ns since the Unix epoch.
    pub(crate) fn epoch(&self) -> u64 {
        self.setup.epoch
    }

    /// Gives the running code a clock of its own, or takes it away; gives the one before.
    pub(crate) fn set_blocking_pool(&mut self, clock: Option<u64>) -> Option<u64> {
        std::mem::replace(&mut self.blocking_pool, clock)
    }

    /// Whether the running code has a clock of its own: it is a closure of `spawn_blocking`.
    pub(crate) fn is_on_own_thread(&self) -> bool {
        self.blocking_pool.is_some()
    }

    /// A future is given to `block_on` on a thread of its own, or it is over there; gives what was before.
    pub(crate) fn set_own_deadline(&mut self, earliest: Option<u64>) -> Option<u64> {
        std::mem::replace(&mut self.own_deadline, earliest)
    }

    /// The running code waits for a deadline. Says whether that is one on the clock of its own thread, which moves when
    /// it waits for nothing else: then no timer is set.
    #[inline(always)]
    pub(crate) fn waits_on_own_clock(&mut self, deadline: u64) -> bool {
        match &mut self.own_deadline {
            None => false,
            Some(earliest) => {
                *earliest = deadline.min(*earliest);
                true
            }
        }
    }

    pub(crate) fn clock_is_paused(&self) -> bool {
        self.clock_paused
    }

    pub(crate) fn pause_clock(&mut self, paused: bool) {
        self.clock_paused = paused;
    }

    /// Moves the clock to `to`, if that is ahead.
    pub(crate) fn move_clock(&mut self, to: u64) {
        touched::touch(Shared::Everything);
        if self.kernel.move_clock(to) {
            self.journal.clock(to);
            self.watch.clock_moved(&self.kernel);
        }
    }

    /// Moves the clock to `to`, if that is ahead, for what is no progress: a task that is polled for ever is not made any better by the time
    /// that this takes.
    pub(super) fn pass_time(&mut self, to: u64) {
        if self.kernel.move_clock(to) {
            self.journal.clock(to);
            self.watch.time_passed(&self.kernel);
        }
    }

    /// The running code blocks its thread. In a task that is everybody's thread, so the clock moves
    /// for all; in a closure of `spawn_blocking` it is a thread of its own.
    pub(crate) fn block(&mut self, duration: Duration, place: Place) {
        if self.is_dead() {
            return;
        }
        // It sleeps by the clock of its host.
        let until = self.time_here().saturating_add(nanos(duration));
        let until = self.when(ReadBy::ANY, until);
        let nanos = until.saturating_sub(self.true_time_here());
        if let Some(until) = &mut self.blocking_pool {
            *until = until.saturating_add(nanos);
            return;
        }
        let to = self.now().saturating_add(nanos).min(self.watch.latest());
        let ready = self.kernel.ready.places().len();
        self.record(Event::Blocked {
            nanos: nanos.into(),
        });
        self.find(
            FindingKind::Blocking,
            Some(self.kernel.current()),
            Some(place),
            |_| Blocking { duration, ready }.into(),
        );
        self.move_clock(to);
    }

    /// Sets a timer for the running task.
    #[inline]
    pub(crate) fn set_timer(&mut self, deadline: u64, waker: Waker) -> TimerKey {
        let (key, timer) = self.kernel.set_timer(deadline, waker);
        self.record(Event::TimerSet {
            timer,
            deadline: deadline.into(),
        });
        key
    }

    /// Takes a timer back; the caller drops the waker.
    pub(crate) fn cancel_timer(&mut self, key: TimerKey) -> Option<Waker> {
        let timer = self.kernel.cancel_timer(key)?;
        self.record(Event::TimerCancelled {
            timer: timer.number,
        });
        Some(timer.waker)
    }

    /// Sets a timer to another deadline, and the wait for it, whoever waits. Does nothing if it has fired.
    #[inline(never)]
    pub(crate) fn move_timer(
        &mut self,
        key: TimerKey,
        wait: Option<WaitKey>,
        deadline: u64,
    ) -> Option<Moved> {
        let timer = self.kernel.cancel_timer(key)?;
        self.record(Event::TimerCancelled {
            timer: timer.number,
        });
        if deadline <= self.now() {
            return Some(Moved::Due(timer.waker));
        }
        if let (Some(observer), Some(wait)) = (&mut self.observer, wait) {
            observer.waits.put_off(wait, Awaits::Timer(deadline));
        }
        let (key, number) = self.kernel.set_timer_of(timer.slot, deadline, timer.waker);
        self.record(Event::TimerSet {
            timer: number,
            deadline: deadline.into(),
        });
        Some(Moved::Set(key))
    }

    /// The waker of a timer that has not fired.
    #[inline(always)]
    pub(crate) fn timer_waker(&mut self, key: TimerKey) -> Option<&mut Waker> {
        self.kernel.timer_mut(key).map(|timer| &mut timer.waker)
    }

    /// Fires the earliest due timer, or the one drawn among several due at the same instant.
    pub(in crate::run) fn fire_timer(&mut self) -> Option<Waker> {
        let ties = self.kernel.ties(MOST_TIES);
        let mut nth = 0;
        if ties > 1 {
            let owner = self.kernel.owner_of_due().unwrap_or(RUNTIME_SLOT);
            self.tell_due();
            nth = self.draw_for(owner, Kind::Timer, Candidates::Count(ties));
        }
        let timer = self.kernel.take_due(nth)?;
        self.record(Event::TimerFired {
            timer: timer.number,
        });
        if self.draws.are_keyed() && self.is_between_polls() {
            let task = self.kernel.tasks.row(timer.slot).number;
            self.draws.observe_closely(Detail::Fired { task });
        }
        Some(timer.waker)
    }

    /// Tells a strategy that wants to know it that no task is ready, and the clock moves.
    #[inline(always)]
    pub(in crate::run) fn tell_passed(&mut self) {
        if self.draws.are_keyed() {
            self.draws.observe_closely(Detail::Passed);
        }
    }

    /// Tells it that the run is over.
    pub(in crate::run) fn tell_over(&mut self) {
        if self.draws.are_keyed() {
            self.draws.observe_closely(Detail::Over);
        }
    }

    /// Whether no task is polled. One that moves the clock lets timers fire as a part of its step.
    fn is_between_polls(&self) -> bool {
        self.kernel.current_task() == TaskNo::RUNTIME
    }

    /// Tells a strategy that wants to know it whose timers are due.
    pub(in crate::run) fn tell_due(&mut self) {
        if self.draws.are_observed_closely() && self.is_between_polls() {
            for slot in self.kernel.owners_of_due(MOST_TIES) {
                let task = self.kernel.tasks.row(slot).number;
                self.draws.observe_closely(Detail::Due { task });
            }
        }
    }
}
