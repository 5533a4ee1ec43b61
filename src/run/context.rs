//! The context: the one thread-local, set while a run is under way.
//!
//! Handles hold ids and find the world through [`with`]. The world is borrowed for a moment only, never
//! while user code runs: not in a poll, not in a drop of a future or an output, not in a waker.

use std::any::Any;
use std::cell::{Cell, RefCell, RefMut};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;

use super::cell::{Header, Home, Notified};
use super::panics::Caught;
use super::world::{Plan, Setup, World};

scoped_tls::scoped_thread_local!(static CONTEXT: Context);

/// Operations that a task may complete in one poll before it must yield; tokio's figure.
pub(crate) const COOP_BUDGET: u8 = 128;

/// Tells the runs of a process apart, for handles that were carried from one run into another. No run
/// can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunId(u64);

impl RunId {
    /// The id of no run.
    pub(crate) const NONE: RunId = RunId(u64::MAX);

    fn next() -> RunId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        RunId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A run, as handles find it.
pub(crate) struct Context {
    id: RunId,
    home: Arc<Home>,
    world: RefCell<World>,
    /// What is left of the running task's budget; `None` is no limit.
    budget: Cell<Option<u8>>,
    /// Whether operations are no scheduling points just now.
    hushed: Cell<bool>,
    /// What the waker of the running task points to; null if no task runs.
    running: Cell<*const ()>,
    /// How many guards of [`Context::discard`] are alive.
    discarding: Cell<u32>,
    /// What the panic hook saw last.
    caught: RefCell<Option<Caught>>,
    /// Cells of tasks that are over, to be used again.
    spares: RefCell<Vec<Arc<dyn Any + Send + Sync>>>,
}

/// Spare cells that are kept, at the most.
const MOST_SPARES: usize = 1024;

impl Context {
    pub(crate) fn new(setup: Setup) -> Context {
        Context {
            id: RunId::next(),
            home: Home::new(),
            world: RefCell::new(World::new(setup)),
            budget: Cell::new(None),
            hushed: Cell::new(false),
            running: Cell::new(ptr::null()),
            discarding: Cell::new(0),
            caught: RefCell::new(None),
            spares: RefCell::new(Vec::new()),
        }
    }

    /// Begins a run, on the thread that made this context. Cells of earlier runs are all done, so wakers that are
    /// left of those do nothing.
    pub(crate) fn begin(&mut self, plan: Plan) {
        self.id = RunId::next();
        self.budget.set(None);
        self.discarding.set(0);
        self.hushed.set(false);
        self.running.set(ptr::null());
        self.caught.take();
        self.world.get_mut().begin(plan);
    }

    /// Runs `f` with this context set. A run within a run is the caller's to refuse.
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        CONTEXT.set(self, f)
    }

    #[inline(always)]
    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    #[inline(always)]
    pub(crate) fn id(&self) -> RunId {
        self.id
    }

    /// The world, for a moment.
    #[inline(always)]
    pub(crate) fn world(&self) -> RefMut<'_, World> {
        self.world.borrow_mut()
    }

    /// The world after a run.
    pub(crate) fn world_mut(&mut self) -> &mut World {
        self.world.get_mut()
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

    /// What the waker of the running task points to; null if no task runs.
    #[inline(always)]
    pub(crate) fn running(&self) -> &Cell<*const ()> {
        &self.running
    }

    /// Whether operations are no scheduling points from now on; gives what was before.
    pub(crate) fn hush(&self, hushed: bool) -> bool {
        self.hushed.replace(hushed)
    }

    #[inline(always)]
    pub(crate) fn budget(&self) -> &Cell<Option<u8>> {
        &self.budget
    }

    /// The spare cell that was kept last: in a loop of spawns, and from run to run, it is of the type that is
    /// asked for next.
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

    /// Ends what a forgotten guard of [`Context::discard`] began.
    pub(crate) fn end_discard(&self) {
        self.discarding.set(self.discarding.get().saturating_sub(1));
    }

    pub(crate) fn is_discarding(&self) -> bool {
        self.discarding.get() > 0
    }

    pub(crate) fn caught(&self) -> &RefCell<Option<Caught>> {
        &self.caught
    }

    /// Wakes a task of this run.
    #[inline(always)]
    pub(crate) fn wake(&self, header: &Header) {
        if header.notify() == Notified::MustQueue {
            self.make_ready(header.slot());
        }
    }

    // A call of its own, so that a task that wakes itself does not pay for its registers.
    #[inline(never)]
    fn make_ready(&self, slot: u32) {
        self.world().make_ready(slot);
    }
}

