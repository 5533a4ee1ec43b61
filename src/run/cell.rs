//! The task cell: one allocation that holds a task's future, then its output.
//!
//! ```text
//!            Arc<TaskCell<F>>
//!           ┌────────────────┐
//!  table ──►│ header         │  home, slot, flags: atomic, for anybody
//!  wakers ─►│ joiner         │  who waits for the output        ┐ touched only
//!  handle ─►│ stage          │  Running(F) → Finished(output)   │ on the home
//!           └────────────────┘             → Empty              ┘ thread
//! ```
//!
//! # Why there is `unsafe` here
//!
//! Wakers, join handles and abort handles are `Send + Sync` as tokio's are, so any thread may hold a
//! cell, while the future in it need not be `Send`. Two rules make that sound:
//!
//! 1. **Home.** `joiner` and `stage` are touched only on the thread that made the cell. Every access
//!    goes through [`Header::is_home`] or [`Home::is_current_thread`](crate::kernel::home::Home::is_current_thread); a wake
//!    from elsewhere goes to the home's inbox, and a cell whose last owner is elsewhere leaks what it still holds rather than
//!    drop it on the wrong thread. The one exception is the join handle once the task is done: it may be
//!    elsewhere, for it is `Send` only if the output is.
//! 2. **One at a time.** While the flag `POLLING` is set, the stage belongs to [`poll`], [`Runnable::cancel`] or
//!    [`Runnable::fail`]; once `DONE` is set, to the one join handle. Nobody else looks at it. The
//!    future is pinned: it is dropped where it lies, never moved.
//!
//!    That is one at a time for each cell. A poll may be paused while the cells of other tasks are polled on top of it
//!    ([`overtake`](super::overtake)): its own keeps the flag, and is left alone. It stands in no queue, for a wake of it sets `QUEUED`
//!    and no more, and [`poll`] refuses a cell with the flag. Its row keeps it, for what takes cells out of their rows (the end
//!    of the run, and of its host, on which alone others run on top of it) comes when no poll is under way. What would cancel it
//!    asks for that.
//!
//! A waker is a pointer to the cell, as [`Arc::into_raw`] gives it, and one [`VTABLE`] for the cells of all futures, so that the
//! running task's own waker can be told from all others. What depends on the future's type, the header says: it is the
//! first field of the cell.

use std::any::Any;
use std::cell::{Cell, RefMut, UnsafeCell};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, RawWaker, RawWakerVTable, Waker};

use super::context::{self, Here};
use super::state::Run;
use crate::base::ids::TaskNo;
use crate::kernel::home::{Remote, Request};
use crate::kernel::scope::Scope;
use crate::kernel::task::{
    AT_POINT, BEGUN, Broken, CANCEL, CRASHED, DETACHED, DONE, Failure, Header, Joinable, Joined,
    Outcome, POLLING, Panic, QUEUED, RawCell, Runnable, TAKEN,
};
use crate::kernel::tasks::InRow;

enum Stage<F: Future> {
    Running(F),
    Finished(Result<F::Output, Failure>),
    Empty,
}

/// One task; see the top of this file. A pointer to it is one to its header.
#[repr(C)]
pub(crate) struct TaskCell<F: Future> {
    header: Header,
    joiner: Cell<Option<Waker>>,
    stage: UnsafeCell<ManuallyDrop<Stage<F>>>,
}

// SAFETY: what is not thread-safe in a cell is touched on its home thread only, rule 1 above.
unsafe impl<F: Future> Send for TaskCell<F> {}
// SAFETY: as above.
unsafe impl<F: Future> Sync for TaskCell<F> {}

impl<F: Future> TaskCell<F>
where
    F: 'static,
    F::Output: 'static,
{
    /// What is done with a pointer to such a cell.
    const RAW: &'static RawCell = &RawCell {
        poll: poll::<F>,
        // SAFETY: the caller has a pointer to a cell of this type, as `Arc::into_raw` gives it, whose `Arc` lives.
        retain: |cell| unsafe { Arc::increment_strong_count(cell.cast::<Self>()) },
        // SAFETY: as above, and the caller gives up one owner's share.
        release: |cell| unsafe { Arc::decrement_strong_count(cell.cast::<Self>()) },
        remote: |cell| {
            // SAFETY: as above; the count that `from_raw` takes over was added just before.
            unsafe {
                Arc::increment_strong_count(cell.cast::<Self>());
                Arc::from_raw(cell.cast::<Self>())
            }
        },
    };

    /// A cell for the home of this scope. It starts out queued.
    #[inline(always)]
    pub(crate) fn new(scope: &Scope, slot: u32, number: TaskNo, future: F) -> Arc<TaskCell<F>> {
        scope.set_vtable(&VTABLE);
        if let Some(Ok(mut spare)) = scope
            .take_spare()
            .map(|spare| spare.downcast::<TaskCell<F>>())
            && let Some(cell) = Arc::get_mut(&mut spare)
        {
            cell.header.reuse(slot, number);
            // Of the task before nothing is left in it to be dropped: its output was taken.
            *cell.stage.get_mut() = ManuallyDrop::new(Stage::Running(future));
            return spare;
        }
        Arc::new(TaskCell {
            header: Header::new(scope.home().clone(), Self::RAW, slot, number),
            joiner: Cell::new(None),
            stage: UnsafeCell::new(ManuallyDrop::new(Stage::Running(future))),
        })
    }
}

