//! What belongs to the poll that is under way: put away while others run on top of it, and brought back.
//!
//! ```text
//!   who runs            slot, number, what its waker points to
//!   how much it may do  its budget
//!   where it is         a thread of its own, the start of its stack, the place of its call, the name it gives to resources
//!   what is set         task-locals, the `LocalSet`, spans of `tracing`
//! ```
//!
//! While futures are dropped that lost, or were cancelled, nothing runs on top, so that need not be put away.

use super::context::Context;
#[cfg(feature = "tracing")]
use super::spans::Spans;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::kernel::preemption::Said;
use crate::kernel::task::CRASHED;
use crate::run::names::Given;

/// What belongs to the poll that is under way, while tasks of another host are dropped in it: a part of [`Aside`].
pub(super) struct Running {
    slot: u32,
    task: TaskNo,
    cell: *const (),
    budget: Option<u8>,
    blocking_pool: Option<u64>,
    own_deadline: Option<u64>,
}

impl Running {
    pub(super) fn stand_aside(cx: &Context) -> Running {
        let mut run = cx.run();
        let running = Running {
            slot: run.kernel.current(),
            task: run.current_task(),
            cell: cx.scope().running(),
            budget: cx.scope().operations.budget(),
            blocking_pool: run.set_blocking_pool(None),
            own_deadline: run.set_own_deadline(None),
        };
        cx.scope().clear_running();
        cx.scope().operations.set_budget(None);
        running
    }

    pub(super) fn go_on(self, cx: &Context) {
        let mut run = cx.run();
        run.kernel.set_current(self.slot, self.task);
        cx.scope().set_running(self.cell);
        cx.scope().operations.set_budget(self.budget);
        run.set_blocking_pool(self.blocking_pool);
        run.set_own_deadline(self.own_deadline);
    }
}

/// A poll that is paused; see the top of this file.
pub(super) struct Aside {
    running: Running,
    stack: usize,
    given: Option<Given>,
    called: (Option<Place>, Option<Place>),
    #[cfg(feature = "tracing")]
    spans: Spans,
    said: Said,
    /// The number of the poll.
    step: u64,
}

impl Aside {
    /// Pauses the poll that is under way, of a task that is `bound` to its thread or not. Nothing is borrowed: what is set for
    /// its code may run code of the user's when it is unset.
    pub(super) fn put(cx: &Context, bound: bool) -> Aside {
        let scope = cx.scope();
        let running = Running::stand_aside(cx);
        let mut run = cx.run();
        let (given, called) = (run.give_name(None), run.put_calls_away());
        drop(run);
        let aside = Aside {
            running,
            stack: scope.begin_stack(),
            given,
            called,
            #[cfg(feature = "tracing")]
            spans: Spans::leave(),
            said: scope.preemption.pause(bound),
            step: cx.underway().step(),
        };
        cx.underway().set_paused(scope.preemption.depth());
        aside
    }

    /// The poll goes on.
    pub(super) fn bring_back(self, cx: &Context) {
        let scope = cx.scope();
        scope.preemption.resume(self.said);
        #[cfg(feature = "tracing")]
        self.spans.enter();
        cx.underway().polls(self.step);
        cx.underway().set_paused(scope.preemption.depth());
        scope.set_stack(self.stack);
        self.running.go_on(cx);
        let mut run = cx.run();
        run.give_name(self.given);
        run.bring_calls_back(self.called);
        // Its host has crashed meanwhile: what the poll returns is dropped.
        if run.is_dead()
            && let Some(cell) = run.kernel.tasks.cell(run.kernel.current())
        {
            cell.header().add(CRASHED);
        }
    }
}
