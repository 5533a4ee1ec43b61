//! A set of tasks that are awaited in the order in which they end.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::coop;
use super::local::spawn_local_named;
use super::{AbortHandle, Id, JoinError, JoinHandle, LocalSet, spawn_named};
use crate::api::preempt;
use crate::api::runtime::Handle;
use crate::base::touched::{self, Number};
use crate::kernel::tasks::Name;
use crate::observe::waits::Awaits;
use crate::run::context;

/// A set of tasks with outputs of one type, which are awaited in the order in which they end. Dropping the set aborts its
/// tasks.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let mut set = reweave::task::JoinSet::new();
/// for n in 1..=3 {
///     set.spawn(async move { n * n });
/// }
/// let mut squares = set.join_all().await;
/// squares.sort();
/// assert_eq!(squares, [1, 4, 9]);
/// # }).unwrap();
/// ```
pub struct JoinSet<T> {
    members: Vec<Option<JoinHandle<T>>>,
    vacant: Vec<usize>,
    len: usize,
    shared: Arc<Shared>,
}

/// What members tell the set.
struct Shared {
    woken: Mutex<Woken>,
    /// By which it is [known](touched).
    number: Number,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared {
            woken: Mutex::default(),
            number: Number::next(),
        }
    }
}

#[derive(Default)]
struct Woken {
    /// Members that may be done, in the order in which they said so.
    ready: VecDeque<usize>,
    /// Who waits for a member to be done.
    waker: Option<Waker>,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Woken> {
        touched::state(self.number);
        self.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The waker that a member's handle is polled with.
struct MemberWaker {
    member: usize,
    shared: Arc<Shared>,
}

impl Wake for MemberWaker {
    fn wake(self: Arc<Self>) {
        let waker = {
            let mut woken = self.shared.lock();
            woken.ready.push_back(self.member);
            woken.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

impl<T> JoinSet<T> {
    /// An empty set.
    pub fn new() -> JoinSet<T> {
        let shared = Arc::new(Shared::default());
        JoinSet {
            members: Vec::new(),
            vacant: Vec::new(),
            len: 0,
            shared,
        }
    }

    /// How many tasks are in the set, the ended ones that were not yet joined included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no task is in the set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn handles(&self) -> impl Iterator<Item = &JoinHandle<T>> {
        self.members.iter().flatten()
    }
}

/// For a set with more members than this, a full run tells how many it waits for, and not which.
const MOST_TOLD: usize = 64;

impl<T: 'static> JoinSet<T> {
    /// Spawns a task into the set.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let _point = preempt::after();
        let name = Name::OfType(std::any::type_name::<F>());
        self.insert(spawn_named(future, name, "JoinSet::spawn"))
    }

    /// Spawns a task whose future need not be `Send` into the set.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let _point = preempt::after();
        let name = Name::OfType(std::any::type_name::<F>());
        self.insert(spawn_local_named(future, name, "JoinSet::spawn_local"))
    }

    /// Spawns a task of a [`LocalSet`] into the set.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, future: F, local: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let _point = preempt::after();
        let name = Name::OfType(std::any::type_name::<F>());
        self.insert(local.spawn_named(future, name, "JoinSet::spawn_local_on"))
    }

