//! The handle of a spawned task.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::{AbortHandle, Id, JoinError};
use crate::api::preempt;
use crate::base::ids::TaskNo;
use crate::base::place::{Place, caller};
use crate::base::touched::{self, Shared};
use crate::kernel::task::{Failure, Joinable, Joined};
use crate::observe::waits::Awaits;
use crate::run::context;
use crate::run::panics;

/// Awaits a task's output; dropping it lets the task run on. An output that is there already is dropped with it; a
/// panic of the output's destructor is then swallowed, as tokio swallows it, and is a finding `panic`.
///
/// `Send` and `Sync` if the output is `Send`, as tokio's is.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let task = reweave::spawn(async { 6 * 7 });
/// assert_eq!(task.await.unwrap(), 42);
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// A [`JoinError`] if the task panicked or was aborted, or its [host](mod@crate::host) crashed; also if the handle is polled outside of the task's run and the
/// task was not done.
///
/// # Cancel safety
///
/// Awaited by reference (`&mut handle`) it is cancel safe: the output stays with the task until a poll returns it. Dropping
/// the handle does not end the task, but nobody gets the output any more.
///
/// ```
/// use reweave::time::{Duration, sleep, timeout};
///
/// # reweave::Sim::new().run(async {
/// let second = Duration::from_secs(1);
/// let mut slow = reweave::spawn(async move { sleep(3 * second).await; "done" });
/// assert!(timeout(second, &mut slow).await.is_err());
/// assert_eq!(slow.await.unwrap(), "done");
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// When it is polled again after it gave the output.
pub struct JoinHandle<T> {
    /// Taken out by the destructor alone.
    cell: Option<Arc<dyn Joinable<T>>>,
    /// Send if `T` is, and Sync if `T` is Send: what a mutex around a `T` is.
    output: PhantomData<Mutex<T>>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(cell: Arc<dyn Joinable<T>>) -> JoinHandle<T> {
        cell.header().handle_made();
        JoinHandle {
            cell: Some(cell),
            output: PhantomData,
        }
    }

    #[inline]
    fn cell(&self) -> &Arc<dyn Joinable<T>> {
        let Some(cell) = &self.cell else {
            unreachable!("only the destructor takes the cell")
        };
        cell
    }

    /// Asks for the task's end: when it is next drawn, its future is dropped, and the handle gives a
    /// [`JoinError`] with [`JoinError::is_cancelled`]. A task that is done stays done, and a closure of
    /// [`spawn_blocking`](super::spawn_blocking) that has begun is not stopped: its handle gives its output.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let task = reweave::spawn(std::future::pending::<()>());
    /// task.abort();
    /// assert!(task.await.unwrap_err().is_cancelled());
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn abort(&self) {
        self.abort_handle().abort();
    }

    /// A handle that can only abort; see [`AbortHandle`].
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(self.cell().clone())
    }

    /// Whether the task is over.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        preempt::here();
        self.touch();
        self.cell().header().is_done()
    }

    /// Whether the task is over is looked at.
    #[inline(always)]
    fn touch(&self) {
        touched::touch(Shared::Outcome(self.task()));
    }

    /// The task's number.
    pub(super) fn task(&self) -> TaskNo {
        self.cell().header().number()
    }

    /// The task does not count among those of the runtime.
    pub(super) fn set_apart(&self) {
        self.cell().header().set_apart();
    }

    /// The task is bound to its thread: its future need not be `Send`.
    pub(crate) fn set_bound(&self) {
        self.cell().header().set_bound();
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        Id::new(self.task())
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    // So that the place of a panic is the user's `.await`.
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let place = caller();
        let joined = context::try_with(|run| self.poll_in(run, cx, place));
        match joined {
            Some(Some(polled)) => polled,
            // Here, so that the place of the panic is the user's.
            Some(None) => panic!("JoinHandle polled after completion"),
            None => Poll::Ready(self.poll_elsewhere()),
        }
    }
}

impl<T> JoinHandle<T> {
    /// Polls it in the run that is under way; `None` if it gave its output before.
    #[inline(always)]
    fn poll_in(
        &self,
        run: &context::Context,
        cx: &mut Context<'_>,
        place: Place,
    ) -> Option<Poll<Result<T, JoinError>>> {
        if !run.claim() {
            cx.waker().wake_by_ref();
            return Some(Poll::Pending);
        }
        self.touch();
        match self.cell().poll_join(run.scope(), cx.waker()) {
            Joined::Pending => {
                touched::waits();
                run.scope().operations.unclaim();
                if run.scope().is_recorded() {
                    self.note_wait(run, cx.waker(), place);
                }
                Some(Poll::Pending)
            }
            Joined::Ready(Ok(output)) => Some(Poll::Ready(Ok(output))),
            Joined::Ready(Err(failure)) => Some(Poll::Ready(Err(self.failed(run, failure)))),
            Joined::Again => None,
        }
    }

    #[inline(never)]
    fn note_wait(&self, run: &context::Context, waker: &Waker, place: Place) {
        let awaits = Awaits::Task(self.task());
        let own = || run.scope().is_running(waker);
        run.run().waits_here(false, None, own, awaits, place);
    }

    #[cold]
    #[inline(never)]
    fn failed(&self, run: &context::Context, failure: Failure) -> JoinError {
        if let Some(panic) = failure.panic() {
            run.run().saw_panic(panic.id);
        }
        JoinError::new(self.id(), failure)
    }

    /// No run is under way on this thread, so a task that is not done yet will not be done by waiting here.
    #[cold]
    #[inline(never)]
    fn poll_elsewhere(&self) -> Result<T, JoinError> {
        let output = self.cell().detach().unwrap_or(Err(Failure::Cancelled));
        output.map_err(|failure| JoinError::new(self.id(), failure))
    }

    /// The handle is dropped, which lay here, and has not given the output.
    #[inline(never)]
    fn let_go(cell: Arc<dyn Joinable<T>>, at: usize) {
        let header = cell.header();
        let id = Id::new(header.number());
        context::handle_gone(header, at);
        let output = cell.detach();
        cell.recycle();
        if let Some(output) = output {
            // As in tokio, the destructor of the output sees the id of its task, and its panic does not reach the
            // code that drops the handle.
            let dropped = AssertUnwindSafe(|| id.lend(|| drop(output)));
            if let Err(payload) = catch_unwind(dropped) {
                panics::found_in_destructor(payload);
            }
        }
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let header = cell.header();
        touched::touch(Shared::Outcome(header.number()));
        header.handle_gone();
        match header.is_taken() {
            true => cell.recycle(),
            false => JoinHandle::let_go(cell, std::ptr::from_ref(self).addr()),
        }
    }
}

impl<T> Unpin for JoinHandle<T> {}

// A panic elsewhere leaves nothing half changed: a handle gives a whole output or an error.
impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_finished() {
            "finished"
        } else {
            "pending"
        };
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .field("state", &state)
            .finish()
    }
}