impl<F: Future> TaskCell<F> {
    /// Runs `work` on the stage while `POLLING` keeps everybody else away from it.
    ///
    /// If `work` unwinds, the flag stays: [`Runnable::fail`] takes over from there.
    #[inline(always)]
    fn with_stage<R>(&self, scope: &Scope, work: impl FnOnce(&mut Stage<F>) -> R) -> R {
        assert!(
            self.header.is_home(scope) && !self.header.has(DONE),
            "task cell used out of turn"
        );
        self.header.add(POLLING);
        // SAFETY: this is the home thread (asserted), and POLLING was not set by anybody else: a cell whose poll is under
        // way, or paused, is not cancelled, and handles look at DONE first (rule 2).
        work(unsafe { &mut **self.stage.get() })
    }
}

impl<F: Future> Drop for TaskCell<F> {
    fn drop(&mut self) {
        let stage = self.stage.get_mut();
        if !matches!(**stage, Stage::Empty) && self.header.home().is_current_thread() {
            // SAFETY: `stage` is not used again, and this is the home thread.
            unsafe { ManuallyDrop::drop(stage) }
        }
    }
}

/// Cells up to this many bytes are used again.
const LARGEST_SPARE: usize = 1024;

/// Gives the run back and polls the cell in a row of the table of tasks.
#[inline(always)]
pub(super) fn poll_in_row(cell: InRow, scope: &Scope, run: RefMut<'_, Run>) -> Outcome {
    drop(run);
    let cell = cell.into_ptr();
    // SAFETY: the row was there while the run was borrowed, and loses its cell only in `Tasks::take_cell`, which the
    // engine calls when it is done with the task: not before this poll ends. The cells in a run's table are of that
    // run's home.
    unsafe { (header(cell).raw().poll)(cell, scope) }
}

/// Polls the future of a cell once, or drops it if the task's end was asked for.
///
/// # Safety
///
/// `this` is what `Arc::as_ptr` gives of the `Arc` that holds a cell of this type, and that `Arc` lives until the call
/// returns. The cell's home is that of `scope`, whose context is set on this thread.
unsafe fn poll<F: Future + 'static>(this: *const (), scope: &Scope) -> Outcome
where
    F::Output: 'static,
{
    // SAFETY: says the caller.
    let cell = unsafe { &*this.cast::<TaskCell<F>>() };
    debug_assert!(cell.header.is_home(scope));
    let flags = cell.header.flags();
    // One whose end was asked for goes on from its point first, unless it is polled already, or done.
    if flags & (DONE | POLLING | CANCEL) != 0
        && flags & (DONE | POLLING | CANCEL | AT_POINT) != CANCEL | AT_POINT
    {
        return cell.cancel_instead(scope);
    }
    // Queued until now, or it would not have been drawn.
    cell.header
        .set_flags(flags & !(QUEUED | AT_POINT) | POLLING);
    // SAFETY: `this` is this cell in its `Arc`, which outlives the call, says the caller. The waker is no owner: it is
    // never dropped, so the count is not touched.
    let waker = ManuallyDrop::new(unsafe { Waker::new(this, &VTABLE) });
    scope.set_running(this);
    // SAFETY: the home thread, says the caller, and nobody else polls or is done with it (checked); from here
    // to the end of the poll, POLLING keeps everybody else away (rule 2).
    let stage = unsafe { &mut **cell.stage.get() };
    let Stage::Running(future) = stage else {
        unreachable!("not done, so it runs")
    };
    // SAFETY: the future lies in an `Arc` and is dropped there, never moved.
    let future = unsafe { Pin::new_unchecked(future) };
    match future.poll(&mut TaskContext::from_waker(&waker)) {
        Poll::Pending => {
            let flags = cell.header.flags() & !POLLING;
            // One that has gone on from its point, and is to be cancelled, is ready for that.
            if flags & (QUEUED | CANCEL) != 0 {
                cell.header.set_flags(flags | QUEUED);
                Outcome::Yielded
            } else {
                cell.header.set_flags(flags);
                Outcome::Parked
            }
        }
        Poll::Ready(output) => {
            // SAFETY: as above; the future is not used any more.
            unsafe { cell.complete(output) }
        }
    }
}

