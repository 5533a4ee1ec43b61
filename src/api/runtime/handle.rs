//! The handle itself: the id of a run, and what can be asked of it while it is under way.

use std::fmt;
use std::marker::PhantomData;

use super::TryCurrentError;
use super::block_on::block_on;
use crate::api::preempt;
use crate::api::task::{self, JoinHandle, Life, spawn_named_on};
use crate::base::ids::RunId;
use crate::kernel::tasks::Name;
use crate::run::context::{self, Context};

/// A handle to the run that is under way on this thread. Cheap to clone, `Send` and `Sync`.
///
/// It names its run and does not keep it going. Used when that is over, on another thread, or in another run, its methods
/// panic and say so; [`Spawn`](futures::task::Spawn) gives an error.
#[derive(Clone)]
pub struct Handle {
    run: RunId,
    host: Life,
}

/// Whether a handle's run can be asked for something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reach {
    Here,
    /// Another run is under way on this thread.
    OtherRun,
    /// None is.
    NoRun,
}

impl Handle {
    /// The handle of the run that is under way.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let runtime = reweave::runtime::Handle::current();
    /// assert_eq!(runtime.spawn(async { 1 }).await.unwrap(), 1);
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn current() -> Handle {
        context::with("runtime::Handle::current", Handle::new)
    }

