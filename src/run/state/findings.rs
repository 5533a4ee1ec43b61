//! Findings: what is told in a recorded run, and in another a reason to record it.

use std::ops::Range;

use super::Run;
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::{Place, SourcePlace};
use crate::base::resource::ResourceNo;
use crate::diagnose::look::{Look, Seen};
use crate::diagnose::senders::{self, Standing};
use crate::diagnose::starvation;
use crate::diagnose::{abandoned_receiver, futurelock};
use crate::kernel::moment::Moment;
use crate::kernel::phase::{Phase, Stop};
use crate::kernel::scope::Scope;
use crate::observe::waits::{LastPoll, WaitKey};
use crate::record::detail::{Detail, DroppedMessages, NeverAwaited, Panic, UnobservedPanic};
use crate::record::event::{Event, TextNo};
use crate::record::kind::FindingKind;
use crate::run::caught::Caught;
use crate::run::deferred::{Deferred, Unless};
use crate::run::limits::Over;
use crate::run::verdict::TaskPanic;

impl Run {
    /// A look at the run, if it is recorded; at what other threads did to its resources, too.
    pub(crate) fn look(&mut self) -> Option<Look<'_>> {
        let moment = self.moment();
        if let Some(observer) = &mut self.observer {
            for fact in observer.elsewhere.take() {
                observer.note(&fact, moment);
            }
        }
        Some(Look {
            kernel: &self.kernel,
            observer: self.observer.as_deref()?,
            names: self.journal.names()?,
        })
    }

    /// One of these may show. Says whether it can be told here: in a recorded run; another is made again, recorded.
    pub(in crate::run) fn suspect(&mut self, kinds: &[FindingKind]) -> bool {
        self.verdict.suspect(kinds)
    }

    /// Something is wrong, unless it is allowed: told in a recorded run, and in another a reason to record it.
    pub(crate) fn find(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<Place>,
        detail: impl FnOnce(Look<'_>) -> Detail,
    ) {
        self.find_at(kind, slot, place.map(SourcePlace::from), place, detail);
    }

    pub(in crate::run) fn find_at(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<SourcePlace>,
        mark: Option<Place>,
        detail: impl FnOnce(Look<'_>) -> Detail,
    ) {
        if self.verdict.is_allowed(kind) {
            return;
        }
        let Some(look) = self.look() else {
            self.verdict.mark(kind, mark);
            return;
        };
        let detail = detail(look);
        self.report(Seen {
            detail,
            slot,
            place,
        });
    }

    /// Keeps what a diagnosis saw, unless it is allowed.
    pub(in crate::run) fn report(&mut self, seen: Seen) {
        let Seen {
            detail,
            slot,
            place,
        } = seen;
        let task = slot.map(|slot| self.kernel.tasks.path(slot));
        self.report_as(detail, task, self.now(), place);
    }

    pub(in crate::run) fn report_as(
        &mut self,
        detail: Detail,
        task: Option<String>,
        at: u64,
        place: Option<SourcePlace>,
    ) {
        let kind = detail.kind();
        if let Some(finding) = self.verdict.keep(detail, task, at, place) {
            self.record(Event::Found { finding, kind });
        }
    }

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
        cause.into_iter().for_each(|cause| self.report_cause(cause));
        let detail = |_: Look<'_>| {
            let panic = Panic {
                message,
                while_cut_off,
                follows,
            };
            panic.into()
        };
        self.find_at(FindingKind::Panic, slot, place, None, detail);
    }

    /// A task's panic that others followed from, and before it the one that it followed from itself.
    fn report_cause(&mut self, panic: TaskPanic) {
        let follows = panic.cause.as_ref().map(|cause| cause.path.clone());
        if let Some(cause) = panic.cause {
            self.report_cause(*cause);
        }
        let detail = Panic {
            message: panic.detail.message,
            while_cut_off: false,
            follows,
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

    /// A future that a function made was dropped, and never polled.
    pub(crate) fn found_unpolled(&mut self, made_by: &'static str, place: Place) {
        if self.verdict.is_allowed(FindingKind::NeverAwaited) {
            return;
        }
        if !self.is_recorded() {
            self.verdict.mark(FindingKind::NeverAwaited, Some(place));
            return;
        }
        let deferred = Deferred {
            detail: NeverAwaited { made_by }.into(),
            task: self.running_slot().map(|slot| self.kernel.tasks.path(slot)),
            at: self.now(),
            place: Some(place.into()),
            // Where it is awaited at other times, it was not needed this time: an error came first, say.
            unless: Unless::PolledFrom(place),
        };
        self.verdict.defer(deferred);
    }

    /// A future that was made here is polled for the first time.
    pub(crate) fn polled_from(&mut self, place: Place) {
        if let Some(observer) = &mut self.observer {
            observer.polled_from.insert(place);
        }
    }

    /// The run is over: what was kept until now is told, unless something speaks against it.
    pub(in crate::run) fn report_deferred(&mut self) {
        if !self.verdict.has_deferred() {
            return;
        }
        for deferred in self.verdict.take_deferred() {
            let observer = self.observer.as_deref();
            if !observer.is_some_and(|observer| deferred.unless.holds(observer)) {
                let Deferred {
                    detail,
                    task,
                    at,
                    place,
                    ..
                } = deferred;
                self.report_as(detail, task, at, place);
            }
        }
    }

    /// An operation that must wait is dropped, or one that was given what it waited for and has not seen it: was it in
    /// vain because of a future that is polled no more?
    pub(crate) fn examine_given_up(&mut self, wait: Option<WaitKey>) {
        if self.is_cutting_off() || !self.suspect(&[FindingKind::Futurelock]) {
            return;
        }
        let seen = self
            .look()
            .zip(wait)
            .and_then(|(look, key)| futurelock::given_up(look, key));
        if let Some((seen, left_alone)) = seen {
            if let Some(observer) = &mut self.observer {
                observer.waits.watch(left_alone);
            }
            let deferred = Deferred {
                detail: seen.detail,
                task: seen.slot.map(|slot| self.kernel.tasks.path(slot)),
                at: self.now(),
                place: seen.place,
                // It was left alone for a while only.
                unless: Unless::PolledAgain(left_alone),
            };
            self.verdict.defer(deferred);
        }
    }

    /// A receiver is dropped, last polled then and there, with messages that came since. Tasks that are cut off at the
    /// end of the run might have come back to it, unless nothing could move any more.
    pub(crate) fn examine_abandoned(
        &mut self,
        channel: ResourceNo,
        polled: LastPoll,
        place: Place,
        messages: usize,
    ) {
        let cut_off = self.is_closing() && self.kernel.phase() != Phase::Closing(Stop::Stuck);
        if cut_off || self.is_dead() || !self.suspect(&[FindingKind::AbandonedReceiver]) {
            return;
        }
        let seen = self
            .look()
            .map(|look| abandoned_receiver::seen(look, channel, polled, place, messages));
        seen.into_iter().for_each(|seen| self.report(seen));
    }

    /// A receiver is dropped, and so many messages with it; not because nothing could move any more, or a limit was reached.
    pub(crate) fn found_dropped_messages(&mut self, channel: ResourceNo, messages: usize) {
        let cut_short = match self.kernel.phase() {
            Phase::Closing(stop) => stop != Stop::Done,
            Phase::Running | Phase::MainDone => false,
        };
        if cut_short || self.is_dead() {
            return;
        }
        let by = self.running_slot();
        self.find(FindingKind::DroppedMessages, by, None, |look| {
            let channel = look.resource(channel);
            DroppedMessages { channel, messages }.into()
        });
    }

    /// Whether a semaphore may have fewer permits than are wanted, because some were forgotten.
    pub(in crate::run) fn may_be_short_of_permits(&self) -> bool {
        self.counters.may_be_short()
    }

    /// How many operations stand in line for permits.
    pub(in crate::run) fn in_line(&self) -> i64 {
        self.counters.in_line()
    }

    /// A task is cut off, whose future lies here.
    pub(in crate::run) fn begin_cut_off(&mut self, task: TaskNo, memory: Range<usize>) {
        if let Some(observer) = &mut self.observer {
            observer.owners.begin(task, memory);
        }
    }

    /// All tasks are cut off.
    pub(in crate::run) fn end_cut_off(&mut self) {
        self.begin_cut_off(TaskNo::RUNTIME, 0..0);
    }

    /// All tasks are dropped: what was found says who had the senders of what they waited for, and which cycle that shows.
    pub(in crate::run) fn name_keepers(&mut self, standing: Option<Standing>) {
        if !self.verdict.has_findings() {
            return;
        }
        let mut findings = self.verdict.take_findings();
        if let Some(look) = self.look() {
            for finding in &mut findings {
                senders::name_keepers(look, &mut finding.detail);
                if let (Detail::Deadlock(deadlock), Some(standing)) =
                    (&mut finding.detail, &standing)
                    && deadlock.cycle.is_empty()
                {
                    deadlock.cycle = look.edges(&standing.cycle(look));
                }
            }
        }
        self.verdict.put_findings(findings);
    }

    /// A handle of this task is gone, which lay here.
    pub(crate) fn handle_gone(&mut self, task: TaskNo, at: usize) {
        if let Some(observer) = &mut self.observer {
            observer.owners.handle_gone(task, at);
        }
    }

    /// What `main` took may be in its output.
    pub(in crate::run) fn main_keeps(&mut self) {
        if let Some(observer) = &mut self.observer {
            observer.owners.main_keeps();
        }
    }

    /// Whether operations stand in line for permits.
    pub(in crate::run) fn is_anybody_in_line(&self) -> bool {
        self.counters.in_line() > 0
    }

    /// Whether locks or permits are held.
    pub(in crate::run) fn is_anything_held(&self) -> bool {
        self.counters.held() > 0
    }

    /// Looks for tasks that were ready for long and not polled.
    pub(in crate::run) fn look_for_starved(&mut self) {
        let (starved, steps) = self.starved.look(&self.kernel);
        for slot in starved {
            let place = self.kernel.tasks.place(slot);
            self.find(FindingKind::Starvation, Some(slot), Some(place), |look| {
                starvation::seen(look.kernel, slot, steps).detail
            });
        }
    }

    /// The limit that the run has reached, if it has.
    pub(in crate::run) fn over_limit(&mut self) -> Option<Over> {
        self.watch.over(&self.setup.limits, &self.kernel)
    }

    /// The running task's budget is used up, or as many operations were charged to none (`free`), and it goes on unless
    /// there were too many.
    #[cold]
    #[inline(never)]
    pub(crate) fn used_up(&mut self, scope: &Scope, free: bool) -> bool {
        let steps = self.kernel.steps();
        let over = self.watch.count_budget(&self.setup.limits, steps, free);
        if free && !over {
            scope.recount_free();
        }
        free && !over
    }

    /// Streams have moved bytes that count as so many operations. Says whether the running task may go on.
    #[cold]
    #[inline(never)]
    pub(crate) fn moved(&mut self, scope: &Scope, operations: u64) -> bool {
        let steps = self.kernel.steps();
        let over = self
            .watch
            .count_moved(&self.setup.limits, steps, operations);
        if !over {
            scope.recount_moved();
        }
        !over
    }

    /// How many steps a run may take.
    pub(in crate::run) fn most_steps(&self) -> u64 {
        self.setup.limits.steps
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
