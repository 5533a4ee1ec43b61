//! Draws, as handles and the loop ask for them.

use super::Run;
use crate::base::place::{Place, caller, is_users};
use crate::base::prng::Prng;
use crate::base::resource::Operation;
use crate::choice::draw::{Candidates, Kind};
use crate::choice::tape::Survey;
use crate::model::hosts::Life;
use crate::observe::busy::What;
use crate::record::event::Event;
use crate::run::turns;
use crate::run::workload::{Part, Whole};

impl Run {
    /// Draws among `count` candidates for the running task.
    pub(crate) fn draw(&mut self, kind: Kind, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        self.draw_for(self.kernel.current(), kind, Candidates::Count(count))
    }

    /// Draws which of so many items the code under test chooses here.
    pub(crate) fn draw_item(&mut self, items: usize, place: Place) -> usize {
        match items {
            0 | 1 => 0,
            _ => self.draw_asked(Kind::Choose, Candidates::Count(items), place),
        }
    }

    /// Draws which of so many branches a `select!` polls first that stands here.
    pub(crate) fn draw_branch(&mut self, branches: u32, place: Place) -> u32 {
        if branches < 2 {
            return 0;
        }
        let candidates = Candidates::Count(branches as usize);
        let row = self.asked.at(place);
        let generated = self.asked.is_generated(row);
        let default = self.asked.default_of(candidates, generated);
        let owner = self.kernel.current();
        let (chosen, event) = self
            .draws
            .draw(&self.kernel, owner, Kind::Select, candidates);
        self.asked.drew(row, chosen == 0);
        let (branch, event) = with_outcome(chosen, event, default, candidates.count());
        self.made_draw();
        self.record_draw(event);
        branch as u32
    }

    /// Tosses a coin for the code under test that shows `true` with probability `ones` in 2³².
    pub(crate) fn toss(&mut self, ones: u32, place: Place) -> bool {
        self.draw_asked(Kind::Flip, Candidates::Coin { ones }, place) == 1
    }

    /// Draws for the code under test, which asks for it here, and gives what comes of it.
    fn draw_asked(&mut self, kind: Kind, candidates: Candidates<'_>, place: Place) -> usize {
        let task = self.kernel.current_task();
        let whole = self.workloads.whole(task).copied();
        let row = whole.map_or_else(|| self.asked.at(place), |whole| whole.row);
        let generated = whole.map_or_else(|| self.asked.is_generated(row), |whole| whole.generated);
        let default = self.asked.default_of(candidates, generated);
        let others = match candidates {
            Candidates::Coin { ones } if default == 1 => Candidates::Coin {
                ones: ones.wrapping_neg(),
            },
            candidates => candidates,
        };
        let outcome = self.draw_here(kind, others, default, place);
        match self.workloads.whole(task) {
            Some(whole) => whole.default &= outcome == default,
            None => self.asked.drew(row, outcome == default),
        }
        outcome
    }

    /// Whether a misfortune happens that the code under test has prepared, with probability `ones` in 2³².
    pub(in crate::run) fn strikes_here(&mut self, ones: u32, place: Place) -> bool {
        self.draw_here(Kind::Fault, Candidates::Coin { ones }, 0, place) == 1
    }

    /// Draws a part of the workload that the running task is drawing.
    pub(crate) fn draw_part(&mut self, candidates: Candidates<'_>) -> usize {
        let place = self.workloads.place().unwrap_or_else(caller);
        self.draw_asked(Kind::Any, candidates, place)
    }

    /// The running task begins to draw a [part of a workload](crate::run::workload::Workloads::enter).
    pub(crate) fn enter_workload(&mut self, part: Option<Part>, asked: Place) -> usize {
        let task = self.kernel.current_task();
        let begins = !self.workloads.is_drawing(task);
        let depth = self.workloads.enter(task, part, asked);
        if begins {
            let row = self.asked.at(asked);
            let whole = Whole {
                row,
                generated: self.asked.is_generated(row),
                default: true,
            };
            self.workloads.begin_whole(depth, whole);
        }
        depth
    }

    /// What was entered since it was so deep is drawn.
    pub(crate) fn leave_workload(&mut self, depth: usize) {
        if let Some(whole) = self.workloads.leave(depth) {
            self.asked.drew(whole.row, whole.default);
        }
    }

    /// How deep the workload is that is being drawn, in parts of this kind.
    pub(crate) fn workload_depth(&self, is: impl Fn(Part) -> bool) -> usize {
        self.workloads.depth(is)
    }

