//! Races: pairs of steps that depend on each other and on nothing between them, so that they could come the other way round.
//!
//! Which step comes before which in every order is known by vector clocks: of each step, how many steps of each task come before it.

use std::collections::BTreeMap;

use super::footprint::Footprint;
use super::step::Step;
use crate::base::ids::TaskNo;
use crate::base::touched::Shared;

/// Two steps that may come the other way round.
pub(super) struct Race<'s> {
    /// The first of them.
    pub(super) first: &'s Step,
    /// Tasks that may go on where the first step was chosen, so that the second comes before it: any of these will do. That of the second comes
    /// first, if it is one of them.
    pub(super) initials: Vec<TaskNo>,
}

/// Of each task, how many of its steps come before.
#[derive(Clone, Debug, Default)]
struct Clock(Vec<u32>);

impl Clock {
    fn of(&self, task: TaskNo) -> u32 {
        self.0.get(task.get() as usize).copied().unwrap_or(0)
    }

    fn set(&mut self, task: TaskNo, steps: u32) {
        let at = task.get() as usize;
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        self.0[at] = steps;
    }

    fn join(&mut self, other: &Clock) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }
}

/// The races of a run. Those of steps before so many decisions were made are left out: the run before had them, too.
pub(super) fn find(steps: &[Step], decisions: usize) -> Vec<Race<'_>> {
    let mut order = Order {
        steps,
        clocks: Vec::with_capacity(steps.len()),
        numbers: Vec::with_capacity(steps.len()),
        last_of: BTreeMap::new(),
        last_to_touch: BTreeMap::new(),
        floor: Clock::default(),
        passed: 0,
    };
    let mut races = Vec::new();
    for at in 0..steps.len() {
        let (before, conflicts) = order.add(at);
        if steps[at].decisions < decisions {
            continue;
        }
        let turned = conflicts.into_iter();
        races.extend(
            turned
                .filter(|&first| order.is_race(first, at, &before))
                .map(|first| Race {
                    first: &steps[first],
                    initials: order.initials(first, at),
                }),
        );
    }
    races
}

/// What comes before what, of the steps so far.
struct Order<'s> {
    steps: &'s [Step],
    clocks: Vec<Clock>,
    /// Which step of its task each is, from 1.
    numbers: Vec<u32>,
    /// The last step of each task.
    last_of: BTreeMap<TaskNo, usize>,
    last_to_touch: BTreeMap<Shared, usize>,
    /// All that came before the last time no task was ready.
    floor: Clock,
    passed: u32,
}

impl Order<'_> {
    /// Adds a step; gives those that it comes directly after, and of these those that touched the same.
    fn add(&mut self, at: usize) -> (Vec<usize>, Vec<usize>) {
        let step = &self.steps[at];
        if step.passed != self.passed {
            self.passed = step.passed;
            for &last in self.last_of.values() {
                self.floor.join(&self.clocks[last]);
            }
        }
        let conflicts = self.conflicts(&step.footprint, step.task);
        let own = self.last_of.get(&step.task).copied();
        let mut before = conflicts.clone();
        before.extend(own);
        before.extend(&step.woken_by);
        before.sort_unstable();
        before.dedup();
        let mut clock = self.floor.clone();
        before.iter().for_each(|&it| clock.join(&self.clocks[it]));
        let number = clock.of(step.task) + 1;
        clock.set(step.task, number);
        self.clocks.push(clock);
        self.numbers.push(number);
        self.last_of.insert(step.task, at);
        for shared in step.footprint.iter() {
            self.last_to_touch.insert(shared, at);
        }
        (before, conflicts)
    }

    /// The last steps of other tasks that touched any of this.
    fn conflicts(&self, footprint: &Footprint, task: TaskNo) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for shared in footprint.iter() {
            match shared {
                Shared::Everything => all.extend(self.last_of.values()),
                shared => all.extend(self.last_to_touch.get(&shared)),
            }
        }
        all.extend(self.last_to_touch.get(&Shared::Everything));
        all.retain(|&it| self.steps[it].task != task);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether one step comes before another in every order.
    fn comes_before(&self, first: usize, second: usize) -> bool {
        let task = self.steps[first].task;
        self.clocks[second].of(task) >= self.numbers[first]
    }

    /// Whether the second could come before the first: nothing that depends on that lies between them, and the second was not made
    /// possible by it alone.
    fn is_race(&self, first: usize, second: usize, before: &[usize]) -> bool {
        let (one, other) = (&self.steps[first], &self.steps[second]);
        let between = |&it: &usize| it != first && self.comes_before(first, it);
        if one.passed != other.passed || before.iter().any(between) {
            return false;
        }
        !other.woken_by.contains(&first) || self.is_woken_otherwise(first, second)
    }

    /// Whether the task of the second step would have run without the first, which woke it: others touched what it waited for.
    fn is_woken_otherwise(&self, first: usize, second: usize) -> bool {
        let other = &self.steps[second];
        let slept = (0..second)
            .rev()
            .find(|&it| self.steps[it].task == other.task);
        let since = slept.map_or(0, |it| it + 1);
        (since..second).any(|it| {
            it != first
                && !self.comes_before(first, it)
                && self.steps[it].footprint.overlaps(&other.waited_for)
        })
    }

    /// Who may go on where the first step was chosen so that the second comes before it: tasks with a step between the two that does not
    /// come after the first, and has none before it that does not either.
    fn initials(&self, first: usize, second: usize) -> Vec<TaskNo> {
        let mut kept: Vec<usize> = (first + 1..second)
            .filter(|&it| !self.comes_before(first, it))
            .collect();
        kept.push(second);
        let mut tasks: Vec<TaskNo> = Vec::new();
        for (nth, &it) in kept.iter().enumerate() {
            let task = self.steps[it].task;
            let is_first = kept[..nth]
                .iter()
                .all(|&earlier| !self.comes_before(earlier, it));
            if is_first && !tasks.contains(&task) {
                tasks.push(task);
            }
        }
        let wanted = self.steps[second].task;
        tasks.sort_by_key(|&task| (task != wanted, task));
        tasks
    }
}
