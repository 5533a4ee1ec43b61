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

/// So many bytes that a stream moves count as an operation: with the limit of operations at one instant that holds unless
/// another is set, a stream without an end takes some 150 MB before it is told.
const BYTES_OF_OPERATION: usize = 384;

/// Bytes after which they are counted: as many operations as a budget has.
const MOST_MOVED: usize = COOP_BUDGET as usize * BYTES_OF_OPERATION;

/// Spare cells that are kept, at the most.
const MOST_SPARES: usize = 1024;

/// See the top of this file.
pub(crate) struct Scope {
    run: Cell<RunId>,
    home: Arc<Home>,
    /// What is left of the running task's budget; 0 if it has none.
    left: Cell<u8>,
    /// Whether the running task has a budget.
    limited: Cell<bool>,
    /// Operations that are charged to no budget, until the run counts them.
    free: Cell<u8>,
    /// Bytes that streams moved, until the run counts them.
    moved: Cell<usize>,
    /// What the waker of the running task points to; null if no task runs.
    running: Cell<*const ()>,
    /// The table of the wakers of all tasks.
    vtable: Cell<*const RawWakerVTable>,
    /// How many guards of [`Scope::discard`] are alive.
    discarding: Cell<u32>,
    /// How many `select!`s are dropping the branches that lost.
    losing: Cell<u32>,
    /// How often a future marked with `must_await` was polled, or a `select!` ended.
    others: Cell<u16>,
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
            left: Cell::new(0),
            limited: Cell::new(false),
            free: Cell::new(COOP_BUDGET),
            moved: Cell::new(0),
            running: Cell::new(ptr::null()),
            vtable: Cell::new(ptr::null()),
            discarding: Cell::new(0),
            losing: Cell::new(0),
            others: Cell::new(0),
            stack: Cell::new(0),
            recorded: Cell::new(false),
            spares: RefCell::new(Vec::new()),
        }
    }

    /// A run begins. Cells of earlier runs are all done, so wakers that are left of those do nothing.
    pub(crate) fn begin(&self, recorded: bool) {
        self.recorded.set(recorded);
        self.run.set(RunId::next());
        self.set_budget(None);
        self.free.set(COOP_BUDGET);
        self.moved.set(0);
        self.discarding.set(0);
        self.losing.set(0);
        self.others.set(0);
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

    /// Takes one operation from the running task's budget; `false` if there is none left, or no limit and it is time to count how many
    /// there were.
    #[inline(always)]
    pub(crate) fn claim(&self) -> bool {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                true
            }
            None => !self.limited.get() && self.claim_free(),
        }
    }

    /// Takes one operation that is charged to no budget; `false` if it is time to count them.
    #[inline(always)]
    pub(crate) fn claim_free(&self) -> bool {
        let left = self.free.get();
        self.free.set(left.saturating_sub(1));
        left > 0
    }

    /// What is left of the operations that are charged to no budget until they are counted.
    pub(crate) fn free(&self) -> u8 {
        self.free.get()
    }

    /// As many operations as a budget has were charged to none: they are counted from zero again.
    pub(crate) fn recount_free(&self) {
        self.free.set(COOP_BUDGET);
    }

    /// What was counted so far, to see later whether more was.
    #[inline(always)]
    pub(crate) fn tally(&self) -> Tally {
        Tally {
            left: self.left.get(),
            free: self.free.get(),
            moved: self.moved.get(),
        }
    }

    /// A stream has moved so many bytes.
    #[inline(always)]
    pub(crate) fn count_moved(&self, bytes: usize) {
        self.moved.set(self.moved.get().saturating_add(bytes));
    }

    /// As how many operations what streams moved counts, if it is time to count them.
    #[inline(always)]
    pub(crate) fn moved(&self) -> Option<u64> {
        let moved = self.moved.get();
        (moved >= MOST_MOVED).then_some((moved / BYTES_OF_OPERATION) as u64)
    }

    /// They were counted: from zero again.
    pub(crate) fn recount_moved(&self) {
        self.moved.set(self.moved.get() % BYTES_OF_OPERATION);
    }

    /// One operation was taken from the budget; it is given back if the claim is dropped.
    #[inline(always)]
    pub(crate) fn claimed(&self) -> Claim<'_> {
        Claim(self)
    }

    /// Gives one operation back: it did not complete.
    #[inline(always)]
    pub(crate) fn unclaim(&self) {
        let given_back = match self.limited.get() {
            true => &self.left,
            false => &self.free,
        };
        given_back.set(given_back.get().saturating_add(1));
    }

    /// What is left of the running task's budget; `None` is no limit.
    #[inline(always)]
    pub(crate) fn budget(&self) -> Option<u8> {
        self.limited.get().then(|| self.left.get())
    }

    /// Gives the running task a budget, or none.
    #[inline(always)]
    pub(crate) fn set_budget(&self, budget: Option<u8>) {
        self.left.set(budget.unwrap_or(0));
        self.limited.set(budget.is_some());
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

    /// Until the guard is dropped, futures that are dropped unpolled are in order.
    pub(crate) fn discard(&self) -> Discarding<'_> {
        self.discarding.set(self.discarding.get() + 1);
        Discarding(self)
    }

    /// Ends what a forgotten guard of [`Scope::discard`] began.
    pub(crate) fn end_discard(&self) {
        self.discarding.set(self.discarding.get().saturating_sub(1));
    }

    /// A `select!` begins to drop the branches that lost.
    pub(crate) fn begin_losing(&self) {
        self.losing.set(self.losing.get() + 1);
    }

    /// It has dropped them.
    pub(crate) fn end_losing(&self) {
        self.losing.set(self.losing.get().saturating_sub(1));
    }

    /// Whether what is dropped now lost in a `select!`.
    pub(crate) fn is_losing(&self) -> bool {
        self.losing.get() > 0
    }

    /// A future marked with `must_await` is polled, or a `select!` ends.
    #[inline]
    pub(crate) fn count_other(&self) {
        self.others.set(self.others.get().wrapping_add(1));
    }

    /// How many there were.
    pub(crate) fn others(&self) -> u16 {
        self.others.get()
    }

    /// All that the run calls stands on the stack between here and where it is asked.
    #[inline(never)]
    pub(crate) fn begin_stack(&self) {
        self.stack.set(address_here());
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

    pub(crate) fn is_discarding(&self) -> bool {
        self.discarding.get() > 0
    }
}

/// See [`Scope::tally`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tally {
    left: u8,
    free: u8,
    moved: usize,
}

impl Tally {
    /// Whether no bytes were counted between the two.
    #[inline(always)]
    pub(crate) fn has_moved_as_much(self, other: Tally) -> bool {
        self.moved == other.moved
    }
}

#[inline(always)]
fn address_here() -> usize {
    let here = 0u8;
    ptr::from_ref(std::hint::black_box(&here)).addr()
}

/// See [`Scope::claimed`].
pub(crate) struct Claim<'a>(&'a Scope);

impl Claim<'_> {
    /// The operation completed.
    #[inline(always)]
    pub(crate) fn use_up(self) {
        std::mem::forget(self);
    }
}

impl Drop for Claim<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.unclaim();
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
