//! The kernel: time, tasks, who is ready, who is polled, and how far the run has come.
//!
//! It knows no words, no levels and no findings; what it does is put on record by who calls it.

use std::collections::BTreeSet;
use std::task::Waker;

use super::phase::Phase;
use super::task::AT_POINT;
use super::tasks::{RUNTIME_SLOT, Tasks};
use super::timer::Timer;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::span::FAR;
use crate::model::hosts::Hosts;
use crate::model::ready::ReadyQueue;
use crate::model::timers::{TimerKey, TimerQueue};

/// See the top of this file. Its lists keep their memory from run to run.
pub(crate) struct Kernel {
    pub(crate) tasks: Tasks,
    pub(crate) ready: ReadyQueue,
    pub(crate) hosts: Hosts,
    timers: TimerQueue<Timer>,
    course: Course,
}

/// What belongs to one run, and is made anew for each.
struct Course {
    /// Virtual time, in ns from the start of the run.
    now: u64,
    /// Polls so far.
    steps: u64,
    timers_set: u32,
    /// The slot of the task that is polled, else [`RUNTIME_SLOT`].
    current: u32,
    /// Its number, else [`TaskNo::RUNTIME`].
    current_task: TaskNo,
    phase: Phase,
    /// The place in the ready queue of the task that a scheduling point chose to run next.
    next: Option<u32>,
    /// The code that runs now is that of a host that has crashed.
    dead: bool,
}

impl Course {
    const START: Course = Course {
        now: 0,
        steps: 0,
        timers_set: 0,
        current: RUNTIME_SLOT,
        current_task: TaskNo::RUNTIME,
        phase: Phase::Running,
        next: None,
        dead: false,
    };
}

/// Tasks, and timers, in whose memory a thread is not the poorer for keeping it.
const MOST_KEPT: usize = 4096;

impl Kernel {
    pub(crate) fn new() -> Kernel {
        Kernel {
            tasks: Tasks::new(),
            ready: ReadyQueue::default(),
            hosts: Hosts::default(),
            timers: TimerQueue::new(),
            course: Course::START,
        }
    }

    /// Begins a run in place of the one before, of which nothing is left that a run can see.
    pub(crate) fn begin(&mut self) {
        self.tasks.clear();
        self.ready.clear();
        self.hosts.clear();
        self.timers.clear();
        self.course = Course::START;
    }

    /// Whether its memory is that of a small test.
    pub(crate) fn is_small(&self) -> bool {
        let most = self.tasks.capacity().max(self.ready.capacity());
        most.max(self.timers.capacity()) <= MOST_KEPT
    }

    #[inline(always)]
    pub(crate) fn now(&self) -> u64 {
        self.course.now
    }

    /// Moves the clock to `to`; `false` if that is not ahead.
    #[inline(always)]
    pub(crate) fn move_clock(&mut self, to: u64) -> bool {
        let ahead = to > self.course.now;
        if ahead {
            self.course.now = to;
        }
        ahead
    }

    #[inline(always)]
    pub(crate) fn steps(&self) -> u64 {
        self.course.steps
    }

    #[inline(always)]
    pub(crate) fn phase(&self) -> Phase {
        self.course.phase
    }

    pub(crate) fn set_phase(&mut self, phase: Phase) {
        self.course.phase = phase;
    }

    /// The slot of the running task; [`RUNTIME_SLOT`] if none runs.
    #[inline(always)]
    pub(crate) fn current(&self) -> u32 {
        self.course.current
    }

    /// The number of the running task.
    #[inline(always)]
    pub(crate) fn current_task(&self) -> TaskNo {
        self.course.current_task
    }

    /// This task runs now.
    #[inline(always)]
    pub(crate) fn set_current(&mut self, slot: u32, task: TaskNo) {
        self.course.current = slot;
        self.course.current_task = task;
    }

    /// No task runs.
    #[inline(always)]
    pub(crate) fn set_idle(&mut self) {
        self.set_current(RUNTIME_SLOT, TaskNo::RUNTIME);
    }

    /// A step begins. Gives its number, from 1.
    #[inline(always)]
    pub(crate) fn count_step(&mut self) -> u64 {
        self.course.steps += 1;
        self.course.steps
    }

    /// The host of the running task; the default one if none runs.
    pub(crate) fn current_host(&self) -> HostNo {
        self.tasks.row(self.course.current).host
    }

    /// Whether the code that runs now is that of a host that has crashed.
    #[inline(always)]
    pub(crate) fn is_dead(&self) -> bool {
        self.course.dead
    }