impl<F: Future + 'static> Remote for TaskCell<F>
where
    F::Output: 'static,
{
    fn slot(&self) -> u32 {
        self.header.slot()
    }

    fn is_done(&self) -> bool {
        self.header.is_done()
    }

    fn wake(self: Arc<Self>) {
        if !wake_at_home(&self.header) && !self.header.is_done() {
            self.header.home().post(self.clone(), Request::Wake);
        }
    }

    fn abort(self: Arc<Self>) {
        if self.header.has(DONE | BEGUN) {
            return;
        }
        let asked = context::try_with(|cx| (self.header.is_home(cx.scope()), cx.run().is_dead()));
        let (at_home, dead) = asked.unwrap_or((false, false));
        if dead {
            return;
        }
        if at_home {
            self.header.add(CANCEL);
            self.wake();
        } else {
            self.header.home().post(self.clone(), Request::Abort);
        }
    }
}

impl<F: Future + 'static> Runnable for TaskCell<F>
where
    F::Output: 'static,
{
    fn header(&self) -> &Header {
        &self.header
    }

    fn break_off(&self, scope: &Scope, why: Failure) {
        // What a cancelled future has not polled yet, nobody forgot.
        let _discard = scope.discards.discard();
        self.with_stage(scope, |stage| *stage = Stage::Finished(Err(why)));
        self.header.settle();
    }

    fn fail(&self, scope: &Scope, payload: Box<dyn Any + Send>) {
        let panic = Panic::new((scope.run(), self.header.number()), payload);
        self.with_stage(scope, |stage| {
            *stage = Stage::Finished(Err(Failure::Broken(Box::new(Broken::Panicked(panic)))))
        });
        self.header.settle();
    }

    fn finish(&self, scope: &Scope) -> Option<Waker> {
        if !self.header.is_home(scope) {
            return None;
        }
        if self.header.has(DETACHED) {
            drop(self.take_output());
        }
        self.joiner.take()
    }

    fn recycle(self: Arc<Self>) {
        if Arc::strong_count(&self) > 1
            || !self.header.has(TAKEN)
            || size_of::<Self>() > LARGEST_SPARE
        {
            return;
        }
        context::try_with(|cx| {
            if self.header.is_home(cx.scope()) {
                cx.scope().keep_spare(self);
            }
        });
    }
}

impl<F: Future + 'static> TaskCell<F>
where
    F::Output: 'static,
{
    /// The poll of the future gave its output. A call of its own: what it drops would cost each poll registers.
    ///
    /// # Safety
    ///
    /// For the caller to poll, as [`poll`] does, which has no reference into the stage any more.
    #[inline(never)]
    unsafe fn complete(&self, output: F::Output) -> Outcome {
        if self.header.has(CRASHED) {
            return self.drop_output(output);
        }
        // SAFETY: says the caller.
        unsafe { **self.stage.get() = Stage::Finished(Ok(output)) };
        self.header.settle();
        Outcome::Completed
    }

    /// The task's host has crashed in this poll: nobody gets its output. The task is broken off when the crash takes effect.
    #[cold]
    #[inline(never)]
    fn drop_output(&self, output: F::Output) -> Outcome {
        drop(output);
        let flags = self.header.flags() & !POLLING;
        self.header.set_flags(flags | QUEUED);
        Outcome::Yielded
    }

    /// A poll that is none: the task's end was asked for.
    #[cold]
    #[inline(never)]
    fn cancel_instead(&self, scope: &Scope) -> Outcome {
        assert!(
            !self.header.has(POLLING),
            "a task was polled while it was polled"
        );
        self.cancel(scope);
        Outcome::Cancelled
    }
}

impl<F: Future> TaskCell<F> {
    /// Empties the stage of a task that is done. Called by the one join handle, on whatever thread that is, or in
    /// its stead once it is detached.
    fn take_output(&self) -> Option<Result<F::Output, Failure>> {
        let flags = self.header.settled_flags();
        if flags & DONE == 0 || flags & (TAKEN | POLLING) != 0 {
            return None;
        }
        self.header.set_flags(flags | TAKEN);
        // SAFETY: DONE was set after the stage was settled, and from then on neither stage nor flags are
        // touched by anybody but the handle (rule 2). A handle is elsewhere only if the output is Send.
        // No user code runs while the stage is borrowed.
        let stage = unsafe { &mut *self.stage.get() };
        match std::mem::replace(&mut **stage, Stage::Empty) {
            Stage::Finished(output) => Some(output),
            Stage::Running(_) | Stage::Empty => None,
        }
    }
}

