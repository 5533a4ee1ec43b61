//! What tasks did at the present instant, and how often: which operation it is that a task repeats while virtual time stands still.

use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::Operation;

/// An operation that a task began at one place in the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    pub(crate) operation: Operation,
    pub(crate) place: Place,
    /// How often, at this instant.
    pub(crate) times: u64,
}

/// Operations that are told apart for one task, at the most: a loop has no more.
const MOST: usize = 16;

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Busy {
    /// By the task's number; with the instant that it is of.
    of_task: Vec<(u64, Vec<Done>)>,
}

impl Busy {
    /// The running task begins an operation.
    pub(crate) fn note(&mut self, now: u64, task: TaskNo, operation: Operation, place: Place) {
        let at = task.get() as usize;
        if at >= self.of_task.len() {
            self.of_task.resize_with(at + 1, Default::default);
        }
        let (instant, done) = &mut self.of_task[at];
        if *instant != now {
            *instant = now;
            done.clear();
        }
        let same = |done: &Done| done.operation == operation && std::ptr::eq(done.place, place);
        match done.iter().position(same) {
            Some(nth) => done[nth].times += 1,
            None if done.len() < MOST => done.push(Done {
                operation,
                place,
                times: 1,
            }),
            None => {}
        }
    }

    /// What a task did at this instant.
    pub(crate) fn of(&self, now: u64, task: TaskNo) -> &[Done] {
        match self.of_task.get(task.get() as usize) {
            Some((instant, done)) if *instant == now => done,
            Some(_) | None => &[],
        }
    }
}