/// See [`Context::discard`].
pub(crate) struct Discarding<'a>(&'a Context);

impl Drop for Discarding<'_> {
    fn drop(&mut self) {
        self.0.end_discard();
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        self.home.close();
    }
}

/// The run that is under way, with its world borrowed: all that an operation needs, found once. No user code may run
/// while it lives.
pub(crate) struct Here<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) world: RefMut<'a, World>,
}

impl Here<'_> {
    /// Whether this is the waker of the running task itself, and so no code of the user's.
    #[inline(always)]
    pub(crate) fn is_own(&self, waker: &Waker) -> bool {
        waker.data() == self.cx.running.get()
    }

    /// Whether a scheduling point is more than a formality: others are ready, and the running task can let them go
    /// first. It can if it is polled with its own waker. A future that is polled with another is a part of something
    /// that looks at several, or only once, and might take `Pending` for an answer.
    #[inline(always)]
    pub(crate) fn has_a_point(&self, waker: &Waker) -> bool {
        !self.world.ready.is_empty()
            && self.world.setup.points
            && !self.cx.hushed.get()
            && self.is_own(waker)
    }
}

/// `visit!(here => …)` looks at the run with `here`, an `Option<&mut Here>`: `None` if no run is under way on this
/// thread.
///
/// A macro, because the two cases compiled apart leave the usual one free of calls.
macro_rules! visit {
    ($here:ident => $look:expr) => {
        if $crate::run::context::is_set() {
            $crate::run::context::here(|here| {
                #[allow(unused_mut, reason = "not every look lends it on")]
                let mut $here = ::core::option::Option::Some(here);
                $look
            })
        } else {
            $crate::run::context::elsewhere(|| {
                #[allow(unused_mut, reason = "not every look lends it on")]
                let mut $here: ::core::option::Option<
                    &mut $crate::run::context::Here<'_>,
                > = ::core::option::Option::None;
                $look
            })
        }
    };
}
pub(crate) use visit;

/// Runs `f` with the run that is under way.
#[inline(always)]
pub(crate) fn here<R>(f: impl FnOnce(&mut Here<'_>) -> R) -> R {
    CONTEXT.with(|cx| {
        let world = cx.world();
        f(&mut Here { cx, world })
    })
}

/// Runs `f` where no run is under way: seldom, and not to be in the way.
#[cold]
#[inline(never)]
pub(crate) fn elsewhere<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Whether a run is under way on this thread.
#[inline(always)]
pub(crate) fn is_set() -> bool {
    CONTEXT.is_set()
}

/// The context, if a run is under way on this thread.
#[inline(always)]
pub(crate) fn try_with<R>(f: impl FnOnce(&Context) -> R) -> Option<R> {
    if CONTEXT.is_set() {
        Some(CONTEXT.with(f))
    } else {
        None
    }
}

/// The context.
///
/// # Panics
///
/// If no run is under way on this thread, in words that name the function that was called.
#[inline(always)]
#[track_caller]
pub(crate) fn with<R>(called: &str, f: impl FnOnce(&Context) -> R) -> R {
    if !CONTEXT.is_set() {
        outside(called);
    }
    CONTEXT.with(f)
}

#[cold]
#[track_caller]
fn outside(called: &str) -> ! {
    panic!(
        "`{called}` needs a simulation around it, and there is none on this thread: call it from a \
         future given to `reweave::Sim::run` or `reweave::explore`, or from a `#[reweave::test]`"
    )
}
