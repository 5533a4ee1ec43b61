//! Panics: which become findings, and which only when nobody has seen them.
//!
//! A panic of a task is kept until its join handle shows it to somebody. One that follows from another, because the other
//! task's output was unwrapped, is told with that one.

use super::Run;
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::SourcePlace;
use crate::diagnose::look::Look;
use crate::kernel::moment::Moment;
use crate::record::detail::{Panic, UnobservedPanic};
use crate::record::event::{Event, TextNo};
use crate::record::kind::FindingKind;
use crate::run::caught::Caught;
use crate::run::verdict::TaskPanic;

impl Run {
    /// Something panicked that no task's output can tell of.
    pub(in crate::run) fn found_panic(
        &mut self,
        slot: Option<u32>,
        caught: Caught,
        while_cut_off: bool,
    ) {
        // Destructors that no process would run that dies so.
        if self.is_dead() {
            return;
        }
        let Caught {
            message,
            place,
            moment,
            ..
        } = caught;
        let cause = moment.and_then(|now| self.verdict.take_cause(now));
        let follows = cause.as_ref().map(|cause| cause.path.clone());
        let told = cause.as_ref().map(|cause| cause.detail.message.clone());
        cause.into_iter().for_each(|cause| self.report_cause(cause));
        let detail = |_: Look<'_>| {
            let panic = Panic {
                message,
                while_cut_off,
                follows,
                told,
            };
            panic.into()
        };
        self.find_at(FindingKind::Panic, slot, place, None, detail);
    }

    /// A task's panic that others followed from, and before it the one that it followed from itself.
    fn report_cause(&mut self, panic: TaskPanic) {
        let follows = panic.cause.as_ref().map(|cause| cause.path.clone());
        let told = panic.cause.as_ref();
        let told = told.map(|cause| cause.detail.message.clone());
        if let Some(cause) = panic.cause {
            self.report_cause(*cause);
        }
        let detail = Panic {
            message: panic.detail.message,
            while_cut_off: false,
            follows,
            told,
        };
        if self.suspect(&[FindingKind::Panic]) {
            self.report_as(detail.into(), Some(panic.path), panic.at, panic.place);
        }
    }

    /// Keeps a task's panic until its join handle shows it to somebody.
    pub(in crate::run) fn remember_panic(&mut self, run: RunId, slot: u32, caught: Caught) {
        let Caught {
            message,
            place,
            moment,
            ..
        } = caught;
        let cause = moment.and_then(|now| self.verdict.take_cause(now));
        let cause = cause.map(Box::new);
        let tasks = &self.kernel.tasks;
        self.verdict.remember_panic(TaskPanic {
            id: (run, tasks.row(slot).number),
            path: tasks.path(slot),
            at: self.kernel.now(),
            place,
            detail: UnobservedPanic {
                message,
                spawned: tasks.place(slot).into(),
                main_ended: self.kernel.phase().has_main_ended(),
            },
            cause,
        });
    }

    /// Somebody has seen this panic.
    pub(crate) fn saw_panic(&mut self, id: (RunId, TaskNo)) {
        self.verdict.saw_panic(id);
    }

    /// The code under test asks for the words or the payload of a panic.
    pub(crate) fn told_panic(&mut self, id: (RunId, TaskNo), now: Moment) {
        self.verdict.told_panic(id, now);
    }

    /// The run is over: what nobody has seen is a finding.
    pub(in crate::run) fn report_unseen_panics(&mut self) {
        if !self.verdict.has_unseen_panics() {
            return;
        }
        let unseen = self.verdict.take_unseen_panics();
        if !self.suspect(&[FindingKind::UnobservedPanic]) {
            return;
        }
        for mut panic in unseen {
            let cause = panic.cause.take();
            cause
                .into_iter()
                .for_each(|cause| self.report_cause(*cause));
            let detail = panic.detail.into();
            self.report_as(detail, Some(panic.path), panic.at, panic.place);
        }
    }

    /// Puts a panic of the running task onto the trace, where it is not [kept](Run::keep_panic) already.
    pub(in crate::run) fn record_panic(&mut self, caught: &Caught) {
        if caught.kept {
            let task = self.kernel.current_task();
            let place = None;
            let panicked = |message| Event::Panicked { message, place };
            return self.journal.fold_text(task, panicked, &caught.message);
        }
        let panicked = self.panicked(caught.place.as_ref());
        self.record_text(panicked, &caught.message);
    }

    fn panicked(&mut self, place: Option<&SourcePlace>) -> impl FnOnce(TextNo) -> Event + use<> {
        let place = place.map(|place| self.journal.text(&place.to_string()));
        move |message| Event::Panicked { message, place }
    }

    /// In a recorded run, puts a panic of the running task onto the trace as it begins to unwind, so that what destructors then
    /// do comes after it. Whether the task fails of it is known later; so it goes into the hash later. Says whether it did.
    pub(in crate::run) fn keep_panic(
        &mut self,
        message: &str,
        place: Option<&SourcePlace>,
    ) -> bool {
        let task = self.kernel.current_task();
        if !self.is_recorded() || task == TaskNo::RUNTIME || self.is_dead() {
            return false;
        }
        let panicked = self.panicked(place);
        self.journal
            .keep_text(self.kernel.now(), task, panicked, message);
        true
    }
}
