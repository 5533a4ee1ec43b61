//! The task cell: one allocation that holds a task's future, then its output.
//!
//! ```text
//!            Arc<TaskCell<F>>
//!           ┌────────────────┐
//!  table ──►│ header         │  home, slot, flags: atomic, for anybody
//!  wakers ─►│ joiner         │  who waits for the output        ┐ touched only
//!  handle ─►│ stage          │  Running(F) → Finished(output)   │ on the home
//!           └────────────────┘             → Empty              ┘ thread
//!
//!  life:   spawn → QUEUED ⇄ (parked) → POLLING → DONE
//!                    ▲  wake()            │  poll() returned Ready, cancel(), or fail()
//!                    └────────────────────┘  poll() returned Pending and QUEUED was set meanwhile
//! ```
//!
//! # Why there is `unsafe` here
//!
//! Wakers, join handles and abort handles are `Send + Sync` as tokio's are, so any thread may hold a
//! cell, while the future in it need not be `Send`. Two rules make that sound:
//!
//! 1. **Home.** `joiner` and `stage` are touched only on the thread that made the cell. Every access
//!    goes through [`Header::is_home`] or [`Home::is_current_thread`]; a wake from elsewhere goes to the
//!    home's [inbox](Home), and a cell whose last owner is elsewhere leaks what it still holds rather than
//!    drop it on the wrong thread. The one exception is the join handle once the task is done: it may be
//!    elsewhere, for it is `Send` only if the output is.
//! 2. **One at a time.** While the flag `POLLING` is set, the stage belongs to [`RunCell::poll`], [`RunCell::cancel`] or
//!    [`RunCell::fail`]; once `DONE` is set, to the one join handle. Nobody else looks at it. The
//!    future is pinned: it is dropped where it lies, never moved.

use std::any::Any;
use std::cell::{Cell, RefMut, UnsafeCell};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::atomic::{
    AtomicBool, AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
    Ordering::SeqCst,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};
use std::thread::{self, ThreadId};

use futures::task::{ArcWake, waker_ref};

use super::context::{self, Context, RunId};
use super::panics::message_of;
use super::world::World;
use crate::base::ids::TaskNo;

/// What other threads ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mail {
    Wake,
    Abort,
}

/// Who is meant, and what is asked for.
pub(crate) type Letter = (Arc<dyn RunCell>, Mail);

/// What other threads may see of a run: its thread, and a place to leave wakes.
pub(crate) struct Home {
    thread: ThreadId,
    has_mail: AtomicBool,
    /// Cells woken from other threads; `None` once the context is gone.
    inbox: Mutex<Option<Vec<Letter>>>,
}

impl Home {
    pub(crate) fn new() -> Arc<Home> {
        Arc::new(Home {
            thread: thread::current().id(),
            has_mail: AtomicBool::new(false),
            inbox: Mutex::new(Some(Vec::new())),
        })
    }

    /// Whether this thread may touch the cells of this home.
    fn is_current_thread(&self) -> bool {
        thread::current().id() == self.thread
    }

    /// Whether a wake from another thread waits to be taken.
    #[inline(always)]
    pub(crate) fn has_mail(&self) -> bool {
        self.has_mail.load(Relaxed)
    }

    /// Takes the wakes that other threads left.
    pub(crate) fn take_mail(&self) -> Vec<Letter> {
        if !self.has_mail.swap(false, SeqCst) {
            return Vec::new();
        }
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// No more wakes are taken: the context is gone.
    pub(crate) fn close(&self) {
        let mail = self
            .inbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(mail);
    }

    fn post(&self, cell: Arc<dyn RunCell>, what: Mail) {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mail) = inbox.as_mut() {
            mail.push((cell, what));
            self.has_mail.store(true, SeqCst);
        }
    }
}

