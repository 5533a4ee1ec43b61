//! The context: the one thread-local, set while a run is under way.
//!
//! Handles hold ids and find the run through [`with`]. The run is borrowed for a moment only, never
//! while user code runs: not in a poll, not in a drop of a future or an output, not in a waker.

use std::cell::{Cell, RefCell, RefMut};
use std::sync::Arc;
use std::task::Waker;

use super::caught::Caught;
use super::setup::{Plan, Setup};
use super::state::Run;
use super::underway::{Batch, Underway};
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::{Place, SourcePlace};
use crate::base::touched;
use crate::kernel::moment::Moment;
use crate::kernel::scope::Scope;
use crate::kernel::task::{Header, Notified};

scoped_tls::scoped_thread_local!(static CONTEXT: Context);

thread_local! {
    /// The last context that was [given up](Context::give_up) on this thread: memory for the next.
    static LEFT: Cell<Option<Box<Context>>> = const { Cell::new(None) };
    /// What [`has_threads`] says: asked at each call that is no `.await`, so found with one load.
    static THREADS: Cell<bool> = const { Cell::new(false) };
}

/// A thread's place for runs, one after the other; as handles find the one that is under way.
///
/// In this order, with the run at the front: what every operation comes to is found at the least cost.
#[repr(C)]
pub(crate) struct Context {
    run: RefCell<Run>,
    scope: Scope,
    /// What the panic hook saw last.
    caught: RefCell<Option<Caught>>,
    underway: Arc<Underway>,
    /// The thread's number among those that make runs for the witness.
    thread: usize,
    /// Whether the run is aloud; and whether a hook of the user's heard of a panic of its, or would have.
    aloud: Cell<bool>,
    heard: Cell<bool>,
}

impl Context {
    /// A context in which [`Context::begin`] begins a run.
    pub(crate) fn new(setup: Setup) -> Box<Context> {
        let witness = setup.witness.clone();
        // There is none to be had while the thread ends.
        let mut context = match LEFT.try_with(Cell::take) {
            Ok(Some(mut left)) => {
                left.run.get_mut().set_up(setup);
                left
            }
            Ok(None) | Err(_) => {
                let scope = Scope::new();
                Box::new(Context {
                    run: RefCell::new(Run::new(setup, scope.run())),
                    scope,
                    caught: RefCell::new(None),
                    underway: Arc::default(),
                    thread: 0,
                    aloud: Cell::new(false),
                    heard: Cell::new(false),
                })
            }
        };
        if let Some(witness) = witness {
            context.underway = Arc::new(Underway::new(witness.clone()));
            context.thread = witness.begins(&context.underway);
        }
        context
    }

    /// Begins a run, on the thread that made this context: nothing is left of the one before but the memory it used.
    pub(crate) fn begin(&mut self, plan: Plan) {
        let threads = self.run.get_mut().has_threads();
        self.scope.begin(plan.record.is_some(), threads);
        if self.caught.get_mut().is_some() {
            self.caught.take();
        }
        self.aloud.set(plan.aloud);
        self.heard.set(false);
        self.underway.begin(&plan.drawn);
        self.run.get_mut().begin(self.scope.run(), plan);
    }

    /// Leaves the memory to the next context on this thread, unless it is much. Nothing else is left.
    pub(crate) fn give_up(mut self: Box<Self>) {
        self.begin(Plan::NONE);
        if self.underway.has_witness() {
            // Nobody is to see the next runs of the thread for those of this one.
            self.underway = Arc::default();
        }
        self.underway.end();
        let run = self.run.get_mut();
        run.set_up(Setup::default());
        if run.kernel.is_small() {
            // While the thread ends it goes with it.
            let _ = LEFT.try_with(|left| left.set(Some(self)));
        }
    }

