//! A set of tasks that are awaited in the order in which they end.
//!
//! Dropping the set aborts its tasks.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::coop;
use super::local::spawn_local_named;
use super::{AbortHandle, Id, JoinError, JoinHandle, LocalSet, spawn_named};
use crate::api::runtime::Handle;
use crate::kernel::tasks::Name;
use crate::observe::waits::Awaits;
use crate::run::context;

/// A set of tasks with outputs of one type.
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
#[derive(Default)]
struct Shared(Mutex<Woken>);

#[derive(Default)]
struct Woken {
    /// Members that may be done, in the order in which they said so.
    ready: VecDeque<usize>,
    /// Who waits for a member to be done.
    waker: Option<Waker>,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Woken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Members that a waiting set names one by one, at the most.
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
        // Its first poll leaves a waker with the task.
        self.shared.lock().ready.push_back(member);
        abort
    }

    /// The output of the next task that ends; `None` if the set is empty. Cancel safe.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// [`JoinSet::join_next`], with the task's id.
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// The output of a task that has ended, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.try_join_next_with_id()
            .map(|joined| joined.map(|(_, output)| output))
    }

    /// [`JoinSet::try_join_next`], with the task's id.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        // Looking must not use up the running task's budget, nor wait for it.
        let _budget = coop::Budget::replace(None);
        match self.poll_members() {
            Poll::Ready(joined) => Some(joined),
            Poll::Pending => None,
        }
    }

    /// Polls for the next task that ends; `Ready(None)` if the set is empty.
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
            return Poll::Ready(None);
        }
        let coop = std::task::ready!(coop::poll_proceed(cx));
        let old = self.shared.lock().waker.replace(cx.waker().clone());
        drop(old);
        // The set itself was charged; its members are not charged again.
        let _budget = coop::Budget::replace(None);
        let joined = self.poll_members();
        drop(_budget);
        if joined.is_pending() {
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
                run.waits(false, None, Awaits::AnyTask(self.len as u32), None);
                return;
            }
            for member in self.members.iter().flatten() {
                run.waits(false, None, Awaits::Task(member.task()), None);
            }
        });
    }

    /// Polls the members that said something.
    fn poll_members(&mut self) -> Poll<Result<(Id, T), JoinError>> {
        loop {
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
        }
    }

    /// Asks for the end of all tasks. They stay in the set until they are joined.
    pub fn abort_all(&mut self) {
        self.handles().for_each(JoinHandle::abort);
    }

    /// Takes all tasks out of the set without aborting them.
    pub fn detach_all(&mut self) {
        self.members.clear();
        self.vacant.clear();
        self.len = 0;
        self.shared = Arc::new(Shared::default());
    }

    /// Aborts all tasks and waits until they are over.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// The outputs of all tasks, in the order in which they end.
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
