//! Counts schedules that differ in more than the order of steps that share nothing: it shares nothing with the search.
//!
//! Two runs are of one class if whatever was touched was touched by the same steps in the same order, and the same was drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex};

use reweave::draw::{Detail, Draw, Kind, Observation, Shared, TaskNo};
use reweave::{Run, Sim, Strategy};

/// What was touched, by which steps; and what else tasks drew.
type Class = (
    BTreeMap<Shared, Vec<(TaskNo, u32)>>,
    BTreeMap<TaskNo, Vec<usize>>,
);

#[derive(Default)]
struct Kept {
    class: Class,
    noted: Vec<(usize, usize)>,
}

struct Told {
    answers: Vec<usize>,
    kept: Arc<Mutex<Kept>>,
    /// How many steps each task has made, and whether it is in one.
    steps: BTreeMap<TaskNo, (u32, bool)>,
    /// Tasks that stand at a scheduling point: when they are polled again no other step begins.
    stand: BTreeSet<TaskNo>,
    /// What any step touched that touched everything.
    all: Vec<(TaskNo, u32)>,
}

impl Told {
    /// The task touches something: with the first of a step its own life.
    fn touch(&mut self, task: TaskNo, shared: Shared) {
        self.stand.remove(&task);
        let (number, under_way) = self.steps.entry(task).or_default();
        if !std::mem::replace(under_way, true) {
            *number += 1;
            let step = (task, *number);
            self.add(step, Shared::Life(task));
        }
        let step = (task, self.steps[&task].0);
        self.add(step, shared);
    }

    /// What it touches from now on is another step.
    fn ends_step(&mut self, task: TaskNo) {
        self.steps.entry(task).or_default().1 = false;
    }

    fn add(&mut self, step: (TaskNo, u32), shared: Shared) {
        let (touched, _) = &mut self.kept.lock().unwrap().class;
        if shared == Shared::Everything {
            self.all.push(step);
            touched.values_mut().for_each(|steps| steps.push(step));
            return;
        }
        let all = &self.all;
        let steps = touched.entry(shared).or_insert_with(|| all.clone());
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }
}

impl Told {
    fn observe_detail(&mut self, detail: Detail) {
        match detail {
            // It stood at a scheduling point.
            Detail::Began { task } if self.stand.remove(&task) => {}
            Detail::Began { task } => {
                self.ends_step(task);
                self.touch(task, Shared::Life(task));
            }
            Detail::Touched { task, shared } => self.touch(task, shared),
            Detail::Fired { task } => self.touch(TaskNo::RUNTIME, Shared::Life(task)),
            Detail::Passed | Detail::Over => {
                self.ends_step(TaskNo::RUNTIME);
                self.touch(TaskNo::RUNTIME, Shared::Everything);
            }
            _ => {}
        }
    }
}

impl Strategy for Told {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let mut kept = self.kept.lock().unwrap();
        let answer = self.answers.get(kept.noted.len()).copied().unwrap_or(0);
        kept.noted.push((answer, draw.candidates()));
        let is_order = matches!(
            draw.kind(),
            Kind::Task | Kind::Point | Kind::Wake | Kind::Timer | Kind::Fire
        );
        if !is_order {
            kept.class.1.entry(draw.owner()).or_default().push(answer);
        }
        answer
    }

    fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Reached { task, .. } => {
                self.ends_step(task);
                self.stand.insert(task);
            }
            Observation::Ended { task } => self.touch(task, Shared::Outcome(task)),
            Observation::Detail(detail) => self.observe_detail(detail),
            _ => {}
        }
    }

    fn wants_touches(&self) -> bool {
        true
    }
}

/// Makes every run, and gives each to `each`; says how many there are, and of how many classes. `None` if there are more than so many.
pub fn all_classes<F>(
    sim: &Sim,
    most: usize,
    make: impl Fn() -> F,
    mut each: impl FnMut(Run<F::Output>),
) -> Option<(usize, usize)>
where
    F: Future + 'static,
{
    let (mut next, mut runs) = (Some(Vec::new()), 0);
    let mut classes = BTreeSet::new();
    while let Some(answers) = next {
        runs += 1;
        if runs > most {
            return None;
        }
        let kept = Arc::<Mutex<Kept>>::default();
        let told = Told {
            answers,
            kept: kept.clone(),
            steps: BTreeMap::new(),
            stand: BTreeSet::new(),
            all: Vec::new(),
        };
        each(sim.clone().run_with(told, make()));
        let Kept { class, mut noted } = std::mem::take(&mut *kept.lock().unwrap());
        classes.insert(class);
        while noted.last().is_some_and(|&(answer, of)| answer + 1 == of) {
            noted.pop();
        }
        next = noted.pop().map(|(answer, _)| {
            let before = noted.iter().map(|&(answer, _)| answer);
            before.chain([answer + 1]).collect()
        });
    }
    Some((runs, classes.len()))
}
