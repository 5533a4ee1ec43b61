//! How a task begins: its cell is made and put into its row, and the task into the queue of ready ones.

use std::cell::RefMut;
use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;

use super::cell::TaskCell;
use super::context::Context;
use super::poll::Stopped;
use super::state::Run;
use super::step::look_at_limits;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::kernel::task::Runnable;
use crate::kernel::tasks::Name;

impl Context {
    /// Makes a task of a future and puts it into the ready queue.
    ///
    /// While the run is closing, and on a host that is down, the task is dropped before its first poll.
    pub(crate) fn spawn<F>(&self, future: F, name: Name<'_>, place: Place) -> Arc<TaskCell<F>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let mut run = self.run();
        let row = run.add_task(name, place);
        self.spawn_in(run, row, future, false)
    }

    /// Gives a future to the task that has this slot and number; it is `refused` if its host is down.
    #[inline(always)]
    pub(super) fn spawn_in<F>(
        &self,
        mut run: RefMut<'_, Run>,
        (slot, number): (u32, TaskNo),
        future: F,
        refused: bool,
    ) -> Arc<TaskCell<F>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let cell = TaskCell::new(self.scope(), slot, number, future);
        run.kernel.tasks.put(slot, cell.clone());
        if run.is_closing() || run.is_dead() || refused {
            let why = run.refusal(run.kernel.tasks.row(slot).host);
            drop(run);
            cell.break_off(self.scope(), why);
            let ours = self.run().kernel.tasks.take_cell(slot);
            self.run().kernel.tasks.remove(slot);
            drop(ours);
        } else {
            run.kernel.ready.push(slot);
            if run.is_crowded() {
                drop(run);
                self.meets_limit();
            }
        }
        cell
    }

    /// More tasks live than may. The poll that spawned the last of them may never end by itself, so it unwinds.
    #[cold]
    #[inline(never)]
    fn meets_limit(&self) {
        let mut run = self.run();
        run.watch.look_next();
        if run.running_slot().is_none() || look_at_limits(&mut run).is_ok() {
            return;
        }
        drop(run);
        if !std::thread::panicking() {
            resume_unwind(Box::new(Stopped));
        }
    }
}
