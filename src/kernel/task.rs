//! A task as everybody but its future sees it: its header, and the trait by which it is run.
//!
//! ```text
//!  life:   spawn → QUEUED ⇄ (parked) → POLLING → DONE
//!                    ▲  notify()          │  poll() returned Ready, cancel(), or fail()
//!                    └────────────────────┘  poll() returned Pending and QUEUED was set meanwhile
//! ```
//!
//! The cell that holds the future, and implements the trait, is [`run::cell`](crate::run::cell).

use std::any::Any;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use super::home::{Home, Remote};
use super::scope::Scope;
use crate::base::ids::{RunId, TaskNo};
use crate::model::hosts::Death;

/// In the ready queue, or to be put there when the running poll ends.
pub(crate) const QUEUED: u32 = 1;
/// The engine works on the stage: a poll, a cancellation.
pub(crate) const POLLING: u32 = 2;
/// The task's end was asked for.
pub(crate) const CANCEL: u32 = 4;
/// The stage holds an output, or nothing any more.
pub(crate) const DONE: u32 = 8;
/// The join handle is gone.
pub(crate) const DETACHED: u32 = 16;
/// The join handle has taken the output.
pub(crate) const TAKEN: u32 = 32;
/// Its last poll ended at a scheduling point: it goes on from there before it is cancelled.
pub(crate) const AT_POINT: u32 = 64;
/// It is a closure of `spawn_blocking` that has begun: an abort comes too late.
pub(crate) const BEGUN: u32 = 128;
/// It does not count among the tasks of the runtime, as tokio counts them.
pub(crate) const APART: u32 = 256;

/// It is bound to its thread: its future need not be `Send`.
pub(crate) const BOUND: u32 = 1024;

/// Its host has crashed while it was polled: what the poll returns is dropped.
pub(crate) const CRASHED: u32 = 512;

/// The part of a task's cell that does not depend on the future's type.
pub(crate) struct Header {
    home: Arc<Home>,
    raw: &'static RawCell,
    slot: u32,
    number: TaskNo,
    /// Written on the home thread only, so plain loads and stores do.
    flags: AtomicU32,
    /// How many join and abort handles there are. Who else has the cell has a waker, but for its row.
    handles: AtomicU32,
}

impl Header {
    /// The header of a task that starts out queued.
    pub(crate) fn new(home: Arc<Home>, raw: &'static RawCell, slot: u32, number: TaskNo) -> Header {
        Header {
            home,
            raw,
            slot,
            number,
            flags: AtomicU32::new(QUEUED),
            handles: AtomicU32::new(0),
        }
    }

    /// Makes it the header of another task of the same home.
    pub(crate) fn reuse(&mut self, slot: u32, number: TaskNo) {
        self.slot = slot;
        self.number = number;
        *self.flags.get_mut() = QUEUED;
        *self.handles.get_mut() = 0;
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// What a waker does that depends on the future's type.
    #[inline(always)]
    pub(crate) fn raw(&self) -> &'static RawCell {
        self.raw
    }

    /// The task's place in the table of tasks.
    #[inline(always)]
    pub(crate) fn slot(&self) -> u32 {
        self.slot
    }

    /// The task's number.
    pub(crate) fn number(&self) -> TaskNo {
        self.number
    }

    /// The flags. What others did before they were settled is seen.
    pub(crate) fn settled_flags(&self) -> u32 {
        self.flags.load(Acquire)
    }

    #[inline(always)]
    pub(crate) fn flags(&self) -> u32 {
        self.flags.load(Relaxed)
    }

    #[inline(always)]
    pub(crate) fn set_flags(&self, flags: u32) {
        self.flags.store(flags, Relaxed);
    }

    #[inline(always)]
    pub(crate) fn has(&self, flags: u32) -> bool {
        self.flags() & flags != 0
    }

    #[inline(always)]
    pub(crate) fn add(&self, flags: u32) {
        self.set_flags(self.flags() | flags);
    }

    /// The stage is settled; from now on it belongs to the join handle. A handle elsewhere that sees
    /// [`DONE`] sees the settled stage, too.
    pub(crate) fn settle(&self) {
        self.flags.store(self.flags() & !POLLING | DONE, Release);
    }

    /// Whether the task belongs to this scope's thread and context.
    #[inline(always)]
    pub(crate) fn is_home(&self, scope: &Scope) -> bool {
        Arc::ptr_eq(&self.home, scope.home())
    }

    /// Whether the task is over.
    pub(crate) fn is_done(&self) -> bool {
        self.has(DONE)
    }

