//! What running a task needs to know of its run, and may look at while everything else is borrowed or not.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::Arc;
use std::task::{RawWakerVTable, Waker};

use super::home::Home;
use crate::base::ids::RunId;

/// Operations that a task may complete in one poll before it must yield; tokio's figure.
pub(crate) const COOP_BUDGET: u8 = 128;

/// Spare cells that are kept, at the most.
const MOST_SPARES: usize = 1024;

/// See the top of this file.
pub(crate) struct Scope {
    run: Cell<RunId>,
    home: Arc<Home>,
    /// What is left of the running task's budget; `None` is no limit.
    budget: Cell<Option<u8>>,
    running: Cell<WakerId>,
    /// How many guards of [`Scope::discard`] are alive.
    discarding: Cell<u32>,
    /// Cells of tasks that are over, to be used again.
    spares: RefCell<Vec<Arc<dyn Any + Send + Sync>>>,
}

/// By what a waker is recognised: its data alone could be that of somebody else's waker.
type WakerId = (*const (), *const RawWakerVTable);

/// No task runs.
const NOBODY: WakerId = (ptr::null(), ptr::null());

impl Scope {
    pub(crate) fn new() -> Scope {
        Scope {
            run: Cell::new(RunId::next()),
            home: Home::new(),
            budget: Cell::new(None),
            running: Cell::new(NOBODY),
            discarding: Cell::new(0),
            spares: RefCell::new(Vec::new()),
        }
    }

    /// A run begins. Cells of earlier runs are all done, so wakers that are left of those do nothing.
    pub(crate) fn begin(&self) {
        self.run.set(RunId::next());
        self.budget.set(None);
        self.discarding.set(0);
        self.running.set(NOBODY);
    }

    #[inline(always)]
    pub(crate) fn run(&self) -> RunId {
        self.run.get()
    }

    #[inline(always)]
    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// A task is polled with this waker.
    #[inline(always)]
    pub(crate) fn set_running(&self, waker: &Waker) {
        self.running.set((waker.data(), waker.vtable()));
    }

    /// The poll is over.
    #[inline(always)]
    pub(crate) fn clear_running(&self) {
        self.running.set(NOBODY);
    }

    /// Whether this is the waker of the running task itself, and so no code of the user's.
    #[inline(always)]
    pub(crate) fn is_running(&self, waker: &Waker) -> bool {
        let (data, vtable) = self.running.get();
        waker.data() == data && ptr::eq(waker.vtable(), vtable)
    }

    /// Takes one operation from the running task's budget; `false` if there is none left.
    #[inline(always)]
    pub(crate) fn claim(&self) -> bool {
        match self.budget.get() {
            Some(0) => return false,
            Some(left) => self.budget.set(Some(left - 1)),
            None => {}
        }
        true
    }

    /// Gives one operation back: it did not complete.
    #[inline(always)]
    pub(crate) fn unclaim(&self) {
        self.budget
            .set(self.budget.get().map(|left| left.saturating_add(1)));
    }

    #[inline(always)]
    pub(crate) fn budget(&self) -> &Cell<Option<u8>> {
        &self.budget
    }

    /// The spare cell that was kept last: in a loop of spawns, and from run to run, it is of the type that is asked for
    /// next.
    #[inline]
    pub(crate) fn take_spare(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.spares.borrow_mut().pop()
    }

    pub(crate) fn keep_spare(&self, cell: Arc<dyn Any + Send + Sync>) {
        let mut spares = self.spares.borrow_mut();
        if spares.len() < MOST_SPARES {
            spares.push(cell);
        }
    }

    /// Until the guard is dropped, futures that are dropped unpolled are in order.
    pub(crate) fn discard(&self) -> Discarding<'_> {
        self.discarding.set(self.discarding.get() + 1);
        Discarding(self)
    }

    /// Ends what a forgotten guard of [`Scope::discard`] began.
    pub(crate) fn end_discard(&self) {
        self.discarding.set(self.discarding.get().saturating_sub(1));
    }

    pub(crate) fn is_discarding(&self) -> bool {
        self.discarding.get() > 0
    }
}

/// See [`Scope::discard`].
pub(crate) struct Discarding<'a>(&'a Scope);

impl Drop for Discarding<'_> {
    fn drop(&mut self) {
        self.0.end_discard();
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.home.close();
    }
}