    /// Says whether it is; gives what was said before.
    pub(crate) fn set_dead(&mut self, dead: bool) -> bool {
        std::mem::replace(&mut self.course.dead, dead)
    }

    /// Takes those tasks out of the ready queue that are not to stay, in line.
    pub(crate) fn take_out(&mut self, stays: impl Fn(&Tasks, u32) -> bool) -> Vec<u32> {
        let next = self.course.next.take();
        let next = next.map(|place| self.ready.places()[place as usize]);
        let tasks = &self.tasks;
        let out = self.ready.take_out(|slot| stays(tasks, slot));
        let mut places = self.ready.places().iter();
        self.course.next = next
            .and_then(|next| places.position(|&slot| slot == next))
            .map(|place| place as u32);
        out
    }

    /// The running task stands at a scheduling point: the one in this place of the ready queue runs next, whatever becomes
    /// ready until then.
    pub(crate) fn stand_at_point(&mut self, place: u32) {
        self.course.next = Some(place);
        if let Some(cell) = self.tasks.cell(self.course.current) {
            cell.header().add(AT_POINT);
        }
    }

    /// Takes the task out of the ready queue that a scheduling point chose to run next.
    #[inline(never)]
    pub(crate) fn take_next(&mut self) -> u32 {
        let place = self.course.next.take().expect("a point chose one");
        self.ready.take(|_| place as usize)
    }

    /// Whether the running task is about to let another run first.
    #[inline(always)]
    pub(crate) fn has_next(&self) -> bool {
        self.course.next.is_some()
    }

    /// Sets a timer for the running task; gives its number, too.
    #[inline(always)]
    pub(crate) fn set_timer(&mut self, deadline: u64, waker: Waker) -> (TimerKey, u32) {
        self.set_timer_of(self.course.current, deadline, waker)
    }

    /// Sets a timer for the task in this slot; gives its number, too.
    #[inline(always)]
    pub(crate) fn set_timer_of(
        &mut self,
        slot: u32,
        deadline: u64,
        waker: Waker,
    ) -> (TimerKey, u32) {
        self.course.timers_set += 1;
        let timer = Timer {
            number: self.course.timers_set,
            slot,
            waker,
        };
        (self.timers.insert(deadline, timer), self.course.timers_set)
    }

    /// Takes a timer back; the caller drops the waker.
    #[inline(always)]
    pub(crate) fn cancel_timer(&mut self, key: TimerKey) -> Option<Timer> {
        self.timers.remove(key)
    }

    /// A timer that has not fired.
    #[inline(always)]
    pub(crate) fn timer_mut(&mut self, key: TimerKey) -> Option<&mut Timer> {
        self.timers.get_mut(key)
    }

    /// The earliest deadline; [`FAR`] if no timer is set.
    #[inline(always)]
    pub(crate) fn next_deadline(&mut self) -> u64 {
        self.timers.next_deadline().unwrap_or(FAR)
    }

    /// The slots of tasks that set a timer which has not fired.
    pub(crate) fn slots_with_timers(&self) -> BTreeSet<u32> {
        self.timers.iter().map(|(_, timer)| timer.slot).collect()
    }

    /// Whether a timer may be due now.
    #[inline(always)]
    pub(crate) fn may_be_due(&self) -> bool {
        self.timers.may_be_due(self.course.now)
    }

    /// The task that set the first timer due now.
    pub(crate) fn owner_of_due(&mut self) -> Option<u32> {
        let now = self.course.now;
        self.timers.peek_due(now).map(|timer| timer.slot)
    }

    /// How many timers are due with the first, at the same instant: `cap` at the most.
    pub(crate) fn ties(&mut self, cap: usize) -> usize {
        if self.timers.first_is_alone() {
            return 1;
        }
        self.timers.ties(self.course.now, cap)
    }

    /// Who set the timers that are [due with the first](Kernel::ties), in order: `cap` of them at the most.
    pub(crate) fn owners_of_due(&mut self, cap: usize) -> Vec<u32> {
        let due = self.timers.due_with_first(self.course.now);
        due.map(|timer| timer.slot).take(cap).collect()
    }

    /// Takes a timer that is due: the n-th of those that are due with the first.
    pub(crate) fn take_due(&mut self, nth: usize) -> Option<Timer> {
        let now = self.course.now;
        let due = match nth {
            0 => self.timers.pop_due(now),
            nth => self.timers.pop_nth(now, nth),
        };
        due.map(|due| due.payload)
    }
}
