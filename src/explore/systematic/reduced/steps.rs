//! The run that is under way: its steps, what each touched, who was woken by whom; and which tasks sleep.

use super::fired::Fired;
use super::footprint::Footprint;
use super::several::Several;
use super::step::Step;
use crate::base::ids::TaskNo;
use crate::base::touched::Shared;
use crate::choice::strategy::{Detail, Observation};

/// What is known of a task.
#[derive(Clone, Debug, Default)]
struct Task {
    /// The decision that chose its next step.
    chosen: Option<usize>,
    woken_by: Vec<usize>,
    /// What it has touched in its last poll.
    polled: Footprint,
    /// It stands at a scheduling point.
    stands: bool,
    /// It waits.
    waits: bool,
    /// It polls several futures in the poll that is under way, or did in the last one.
    several: Several,
    /// Its due timers do not fire before it has run, or nobody else is ready.
    put_off: bool,
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Run {
    steps: Vec<Step>,
    /// Whether the last step is under way.
    open: bool,
    tasks: Vec<Task>,
    /// Tasks that sleep, with what their next step touches.
    pub(super) sleeping: Vec<(TaskNo, Footprint)>,
    passed: u32,
    /// How many decisions were made.
    decisions: usize,
    fired: Fired,
    /// Whether any task polled several futures.
    has_several: bool,
    /// Whether steps are not told apart by what they touch.
    together: bool,
    /// Since this step all was done before in another run.
    redundant: Option<usize>,
    /// `main`, which is spawned first.
    main: Option<TaskNo>,
    /// The step in which it ended.
    main_ended: Option<usize>,
    /// The decision that chose the runtime, which ends the run then.
    ended_by: Option<usize>,
}

impl Run {
    fn known(&mut self, task: TaskNo) -> &mut Task {
        let at = task.get() as usize;
        if at >= self.tasks.len() {
            self.tasks.resize(at + 1, Task::default());
        }
        &mut self.tasks[at]
    }

    pub(super) fn is_redundant(&self) -> bool {
        self.redundant.is_some()
    }

    /// What follows was done before.
    pub(super) fn set_redundant(&mut self) {
        self.close();
        self.redundant.get_or_insert(self.steps.len());
    }

    /// Whether any task polled several futures.
    pub(super) fn has_several(&self) -> bool {
        self.has_several
    }

    /// The steps up to where the run became redundant.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps[..self.redundant.unwrap_or(self.steps.len())]
    }

    /// The decisions that chose a task, with what it touched in its next step.
    pub(super) fn decided(&self) -> impl Iterator<Item = (usize, TaskNo, &Footprint)> {
        self.steps().iter().filter_map(|step| {
            let decision = step.decision?;
            Some((decision, step.task, &step.footprint))
        })
    }

    /// The decisions by which a timer fired before its task ran, which might have run before that.
    pub(super) fn delayed_firings(&self) -> &[usize] {
        self.fired.delayed()
    }

    /// A decision chose this task: the running one, which goes on, or one that begins a poll.
    pub(super) fn chose(&mut self, task: TaskNo, decision: usize, goes_on: bool) {
        self.decisions = decision + 1;
        if task == TaskNo::RUNTIME {
            self.ended_by = Some(decision);
        } else if goes_on && self.open {
            let Some(step) = self.steps.last_mut() else {
                return;
            };
            step.decision = Some(decision);
            step.decisions = decision + 1;
            step.matters = true;
        } else {
            self.known(task).chosen = Some(decision);
            if let Some(step) = self.steps.last().filter(|_| self.open) {
                let running = step.task;
                self.known(running).stands = true;
            }
        }
    }

    /// Whether the timers of this task wait until it has run.
    pub(super) fn is_put_off(&self, task: TaskNo) -> bool {
        let known = self.tasks.get(task.get() as usize);
        known.is_some_and(|known| known.put_off)
    }

    pub(super) fn put_off(&mut self, task: TaskNo) {
        self.known(task).put_off = true;
    }

    /// A timer that is due fires now, by this decision.
    pub(super) fn decided_to_fire(&mut self, decision: usize) {
        self.decisions = decision + 1;
        self.fired.decided(decision);
    }

