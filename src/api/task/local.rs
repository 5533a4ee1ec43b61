//! Tasks that need not be `Send`.
//!
//! A simulation is one thread, so every task may be local, and [`spawn_local`] works anywhere in it.
//! A [`LocalSet`] adds what tokio's adds: its tasks run while somebody drives it, it can be awaited until
//! they are over, and dropping it drops them.
//!
//! ```
//! use reweave::task::{LocalSet, spawn_local};
//! use std::rc::Rc;
//!
//! # reweave::Sim::new().run(async {
//! let set = LocalSet::new();
//! let shared = Rc::new(());
//! let held = shared.clone();
//! // In `run_until`, and in a task of the set, `spawn_local` spawns into the set.
//! set.run_until(async {
//!     spawn_local(async move {
//!         let _held = held;
//!         std::future::pending::<()>().await
//!     });
//! })
//! .await;
//! assert_eq!(Rc::strong_count(&shared), 2);
//! drop(set);
//! assert_eq!(Rc::strong_count(&shared), 1);
//! # }).unwrap();
//! ```
//!
//! Each task of a set is a task of the simulation, so that it has a path and is drawn as all others are. What the
//! set adds lies in the [`Slot`] that such a task and its set share:
//!
//! ```text
//!   task ───▶ Member ───▶ Slot { future } ◀─── Entry ◀─── LocalSet
//!                           │
//!      polls it in a round  │   takes it out and drops it,
//!      of the set           │   when the set is dropped
//! ```

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker, ready};

use super::rounds::{Driver, Rounds};
use super::{AbortHandle, JoinHandle, coop, spawn_named, task_local};
use crate::api::counting::poll_counted;
use crate::api::preempt;
use crate::kernel::tasks::Name;
use crate::run::context;

task_local! {
    /// The set whose code is running.
    static CURRENT: Rc<Shared>;
}

/// Spawns a task whose future need not be `Send`: into the running code's [`LocalSet`], if it has one.
///
/// ```
/// use std::{cell::Cell, rc::Rc};
///
/// # reweave::Sim::new().run(async {
/// let count = Rc::new(Cell::new(0));
/// let counted = count.clone();
/// reweave::task::spawn_local(async move { counted.set(1) }).await.unwrap();
/// assert_eq!(count.get(), 1);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// As for [`spawn`](super::spawn): dropping the [`JoinHandle`] does not end the task.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let _point = preempt::after();
    let name = Name::OfType(std::any::type_name::<F>());
    spawn_local_named(future, name, "task::spawn_local")
}

/// Every local spawn that names no set ends here.
#[track_caller]
pub(super) fn spawn_local_named<F>(future: F, name: Name<'_>, called: &str) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    match CURRENT.try_get() {
        Ok(set) => set.spawn(future, name, called),
        Err(_) => {
            let handle = spawn_named(future, name, called);
            handle.set_bound();
            handle
        }
    }
}

/// Whether the running code belongs to a [`LocalSet`].
pub(super) fn is_in_set() -> bool {
    CURRENT.try_with(|_| ()).is_ok()
}

/// A set of local tasks. Awaited, it is ready once all of them are over; dropped, it drops them.
///
/// Its tasks run while it is driven: while somebody awaits it, or a future given to [`LocalSet::run_until`]. As in tokio, one poll
/// of it lets them run for 61 polls at the most, and only at that instant: a set that was polled once and is polled no more
/// stands still.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let set = reweave::task::LocalSet::new();
/// let task = set.spawn_local(async { "ran" });
/// set.await;
/// assert_eq!(task.await.unwrap(), "ran");
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Awaited by reference (`&mut set`) it is cancel safe: its tasks stay as they are, and go on when it is polled again. Awaited
/// by value, dropping it drops its tasks.
#[derive(Default)]
pub struct LocalSet {
    shared: Rc<Shared>,
    /// While the set itself is awaited.
    awaited: Option<Driver>,
}