    /// Draws for the running task, which asks for it here, and gives what comes of it: the default, or one of those behind it, or of those before it.
    /// Within a workload the draw is known by its place in that.
    fn draw_here(
        &mut self,
        kind: Kind,
        candidates: Candidates<'_>,
        default: usize,
        asked: Place,
    ) -> usize {
        let owner = self.kernel.current();
        let task = self.kernel.current_task();
        let (chosen, event) = match self.workloads.count_draw(task) {
            None => self.draws.draw(&self.kernel, owner, kind, candidates),
            Some(nth) => {
                let (tasks, workloads) = (&self.kernel.tasks, &self.workloads);
                let label = || workloads.label(tasks.path(owner).to_string());
                self.draws.draw_labelled(kind, candidates, label, nth)
            }
        };
        let (outcome, event) = with_outcome(chosen, event, default, candidates.count());
        self.made_draw();
        if let Some(mut event) = event {
            if let Event::Drew { place, .. } = &mut event
                && is_users(asked)
            {
                *place = Some(self.journal.place(asked));
            }
            self.record(event);
        }
        outcome
    }

    /// Draws for the task in this slot.
    #[inline]
    pub(in crate::run) fn draw_for(
        &mut self,
        owner: u32,
        kind: Kind,
        candidates: Candidates<'_>,
    ) -> usize {
        let (chosen, event) = self.draws.draw(&self.kernel, owner, kind, candidates);
        self.made_draw();
        self.record_draw(event);
        chosen
    }

    /// A draw was made: where draws are listed, what had happened by then is kept.
    #[inline(always)]
    pub(in crate::run) fn made_draw(&mut self) {
        if self.draws.are_surveyed() {
            self.draws.made_after(self.journal.next_number().get());
        }
    }

    /// The list of the draws, if one was made.
    pub(crate) fn take_survey(&mut self) -> Survey {
        self.draws.take_survey()
    }

    /// Puts a draw onto the trace that did not take its default.
    #[inline(always)]
    pub(in crate::run) fn record_draw(&mut self, event: Option<Event>) {
        if let Some(event) = event {
            self.record(event);
        }
    }

    /// The generator of the running task's random values.
    pub(crate) fn values(&mut self) -> &mut Prng {
        let (task, slot) = (self.current_task(), self.kernel.current());
        self.values.of(task, || self.kernel.tasks.path(slot))
    }

    /// Draws which ready task is next, and takes it out of the queue, which must not be empty.
    #[inline(always)]
    pub(in crate::run) fn take_ready(&mut self) -> u32 {
        if self.kernel.has_next() {
            return self.kernel.take_next();
        }
        if let Some(walk) = self.draws.quick() {
            let ready = &mut self.kernel.ready;
            return ready.take(|places| walk.pick_ready(places.len()));
        }
        // One alone is not drawn.
        if self.kernel.ready.places().len() == 1 {
            self.made_draw();
            return self.kernel.ready.take(|_| 0);
        }
        match self.draws.are_keyed() {
            true => self.take_ready_keyed(),
            false => self.take_ready_light(),
        }
    }

    #[inline(never)]
    fn take_ready_light(&mut self) -> u32 {
        self.draws.take_ready_light(&mut self.kernel)
    }

    #[inline(never)]
    fn take_ready_keyed(&mut self) -> u32 {
        let (slot, event) = self.draws.take_ready_keyed(&mut self.kernel);
        self.made_draw();
        if let Some(event) = event {
            self.record_keyed(event);
        }
        slot
    }

    /// Whether a scheduling point of the running task is more than a formality: others are ready, and may go first. Where
    /// keys are counted every operation counts.
    #[inline(always)]
    pub(crate) fn has_point(&self) -> bool {
        self.draws.have_point(&self.kernel) || self.has_costs()
    }

    /// The running task is about to begin an operation: draws whether others go first, and who. `operation` is asked for
    /// where somebody wants to know. The future that is told `true` wakes its task and returns `Pending`.
    #[inline]
    pub(crate) fn at_point(
        &mut self,
        operation: impl FnOnce(&mut Run) -> Option<(Operation, Place)>,
    ) -> bool {
        if self.has_costs() {
            // Whoever answers: each operation may take time, also one before which nobody else could go.
            self.operation_takes_time();
            if !self.draws.have_point(&self.kernel) {
                return false;
            }
        }
        if let Some(others) = self.draws.at_quick_point(&mut self.kernel) {
            return others;
        }
        let told = self.draws.are_told_operations();
        let operation = told.then(|| operation(self)).flatten();
        if let Some((operation, place)) = operation {
            self.is_busy_with(operation, place);
        }
        let operation = operation.map(|(operation, _)| operation);
        let (others, event) = self.draws.at_keyed_point(&mut self.kernel, operation);
        self.made_draw();
        self.record_draw(event);
        others
    }

