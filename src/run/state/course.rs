//! The running task, and the course of the run.

use super::Run;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::Place;
use crate::base::touched::{self, Shared};
use crate::choice::strategy::Observation;
use crate::kernel::phase::Phase;
use crate::kernel::task::BEGUN;
use crate::kernel::tasks::{MAIN_SLOT, Name, RUNTIME_SLOT};
use crate::record::event::{Event, PlaceNo};

impl Run {
    /// The number of the running task; [`TaskNo::RUNTIME`] if none runs.
    #[inline(always)]
    pub(crate) fn current_task(&self) -> TaskNo {
        self.kernel.current_task()
    }

    /// The host of the running task; the default one if none runs.
    pub(crate) fn current_host(&self) -> HostNo {
        self.kernel.current_host()
    }

    /// Its slot in the table of tasks, if one runs.
    pub(crate) fn running_slot(&self) -> Option<u32> {
        Some(self.kernel.current()).filter(|&slot| slot != RUNTIME_SLOT)
    }

    /// The running task is a closure of `spawn_blocking`, and begins: from now on an abort comes too late.
    pub(crate) fn begin_closure(&mut self) {
        if let Some(cell) = self.kernel.tasks.cell(self.kernel.current()) {
            cell.header().add(BEGUN);
        }
    }

    /// How many tasks live, as tokio counts them: without `main`, closures of `spawn_blocking`, and tasks of local sets.
    pub(crate) fn alive_tasks(&self) -> usize {
        let tasks = &self.kernel.tasks;
        let counts = |&slot: &u32| {
            let cell = tasks.cell(slot).filter(|cell| !cell.header().is_apart());
            cell.is_some() && tasks.row(slot).number != TaskNo::MAIN
        };
        tasks.living().iter().filter(|slot| counts(slot)).count()
    }

    /// Whether the run has ended, and what is left is being dropped.
    #[inline(always)]
    pub(crate) fn is_closing(&self) -> bool {
        self.kernel.phase().is_closing()
    }

    /// Whether tasks are dropped now that nobody asked to end: at the end of the run, or because their host has crashed.
    pub(crate) fn is_cutting_off(&self) -> bool {
        self.is_closing() || self.is_dead()
    }

    /// `main` panicked.
    pub(in crate::run) fn note_main_panicked(&mut self) {
        self.main_panicked = true;
    }

    pub(in crate::run) fn has_main_panicked(&self) -> bool {
        self.main_panicked
    }

    /// Makes a row for a task that the running one spawns.
    pub(crate) fn add_task(&mut self, name: Name<'_>, place: Place) -> (u32, TaskNo) {
        touched::touch(Shared::Spawns);
        let (slot, task) = self.kernel.tasks.add(self.kernel.current(), name, place);
        self.added(slot, task, place);
        (slot, task)
    }

    /// A task has a row.
    #[inline(always)]
    pub(in crate::run) fn added(&mut self, slot: u32, task: TaskNo, place: Place) {
        self.watch.progressed(&self.kernel);
        if self.draws.are_told_the_course() {
            self.added_told(slot, task, place);
        } else {
            let place = PlaceNo::NONE;
            self.journal
                .fold(self.current_task(), Event::Spawned { task, place });
        }
    }

    /// Whether more tasks live than may.
    #[inline(always)]
    pub(in crate::run) fn is_crowded(&self) -> bool {
        self.kernel.tasks.alive() > self.setup.limits.tasks
    }

    #[inline(never)]
    pub(in crate::run) fn added_told(&mut self, slot: u32, task: TaskNo, place: Place) {
        self.journal.add_task(task, || self.kernel.tasks.path(slot));
        let place = self.journal.place(place);
        self.record_keyed(Event::Spawned { task, place });
        let by = self.current_task();
        self.draws
            .observe(Observation::Spawned { task, by }, Some(task));
    }

    /// A parked task is ready.
    #[inline(always)]
    pub(crate) fn make_ready(&mut self, slot: u32, task: TaskNo) {
        if self.draws.are_keyed() {
            self.woke_keyed(task);
        } else {
            self.journal.fold(self.current_task(), Event::Woke { task });
        }
        self.kernel.ready.push(slot);
    }

    #[inline(never)]
    pub(in crate::run) fn woke_keyed(&mut self, task: TaskNo) {
        self.record_keyed(Event::Woke { task });
        let by = self.current_task();
        self.draws
            .observe(Observation::Woke { task, by }, Some(task));
    }

    /// A step of this task begins.
    #[inline(never)]
    pub(in crate::run) fn begin_told_step(&mut self, slot: u32, task: TaskNo) {
        self.record_keyed(Event::Polled);
        if let Some(observer) = &mut self.observer {
            observer.waits.begin_step(task);
        }
        self.draws.begin_step(slot, task);
    }

    /// The running task's poll ended so.
    #[inline(always)]
    pub(in crate::run) fn poll_ended<const TOLD: bool>(&mut self, task: TaskNo, how: Event) {
        if TOLD {
            self.record_keyed(how);
        } else {
            self.journal.fold(task, how);
        }
    }

    /// The running task's poll ended, and it is ready again.
    #[inline(always)]
    pub(in crate::run) fn yielded<const TOLD: bool>(&mut self, slot: u32, task: TaskNo) {
        if TOLD {
            self.yielded_told(task);
        } else {
            self.journal.fold(task, Event::Yielded);
            if self.draws.are_told_yields() {
                self.tell_yielded(task);
            }
        }
        self.kernel.ready.push(slot);
    }

    #[inline(never)]
    pub(in crate::run) fn yielded_told(&mut self, task: TaskNo) {
        self.record_keyed(Event::Yielded);
        self.tell_yielded(task);
    }

    fn tell_yielded(&mut self, task: TaskNo) {
        // After a scheduling point it is where it was.
        if !self.kernel.has_next() {
            self.draws
                .observe(Observation::Yielded { task }, Some(task));
        }
    }

    /// The last of a task: its row.
    #[inline(always)]
    pub(in crate::run) fn forget(&mut self, slot: u32) {
        let task = self.kernel.tasks.row(slot).number;
        if self.draws.are_told_the_course() {
            self.draws.observe(Observation::Ended { task }, None);
        }
        if slot == MAIN_SLOT && self.kernel.phase() == Phase::Running {
            self.main_is_done();
        }
        self.values.forget(task);
        if let Some(observer) = &mut self.observer {
            observer.task_over(task);
        }
        self.kernel.tasks.remove(slot);
        self.watch.progressed(&self.kernel);
        self.kernel.set_idle();
    }

    /// The runtime joins the queue of ready tasks, to end the run.
    #[inline(never)]
    fn main_is_done(&mut self) {
        self.kernel.set_phase(Phase::MainDone);
        self.kernel.ready.push(RUNTIME_SLOT);
        if let Some(keyed) = self.draws.keyed() {
            keyed.turn(TaskNo::RUNTIME);
        }
    }
}