    /// Whether the join handle has taken the output, or its failure.
    pub(crate) fn is_taken(&self) -> bool {
        self.has(TAKEN)
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

    /// How many join and abort handles have it.
    pub(crate) fn handles(&self) -> u32 {
        self.handles.load(Relaxed)
    }

    /// It is none of those that [`Header::is_apart`] leaves to be counted.
    pub(crate) fn set_apart(&self) {
        self.add(APART);
    }

    /// Whether it does not count among the tasks of the runtime.
    pub(crate) fn is_apart(&self) -> bool {
        self.has(APART)
    }

    /// The task is bound to its thread.
    pub(crate) fn set_bound(&self) {
        self.add(BOUND);
    }

    /// Whether the task is bound to its thread, and so runs beside no other that is.
    pub(crate) fn is_bound(&self) -> bool {
        self.has(BOUND)
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
        let flags = self.flags();
        let notified = match flags & (QUEUED | DONE | POLLING) {
            0 => Notified::MustQueue,
            POLLING => Notified::WhilePolling,
            _ => return Notified::Already,
        };
        self.set_flags(flags | QUEUED);
        notified
    }

    /// Marks the task as woken if it is parked; says whether it was, and is to be queued.
    #[inline(always)]
    pub(crate) fn notify_parked(&self) -> bool {
        let flags = self.flags();
        let parked = flags & (QUEUED | DONE | POLLING) == 0;
        if parked {
            self.set_flags(flags | QUEUED);
        }
        parked
    }
}

/// What is done with a pointer to a cell, as `Arc::as_ptr` gives it, and depends on the future's type. Called by
/// [`run::cell`](crate::run::cell) alone.
pub(crate) struct RawCell {
    /// Polls the future once, or drops it if the task's end was asked for. The `Arc` that holds the cell lives until the call
    /// returns; the cell's home is that of the scope, whose context is set on this thread.
    pub(crate) poll: unsafe fn(*const (), &Scope) -> Outcome,
    /// One more owner.
    pub(crate) retain: unsafe fn(*const ()),
    /// One owner fewer.
    pub(crate) release: unsafe fn(*const ()),
    /// The cell, with an owner of its own.
    pub(crate) remote: unsafe fn(*const ()) -> Arc<dyn Remote>,
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

/// How a poll ended. In bits, of which the loop asks for the most frequent one first: of a list of values the compiler makes
/// a jump table.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Outcome {
    Parked = 0,
    /// Woken while it ran: ready again.
    Yielded = 1,
    Completed = 2,
    Cancelled = 4,
}

impl Outcome {
    /// Whether the task is ready again.
    #[inline(always)]
    pub(crate) fn is_yielded(self) -> bool {
        self as u8 & Outcome::Yielded as u8 != 0
    }
}

/// Why a task has no output.
pub(crate) enum Failure {
    Cancelled,
    /// Boxed, so that it is one word: every cell has room for it.
    Broken(Box<Broken>),
}

/// Why a task has no output although nobody asked for its end.
pub(crate) enum Broken {
    Panicked(Panic),
    /// The host with this name died, so.
    Crashed(Box<str>, Death),
}

impl Failure {
    pub(crate) fn crashed(host: &str, death: Death) -> Failure {
        Failure::Broken(Box::new(Broken::Crashed(host.into(), death)))
    }

    /// The panic, if it is one.
    pub(crate) fn panic(&self) -> Option<&Panic> {
        match self {
            Failure::Broken(broken) => match &**broken {
                Broken::Panicked(panic) => Some(panic),
                Broken::Crashed(..) => None,
            },
            Failure::Cancelled => None,
        }
    }
}

/// What a task panicked with.
pub(crate) struct Panic {
    /// Tells it apart from those of other tasks and other runs.
    pub(crate) id: (RunId, TaskNo),
    pub(crate) message: String,
    /// In a mutex for its `Sync`, which errors are expected to have.
    pub(crate) payload: Mutex<Box<dyn Any + Send>>,
}

impl Panic {
    pub(crate) fn new(id: (RunId, TaskNo), payload: Box<dyn Any + Send>) -> Panic {
        Panic {
            id,
            message: message_of(&*payload),
            payload: Mutex::new(payload),
        }
    }
}

/// The words of a panic.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "a panic whose payload is no text".to_owned(),
    }
}

/// A task as the engine runs it.
pub(crate) trait Runnable: Remote {
    fn header(&self) -> &Header;

    /// Drops the future; this is why the task has no output.
    fn break_off(&self, scope: &Scope, why: Failure);

    /// Drops the future; the task counts as cancelled.
    fn cancel(&self, scope: &Scope) {
        self.break_off(scope, Failure::Cancelled);
    }

    /// The future unwound: drops what is left of it.
    fn fail(&self, scope: &Scope, payload: Box<dyn Any + Send>);

    /// The task is over: gives the waker of whoever awaits it, and drops the output if nobody ever can.
    fn finish(&self, scope: &Scope) -> Option<Waker>;

    /// Gives the memory to the next task of the same type, if nobody else knows this cell, and it is empty.
    fn recycle(self: Arc<Self>);
}

/// Whether no waker of this task is left, the cell being in its row: whoever else has it but handles is a waker.
pub(crate) fn has_no_waker(task: &Arc<dyn Runnable>) -> bool {
    wakers(task) == 0
}

/// How many wakers of this task there are, the cell being in its row.
pub(crate) fn wakers(task: &Arc<dyn Runnable>) -> usize {
    let others = 1 + task.header().handles() as usize;
    Arc::strong_count(task).saturating_sub(others)
}

/// A task as a join handle sees it.
pub(crate) trait Joinable<T>: Runnable {
    /// Takes the output, or leaves a waker to be told of it.
    fn poll_join(&self, scope: &Scope, waker: &Waker) -> Joined<T>;

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