    /// Runs `f` with this context set. A run within a run is the caller's to refuse.
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let _back = BackToThreads(THREADS.replace(self.scope.preemption.is_on()));
        CONTEXT.set(self, f)
    }

    /// What running a task needs to know.
    #[inline(always)]
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    #[inline(always)]
    pub(crate) fn id(&self) -> RunId {
        self.scope.run()
    }

    /// The run, for a moment.
    #[inline(always)]
    pub(crate) fn run(&self) -> RefMut<'_, Run> {
        match self.run.try_borrow_mut() {
            Ok(run) => run,
            Err(_) => in_use(),
        }
    }

    /// The run, for a moment, unless it is borrowed already.
    pub(super) fn try_run(&self) -> Option<RefMut<'_, Run>> {
        self.run.try_borrow_mut().ok()
    }

    /// The run when it is over.
    pub(crate) fn run_mut(&mut self) -> &mut Run {
        self.run.get_mut()
    }

    /// The run is over.
    pub(crate) fn end(&mut self) {
        self.underway.end();
    }

    /// What others may know of the run.
    #[inline(always)]
    pub(super) fn underway(&self) -> &Underway {
        &self.underway
    }

    /// This thread is about to make these runs.
    pub(crate) fn takes(&self, batch: impl FnOnce() -> Batch) {
        self.underway.takes(self.thread, batch);
    }

    /// Whether the run is one that others are to hear: see [`Plan::aloud`].
    pub(crate) fn is_aloud(&self) -> bool {
        self.aloud.get()
    }

    /// A hook of the user's hears of a panic of this run, if it is aloud.
    pub(super) fn set_heard(&self) {
        self.heard.set(true);
    }

    /// Whether one did.
    pub(crate) fn was_heard(&self) -> bool {
        self.heard.get()
    }

    /// The moment in the run.
    pub(crate) fn moment(&self) -> Moment {
        self.moment_of(&self.run())
    }

    /// The moment, unless the run is borrowed: where something of ours panics, it may be.
    pub(super) fn try_moment(&self) -> Option<Moment> {
        let run = self.run.try_borrow_mut().ok()?;
        Some(self.moment_of(&run))
    }

    /// Puts a panic onto the trace of a recorded run before it unwinds; says whether it did. It does not while the run is
    /// borrowed, nor where no task runs.
    pub(super) fn keep_panic(&self, message: &str, place: Option<&SourcePlace>) -> bool {
        match self.run.try_borrow_mut() {
            Ok(mut run) => run.keep_panic(message, place),
            Err(_) => false,
        }
    }

    /// The moment in the run, which is borrowed.
    #[inline(always)]
    pub(crate) fn moment_of(&self, run: &Run) -> Moment {
        Moment::new(run.kernel.steps(), &self.scope)
    }

    /// Whether this address is that of a variable of the running task: in its future, or on the stack of its poll. A
    /// collection has its items elsewhere.
    pub(crate) fn is_a_variable(&self, address: usize) -> bool {
        let run = self.run();
        let cell = run.kernel.tasks.cell(run.kernel.current());
        let in_future = cell.is_some_and(|cell| {
            let start = std::ptr::from_ref(&**cell).addr();
            (start..start + size_of_val(&**cell)).contains(&address)
        });
        in_future || self.scope.is_on_stack(address)
    }

    pub(super) fn caught(&self) -> &RefCell<Option<Caught>> {
        &self.caught
    }

    /// [`Here::claim`] where the run is not borrowed.
    #[inline(always)]
    pub(crate) fn claim(&self) -> bool {
        self.scope.operations.claim() || {
            let free = self.scope.operations.budget().is_none();
            self.run().used_up(&self.scope, free)
        }
    }

    /// Claims an operation that is charged to no budget; `false` if there were too many at this instant.
    pub(crate) fn claim_free(&self) -> bool {
        self.scope.operations.claim_free() || self.run().used_up(&self.scope, true)
    }

    /// Wakes a task of this run.
    #[inline(always)]
    pub(crate) fn wake(&self, header: &Header) {
        if header.notify() == Notified::MustQueue {
            self.make_ready(header.slot(), header.number());
        }
    }

    // A call of its own, so that a task that wakes itself does not pay for its registers.
    #[inline(never)]
    fn make_ready(&self, slot: u32, task: TaskNo) {
        self.run().make_ready(slot, task);
    }
}

/// Sets what [`has_threads`] said before the context was entered.
struct BackToThreads(bool);