/// In the ready queue, or to be put there when the running poll ends.
const QUEUED: u32 = 1;
/// The engine works on the stage: a poll, a cancellation.
const POLLING: u32 = 2;
/// The task's end was asked for.
const CANCEL: u32 = 4;
/// The stage holds an output, or nothing any more.
const DONE: u32 = 8;
/// The join handle is gone.
const DETACHED: u32 = 16;
/// The join handle has taken the output.
const TAKEN: u32 = 32;

/// The part of a cell that does not depend on the future's type.
pub(crate) struct Header {
    home: Arc<Home>,
    slot: u32,
    number: TaskNo,
    /// Written on the home thread only, so plain loads and stores do.
    flags: AtomicU32,
    /// How many join and abort handles there are. Who else has the cell has a waker, but for its row.
    handles: AtomicU32,
}

impl Header {
    /// The task's place in the table of tasks.
    #[inline(always)]
    pub(crate) fn slot(&self) -> u32 {
        self.slot
    }

    /// The task's number.
    pub(crate) fn number(&self) -> TaskNo {
        self.number
    }

    #[inline(always)]
    fn has(&self, flags: u32) -> bool {
        self.flags.load(Relaxed) & flags != 0
    }

    #[inline(always)]
    fn set(&self, flags: u32) {
        self.flags.store(self.flags.load(Relaxed) | flags, Relaxed);
    }

    /// Whether the cell belongs to the run of this context, and so to this thread.
    #[inline(always)]
    pub(crate) fn is_home(&self, cx: &Context) -> bool {
        Arc::ptr_eq(&self.home, cx.home())
    }

    /// Whether the task is over.
    pub(crate) fn is_done(&self) -> bool {
        self.has(DONE)
    }

    /// A handle has the cell from now on.
    #[inline(always)]
    pub(crate) fn handle_made(&self) {
        self.handles.fetch_add(1, Relaxed);
    }

    /// A handle has it no more.
    #[inline(always)]
    pub(crate) fn handle_gone(&self) {
        self.handles.fetch_sub(1, Relaxed);
    }

    /// Whether the task is ready.
    pub(crate) fn is_queued(&self) -> bool {
        self.has(QUEUED)
    }

    /// Whether the task's end was asked for.
    pub(crate) fn is_asked_to_cancel(&self) -> bool {
        self.has(CANCEL)
    }

    /// Marks the task as woken. Says what is left to do.
    #[inline(always)]
    pub(crate) fn notify(&self) -> Notified {
        let flags = self.flags.load(Relaxed);
        if flags & (QUEUED | DONE) != 0 {
            return Notified::Already;
        }
        self.flags.store(flags | QUEUED, Relaxed);
        if flags & POLLING != 0 {
            Notified::WhilePolling
        } else {
            Notified::MustQueue
        }
    }
}

/// What a wake found.
#[derive(Debug, PartialEq)]
pub(crate) enum Notified {
    /// The task was ready already, or is over.
    Already,
    /// It runs now: it will be queued when its poll ends.
    WhilePolling,
    /// The caller puts it into the ready queue.
    MustQueue,
}

/// How a poll ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Parked,
    /// Woken while it ran: ready again.
    Yielded,
    Completed,
    Cancelled,
}

/// Why a task has no output.
pub(crate) enum Failure {
    Cancelled,
    /// Boxed, so that it is one word: every cell has room for it.
    Panicked(Box<Panic>),
}

/// What a task panicked with.
pub(crate) struct Panic {
    /// Tells it apart from those of other tasks and other runs.
    pub(crate) id: (RunId, TaskNo),
    pub(crate) message: String,
    /// In a mutex for its `Sync`, which errors are expected to have.
    pub(crate) payload: Mutex<Box<dyn Any + Send>>,
}

enum Stage<F: Future> {
    Running(F),
    Finished(Result<F::Output, Failure>),
    Empty,
}

/// One task; see the top of this file.
pub(crate) struct TaskCell<F: Future> {
    header: Header,
    joiner: Cell<Option<Waker>>,
    stage: UnsafeCell<ManuallyDrop<Stage<F>>>,
}

