//! What tasks did at the present instant, and how often: which operation it is that a task repeats while virtual time stands still.

use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::{Action, Operation, ResourceKind};

/// What a task began at one place in the source.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) what: What,
    pub(crate) place: Place,
    /// How often, at this instant.
    pub(crate) times: u64,
}

/// What a task did.
#[derive(Debug, PartialEq)]
pub(crate) enum What {
    /// An operation on a resource.
    Operation(Operation),
    /// One that failed before there was a resource.
    Failed(Failed),
}

/// An operation that failed.
#[derive(Debug, PartialEq)]
pub(crate) struct Failed {
    pub(crate) action: Action,
    /// The kind and the name of the resource that did not come to be.
    pub(crate) kind: ResourceKind,
    pub(crate) name: String,
    /// The error in words.
    pub(crate) why: String,
}

/// Operations that are told apart for one task, at the most: a loop has no more.
const MOST: usize = 16;

/// What one task did.
#[derive(Debug, Default)]
struct Row {
    /// The instant that it is of.
    instant: u64,
    done: Vec<Done>,
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Busy {
    /// By the task's number; what a task did that is over takes no memory.
    of_task: Vec<Option<Box<Row>>>,
    /// A row that is free, for the next task.
    spare: Option<Box<Row>>,
}

impl Busy {
    /// The running task begins an operation.
    pub(crate) fn note(&mut self, now: u64, task: TaskNo, what: What, place: Place) {
        let at = task.get() as usize;
        if at >= self.of_task.len() {
            self.of_task.resize_with(at + 1, || None);
        }
        let spare = &mut self.spare;
        let row = self.of_task[at].get_or_insert_with(|| spare.take().unwrap_or_default());
        if row.instant != now {
            row.instant = now;
            row.done.clear();
        }
        let done = &mut row.done;
        let same = |done: &Done| done.what == what && std::ptr::eq(done.place, place);
        match done.iter().position(same) {
            Some(nth) => done[nth].times += 1,
            None if done.len() < MOST => done.push(Done {
                what,
                place,
                times: 1,
            }),
            None => {}
        }
    }

    /// This task is over.
    pub(crate) fn task_over(&mut self, task: TaskNo) {
        let row = self.of_task.get_mut(task.get() as usize);
        if let Some(mut row) = row.and_then(Option::take) {
            row.done.clear();
            self.spare = Some(row);
        }
    }

    /// What a task did at this instant.
    pub(crate) fn of(&self, now: u64, task: TaskNo) -> &[Done] {
        match self.of_task.get(task.get() as usize) {
            Some(Some(row)) if row.instant == now => &row.done,
            Some(_) | None => &[],
        }
    }
}