impl LocalSet {
    /// An empty set.
    pub fn new() -> LocalSet {
        LocalSet::default()
    }

    /// Spawns a task of this set, whose future need not be `Send`. It runs while the set is driven.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let set = reweave::task::LocalSet::new();
    /// let task = set.spawn_local(async { "ran" });
    /// reweave::task::yield_now().await;
    /// assert!(!task.is_finished(), "nobody drives the set");
    /// assert_eq!(set.run_until(task).await.unwrap(), "ran");
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _point = preempt::after();
        let name = Name::OfType(std::any::type_name::<F>());
        self.spawn_named(future, name, "LocalSet::spawn_local")
    }

    #[track_caller]
    pub(super) fn spawn_named<F>(
        &self,
        future: F,
        name: Name<'_>,
        called: &str,
    ) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.shared.spawn(future, name, called)
    }

    /// Runs a future to its end, and the tasks of the set beside it for as long. In the future, [`spawn_local`] spawns into
    /// the set.
    ///
    /// ```
    /// use reweave::task::spawn_local;
    ///
    /// # reweave::Sim::new().run(async {
    /// let set = reweave::task::LocalSet::new();
    /// let sum = set.run_until(async { spawn_local(async { 1 }).await.unwrap() + 2 }).await;
    /// assert_eq!(sum, 3);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the future, which is dropped with it. The tasks of the set stay, and go on when it is driven again.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        let driver = Driver::new(&self.shared.rounds);
        let mut future = pin!(future);
        poll_fn(|cx| {
            driver.register(cx.waker());
            let output = CURRENT.sync_scope(self.shared.clone(), || {
                poll_counted(cx, |cx| future.as_mut().poll(cx))
            });
            if output.is_pending() {
                driver.begin_round();
            }
            output
        })
        .await
    }

    /// Until the guard is dropped, [`spawn_local`] spawns into this set.
    ///
    /// ```
    /// use reweave::task::{LocalSet, spawn_local};
    ///
    /// # reweave::Sim::new().run(async {
    /// let set = LocalSet::new();
    /// let task = {
    ///     let _entered = set.enter();
    ///     spawn_local(async { "ran" })
    /// };
    /// set.await;
    /// assert_eq!(task.await.unwrap(), "ran");
    /// # }).unwrap();
    /// ```
    pub fn enter(&self) -> LocalEnterGuard {
        let beside = context::has_threads();
        if beside {
            claim_thread(true);
        }
        LocalEnterGuard {
            before: CURRENT.replace(Some(self.shared.clone())),
            beside,
        }
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.shared.alive.get() == 0 {
            self.awaited = None;
            return coop::poll_uncharged(cx);
        }
        drop(self.shared.waker.replace(Some(cx.waker().clone())));
        let LocalSet { shared, awaited } = &mut *self;
        let driver = awaited.get_or_insert_with(|| Driver::new(&shared.rounds));
        driver.register(cx.waker());
        driver.begin_round();
        Poll::Pending
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        self.shared.closed.set(true);
        let tasks = self.shared.tasks.take();
        CURRENT.sync_scope(self.shared.clone(), || {
            tasks.into_iter().for_each(Entry::shut_down);
        });
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSet")
            .field("alive", &self.shared.alive.get())
            .finish()
    }
}

/// Made by [`LocalSet::enter`].
#[must_use = "the set is left when the guard is dropped"]
pub struct LocalEnterGuard {
    /// The set that was the running code's.
    before: Option<Rc<Shared>>,
    /// Whether other tasks may run beside the running code, and are not to see the set.
    beside: bool,
}

impl Drop for LocalEnterGuard {
    fn drop(&mut self) {
        CURRENT.replace(self.before.take());
        if self.beside {
            claim_thread(false);
        }
    }
}