    /// The handle of the run that is under way.
    ///
    /// ```
    /// use reweave::runtime::Handle;
    ///
    /// assert!(Handle::try_current().is_err());
    /// assert!(reweave::Sim::new().run(async { Handle::try_current().is_ok() }).unwrap());
    /// ```
    ///
    /// # Errors
    ///
    /// Outside a simulation.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        context::try_with(Handle::new).ok_or(TryCurrentError(()))
    }

    fn new(cx: &Context) -> Handle {
        let run = cx.run();
        let host = run.current_host();
        Handle {
            run: cx.id(),
            host: (host, run.host_restarts(host)),
        }
    }

    /// The host on which the handle spawns, if that is not the running task's, or in an earlier life.
    pub(super) fn other_host(&self) -> Option<Life> {
        let here = context::try_with(|cx| Handle::new(cx).host);
        (here != Some(self.host)).then_some(self.host)
    }

    /// Spawns a task; see [`task::spawn`]. It is a child of the running task, whichever made the handle. The
    /// [`JoinHandle`] says what dropping it does.
    ///
    /// The handle knows the [host](mod@crate::host) on which it was made, and spawns there: used on another host, the task is nobody's
    /// child. If its host has crashed since, the task is dropped at once, and awaiting it gives the error of that crash.
    ///
    /// ```
    /// use reweave::runtime::Handle;
    ///
    /// fn serve(runtime: &Handle, request: u32) -> reweave::task::JoinHandle<u32> {
    ///     runtime.spawn(async move { request + 1 })
    /// }
    ///
    /// # reweave::Sim::new().run(async {
    /// assert_eq!(serve(&Handle::current(), 6).await.unwrap(), 7);
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let _point = preempt::after();
        let called = "runtime::Handle::spawn";
        self.must_reach(called);
        let name = Name::OfType(std::any::type_name::<F>());
        spawn_named_on(self.other_host(), future, name, called)
    }

    /// Runs a closure that may block where it holds nobody up; see [`task::spawn_blocking`].
    ///
    /// ```
    /// use reweave::time::Duration;
    ///
    /// # reweave::Sim::new().run(async {
    /// let runtime = reweave::runtime::Handle::current();
    /// let read = runtime.spawn_blocking(|| {
    ///     reweave::thread::sleep(Duration::from_millis(8));
    ///     "the file"
    /// });
    /// assert_eq!(read.await.unwrap(), "the file");
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let _point = preempt::after();
        let called = "runtime::Handle::spawn_blocking";
        self.must_reach(called);
        task::spawn_blocking_on(self.other_host(), f, called)
    }

    /// Runs a future to its end, in a closure of [`task::spawn_blocking`].
    ///
    /// Such a closure is simulated in one go, while no other task runs. So the future can wait for time, which passes for
    /// the closure alone, but for nobody else: what others have to give is awaited in a task, and given to the closure.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (start, second) = (Instant::now(), Duration::from_secs(1));
    /// let runtime = reweave::runtime::Handle::current();
    /// let block = {
    ///     let runtime = runtime.clone();
    ///     move || runtime.block_on(async move { sleep(second).await; 6 * 7 })
    /// };
    /// assert_eq!(runtime.spawn_blocking(block).await.unwrap(), 42);
    /// assert_eq!(start.elapsed(), second);
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// In a task, as in tokio: it would block the thread that all tasks run on. If the future has to wait for another task, also
    /// if it does so with a time limit; or if it is still not ready after 100 000 polls.
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let called = "runtime::Handle::block_on";
        self.must_reach(called);
        block_on(called, future)
    }

    /// Enters the run, so that [`task::spawn`] finds it. A handle can be used in its run alone, so this changes nothing; it
    /// is here for code that is written for tokio.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let runtime = reweave::runtime::Handle::current();
    /// let _entered = runtime.enter();
    /// reweave::spawn(async {}).await.unwrap();
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn enter(&self) -> EnterGuard<'_> {
        self.must_reach("runtime::Handle::enter");
        EnterGuard {
            handle: PhantomData,
        }
    }

    /// The id of the run among those that code can reach at the same time. There is only ever one, so this is the same in
    /// every run.
    pub fn id(&self) -> Id {
        Id(1)
    }

    /// What kind of runtime this is: one thread polls all tasks.
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        RuntimeFlavor::CurrentThread
    }

    /// The name of the runtime: `None`, for a simulation has none. It is here for code that is written for tokio.
    pub fn name(&self) -> Option<&str> {
        None
    }

    pub(super) fn reach(&self) -> Reach {
        match context::try_with(|cx| cx.id() == self.run) {
            Some(true) => Reach::Here,
            Some(false) => Reach::OtherRun,
            None => Reach::NoRun,
        }
    }

    /// For every function that does something in the run.
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread, in words that name the function that was called.
    #[track_caller]
    pub(crate) fn must_reach(&self, called: &str) {
        match self.reach() {
            Reach::Here => {}
            Reach::OtherRun => panic!(
                "`{called}` was called with the handle of another run: that one is over, and this one has its own \
                 `runtime::Handle::current()`"
            ),
            Reach::NoRun => panic!(
                "`{called}` was called outside of the handle's run: no simulation is under way on this thread. \
                 Either the run is over, or this is a thread that it knows nothing of; use \
                 `task::spawn_blocking` instead of `std::thread`"
            ),
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the run's number: it depends on the other runs of the process, and a run must not see that.
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Marks that a run was entered; made by [`Handle::enter`].
#[derive(Debug)]
#[must_use = "the run is left when the guard is dropped"]
pub struct EnterGuard<'a> {
    /// `Sync` and not `Send`, as tokio's guard is.
    handle: PhantomData<(&'a Handle, std::sync::MutexGuard<'a, ()>)>,
}

/// What kind of runtime a handle belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// One thread polls all tasks. A simulation always is of this kind.
    CurrentThread,
    /// Several threads do; here only so that code that asks for it compiles.
    MultiThread,
}

/// Tells runtimes apart that code can see at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(u64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which of the runtime's workers polls the running task: 0, for there is one. `None` outside of a task: in a closure of
/// [`task::spawn_blocking`], and where no simulation is under way.
///
/// ```
/// use reweave::runtime::worker_index;
///
/// assert_eq!(worker_index(), None);
/// # reweave::Sim::new().run(async {
/// assert_eq!(worker_index(), Some(0));
/// let blocking = reweave::task::spawn_blocking(worker_index);
/// assert_eq!(blocking.await.unwrap(), None);
/// # }).unwrap();
/// ```
pub fn worker_index() -> Option<usize> {
    context::try_with(|cx| !cx.run().is_on_own_thread())?.then_some(0)
}
