//! The decisions of the run that is made, of each what was tried and what is to be tried.

use super::footprint::Footprint;
use super::races::Race;
use crate::base::ids::TaskNo;

/// When a timer that is due fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Firing {
    /// Before the ready tasks run.
    Now,
    /// Once its task has run, or nobody else is ready.
    Later,
}

/// One decision.
#[derive(Debug)]
pub(super) enum Decision {
    /// Which of so many values is drawn: all are tried.
    Value { count: u32, tried: u32 },
    /// When a timer fires, and whether the other way is to be tried.
    Fire { firing: Firing, other: bool },
    /// Which task goes on.
    Task(Among),
}

/// A decision among tasks.
#[derive(Debug)]
pub(super) struct Among {
    candidates: Vec<TaskNo>,
    /// The only one of them that may go on, if it has waited for long.
    overdue: Option<TaskNo>,
    /// The first of them polls several futures, and none is overdue. That it goes on is not what it does later, when it is polled anew.
    several: bool,
    chosen: TaskNo,
    /// Tasks that slept when the run came here first.
    asleep: Vec<TaskNo>,
    /// What each that was chosen touched in its next step.
    footprints: Vec<(TaskNo, Footprint)>,
    /// Those that were tried: in all runs with them.
    done: Vec<TaskNo>,
    /// Those that are to be tried.
    todo: Vec<TaskNo>,
}

impl Among {
    fn has(&self, task: TaskNo) -> bool {
        self.chosen == task || self.done.contains(&task) || self.todo.contains(&task)
    }

    /// Whether it is a task that polls several futures, and goes on if it is chosen here.
    fn goes_on(&self, task: TaskNo) -> bool {
        self.several && task == self.candidates[0]
    }

    fn may_go_on(&self, task: TaskNo) -> bool {
        self.candidates.contains(&task) && self.overdue.is_none_or(|overdue| overdue == task)
    }

    fn footprint(&self, task: TaskNo) -> Footprint {
        let known = self.footprints.iter().find(|(of, _)| *of == task);
        known
            .map(|(_, footprint)| footprint.clone())
            .unwrap_or_default()
    }
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    path: Vec<Decision>,
    at: usize,
    /// So many decisions this run and the one before have in common, with the one that was changed.
    common: usize,
}

impl Decisions {
    /// A run begins.
    pub(super) fn begin(&mut self) {
        self.at = 0;
    }

    /// The run is over: what comes behind its last decision is of another.
    pub(super) fn cut(&mut self) {
        self.path.truncate(self.at);
    }

    /// Since when the run is not the one before: so many decisions were made by then.
    pub(super) fn common(&self) -> usize {
        self.common
    }

    /// The value of a draw.
    pub(super) fn value(&mut self, count: usize) -> usize {
        if self.at == self.path.len() {
            let count = count as u32;
            self.path.push(Decision::Value { count, tried: 0 });
        }
        self.at += 1;
        match self.path[self.at - 1] {
            // There are fewer than before only if the program is not deterministic.
            Decision::Value { tried, .. } => (tried as usize).min(count - 1),
            Decision::Fire { .. } | Decision::Task(_) => 0,
        }
    }

    /// When a timer fires; with the number of the decision.
    pub(super) fn firing(&mut self) -> (usize, Firing) {
        if self.at == self.path.len() {
            let (firing, other) = (Firing::Now, false);
            self.path.push(Decision::Fire { firing, other });
        }
        let at = self.at;
        self.at += 1;
        match self.path[at] {
            Decision::Fire { firing, .. } => (at, firing),
            Decision::Value { .. } | Decision::Task(_) => (at, Firing::Now),
        }
    }

