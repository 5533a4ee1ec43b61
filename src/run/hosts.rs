//! Hosts that start and die: what runs the user's functions and destructors, with nothing borrowed.
//!
//! ```text
//!   a task of another host:   crash ──► its tasks are dropped at once ──► who awaits them is woken
//!   one of its own:           crash ──► unwinds, or goes on dead ──► the poll ends ──► take_effect: the same
//! ```
//!
//! While a task of a dead host is dropped, or goes on, [`Run::is_dead`](super::state::Run::is_dead) holds, and every call into Reweave
//! that it makes is ignored.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use super::aside::Running;
use super::cell::TaskCell;
use super::context::{self, Context};
use super::state::Starter;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::Place;
use crate::kernel::task::{QUEUED, Runnable};
use crate::kernel::tasks::{MAIN_SLOT, Name};
use crate::model::hosts::{Death, Fate, OnPanic};
use crate::record::event::Event;

/// What a task unwinds with that has crashed its own host.
struct Crash;

impl Context {
    /// Makes a task of a future that is nobody's child on its host, and puts it into the ready queue. If the host is down, or
    /// was restarted since it had been so often, the task is dropped before its first poll.
    pub(crate) fn spawn_on<F>(
        &self,
        host: HostNo,
        future: F,
        name: Name<'_>,
        restarts: Option<u32>,
        place: Place,
    ) -> Arc<TaskCell<F>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let mut run = self.run();
        let row = run.add_root(host, name, place);
        let refused = run.is_gone(host, restarts);
        self.spawn_in(run, row, future, refused)
    }

    /// A host does this from now on, and when it is restarted.
    pub(crate) fn start_host<F, Fut>(&self, host: HostNo, start: F, place: Place)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future + 'static,
    {
        let start = Rc::new(start);
        let starter: Starter = Rc::new(move || {
            // Called in the task's first poll, and so on the host.
            let start = Rc::clone(&start);
            let root = async move {
                drop(start().await);
                context::try_with(|cx| cx.run().start_function_ends(host));
            };
            context::try_with(|cx| {
                let root = cx.spawn_on(host, root, Name::Given("main"), None, place);
                root.header().set_bound();
            });
        });
        let before = self.run().set_starter(host, Rc::clone(&starter));
        drop(before);
        starter();
    }

    /// A host that lives dies. Does not return if that is the host of the running task, unless that unwinds already.
    pub(crate) fn crash_host(&self, host: HostNo, death: Death) {
        let mut run = self.run();
        if run.is_closing() || run.is_dead() {
            return;
        }
        if run.running_slot().is_some() && run.current_host() == host {
            run.begin_own_crash(host, death);
            drop(run);
            if !std::thread::panicking() {
                resume_unwind(Box::new(Crash));
            }
            return;
        }
        run.host_dies(host, death);
        drop(run);
        self.break_off_host(host);
    }

    /// Drops the tasks of a host that has died, and is not that of the running task.
    fn break_off_host(&self, host: HostNo) {
        let running = Running::stand_aside(self);
        let joiners = break_off_all(self, host);
        running.go_on(self);
        joiners.into_iter().for_each(Waker::wake);
    }

    /// A host that is down runs again: its start function is called once more.
    pub(crate) fn restart_host(&self, host: HostNo) {
        let mut run = self.run();
        if run.is_closing() || run.is_dead() {
            return;
        }
        run.host_restarts_now(host);
        let starter = run.starter(host);
        drop(run);
        if let Some(starter) = starter {
            starter();
        }
    }
}

/// Drops all tasks of a host that has died; gives the wakers of who awaits them.
fn break_off_all(cx: &Context, host: HostNo) -> Vec<Waker> {
    let mut run = cx.run();
    let by = (run.kernel.current(), run.current_task());
    let before = run.kernel.set_dead(true);
    let slots = run.kernel.tasks.living_on(host);
    // What one of them gives back may wake another, which must not become ready any more: it counts as ready already.
    for cell in slots.iter().filter_map(|&slot| run.kernel.tasks.cell(slot)) {
        cell.header().add(QUEUED);
    }
    drop(run);
    let joiners = slots.into_iter();
    let joiners: Vec<Waker> = joiners.filter_map(|slot| break_off(cx, slot, by)).collect();
    cx.run().kernel.set_dead(before);
    joiners
}

