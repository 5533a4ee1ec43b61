//! What the programs are written against: tasks, shared cells, mutexes and conditions, with the same scheduling points in
//! both worlds.
//!
//! | operation | scheduling points |
//! | --- | --- |
//! | [`World::spawn`] | one, before the task is there |
//! | a task's end, [`World::joined`] | none |
//! | [`Cell::get`], [`Cell::set`] | one, before the access |
//! | [`Mutex::lock`] | one, before it looks whether the mutex is free, whether it is or not |
//! | drop of a [`Mutex::Guard`] | none; the mutex goes to who waits longest |
//! | [`Condition::wait`] | none but that of the lock that follows it |
//! | [`Condition::notify_one`] | one, before it; wakes who waits longest |
//!
//! At a scheduling point the strategy chooses among the running task and all that are ready; where a task ends or must wait,
//! among those that are ready. A point is no yield: nothing asks that others go first.
//!
//! Those are the points of Reweave's own primitives, so [`Reweave`] uses these, and its strategies see each point as an
//! operation on a resource: reads and writes of a read-write lock for a cell, `lock` for a mutex. Of [`Shuttle`]'s they are the
//! points of atomics and of `shuttle::future::spawn`. Its mutexes differ: theirs have a point at the unlock, none at a lock that
//! must wait, and all who wait race for one that is free. So the [`Mutex`] of that world is made of an atomic, for the
//! point, and of a line of wakers. And where shuttle wakes a task that sleeps it remembers the wake until the task's
//! next wait, which then is polled once more than it has to be, with one more choice: [`World::has_woken`] lets it forget.
//!
//! No difference is known to be left but what follows a panic: shuttle stops there, Reweave lets the other tasks end.

mod line;
mod reweave;
mod shuttle;

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::task::{Poll, Waker};

use line::Line;

pub use reweave::Reweave;
pub use shuttle::Shuttle;

/// Where a program runs.
pub trait World: Clone + Send + Sync + 'static {
    /// Its shared cells.
    type Cell: Cell;
    /// Its mutexes.
    type Mutex: Mutex;

    /// Spawns a task.
    fn spawn(
        &self,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send;

    /// Waits until all tasks that were spawned are over.
    ///
    /// # Panics
    ///
    /// If one of them panicked.
    fn joined(&self) -> impl Future<Output = ()> + Send;

    /// The running task has waited, and was woken.
    fn has_woken() {}
}

/// A number that tasks share, and nothing protects. Clones are the same cell.
pub trait Cell: Clone + Send + Sync + 'static {
    /// A cell with this number in it.
    fn new(value: i64) -> Self;

    /// Reads it.
    fn get(&self) -> impl Future<Output = i64> + Send;

    /// Writes it.
    fn set(&self, value: i64) -> impl Future<Output = ()> + Send;

    /// Adds to it: a read and a write, between which others may run.
    fn add(&self, number: i64) -> impl Future<Output = ()> + Send {
        async move { self.set(self.get().await + number).await }
    }
}

/// A fair mutex. Clones are the same mutex.
pub trait Mutex: Clone + Send + Sync + 'static {
    /// Dropped, it unlocks.
    type Guard: Send;

    /// An unlocked mutex.
    fn new() -> Self;

    /// Waits for the mutex.
    fn lock(&self) -> impl Future<Output = Self::Guard> + Send;
}

/// A condition variable, the same in both worlds. Clones are the same condition.
#[derive(Clone)]
pub struct Condition<W: World> {
    /// What gives a notification its point, and a resource that strategies see.
    point: W::Cell,
    line: Arc<StdMutex<Line>>,
}

impl<W: World> Condition<W> {
    /// A condition that nobody waits for.
    pub fn new() -> Self {
        Condition {
            point: W::Cell::new(0),
            line: Arc::default(),
        }
    }

    /// Unlocks, waits for a notification, and locks again. What is notified once the guard is given is not missed.
    pub async fn wait(
        &self,
        mutex: &W::Mutex,
        guard: <W::Mutex as Mutex>::Guard,
    ) -> <W::Mutex as Mutex>::Guard {
        let turn = lock(&self.line).stand();
        drop(guard);
        turn.await;
        W::has_woken();
        mutex.lock().await
    }

    /// Wakes one who waits, if somebody does.
    pub async fn notify_one(&self) {
        self.point.set(0).await;
        let first = lock(&self.line).take_first();
        if let Some(first) = first {
            first.wake();
        }
    }
}

impl<W: World> Default for Condition<W> {
    fn default() -> Self {
        Condition::new()
    }
}

/// The tasks of a run: counts them, and wakes `main` when the last is over. Clones are the same crew.
///
/// A handle for each would wake `main` as often as there are tasks, each time for nothing: schedules that differ in that alone
/// would count as different.
#[derive(Clone, Default)]
struct Crew(Arc<StdMutex<Members>>);

#[derive(Default)]
struct Members {
    running: usize,
    failed: bool,
    main: Option<Waker>,
}

impl Crew {
    /// The task as a member, from now on.
    fn member(
        &self,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        lock(&self.0).running += 1;
        let membership = Membership(self.clone());
        async move {
            let _ends = membership;
            task.await;
        }
    }

    async fn joined(&self) {
        let failed = poll_fn(|cx| {
            let mut members = lock(&self.0);
            if members.running == 0 {
                return Poll::Ready(members.failed);
            }
            members.main = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
        assert!(!failed, "a task panicked");
    }
}

/// Ends with its task, however that ends.
struct Membership(Crew);

impl Drop for Membership {
    fn drop(&mut self) {
        let mut members = lock(&self.0.0);
        members.running -= 1;
        members.failed |= std::thread::panicking();
        if members.running > 0 {
            return;
        }
        let main = members.main.take();
        drop(members);
        if let Some(main) = main {
            main.wake();
        }
    }
}

/// No lock of this file is held while anything can panic.
fn lock<T>(mutex: &StdMutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