    /// The running task begins this operation. What a stream does is told where the user called the work on it.
    fn is_busy_with(&mut self, operation: Operation, place: Place) {
        if let Some(observer) = &mut self.observer {
            let called_at = observer.called_at.filter(|_| !is_users(place));
            let place = called_at.unwrap_or(place);
            let (now, task) = (self.kernel.now(), self.kernel.current_task());
            observer
                .busy
                .note(now, task, What::Operation(operation), place);
        }
    }

    /// The running task is at a point between two statements, where keys are counted.
    pub(in crate::run) fn comes_between(&mut self) {
        self.draws.come_between(&self.kernel);
    }

    /// Whether others may run on top of the running task: the run goes on as it does, on threads that all may use.
    pub(in crate::run) fn may_be_overtaken(&self) -> bool {
        let ends = self.is_cutting_off() || self.is_host_ending() || self.watch.is_over();
        // What the loop looks at between polls is not put off for ever.
        let due = self.watch.limits_are_due(self.kernel.steps());
        let own_thread = self.is_on_own_thread() || self.own_deadline.is_some();
        let paused = self.host_life(self.current_host()) != Life::Running;
        let free = !self.kernel.ready.is_empty() && !self.kernel.has_next();
        free && self.draws.has_points() && !(ends || due || own_thread || paused)
    }

    /// Whether the task in this slot is bound to its thread.
    pub(in crate::run) fn is_bound(&self, slot: u32) -> bool {
        let cell = self.kernel.tasks.cell(slot);
        cell.is_some_and(|cell| cell.header().is_bound())
    }

    /// Draws which ready task runs on top of the running one, between two of its statements here in the source, and takes it
    /// out of the queue; `None` if it goes on. `bound` says whether one that is paused is bound to its thread.
    pub(in crate::run) fn draw_overtaking(&mut self, bound: bool, place: Place) -> Option<u32> {
        let bound = bound || self.is_bound(self.kernel.current());
        let (slot, event) = self.draws.draw_overtaking(&mut self.kernel, bound);
        self.made_draw();
        if let Some(mut event) = event {
            if let Event::DrewTask { place: at, .. } = &mut event
                && is_users(place)
            {
                *at = Some(self.journal.place(place));
            }
            self.record(event);
        }
        slot
    }

    /// Whether this run passes over the points of operations that are called here.
    #[inline(always)]
    pub(crate) fn passes_over(&self, place: Place) -> bool {
        !self.draws.passes().is_empty() && self.draws.passes().has(place)
    }

    /// Whether futures that are polled with another waker than their task's have points.
    pub(crate) fn has_points_in_combinators(&self) -> bool {
        !self.draws.passes().combinators()
    }

    /// A future was dropped while it stood at a point: its `Pending` was taken for an answer.
    pub(crate) fn mistook_point(&mut self, place: Place) {
        self.draws.mistook(place);
    }

    /// The points that were mistaken for an answer.
    pub(crate) fn take_mistaken(&mut self) -> Vec<Place> {
        self.draws.take_mistaken()
    }

    /// Whether something was not drawn because an instant, or a poll, went on for very long.
    pub(crate) fn was_forced(&self) -> bool {
        self.draws.was_forced()
    }

    /// Whether operations are scheduling points from now on; gives what was before.
    pub(crate) fn set_points(&mut self, points: bool) -> bool {
        self.draws.set_points(points)
    }

    /// The running task waits in this operation: strategies see it until its next step.
    pub(crate) fn parks_in(&mut self, operation: Operation) {
        self.draws.park_in(&self.kernel, operation);
    }

    /// Whether a due timer fires although tasks are ready: a draw, whose default is no. Those that are ready without end do not put it off
    /// for ever.
    pub(in crate::run) fn fires_early(&mut self) -> bool {
        let Some(owner) = self.kernel.owner_of_due() else {
            return false;
        };
        let polls = self.watch.at_this_instant(self.kernel.steps());
        if turns::is_long(polls, self.setup.limits.steps_at_once) {
            self.draws.set_forced();
            return true;
        }
        self.tell_due();
        self.draw_for(owner, Kind::Fire, Candidates::Count(2)) == 1
    }
}

/// What comes of a candidate where this is the default of so many: that stands on the trace.
#[inline(always)]
fn with_outcome(
    chosen: usize,
    event: Option<Event>,
    default: usize,
    of: usize,
) -> (usize, Option<Event>) {
    let shifted = chosen + default;
    let outcome = if shifted < of { shifted } else { shifted - of };
    let event = event.map(|event| match event {
        Event::Drew {
            kind, of, place, ..
        } => Event::Drew {
            kind,
            choice: outcome as u32,
            of,
            place,
        },
        event => event,
    });
    (outcome, event)
}
