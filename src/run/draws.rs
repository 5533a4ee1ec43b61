//! The draws of a run: what is asked, who answers, and where scheduling points stand.
//!
//! An event that a draw makes is given back, for who asked to put it on record.

use super::made::Made;
use super::pending::Pending;
use super::setup::{Plan, Setup};
use super::told::Told;
use super::turns::GoingOn;
use super::view::TasksView;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::{Operation, ResourceNo};
use crate::choice::chooser::{Chooser, Keyed};
use crate::choice::draw::{Candidates, Kind};
use crate::choice::passes::Passes;
use crate::choice::strategies::walk::RandomWalk;
use crate::choice::strategy::{Detail, Observation};
use crate::choice::tape::Survey;
use crate::kernel::kernel::Kernel;
use crate::kernel::tasks::{MAIN_SLOT, Tasks};
use crate::record::event::Event;

/// See the top of this file.
pub(super) struct Draws {
    chooser: Chooser,
    told: Told,
    pending: Pending,
    /// Whether operations are scheduling points.
    points: bool,
    /// Where resources were made, if a strategy is shown what is done to them.
    made: Made,
    /// The points that this run passes over.
    passes: Passes,
    /// Points whose `Pending` was taken for an answer.
    mistaken: Vec<Place>,
    /// Whether the draws are listed.
    surveyed: bool,
    /// Tasks that may run on top of the running one; memory for the next draw of that.
    beside: Vec<u32>,
    going_on: GoingOn,
    /// Whether something was not drawn because that would have gone on without end.
    forced: bool,
}

/// What a draw came to, and the event that it is if it did not take its default.
pub(super) type Drawn = (usize, Option<Event>);