// SAFETY: what is not thread-safe in a cell is touched on its home thread only, rule 1 above.
unsafe impl<F: Future> Send for TaskCell<F> {}
// SAFETY: as above.
unsafe impl<F: Future> Sync for TaskCell<F> {}

impl<F: Future> TaskCell<F> {
    /// A cell for the home of this context. It starts out queued.
    pub(crate) fn new(cx: &Context, slot: u32, number: TaskNo, future: F) -> Arc<TaskCell<F>>
    where
        F: 'static,
        F::Output: 'static,
    {
        if let Some(Ok(mut spare)) = cx.take_spare().map(|spare| spare.downcast::<TaskCell<F>>())
            && let Some(cell) = Arc::get_mut(&mut spare)
        {
            cell.header.slot = slot;
            cell.header.number = number;
            *cell.header.flags.get_mut() = QUEUED;
            *cell.header.handles.get_mut() = 0;
            **cell.stage.get_mut() = Stage::Running(future);
            return spare;
        }
        Arc::new(TaskCell {
            header: Header {
                home: cx.home().clone(),
                slot,
                number,
                flags: AtomicU32::new(QUEUED),
                handles: AtomicU32::new(0),
            },
            joiner: Cell::new(None),
            stage: UnsafeCell::new(ManuallyDrop::new(Stage::Running(future))),
        })
    }

    /// Runs `work` on the stage while `POLLING` keeps everybody else away from it.
    ///
    /// If `work` unwinds, the flag stays: [`RunCell::fail`] takes over from there.
    #[inline(always)]
    fn with_stage<R>(&self, cx: &Context, work: impl FnOnce(&mut Stage<F>) -> R) -> R {
        assert!(
            self.header.is_home(cx) && !self.header.has(DONE),
            "task cell used out of turn"
        );
        self.header.set(POLLING);
        // SAFETY: this is the home thread (asserted), and POLLING was not set by anybody else:
        // the engine works on one task at a time, and handles look at DONE first (rule 2).
        work(unsafe { &mut **self.stage.get() })
    }

    /// The stage is settled; from now on it belongs to the join handle.
    fn settle(&self) {
        let flags = self.header.flags.load(Relaxed) & !POLLING | DONE;
        // Pairs with the load in `take_output`: a handle elsewhere sees the settled stage.
        self.header.flags.store(flags, Release);
    }
}

impl<F: Future> Drop for TaskCell<F> {
    fn drop(&mut self) {
        let stage = self.stage.get_mut();
        if !matches!(**stage, Stage::Empty) && self.header.home.is_current_thread() {
            // SAFETY: `stage` is not used again, and this is the home thread.
            unsafe { ManuallyDrop::drop(stage) }
        }
    }
}

/// Cells up to this many bytes are used again.
const LARGEST_SPARE: usize = 1024;

/// A cell as the engine sees it.
pub(crate) trait RunCell: Send + Sync {
    fn header(&self) -> &Header;

    /// Polls the future once, or drops it if the task's end was asked for.
    ///
    /// # Safety
    ///
    /// `this` is what `Arc::as_ptr` gives of the `Arc` that holds this cell, and that `Arc` lives until the
    /// call returns. The cell's home is that of `cx`, which is set on this thread.
    unsafe fn poll(&self, this: *const (), cx: &Context) -> Outcome;

    /// Drops the future; the task counts as cancelled.
    fn cancel(&self, cx: &Context);

    /// The future unwound: drops what is left of it.
    fn fail(&self, cx: &Context, payload: Box<dyn Any + Send>);

    /// The task is over: gives the waker of whoever awaits it, and drops the output if nobody ever can.
    fn finish(&self, cx: &Context) -> Option<Waker>;

    /// Wakes the task.
    fn wake(self: Arc<Self>);

    /// Asks for the task's end: it is cancelled when it is next drawn.
    fn abort(self: Arc<Self>);

