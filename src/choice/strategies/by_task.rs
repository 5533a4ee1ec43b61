//! What a strategy remembers of each task of a run.

use crate::base::ids::TaskNo;
use crate::choice::draw::Draw;

/// There is room for so many tasks at once: most programs have no more.
const LEAST: usize = 8;

/// A value for every task, which is the default until it is set.
#[derive(Clone, Debug)]
pub(crate) struct ByTask<T> {
    /// By the task's number. Tasks are numbered as they are spawned.
    values: Vec<T>,
}

impl<T> Default for ByTask<T> {
    fn default() -> Self {
        ByTask { values: Vec::new() }
    }
}

impl<T: Clone + Default> ByTask<T> {
    /// Every task has the default again.
    pub(super) fn clear(&mut self) {
        // What most programs need is kept, and what a run with more tasks needed is not paid for again.
        self.values.truncate(LEAST);
        self.values.fill(T::default());
    }

    #[inline(always)]
    pub(crate) fn of(&mut self, task: TaskNo) -> &mut T {
        let at = task.get() as usize;
        if at >= self.values.len() {
            self.make_room_for(at);
        }
        &mut self.values[at]
    }

    /// Its value, if one was set for it or for one with a higher number.
    pub(crate) fn get(&self, task: TaskNo) -> Option<&T> {
        self.values.get(task.get() as usize)
    }

    #[cold]
    #[inline(never)]
    fn make_room_for(&mut self, at: usize) {
        let room = (at + 1).next_power_of_two().max(LEAST);
        self.values.resize(room, T::default());
    }
}

/// The tasks that a draw has for candidates.
#[inline(always)]
pub(super) fn tasks<'a>(draw: &Draw<'a>) -> impl Iterator<Item = TaskNo> + use<'a> {
    draw.numbers().iter().copied()
}

/// Which task a draw has for this candidate.
#[inline(always)]
pub(super) fn task(draw: &Draw<'_>, candidate: usize) -> TaskNo {
    let chosen = draw.numbers().get(candidate);
    chosen.copied().unwrap_or(TaskNo::RUNTIME)
}