    pub(super) fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Reached { task, .. } => self.reached(task),
            Observation::Spawned { task, by } | Observation::Woke { task, by } => {
                self.main.get_or_insert(task);
                self.woke(task, by);
            }
            Observation::Ended { task } => {
                self.touch(task, Shared::Outcome(task));
                if self.main == Some(task) && self.step_of(task).is_some() {
                    self.main_ended = Some(self.steps.len() - 1);
                }
            }
            Observation::Detail(detail) => self.observe_detail(detail),
            Observation::Yielded { .. } | Observation::Accessed { .. } => {}
        }
    }

    fn observe_detail(&mut self, detail: Detail) {
        match detail {
            Detail::Began { task } => self.begin(task),
            Detail::Touched { task, shared } => {
                self.goes_on(task, false);
                self.touch(task, shared);
            }
            Detail::Waits { task } => {
                self.goes_on(task, true);
                self.known(task).waits = true;
            }
            Detail::GivesUp { task } => self.known(task).waits = false,
            Detail::Several { task } => self.set_several(task),
            Detail::Together => {
                self.together = true;
                if let Some(step) = self.steps.last_mut().filter(|_| self.open) {
                    step.footprint.add(Shared::Everything);
                }
            }
            Detail::Fired { task } => self.fired(task),
            Detail::Passed => {
                self.close();
                self.passed += 1;
                self.sleeping.clear();
                for known in &mut self.tasks {
                    known.put_off = false;
                }
            }
            Detail::Over => self.end(),
            Detail::Due { .. } => {}
        }
    }

    fn touch(&mut self, task: TaskNo, shared: Shared) {
        if let Some(step) = self.step_of(task) {
            step.footprint.add(shared);
            step.matters = true;
        }
    }

    /// A timer fired: because that was decided, or because nobody was ready.
    fn fired(&mut self, task: TaskNo) {
        self.close();
        if !self.fired.fires(task, self.steps.len()) {
            self.passed += 1;
        }
        self.sleeping.retain(|(sleeper, _)| *sleeper != task);
    }

    /// The step under way, if it is that of this task.
    fn step_of(&mut self, task: TaskNo) -> Option<&mut Step> {
        let step = self.steps.last_mut().filter(|_| self.open);
        step.filter(|step| step.task == task)
    }

    fn begin(&mut self, task: TaskNo) {
        self.close();
        if self.sleeping.iter().any(|(sleeper, _)| *sleeper == task) {
            self.set_redundant();
        }
        let known = self.known(task);
        known.put_off = false;
        known.stands = false;
        known.waits = false;
        known.several.begin_poll();
        let decision = known.chosen.take();
        let woken_by = std::mem::take(&mut known.woken_by);
        let waited_for = std::mem::take(&mut known.polled);
        self.open(task, decision, woken_by, waited_for);
        if let Some(step) = self.steps.last_mut() {
            step.matters = true;
        }
        self.fired.runs(&self.steps);
    }

    fn open(
        &mut self,
        task: TaskNo,
        decision: Option<usize>,
        woken_by: Vec<usize>,
        waited_for: Footprint,
    ) {
        let mut footprint = Footprint::default();
        footprint.add(Shared::Life(task));
        if self.together {
            footprint.add(Shared::Everything);
        }
        footprint.add_all(self.known(task).several.reach());
        self.steps.push(Step {
            task,
            footprint,
            decision,
            decisions: self.decisions,
            woken_by,
            waited_for,
            passed: self.passed,
            matters: false,
        });
        self.open = true;
    }

    /// The running task stands at a scheduling point: what it does from there is another step.
    fn reached(&mut self, task: TaskNo) {
        self.goes_on(task, true);
        if self.step_of(task).is_none() {
            return;
        }
        self.close();
        self.open(task, None, Vec::new(), Footprint::default());
    }

    /// The task does something. If it stood, or waited and begins another operation, then in another of several futures.
    fn goes_on(&mut self, task: TaskNo, operation: bool) {
        let known = self.known(task);
        let stood = std::mem::take(&mut known.stands);
        if stood || operation && known.waits {
            self.set_several(task);
            // What it does now is not what it did where it went on.
            self.sleeping.retain(|(sleeper, _)| *sleeper != task);
        }
    }

    fn set_several(&mut self, task: TaskNo) {
        self.has_several = true;
        let touched = self.step_of(task).map(|step| step.footprint.clone());
        let known = self.known(task);
        known.several.found(touched.iter().chain([&known.polled]));
    }

    /// Whether the running task polls several futures, so that in which order they go on is a choice, too.
    pub(super) fn polls_several(&self) -> bool {
        let running = self.steps.last().filter(|_| self.open);
        let known = running.and_then(|step| self.tasks.get(step.task.get() as usize));
        known.is_some_and(|known| known.several.is_so())
    }

    /// The step under way is over. One in which nothing happened that others see is none.
    pub(super) fn close(&mut self) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let Some(step) = self.steps.last() else {
            return;
        };
        if !step.matters {
            self.steps.pop();
            return;
        }
        let (task, footprint) = (step.task, step.footprint.clone());
        self.sleeping
            .retain(|(sleeper, next)| *sleeper != task && !next.overlaps(&footprint));
        let known = self.known(task);
        known.polled.add_all(&footprint);
        known.several.touched(&footprint);
    }

    fn woke(&mut self, task: TaskNo, by: TaskNo) {
        let at = self.steps.len().wrapping_sub(1);
        if let Some(step) = self.step_of(by) {
            step.matters = true;
            self.known(task).woken_by.push(at);
        } else if by == TaskNo::RUNTIME {
            self.fired.woke(task, self.steps.len());
        }
    }

    /// The run is over. If that was because `main` had ended, it might have been over before what other tasks did since then.
    fn end(&mut self) {
        self.close();
        let Some(main_ended) = self.main_ended else {
            return;
        };
        let mut footprint = Footprint::default();
        footprint.add(Shared::Everything);
        self.steps.push(Step {
            task: TaskNo::RUNTIME,
            footprint,
            decision: self.ended_by,
            decisions: self.decisions,
            woken_by: vec![main_ended],
            waited_for: Footprint::default(),
            passed: self.passed,
            matters: true,
        });
    }
}