    /// Which of these tasks goes on: the number of the decision, and of the candidate; `None` if all of them sleep. Those that were
    /// tried before sleep from now on. No other is chosen than the `overdue` one, if there is one. With `both` that the first goes on is tried, and that it
    /// does not.
    pub(super) fn among(
        &mut self,
        candidates: &[TaskNo],
        overdue: Option<TaskNo>,
        both: bool,
        sleeping: &mut Vec<(TaskNo, Footprint)>,
    ) -> Option<(usize, usize)> {
        if self.at == self.path.len() {
            let asleep: Vec<TaskNo> = sleeping.iter().map(|(task, _)| *task).collect();
            let may = |task: &&TaskNo| overdue.is_none_or(|overdue| overdue == **task);
            let awake = candidates.iter().filter(may);
            let awake = awake.filter(|task| !asleep.contains(task));
            // What would have come after the end of the run is not seen: it comes last, and is then tried earlier.
            let awake: Vec<TaskNo> = awake.copied().collect();
            let chosen = *awake.iter().min_by_key(|task| **task == TaskNo::RUNTIME)?;
            // One that sleeps will do: before it runs, the first may go on with another of the futures that it polls.
            let mut others = awake.iter().chain(candidates);
            let switch = others.find(|task| **task != candidates[0]);
            let both = both && overdue.is_none();
            let todo = switch.filter(|_| both && chosen == candidates[0]);
            self.path.push(Decision::Task(Among {
                candidates: candidates.to_vec(),
                overdue,
                several: both,
                chosen,
                asleep,
                footprints: Vec::new(),
                done: Vec::new(),
                todo: todo.copied().into_iter().collect(),
            }));
        }
        let at = self.at;
        self.at += 1;
        let Decision::Task(among) = &self.path[at] else {
            // The program is not deterministic.
            return Some((at, 0));
        };
        let done = among.done.iter().copied();
        for task in done.filter(|task| !among.goes_on(*task)) {
            sleeping.push((task, among.footprint(task)));
        }
        let nth = candidates.iter().position(|&task| task == among.chosen);
        Some((at, nth.unwrap_or(0)))
    }

    /// What a task touched in the step that a decision chose.
    pub(super) fn add_footprint(&mut self, at: usize, task: TaskNo, footprint: &Footprint) {
        let Some(Decision::Task(among)) = self.path.get_mut(at) else {
            return;
        };
        let known = among.footprints.iter_mut().find(|(of, _)| *of == task);
        match known {
            Some((_, known)) => known.add_all(footprint),
            None => among.footprints.push((task, footprint.clone())),
        }
    }

    /// A timer is to fire later, too.
    pub(super) fn try_later(&mut self, at: usize) {
        if let Some(Decision::Fire { firing, other }) = self.path.get_mut(at) {
            *other |= *firing == Firing::Now;
        }
    }

    /// Has the second step of a race tried before the first.
    pub(super) fn turn_round(&mut self, race: Race<'_>) {
        let decisions = match race.first.decision {
            Some(at) => at + 1,
            None => race.first.decisions,
        };
        let decisions = decisions.min(self.path.len());
        let before = self.path[..decisions].iter_mut().rev();
        let tasks = before.filter_map(|decision| match decision {
            Decision::Task(among) => Some(among),
            Decision::Value { .. } | Decision::Fire { .. } => None,
        });
        // The last at which one of them could go on: that of the first step itself, unless that was chosen with another in the same poll.
        for among in tasks {
            let mut possible = race
                .initials
                .iter()
                .filter(|task| among.may_go_on(**task) && !among.goes_on(**task));
            let Some(&first) = possible.next() else {
                continue;
            };
            let known = |task: &TaskNo| among.has(*task) || among.asleep.contains(task);
            if !known(&first) && !possible.any(known) {
                among.todo.push(first);
            }
            return;
        }
    }

    /// Goes to the deepest decision that has something to be tried, and tries that.
    pub(super) fn next(&mut self) -> bool {
        let found = self.go_back();
        self.common = self.path.len();
        found
    }

    fn go_back(&mut self) -> bool {
        while let Some(decision) = self.path.last_mut() {
            match decision {
                Decision::Value { count, tried } if *tried + 1 < *count => {
                    *tried += 1;
                    return true;
                }
                Decision::Fire {
                    firing,
                    other: other @ true,
                } => {
                    (*firing, *other) = (Firing::Later, false);
                    return true;
                }
                Decision::Task(among) => {
                    among.done.push(among.chosen);
                    if let Some(next) = among.todo.pop() {
                        among.chosen = next;
                        return true;
                    }
                }
                Decision::Value { .. } | Decision::Fire { .. } => {}
            }
            self.path.pop();
        }
        false
    }
}