    /// Gives the memory to the next task of the same type, if nobody else knows this cell, and it is
    /// empty.
    fn recycle(self: Arc<Self>);
}

/// Whether no waker of this cell is left, the cell being in its row: whoever else has it but handles is a waker.
pub(crate) fn has_no_waker(cell: &Arc<dyn RunCell>) -> bool {
    Arc::strong_count(cell) as u64 <= 1 + u64::from(cell.header().handles.load(Relaxed))
}

/// A cell that is about to be polled where it lies: in its row of the table of tasks, which keeps it alive.
/// Only [`Tasks::start_step`](super::tasks::Tasks::start_step) makes these.
pub(crate) struct InRow(*const dyn RunCell);

impl InRow {
    #[inline(always)]
    pub(super) fn new(cell: &Arc<dyn RunCell>) -> InRow {
        InRow(Arc::as_ptr(cell))
    }

    /// Gives the world back and polls the cell.
    #[inline(always)]
    pub(crate) fn poll(self, cx: &Context, world: RefMut<'_, World>) -> Outcome {
        drop(world);
        // SAFETY: the row was there while the world was borrowed, and loses its cell only in
        // `Tasks::take_cell`, which the engine calls when it is done with the task: not before this poll ends. The
        // cells in a world's table are of that world's home.
        unsafe { (*self.0).poll(self.0.cast(), cx) }
    }
}

/// A cell as a join handle sees it.
pub(crate) trait JoinCell<T>: RunCell {
    /// Takes the output, or leaves a waker to be told of it.
    fn poll_join(&self, cx: &Context, waker: &Waker) -> Joined<T>;

    /// Says that the handle is gone, and takes the output if there is one, to be dropped by the caller.
    fn detach(&self) -> Option<Result<T, Failure>>;
}

/// What a join handle found.
pub(crate) enum Joined<T> {
    Pending,
    Ready(Result<T, Failure>),
    /// The output was taken before.
    Again,
}

impl<F: Future + 'static> RunCell for TaskCell<F>
where
    F::Output: 'static,
{
    fn header(&self) -> &Header {
        &self.header
    }

    unsafe fn poll(&self, this: *const (), cx: &Context) -> Outcome {
        debug_assert!(self.header.is_home(cx));
        let flags = self.header.flags.load(Relaxed);
        if flags & (DONE | POLLING | CANCEL) != 0 {
            return self.cancel_instead(cx);
        }
        // Queued until now, or it would not have been drawn.
        self.header.flags.store(flags & !QUEUED | POLLING, Relaxed);
        // SAFETY: `this` is this cell in its `Arc`, which outlives the call, says the caller; the
        // count is not touched.
        let cell = ManuallyDrop::new(unsafe { Arc::from_raw(this.cast::<Self>()) });
        let waker = waker_ref(&cell);
        cx.running().set(waker.data());
        // SAFETY: the home thread, says the caller, and nobody else polls or is done with it (checked); from here
        // to the end of the poll, POLLING keeps everybody else away (rule 2).
        let stage = unsafe { &mut **self.stage.get() };
        let Stage::Running(future) = stage else {
            unreachable!("not done, so it runs")
        };
        // SAFETY: the future lies in an `Arc` and is dropped there, never moved.
        let future = unsafe { Pin::new_unchecked(future) };
        match future.poll(&mut TaskContext::from_waker(&waker)) {
            Poll::Pending => {
                let flags = self.header.flags.load(Relaxed);
                self.header.flags.store(flags & !POLLING, Relaxed);
                if flags & QUEUED != 0 {
                    Outcome::Yielded
                } else {
                    Outcome::Parked
                }
            }
            Poll::Ready(output) => {
                *stage = Stage::Finished(Ok(output));
                self.settle();
                Outcome::Completed
            }
        }
    }

    fn cancel(&self, cx: &Context) {
        // What a cancelled future has not polled yet, nobody forgot.
        let _discard = cx.discard();
        self.with_stage(cx, |stage| {
            *stage = Stage::Finished(Err(Failure::Cancelled))
        });
        self.settle();
    }

    fn fail(&self, cx: &Context, payload: Box<dyn Any + Send>) {
        let message = message_of(&*payload);
        let id = (cx.id(), self.header.number);
        let panic = Box::new(Panic {
            id,
            message,
            payload: Mutex::new(payload),
        });
        self.with_stage(cx, |stage| {
            *stage = Stage::Finished(Err(Failure::Panicked(panic)))
        });
        self.settle();
    }

    fn finish(&self, cx: &Context) -> Option<Waker> {
        if !self.header.is_home(cx) {
            return None;
        }
        if self.header.has(DETACHED) {
            drop(self.take_output());
        }
        self.joiner.take()
    }

    fn wake(self: Arc<Self>) {
        ArcWake::wake(self);
    }

    fn abort(self: Arc<Self>) {
        let at_home = context::try_with(|cx| self.header.is_home(cx)) == Some(true);
        if self.header.has(DONE) {
            return;
        }
        if at_home {
            self.header.set(CANCEL);
            ArcWake::wake(self);
        } else {
            self.header.home.post(self.clone(), Mail::Abort);
        }
    }

    fn recycle(self: Arc<Self>) {
        if Arc::strong_count(&self) > 1
            || !self.header.has(TAKEN)
            || size_of::<Self>() > LARGEST_SPARE
        {
            return;
        }
        context::try_with(|cx| {
            if self.header.is_home(cx) {
                cx.keep_spare(self);
            }
        });
    }
}

