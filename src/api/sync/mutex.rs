//! A mutex whose guard may be held across an await.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::marker::{PhantomData, PhantomPinned};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::blocking::now_or_panic;
use super::cell::{Exclusive, ExclusiveCell};
use super::lease::Lease;
use super::pool::{Acquiring, PermitPool};
use super::resource::Tag;
use crate::api::preempt;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind};
use crate::record::fact::Hold;

/// A value for one task at a time, in the order in which tasks asked for it.
///
/// A `lock()` that is dropped before it is done loses its place in line. A panic of who holds the lock does not
/// poison it.
///
/// ```
/// use reweave::sync::Mutex;
///
/// # reweave::Sim::new().run(async {
/// let total = Mutex::new(1);
/// *total.lock().await += 1;
/// assert_eq!(total.into_inner(), 2);
/// # }).unwrap();
/// ```
pub struct Mutex<T: ?Sized> {
    pool: PermitPool,
    value: ExclusiveCell<T>,
}

/// The lock is held by somebody.
#[derive(Debug)]
pub struct TryLockError(pub(super) ());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

impl<T> Mutex<T> {
    /// An unlocked mutex.
    #[track_caller]
    pub fn new(value: T) -> Mutex<T> {
        Mutex {
            pool: PermitPool::new(Tag::made_here(ResourceKind::Mutex), 1).numbered(),
            value: ExclusiveCell::new(value),
        }
    }

    /// [`Mutex::new`] for a `static`.
    pub const fn const_new(value: T) -> Mutex<T> {
        Mutex {
            pool: PermitPool::new(Tag::new(ResourceKind::Mutex), 1),
            value: ExclusiveCell::new(value),
        }
    }

    /// The value. Nobody else has the mutex, so nothing is locked.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock.
    ///
    /// ```
    /// use reweave::sync::Mutex;
    ///
    /// # reweave::Sim::new().run(async {
    /// let total = Mutex::new(1);
    /// {
    ///     let mut total = total.lock().await;
    ///     *total += 1;
    /// } // Unlocked here.
    /// assert_eq!(*total.lock().await, 2);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it does not hold the lock, and has lost its place in line.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        Locking {
            mutex: self,
            acquiring: self.pool.acquire(1, Action::Lock, caller()),
            pinned: PhantomPinned,
        }
    }

    /// [`Mutex::lock`] with a guard that owns the mutex.
    ///
    /// ```
    /// use reweave::sync::Mutex;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let total = Arc::new(Mutex::new(1));
    /// let mut guard = total.clone().lock_owned().await;
    /// // The guard borrows nothing, so it can go to another task.
    /// reweave::spawn(async move { *guard += 1 }).await.unwrap();
    /// assert_eq!(*total.lock().await, 2);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`Mutex::lock`].
    #[track_caller]
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> {
        self.lock_owned_at(caller())
    }

    async fn lock_owned_at(self: Arc<Self>, place: Place) -> OwnedMutexGuard<T> {
        let hold = acquired(self.pool.acquire(1, Action::Lock, place).await);
        self.owned_guard(hold)
    }

    /// [`Mutex::lock`] for code that is not async.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        now_or_panic("Mutex::blocking_lock", "lock().await", self.lock())
    }

    /// [`Mutex::lock_owned`] for code that is not async.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        now_or_panic(
            "Mutex::blocking_lock_owned",
            "lock_owned().await",
            self.lock_owned(),
        )
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// If somebody has it.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        preempt::here();
        self.try_get(caller()).map(|hold| self.guard(hold))
    }

    /// [`Mutex::try_lock`] with a guard that owns the mutex.
    ///
    /// # Errors
    ///
    /// If somebody has the lock.
    #[track_caller]
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        preempt::here();
        self.try_get(caller()).map(|hold| self.owned_guard(hold))
    }

    /// The value. The mutex is borrowed mutably, so nobody else has it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    fn try_get(&self, place: Place) -> Result<Hold, TryLockError> {
        let hold = self.pool.try_acquire(1, Action::Lock, place);
        hold.map_err(|_| TryLockError(()))
    }

    fn guard(&self, hold: Hold) -> MutexGuard<'_, T> {
        MutexGuard(Exclusive::of_exclusive(
            Lease::new(self, 1, hold),
            |mutex| &mutex.value,
        ))
    }

    fn owned_guard(self: Arc<Self>, hold: Hold) -> OwnedMutexGuard<T> {
        OwnedMutexGuard(Exclusive::of_exclusive(
            Lease::new(self, 1, hold),
            |mutex| &mutex.value,
        ))
    }
}

