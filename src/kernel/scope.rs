//! What running a task needs to know of its run, and may look at while everything else is borrowed or not.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::Arc;
use std::task::{RawWakerVTable, Waker};

use super::discards::Discards;
use super::home::Home;
use super::operations::Operations;
use super::preemption::Preemption;
use crate::base::ids::RunId;

/// Spare cells that are kept, at the most.
const MOST_SPARES: usize = 1024;

/// See the top of this file.
pub(crate) struct Scope {
    run: Cell<RunId>,
    home: Arc<Home>,
    pub(crate) operations: Operations,
    pub(crate) discards: Discards,
    pub(crate) preemption: Preemption,
    /// What the waker of the running task points to; null if no task runs.
    running: Cell<*const ()>,
    /// The table of the wakers of all tasks.
    vtable: Cell<*const RawWakerVTable>,
    /// Where the stack of the run begins.
    stack: Cell<usize>,
    /// Whether everything that happens is kept.
    recorded: Cell<bool>,
    /// Cells of tasks that are over, to be used again.
    spares: RefCell<Vec<Arc<dyn Any + Send + Sync>>>,
}

impl Scope {
    pub(crate) fn new() -> Scope {
        Scope {
            run: Cell::new(RunId::next()),
            home: Home::new(),
            operations: Operations::default(),
            discards: Discards::default(),
            preemption: Preemption::default(),
            running: Cell::new(ptr::null()),
            vtable: Cell::new(ptr::null()),
            stack: Cell::new(0),
            recorded: Cell::new(false),
            spares: RefCell::new(Vec::new()),
        }
    }

    /// A run begins. Cells of earlier runs are all done, so wakers that are left of those do nothing.
    /// In one with `threads`, others may run beside a task between two of its statements.
    pub(crate) fn begin(&self, recorded: bool, threads: bool) {
        self.recorded.set(recorded);
        self.preemption.begin(threads);
        self.run.set(RunId::next());
        self.operations.begin();
        self.discards.begin();
        self.running.set(ptr::null());
    }

    #[inline(always)]
    pub(crate) fn run(&self) -> RunId {
        self.run.get()
    }

    #[inline(always)]
    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// A task is polled with a waker that points to this.
    #[inline(always)]
    pub(crate) fn set_running(&self, cell: *const ()) {
        self.running.set(cell);
    }

    /// The poll is over.
    #[inline(always)]
    pub(crate) fn clear_running(&self) {
        self.running.set(ptr::null());
    }

    /// What the waker of the running task points to; null if no task runs.
    pub(crate) fn running(&self) -> *const () {
        self.running.get()
    }

    /// Tasks have wakers with this table.
    #[inline(always)]
    pub(crate) fn set_vtable(&self, vtable: &'static RawWakerVTable) {
        self.vtable.set(vtable);
    }

    /// Whether this is the waker of the running task itself, and so no code of the user's. The data alone could be that of
    /// somebody else's waker.
    #[inline(always)]
    pub(crate) fn is_running(&self, waker: &Waker) -> bool {
        self.runs(waker.data()) && ptr::eq(waker.vtable(), self.vtable.get())
    }

    /// Whether the waker of the running task points to this.
    #[inline(always)]
    pub(crate) fn runs(&self, cell: *const ()) -> bool {
        cell == self.running.get()
    }

    /// The spare cell that was kept last: in a loop of spawns, and from run to run, it is of the type that is asked for
    /// next.
    #[inline]
    pub(crate) fn take_spare(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.spares.borrow_mut().pop()
    }

    /// Keeps a cell to be used again, unless there are enough.
    #[inline(always)]
    pub(crate) fn keep_spare(&self, cell: Arc<dyn Any + Send + Sync>) {
        let mut spares = self.spares.borrow_mut();
        if spares.len() < MOST_SPARES {
            spares.push(cell);
        }
    }

    /// All that the run calls stands on the stack between here and where it is asked.
    /// Gives where it began before.
    #[inline(never)]
    pub(crate) fn begin_stack(&self) -> usize {
        self.set_stack(address_here())
    }

    /// The stack begins there; gives where it began before.
    pub(crate) fn set_stack(&self, start: usize) -> usize {
        self.stack.replace(start)
    }

    /// Whether this address is on the stack of the run. No other memory lies between two frames of one stack.
    #[inline(never)]
    pub(crate) fn is_on_stack(&self, address: usize) -> bool {
        let (one, other) = (self.stack.get(), address_here());
        (one.min(other)..one.max(other)).contains(&address)
    }

    /// Whether everything that happens is kept.
    #[inline(always)]
    pub(crate) fn is_recorded(&self) -> bool {
        self.recorded.get()
    }
}

#[inline(always)]
fn address_here() -> usize {
    let here = 0u8;
    ptr::from_ref(std::hint::black_box(&here)).addr()
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.home.close();
    }
}