/// Drops one of them, which the task with this slot and number does.
fn break_off(cx: &Context, slot: u32, by: (u32, TaskNo)) -> Option<Waker> {
    let mut run = cx.run();
    let cell = run.kernel.tasks.take_cell(slot)?;
    let (task, host) = (cell.header().number(), run.kernel.tasks.row(slot).host);
    run.kernel.set_current(by.0, by.1);
    run.record(Event::CutOff { task });
    run.kernel.set_current(slot, task);
    let why = run.refusal(host);
    drop(run);
    quietly(cx, || {
        if !cell.header().is_done() {
            cell.break_off(cx.scope(), why);
        }
    });
    // A destructor that panicked has left the task unfinished: what is left of it is dropped now.
    if !cell.header().is_done() {
        let why = cx.run().refusal(host);
        cell.break_off(cx.scope(), why);
    }
    let mut joiner = None;
    quietly(cx, || joiner = cell.finish(cx.scope()));
    // A handle or a waker that still knows the cell gives it back.
    if Arc::strong_count(&cell) == 1 {
        cell.recycle();
    }
    cx.run().forget(slot);
    joiner
}

/// Runs destructors that no process would run that dies so: if one panics, that says nothing.
fn quietly(cx: &Context, f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        cx.caught().take();
        // Dropping a payload can panic, and so on: what keeps on panicking is leaked.
        std::mem::forget(catch_unwind(AssertUnwindSafe(|| drop(payload))));
    }
}

/// A poll unwound whose task's host has died in it.
#[cold]
pub(super) fn unwound(cx: &Context, payload: Box<dyn Any + Send>) {
    cx.scope().clear_running();
    quietly(cx, || drop(payload));
    let mut run = cx.run();
    // In the destructor of its output, it may be that nothing but the row is left of the task.
    let bare = run.running_slot();
    let bare = bare.filter(|&slot| slot != MAIN_SLOT && run.kernel.tasks.cell(slot).is_none());
    if let Some(slot) = bare {
        run.forget(slot);
    }
    drop(run);
    // On top of a paused poll it waits until that has ended: the task may be one of the host's.
    if cx.scope().preemption.depth() == 0 {
        take_effect(cx);
    }
}

/// A poll has ended in which the task's own host died, if it did: that takes effect now.
#[inline(always)]
pub(super) fn take_effect(cx: &Context) {
    let mut run = cx.run();
    let (dying, condemned) = (run.take_dying(), run.has_condemned());
    drop(run);
    if let Some(host) = dying {
        has_died(cx, host);
    }
    if condemned {
        end_condemned(cx);
    }
    let restarts = cx.run().take_own_restart();
    if let Some(host) = restarts {
        let restarts = cx.run().note_own_restart(host);
        if restarts {
            cx.restart_host(host);
        }
    }
}

/// Hosts that were to end once no task is polled, end.
#[cold]
fn end_condemned(cx: &Context) {
    cx.run().kernel.set_idle();
    loop {
        let mut run = cx.run();
        let Some((host, fate)) = run.take_condemned() else {
            return;
        };
        match fate {
            Fate::Exits => run.host_exits(host),
            Fate::Killed => run.host_dies(host, Death::Process),
        }
        drop(run);
        cx.break_off_host(host);
    }
}

/// The task's own host has died in its poll.
#[cold]
fn has_died(cx: &Context, host: HostNo) {
    // A cell that is polled is nobody else's.
    assert_eq!(
        cx.scope().preemption.depth(),
        0,
        "a host ends while a poll is paused"
    );
    let mut run = cx.run();
    run.set_blocking_pool(None);
    run.set_own_deadline(None);
    run.kernel.set_idle();
    drop(
        run.kernel
            .take_out(|tasks, slot| tasks.row(slot).host != host),
    );
    drop(run);
    cx.scope().clear_running();
    let joiners = break_off_all(cx, host);
    let mut run = cx.run();
    run.kernel.set_dead(false);
    run.kernel.set_idle();
    drop(run);
    joiners.into_iter().for_each(Waker::wake);
}

/// A task of a host panicked whose policy is not to let that pass.
#[cold]
pub(super) fn panicked(cx: &Context, host: HostNo, policy: OnPanic, payload: Box<dyn Any + Send>) {
    let mut run = cx.run();
    run.begin_own_crash(host, Death::Process);
    match policy {
        OnPanic::Fail | OnPanic::Crash => {}
        OnPanic::Restart => run.restart_after_death(host),
    }
    drop(run);
    unwound(cx, payload);
}