impl<F: Future + 'static> Joinable<F::Output> for TaskCell<F>
where
    F::Output: 'static,
{
    fn poll_join(&self, scope: &Scope, waker: &Waker) -> Joined<F::Output> {
        if let Some(output) = self.take_output() {
            return Joined::Ready(output);
        }
        if self.header.has(TAKEN) {
            return Joined::Again;
        }
        if !self.header.is_home(scope) {
            return Joined::Ready(Err(Failure::Cancelled));
        }
        // Taken out first: cloning and dropping a waker may run the user's code.
        let waiting = self.joiner.take().filter(|old| old.will_wake(waker));
        let waiting = waiting.unwrap_or_else(|| waker.clone());
        self.joiner.set(Some(waiting));
        Joined::Pending
    }

    fn detach(&self) -> Option<Result<F::Output, Failure>> {
        let output = self.take_output();
        if output.is_none() && !self.header.has(TAKEN) && self.header.home().is_current_thread() {
            self.header.add(DETACHED);
        }
        output
    }
}

/// The wakers of all cells. A waker's data is a pointer to a cell, and an owner of it.
///
/// A `static`, for a constant may lie in several places, and the running task's waker is recognised by this address.
static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        // SAFETY: the pointer leads to a cell that a waker owns, and so to its header.
        unsafe { (header(data).raw().retain)(data) };
        RawWaker::new(data, &VTABLE)
    },
    |data| {
        // SAFETY: as above; the waker is used up, and with it its share of the cell.
        unsafe {
            wake_raw(data);
            (header(data).raw().release)(data);
        }
    },
    // SAFETY: as above.
    |data| unsafe { wake_raw(data) },
    // SAFETY: as above; the waker is gone, and with it its share of the cell.
    |data| unsafe { (header(data).raw().release)(data) },
);

/// The header of the cell that a waker points to.
///
/// # Safety
///
/// `data` is a pointer to a cell, whose header is its first field, and some owner keeps it for `'a`.
#[inline(always)]
unsafe fn header<'a>(data: *const ()) -> &'a Header {
    // SAFETY: says the caller.
    unsafe { &*data.cast::<Header>() }
}

/// Wakes the task of a cell: at home at once, from elsewhere by a request to its home.
///
/// # Safety
///
/// As for [`header`].
#[inline(always)]
unsafe fn wake_raw(data: *const ()) {
    // SAFETY: says the caller.
    unsafe {
        if !wake_at_home(header(data)) {
            ask_home(data);
        }
    }
}

/// A clone of the running task's own waker; `None` if it is another, which may be the user's.
#[inline(always)]
pub(crate) fn clone_own(scope: &Scope, waker: &Waker) -> Option<Waker> {
    if !scope.runs(waker.data()) || !ptr::eq(waker.vtable(), &VTABLE) {
        return None;
    }
    // SAFETY: the waker has our table, so its data leads to a cell that it owns, which has one owner more now.
    unsafe {
        (header(waker.data()).raw().retain)(waker.data());
        Some(Waker::new(waker.data(), &VTABLE))
    }
}

/// Wakes a task of the run that is borrowed, if it is parked. Any other waker is given back, to be woken when nothing is
/// borrowed: it may be the user's, and its drop may be that of a task's output.
#[inline(always)]
pub(crate) fn wake_here(here: &mut Here<'_>, waker: Waker) -> Option<Waker> {
    if !ptr::eq(waker.vtable(), &VTABLE) {
        return Some(waker);
    }
    // SAFETY: the waker has our table, so its data leads to a cell that it owns.
    let header = unsafe { header(waker.data()) };
    if !here.wake(header) {
        return Some(waker);
    }
    // The table of tasks has the cell, too, until the task is done.
    drop(waker);
    None
}

/// Wakes a task if its home is the context of this thread; says whether it is.
#[inline(always)]
fn wake_at_home(header: &Header) -> bool {
    let at_home = context::try_with(|cx| {
        let home = header.is_home(cx.scope());
        if home {
            cx.wake(header);
        }
        home
    });
    at_home == Some(true)
}

/// Asks the home of a task to wake it.
///
/// # Safety
///
/// As for [`header`].
#[cold]
#[inline(never)]
unsafe fn ask_home(data: *const ()) {
    // SAFETY: says the caller; so `remote` has a pointer of the type that it was made for.
    unsafe {
        let header = header(data);
        // A stale waker of a finished run is inert: its cells are all done.
        if !header.is_done() {
            header
                .home()
                .post((header.raw().remote)(data), Request::Wake);
        }
    }
}