pin_project_lite::pin_project! {
    /// Waits for the lock.
    #[must_use = "futures do nothing unless polled"]
    struct Locking<'a, T: ?Sized> {
        mutex: &'a Mutex<T>,
        acquiring: Acquiring<'a>,
        // As tokio's, so that code written against this compiles against that.
        #[pin]
        pinned: PhantomPinned,
    }
}

impl<'a, T: ?Sized> Future for Locking<'a, T> {
    type Output = MutexGuard<'a, T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mutex = *this.mutex;
        Pin::new(this.acquiring)
            .poll(cx)
            .map(|hold| mutex.guard(acquired(hold)))
    }
}

/// What was acquired from the pool of a lock, which is never closed.
pub(super) fn acquired<E>(hold: Result<Hold, E>) -> Hold {
    hold.unwrap_or_else(|_| unreachable!("the pool of a lock is never closed"))
}

lock!(Mutex, try_lock);

/// Access to the value of a locked [`Mutex`], which is unlocked when the guard is dropped.
#[must_use = "if unused the mutex is unlocked at once"]
#[clippy::has_significant_drop]
pub struct MutexGuard<'a, T: ?Sized>(Exclusive<&'a Mutex<T>, T>);

/// Access to the value of a locked [`Mutex`] that the guard owns together with others.
#[must_use = "if unused the mutex is unlocked at once"]
#[clippy::has_significant_drop]
pub struct OwnedMutexGuard<T: ?Sized>(Exclusive<Arc<Mutex<T>>, T>);

/// Access to a part of the value of a locked [`Mutex`]; see [`MutexGuard::map`].
#[must_use = "if unused the mutex is unlocked at once"]
#[clippy::has_significant_drop]
pub struct MappedMutexGuard<'a, T: ?Sized>(Exclusive<&'a PermitPool, T>);

/// Access to a part of the value of a locked [`Mutex`] that the guard owns together with others; see
/// [`OwnedMutexGuard::map`].
#[must_use = "if unused the mutex is unlocked at once"]
#[clippy::has_significant_drop]
pub struct OwnedMappedMutexGuard<T: ?Sized, U: ?Sized = T>(
    Exclusive<Arc<Mutex<T>>, U>,
    // As tokio's, it is `Sync` only if the whole value is.
    PhantomData<T>,
);

reaches!(mut MutexGuard['a, T: ?Sized] => T);
reaches!(mut OwnedMutexGuard[T: ?Sized] => T);
reaches!(mut MappedMutexGuard['a, T: ?Sized] => T);
reaches!(mut OwnedMappedMutexGuard[T: ?Sized, U: ?Sized] => U);

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    maps! {
        [U: ?Sized, F] &mut T => &mut U, MappedMutexGuard<'a, U>,
        all: MutexGuard, part: |part| MappedMutexGuard(part.keep_part(|mutex| &mutex.pool))
    }

    /// The mutex that is locked.
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.0.keep()
    }
}

impl<T: ?Sized> OwnedMutexGuard<T> {
    maps! {
        [U: ?Sized, F] &mut T => &mut U, OwnedMappedMutexGuard<T, U>,
        all: OwnedMutexGuard, part: OwnedMappedMutexGuard::new
    }

    /// The mutex that is locked.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        this.0.keep()
    }
}

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    maps! {
        [U: ?Sized, F] &mut T => &mut U, MappedMutexGuard<'a, U>,
        all: MappedMutexGuard, part: MappedMutexGuard
    }
}

impl<T: ?Sized, U: ?Sized> OwnedMappedMutexGuard<T, U> {
    fn new(part: Exclusive<Arc<Mutex<T>>, U>) -> Self {
        OwnedMappedMutexGuard(part, PhantomData)
    }

    maps! {
        [S: ?Sized, F] &mut U => &mut S, OwnedMappedMutexGuard<T, S>,
        all: OwnedMappedMutexGuard::new, part: OwnedMappedMutexGuard::new
    }
}