impl Draws {
    /// The draws of no run.
    pub(super) fn new() -> Draws {
        Draws {
            told: Told::default(),
            chooser: Chooser::IDLE,
            pending: Pending::default(),
            points: true,
            made: Made::default(),
            passes: Passes::NONE,
            mistaken: Vec::new(),
            surveyed: false,
            beside: Vec::new(),
            going_on: GoingOn::default(),
            forced: false,
        }
    }

    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self, plan: Plan, setup: &Setup) {
        let Draws {
            chooser,
            told,
            pending,
            points,
            made,
            passes,
            mistaken,
            surveyed,
            beside: _,
            going_on,
            forced,
        } = self;
        *going_on = GoingOn::default();
        *forced = false;
        chooser.begin(plan.source, plan.record.is_some(), plan.values);
        *told = Told::of(chooser);
        pending.begin();
        *points = setup.points;
        made.begin();
        *passes = plan.passes;
        mistaken.clear();
        *surveyed = chooser.keyed().and_then(Keyed::survey_mut).is_some();
    }

    /// Whether the draws are listed.
    #[inline(always)]
    pub(super) fn are_surveyed(&self) -> bool {
        self.surveyed
    }

    /// Whether draws have keys, and somebody is told all that happens.
    #[inline(always)]
    pub(super) fn are_keyed(&self) -> bool {
        self.told.keyed
    }

    /// Whether somebody is told what becomes of tasks.
    #[inline(always)]
    pub(super) fn are_told_the_course(&self) -> bool {
        self.told.course
    }

    /// Whether somebody is told that a task yields.
    #[inline(always)]
    pub(super) fn are_told_yields(&self) -> bool {
        self.told.yields
    }

    /// Whether somebody is told what tasks are about to do, and so when they begin a step.
    #[inline(always)]
    pub(super) fn are_told_steps(&self) -> bool {
        self.told.keyed || self.told.pending
    }

    /// Whether somebody is told before which operation a task comes to a scheduling point.
    #[inline(always)]
    pub(super) fn are_told_operations(&self) -> bool {
        self.told.operations
    }

    /// The chooser, if it knows the key of each draw.
    pub(super) fn keyed(&mut self) -> Option<&mut Keyed> {
        self.chooser.keyed()
    }

    pub(super) fn chooser(&self) -> &Chooser {
        &self.chooser
    }

    /// Tells the strategy; and counts a turn for the task that became ready, if one did.
    #[inline]
    pub(super) fn observe(&mut self, observation: Observation, ready: Option<TaskNo>) {
        if let Some(keyed) = self.chooser.keyed() {
            if let Some(task) = ready {
                keyed.turn(task);
            }
            let interest = keyed.interest();
            let wanted = match observation {
                Observation::Yielded { .. } => interest.yields,
                _ => interest.course,
            };
            if wanted {
                keyed.observe(observation);
            }
        }
    }

    /// Tells a strategy that wants to know what tasks touch.
    #[inline]
    pub(super) fn observe_closely(&mut self, detail: Detail) {
        if let Some(keyed) = self.chooser.keyed() {
            keyed.observe_closely(detail);
        }
    }

    /// Whether a strategy wants to know what tasks touch.
    pub(super) fn are_observed_closely(&mut self) -> bool {
        self.chooser
            .keyed()
            .is_some_and(|keyed| keyed.interest().touches)
    }

    /// A resource with this number was made, at this place if that is known.
    #[inline]
    pub(super) fn made_at(&mut self, resource: ResourceNo, place: Option<Place>) {
        if self.told.made
            && let Some(place) = place
        {
            self.made.add(resource, place);
        }
    }

    /// A step of the task in this slot begins: it says anew what it is about to do.
    #[inline(always)]
    pub(super) fn begin_step(&mut self, slot: u32, task: TaskNo) {
        self.pending.begin_step(slot);
        self.observe_closely(Detail::Began { task });
    }

    /// The running task waits in this operation, and perhaps in others: strategies see it until its next step.
    pub(super) fn park_in(&mut self, kernel: &Kernel, operation: Operation) {
        if self.told.pending {
            let (slot, task) = (kernel.current(), kernel.current_task());
            self.pending.add(slot, task, Some(operation));
        }
    }

    /// Draws for the task in this slot.
    #[inline]
    pub(super) fn draw(
        &mut self,
        kernel: &Kernel,
        owner: u32,
        kind: Kind,
        candidates: Candidates<'_>,
    ) -> Drawn {
        if let Chooser::Quick(walk, _) = &mut self.chooser {
            return (walk.answer(candidates), None);
        }
        self.draw_any(&kernel.tasks, owner, kind, candidates)
    }

    /// [`Draws::draw_keyed`] for those that are seldom.
    #[inline(never)]
    fn draw_any(
        &mut self,
        tasks: &Tasks,
        owner: u32,
        kind: Kind,
        candidates: Candidates<'_>,
    ) -> Drawn {
        self.draw_keyed(tasks, owner, kind, candidates)
    }

    /// The n-th draw with this label, which is no task's.
    pub(super) fn draw_labelled(
        &mut self,
        kind: Kind,
        candidates: Candidates<'_>,
        label: impl FnOnce() -> String,
        nth: u32,
    ) -> Drawn {
        let keyed = match &mut self.chooser {
            Chooser::Quick(walk, _) => return (walk.answer(candidates), None),
            Chooser::Idle(_) => return (0, None),
            Chooser::Keyed(keyed) => keyed,
        };
        let answer = keyed.answer_labelled(kind, candidates, &label(), nth);
        let of = candidates.count() as u32;
        let event = answer.written.map(|choice| drew(kind, choice, of));
        (answer.chosen, event)
    }

    #[inline(always)]
    fn draw_keyed(
        &mut self,
        tasks: &Tasks,
        owner: u32,
        kind: Kind,
        candidates: Candidates<'_>,
    ) -> Drawn {
        let Some(keyed) = self.chooser.keyed() else {
            unreachable!("a quick chooser answers by itself")
        };
        let view = TasksView {
            tasks,
            pending: &self.pending,
            owner,
        };
        let answer = keyed.answer(kind, candidates, &view, owner);
        let of = candidates.count() as u32;
        let event = answer.written.map(|choice| match kind.is_among_tasks() {
            true => Event::DrewTask {
                kind,
                task: TaskNo(choice),
                place: None,
            },
            false => drew(kind, choice, of),
        });
        (answer.chosen, event)
    }

    /// The walk that answers where draws have no keys.
    #[inline(always)]
    pub(super) fn quick(&mut self) -> Option<&mut RandomWalk> {
        match &mut self.chooser {
            Chooser::Quick(walk, _) => Some(walk),
            Chooser::Keyed(_) | Chooser::Idle(_) => None,
        }
    }

    /// Draws with a key which of several ready tasks is next, and takes it out of the queue.
    #[inline(always)]
    pub(super) fn take_ready_keyed(&mut self, kernel: &mut Kernel) -> (u32, Option<Event>) {
        let mut event = None;
        let tasks = &kernel.tasks;
        let slot = kernel.ready.take(|places| {
            let candidates = Candidates::Tasks(places);
            let (chosen, drew) = self.draw_keyed(tasks, places[0], Kind::Task, candidates);
            event = drew;
            chosen
        });
        (slot, event)
    }

    /// [`Draws::take_ready_keyed`] where nobody else wants to know of the draw.
    #[inline(always)]
    pub(super) fn take_ready_light(&mut self, kernel: &mut Kernel) -> u32 {
        let Some(keyed) = self.chooser.keyed() else {
            unreachable!("a quick chooser answers by itself")
        };
        let (tasks, pending) = (&kernel.tasks, &self.pending);
        kernel.ready.take(|places| {
            let view = TasksView {
                tasks,
                pending,
                owner: places[0],
            };
            keyed.answer_light(Kind::Task, Candidates::Tasks(places), &view)
        })
    }

    /// Whether a scheduling point of the running task is more than a formality: others are ready, and may go first. Where
    /// somebody is told of points every operation counts.
    #[inline(always)]
    pub(super) fn have_point(&self, kernel: &Kernel) -> bool {
        self.told.points || self.points && !kernel.ready.is_empty()
    }

    /// At a scheduling point without keys: whether others go first, and who.
    #[inline(always)]
    pub(super) fn at_quick_point(&mut self, kernel: &mut Kernel) -> Option<bool> {
        let walk = self.quick()?;
        let ready = kernel.ready.places().len();
        debug_assert!(ready > 0, "there is no point where nobody is ready");
        let chosen = walk.point(ready);
        if chosen > 0 {
            kernel.stand_at_point(chosen as u32 - 1);
        }
        Some(chosen > 0)
    }

    /// At a scheduling point where draws have keys: before this operation, if that is known.
    #[inline(never)]
    pub(super) fn at_keyed_point(
        &mut self,
        kernel: &mut Kernel,
        operation: Option<Operation>,
    ) -> (bool, Option<Event>) {
        let (task, running) = (kernel.current_task(), kernel.current());
        let shows = self.told.pending;
        if let Some(keyed) = self.chooser.keyed() {
            keyed.operation(task);
            if keyed.interest().points {
                let made = operation.and_then(|operation| self.made.of(operation.resource));
                keyed.observe(Observation::Reached {
                    task,
                    operation,
                    made,
                });
            }
        }
        if !self.points || kernel.ready.is_empty() {
            return (false, None);
        }
        if shows {
            self.pending.add(running, task, operation);
        }
        let ready = kernel.ready.places();
        let candidates = Candidates::Point { running, ready };
        let (chosen, event) = self.draw_keyed(&kernel.tasks, running, Kind::Point, candidates);
        if chosen > 0 {
            kernel.stand_at_point(chosen as u32 - 1);
        } else if shows {
            self.pending.take_back(running, operation);
        }
        (chosen > 0, event)
    }

    /// The running task is at a point between two statements.
    pub(super) fn come_between(&mut self, kernel: &Kernel) {
        let task = kernel.current_task();
        if let Some(keyed) = self.chooser.keyed() {
            keyed.call(task);
            if keyed.interest().points {
                keyed.observe(Observation::Reached {
                    task,
                    operation: None,
                    made: None,
                });
            }
        }
    }

    /// Draws which ready task runs on top of the running one, and takes it out of the queue; `None` if that goes on. With
    /// `bound`, the thread of `main` may be that of a task below it. One that goes on for very long without an await waits for another: then nothing is
    /// drawn, and the oldest runs.
    pub(super) fn draw_overtaking(
        &mut self,
        kernel: &mut Kernel,
        bound: bool,
    ) -> (Option<u32>, Option<Event>) {
        let (tasks, running) = (&kernel.tasks, kernel.current());
        let host = tasks.row(running).host;
        let may_run = |&slot: &u32| {
            let cell = tasks.cell(slot);
            let own_thread = slot == MAIN_SLOT && !bound;
            tasks.row(slot).host == host
                && cell.is_some_and(|cell| !cell.header().is_bound())
                && (own_thread || slot != MAIN_SLOT)
        };
        let mut ready = std::mem::take(&mut self.beside);
        ready.clear();
        ready.extend(kernel.ready.places().iter().copied().filter(may_run));
        let (mut chosen, mut event) = (0, None);
        let waits = self.going_on.is_for_long(kernel.steps());
        if !ready.is_empty() && waits {
            chosen = 1;
            self.forced = true;
        } else if !ready.is_empty() {
            let ready = &ready;
            let candidates = Candidates::Point { running, ready };
            (chosen, event) = self.draw(kernel, running, Kind::Preempt, candidates);
        }
        let slot = chosen.checked_sub(1).map(|nth| ready[nth]);
        self.beside = ready;
        if let Some(slot) = slot {
            let place = |places: &[u32]| places.iter().position(|&place| place == slot);
            let taken = kernel.ready.take(|places| place(places).unwrap_or(0));
            debug_assert_eq!(taken, slot);
        }
        (slot, event)
    }

    /// Something is not drawn because that would go on without end.
    pub(super) fn set_forced(&mut self) {
        self.forced = true;
    }

    /// Whether that was so.
    pub(super) fn was_forced(&self) -> bool {
        self.forced
    }

    /// A draw was made when so many events had happened: the list of draws has that.
    #[inline(never)]
    pub(super) fn made_after(&mut self, events: u32) {
        if let Some(keyed) = self.chooser.keyed() {
            let draws = keyed.draws() as usize;
            if let Some(survey) = keyed.survey_mut() {
                survey.made(draws, events);
            }
        }
    }

    /// The list of the draws, if one was made.
    pub(super) fn take_survey(&mut self) -> Survey {
        let survey = self.chooser.keyed().and_then(Keyed::survey_mut);
        survey.map(std::mem::take).unwrap_or_default()
    }

    /// Whether operations are scheduling points.
    pub(super) fn has_points(&self) -> bool {
        self.points
    }

    /// Whether operations are scheduling points from now on; gives what was before.
    pub(super) fn set_points(&mut self, points: bool) -> bool {
        std::mem::replace(&mut self.points, points)
    }

    /// The points that are passed over.
    #[inline(always)]
    pub(super) fn passes(&self) -> &Passes {
        &self.passes
    }

    /// A future was dropped while it stood at a point.
    pub(super) fn mistook(&mut self, place: Place) {
        self.mistaken.push(place);
    }

    /// The points that were mistaken for an answer.
    pub(super) fn take_mistaken(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.mistaken)
    }
}

/// The event of a draw that did not take its default. Where it was asked for is known to who asked.
fn drew(kind: Kind, choice: u32, of: u32) -> Event {
    Event::Drew {
        kind,
        choice,
        of,
        place: None,
    }
}