    /// Runs a closure that may block, as a member of the set.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(super::spawn_blocking(f))
    }

    /// Spawns a task of the handle's run into the set.
    ///
    /// # Panics
    ///
    /// If the handle's run is not under way on this thread.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn(future))
    }

    /// Runs a closure that may block in the handle's run, as a member of the set.
    ///
    /// # Panics
    ///
    /// If the handle's run is not under way on this thread.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn_blocking(f))
    }

    fn insert(&mut self, handle: JoinHandle<T>) -> AbortHandle {
        let abort = handle.abort_handle();
        let member = self.vacant.pop().unwrap_or_else(|| {
            self.members.push(None);
            self.members.len() - 1
        });
        self.members[member] = Some(handle);
        self.len += 1;
        // So that it is polled once, which leaves a waker with the task.
        self.shared.lock().ready.push_back(member);
        abort
    }

    /// The output of the next task that ends; `None` if the set is empty.
    ///
    /// ```
    /// use reweave::time::{Duration, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// for seconds in [3, 1, 2] {
    ///     set.spawn(async move { sleep(Duration::from_secs(seconds)).await; seconds });
    /// }
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    /// assert_eq!(set.len(), 1);
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// A [`JoinError`] in place of the output, if the task panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a task leaves the set in the poll that returns its output.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// [`JoinSet::join_next`], with the task's id.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// let id = set.spawn(async { "done" }).id();
    /// assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (id, "done"));
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`JoinSet::join_next`]; the id is then in [`JoinError::id`].
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, as [`JoinSet::join_next`] is.
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// The output of a task that has ended; `None` if there is none, or the set is empty.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// set.spawn(async { "done" });
    /// assert!(set.try_join_next().is_none(), "it has not run yet");
    /// reweave::task::yield_now().await;
    /// assert_eq!(set.try_join_next().unwrap().unwrap(), "done");
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// A [`JoinError`] in place of the output, if the task panicked or was aborted.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.try_join_next_with_id()
            .map(|joined| joined.map(|(_, output)| output))
    }

    /// [`JoinSet::try_join_next`], with the task's id.
    #[track_caller]
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        preempt::here();
        // A call that never waits is not charged to the task's budget, and does not fail because it is used up.
        let _budget = coop::Budget::replace(None);
        match self.poll_members() {
            Poll::Ready(joined) => Some(joined),
            Poll::Pending => None,
        }
    }

    /// Polls for the next task that ends; `Ready(None)` if the set is empty. The waker of the last poll alone is woken.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// set.spawn(async { "done" });
    /// let joined = std::future::poll_fn(|cx| set.poll_join_next(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), "done");
    /// # }).unwrap();
    /// ```
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        let joined = std::task::ready!(self.poll_join_next_with_id(cx));
        Poll::Ready(joined.map(|joined| joined.map(|(_, output)| output)))
    }

    /// [`JoinSet::poll_join_next`], with the task's id.
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        if self.is_empty() {
            return coop::poll_uncharged(cx).map(|()| None);
        }
        let coop = std::task::ready!(coop::poll_proceed(cx));
        let old = self.shared.lock().waker.replace(cx.waker().clone());
        drop(old);
        // The operation was charged above, so the polls of the members are not.
        let _budget = coop::Budget::replace(None);
        let joined = self.poll_members();
        drop(_budget);
        if joined.is_pending() {
            touched::waits();
            self.tell_waits();
        }
        joined.map(|joined| {
            coop.made_progress();
            Some(joined)
        })
    }

    /// Says in a recorded run that the running task waits for the end of any member.
    fn tell_waits(&self) {
        context::try_with(|run| {
            let mut run = run.run();
            if !run.is_recorded() {
                return;
            }
            if self.members.len() > MOST_TOLD {
                run.waits(false, None, || true, Awaits::AnyTask(self.len as u32), None);
                return;
            }
            for member in self.members.iter().flatten() {
                run.waits(false, None, || true, Awaits::Task(member.task()), None);
            }
        });
    }

    /// Polls the members that said something.
    fn poll_members(&mut self) -> Poll<Result<(Id, T), JoinError>> {
        // Each once: where the run has gone too far a member wakes itself, and the run ends once this poll does.
        let ready = self.shared.lock().ready.len();
        for _ in 0..ready {
            let Some(member) = self.shared.lock().ready.pop_front() else {
                return Poll::Pending;
            };
            let Some(handle) = self.members[member].as_mut() else {
                continue;
            };
            let waker = MemberWaker {
                member,
                shared: self.shared.clone(),
            };
            let waker = Waker::from(Arc::new(waker));
            let id = handle.id();
            if let Poll::Ready(output) = Pin::new(handle).poll(&mut Context::from_waker(&waker)) {
                self.members[member] = None;
                self.vacant.push(member);
                self.len -= 1;
                return Poll::Ready(output.map(|output| (id, output)));
            }
            // Not by itself, but with the others.
            touched::gives_up();
        }
        Poll::Pending
    }

    /// Asks for the end of all tasks. They stay in the set until they are joined.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// set.spawn(std::future::pending::<()>());
    /// set.abort_all();
    /// assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn abort_all(&mut self) {
        for handle in self.handles() {
            handle.abort();
        }
    }

    /// Takes all tasks out of the set without aborting them. Nobody gets their outputs.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// let task = set.spawn(async {});
    /// set.detach_all();
    /// assert!(set.is_empty());
    /// reweave::task::yield_now().await;
    /// assert!(task.is_finished());
    /// # }).unwrap();
    /// ```
    pub fn detach_all(&mut self) {
        self.members.clear();
        self.vacant.clear();
        self.len = 0;
        self.shared = Arc::new(Shared::default());
    }

    /// Aborts all tasks and waits until they are over. Outputs and panics are dropped.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// set.spawn(std::future::pending::<()>());
    /// set.shutdown().await;
    /// assert!(set.is_empty());
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the first poll has aborted all tasks, and those that are not over yet are still in the set. Another call
    /// goes on with them.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// The outputs of all tasks, in the order in which they end.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let mut set = reweave::task::JoinSet::new();
    /// set.spawn(async { reweave::task::yield_now().await; "last" });
    /// set.spawn(async { "first" });
    /// assert_eq!(set.join_all().await, ["first", "last"]);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: dropped before it is done, it drops the outputs that it has and aborts the tasks that are left. A loop
    /// over [`JoinSet::join_next`] keeps both.
    ///
    /// # Panics
    ///
    /// If a task panicked, with its panic; or if one was cancelled.
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len);
        while let Some(joined) = self.join_next().await {
            match joined.map_err(JoinError::try_into_panic) {
                Ok(output) => outputs.push(output),
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
                Err(Err(error)) => panic!("{error}"),
            }
        }
        outputs
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.handles().for_each(JoinHandle::abort);
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        JoinSet::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}

/// Spawns every future of the iterator into the set.
impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        futures
            .into_iter()
            .for_each(|future| drop(self.spawn(future)));
    }
}

impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> JoinSet<T> {
        let mut set = JoinSet::new();
        set.extend(futures);
        set
    }
}