impl<F: Future + 'static> TaskCell<F>
where
    F::Output: 'static,
{
    /// A poll that is none: the task's end was asked for.
    #[cold]
    #[inline(never)]
    fn cancel_instead(&self, cx: &Context) -> Outcome {
        assert!(
            !self.header.has(POLLING),
            "a task was polled while it was polled"
        );
        self.cancel(cx);
        Outcome::Cancelled
    }
}

impl<F: Future> TaskCell<F> {
    /// Empties the stage of a task that is done. Called by the one join handle, on whatever thread that is, or in
    /// its stead once it is detached.
    fn take_output(&self) -> Option<Result<F::Output, Failure>> {
        let flags = self.header.flags.load(Acquire);
        if flags & DONE == 0 || flags & (TAKEN | POLLING) != 0 {
            return None;
        }
        self.header.flags.store(flags | TAKEN, Relaxed);
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

impl<F: Future + 'static> JoinCell<F::Output> for TaskCell<F>
where
    F::Output: 'static,
{
    fn poll_join(&self, cx: &Context, waker: &Waker) -> Joined<F::Output> {
        if self.header.has(TAKEN) {
            return Joined::Again;
        }
        if let Some(output) = self.take_output() {
            return Joined::Ready(output);
        }
        if !self.header.is_home(cx) {
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
        if output.is_none() && !self.header.has(TAKEN) && self.header.home.is_current_thread() {
            self.header.set(DETACHED);
        }
        output
    }
}

impl<F: Future + 'static> ArcWake for TaskCell<F>
where
    F::Output: 'static,
{
    #[inline]
    fn wake_by_ref(cell: &Arc<Self>) {
        let at_home = context::try_with(|cx| {
            let home = cell.header.is_home(cx);
            if home {
                cx.wake(&cell.header);
            }
            home
        });
        if at_home != Some(true) {
            Self::wake_from_elsewhere(cell);
        }
    }
}

impl<F: Future + 'static> TaskCell<F>
where
    F::Output: 'static,
{
    #[cold]
    #[inline(never)]
    fn wake_from_elsewhere(cell: &Arc<Self>) {
        // A stale waker of a finished run is inert: its cells are all done.
        if !cell.header.has(DONE) {
            cell.header.home.post(cell.clone(), Mail::Wake);
        }
    }
}