/// A guard begins to say to which set the running code's thread belongs, or has ended: no other thread sees that.
fn claim_thread(begins: bool) {
    match begins {
        true => task_local::set(&CURRENT),
        false => task_local::unset(&CURRENT),
    }
    context::try_with(|cx| cx.scope().preemption.claim_thread(begins));
}

impl fmt::Debug for LocalEnterGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalEnterGuard").finish_non_exhaustive()
    }
}

/// The state that a set shares with its tasks.
#[derive(Default)]
struct Shared {
    /// How many tasks are not over.
    alive: Cell<usize>,
    tasks: RefCell<Vec<Entry>>,
    /// The waker of the task that awaits the set.
    waker: Cell<Option<Waker>>,
    rounds: Rc<Rounds>,
    /// The set was dropped.
    closed: Cell<bool>,
}

impl Shared {
    #[track_caller]
    fn spawn<F>(self: &Rc<Self>, future: F, name: Name<'_>, called: &str) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let slot = Rc::new(Slot {
            future: RefCell::new(Some(Box::pin(future))),
            panic: Cell::new(None),
        });
        let entry_slot = Rc::downgrade(&slot) as Weak<dyn Clear>;
        self.alive.set(self.alive.get() + 1);
        let member = Member {
            slot,
            shared: self.clone(),
            parked: None,
        };
        let handle = spawn_named(member, name, called);
        handle.set_apart();
        handle.set_bound();
        if self.closed.get() {
            handle.abort();
            return handle;
        }
        let mut tasks = self.tasks.borrow_mut();
        if tasks.len() > 2 * self.alive.get() {
            tasks.retain(|task| !task.abort.is_finished());
        }
        tasks.push(Entry {
            abort: handle.abort_handle(),
            slot: entry_slot,
        });
        handle
    }
}

/// What the set keeps of a task.
struct Entry {
    abort: AbortHandle,
    slot: Weak<dyn Clear>,
}

impl Entry {
    /// Drops the task's future now; the task itself ends when it is next drawn.
    fn shut_down(self) {
        if let Some(slot) = self.slot.upgrade() {
            slot.clear();
        }
        self.abort.abort();
    }
}

/// Owns the future of a task; shared by the task and its set, so that either can drop it.
struct Slot<F> {
    future: RefCell<Option<Pin<Box<F>>>>,
    /// What the future panicked with when it was dropped by the set.
    panic: Cell<Option<Box<dyn Any + Send>>>,
}

/// A slot without the type of its future.
trait Clear {
    /// Drops the future, unless it is the one that is running. If that panics, it is the task's panic, not the
    /// caller's.
    fn clear(&self);
}

impl<F> Clear for Slot<F> {
    fn clear(&self) {
        let future = match self.future.try_borrow_mut() {
            Ok(mut future) => future.take(),
            Err(_) => return,
        };
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(future)));
        self.panic.set(dropped.err());
    }
}

/// The future of a set's task.
struct Member<F> {
    slot: Rc<Slot<F>>,
    shared: Rc<Shared>,
    /// The round since which it waits for another.
    parked: Option<u64>,
}

impl<F: Future> Future for Member<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Member { shared, parked, .. } = &mut *self;
        if !shared.rounds.takes_turn(cx.waker(), parked) {
            return Poll::Pending;
        }
        CURRENT.sync_scope(self.shared.clone(), || {
            let mut slot = self.slot.future.borrow_mut();
            let Some(future) = slot.as_mut() else {
                return Poll::Pending;
            };
            let output = ready!(future.as_mut().poll(cx));
            *slot = None;
            Poll::Ready(output)
        })
    }
}

impl<F> Drop for Member<F> {
    fn drop(&mut self) {
        let Shared { alive, waker, .. } = &*self.shared;
        alive.set(alive.get() - 1);
        if alive.get() == 0 {
            waker.take().into_iter().for_each(Waker::wake);
        }
        let future = self.slot.future.take();
        CURRENT.sync_scope(self.shared.clone(), || drop(future));
        if let Some(panic) = self.slot.panic.take()
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}