impl Drop for BackToThreads {
    fn drop(&mut self) {
        THREADS.set(self.0);
    }
}

/// Of all code that is not ours only a strategy is called while the run is borrowed.
#[cold]
#[inline(never)]
fn in_use() -> ! {
    panic!(
        "a strategy called into the run whose draws it answers: it may look at what it is shown, and must not spawn, \
         sleep, wake, draw or use anything else of `reweave` that belongs to a run"
    )
}

/// The run that is under way, borrowed: all that an operation needs, found once. No user code may run while it lives.
pub(crate) struct Here<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) run: &'a mut Run,
}

impl Here<'_> {
    /// Whether this is the waker of the running task itself, and so no code of the user's.
    #[inline(always)]
    pub(crate) fn is_own(&self, waker: &Waker) -> bool {
        self.cx.scope.is_running(waker)
    }

    /// Wakes a task of this run, if it is parked; says whether it was.
    #[inline(always)]
    pub(super) fn wake(&mut self, header: &Header) -> bool {
        let parked = header.is_home(&self.cx.scope) && header.notify_parked();
        if parked {
            self.run.make_ready(header.slot(), header.number());
        }
        parked
    }

    /// Charges an operation to the running task's budget, or to none; `false` if it must wait for the task's next poll.
    #[inline(always)]
    pub(crate) fn claim(&mut self, charged: bool) -> bool {
        let scope = self.cx.scope();
        let claimed = match charged {
            true => scope.operations.claim(),
            false => scope.operations.claim_free(),
        };
        claimed || {
            let free = !charged || scope.operations.budget().is_none();
            self.run.used_up(scope, free)
        }
    }

    /// Whether an operation that is called here, and polled with this waker, may stand at its scheduling point. A waker that
    /// wakes nobody gets none: nobody would come back to the operation.
    #[inline(always)]
    pub(crate) fn may_stand(&self, waker: &Waker, place: Place) -> bool {
        (self.is_own(waker) || self.has_inner_point(waker)) && !self.run.passes_over(place)
    }

    /// Whether an operation has a point that is not polled with its task's own waker. One without data has nobody to wake
    /// ([`Waker::noop`], whose table has another address in each crate); and what runs on a thread of its own cannot give way.
    #[inline(never)]
    fn has_inner_point(&self, waker: &Waker) -> bool {
        touched::several();
        self.run.has_points_in_combinators()
            && !waker.data().is_null()
            && !self.run.is_on_own_thread()
    }
}

/// `look!(here => …)` looks at the run with `here`, an `Option<&mut Here>`: `None` if no run is under way on this
/// thread.
///
/// A macro, because the two cases compiled apart leave the usual one free of calls.
macro_rules! look {
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
pub(crate) use look;

/// Runs `f` with the run that is under way.
#[inline(always)]
pub(crate) fn here<R>(f: impl FnOnce(&mut Here<'_>) -> R) -> R {
    CONTEXT.with(|cx| {
        let mut run = cx.run();
        f(&mut Here { cx, run: &mut run })
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

/// Whether a run is under way on this thread in which others may run between two statements of a task.
#[inline(always)]
pub(crate) fn has_threads() -> bool {
    THREADS.get()
}

/// The code under test asks for the words or the payload of the panic with this id.
pub(crate) fn told_panic(id: (RunId, TaskNo)) {
    try_with(|cx| {
        if let Some(now) = cx.try_moment() {
            cx.run().told_panic(id, now);
        }
    });
}

/// In a recorded run, tells that a handle of this task is gone, which lay here.
pub(crate) fn handle_gone(header: &Header, at: usize) {
    try_with(|cx| {
        if cx.scope.is_recorded() && header.is_home(&cx.scope) {
            cx.run().handle_gone(header.number(), at);
        }
    });
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

/// [`try_with`] for what goes on without a run, too.
#[inline(always)]
pub(crate) fn with_any<R>(f: impl FnOnce(Option<&Context>) -> R) -> R {
    match CONTEXT.is_set() {
        true => CONTEXT.with(|cx| f(Some(cx))),
        false => f(None),
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
