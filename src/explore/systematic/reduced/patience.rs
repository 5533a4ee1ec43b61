//! How long a ready task may wait while others go on.
//!
//! A loop that looks again and again, until another task has done something, goes on without end in a schedule in which that task never runs. No
//! executor makes such a schedule, and a search that goes back to its last decision makes one run for each turn of the loop. So a task that
//! was ready at so many decisions in a row, and not chosen, is the only one that may be chosen at the next.
//!
//! Source: M. Musuvathi, S. Qadeer, *Fair Stateless Model Checking*, PLDI 2008. There threads that yield lose their turn; here any loop does, whether it
//! yields, sends or locks.

use crate::base::ids::TaskNo;

/// So many decisions a ready task waits at the most. Programs small enough to be searched to the end seldom come to so many.
pub(super) const MOST: u32 = 1_000;

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// By the task's number, at how many decisions it was not chosen since it became ready.
    waited: Vec<u32>,
}

impl Patience {
    fn of(&mut self, task: TaskNo) -> &mut u32 {
        let at = task.get() as usize;
        if at >= self.waited.len() {
            self.waited.resize(at + 1, 0);
        }
        &mut self.waited[at]
    }

    /// The task begins a step.
    pub(super) fn begins(&mut self, task: TaskNo) {
        *self.of(task) = 0;
    }

    /// Of these tasks one was chosen.
    pub(super) fn chose(&mut self, chosen: TaskNo, candidates: &[TaskNo]) {
        for &task in candidates.iter().filter(|task| **task != chosen) {
            *self.of(task) += 1;
        }
    }

    /// The one of these that has waited for so long that it is its turn: of several the one that waited longest.
    pub(super) fn overdue(&mut self, candidates: &[TaskNo]) -> Option<TaskNo> {
        let mut overdue = None;
        let mut most = MOST;
        for &task in candidates {
            let waited = *self.of(task);
            if waited >= most {
                (overdue, most) = (Some(task), waited + 1);
            }
        }
        overdue
    }
}
