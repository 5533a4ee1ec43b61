//! A mutex, as std's.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{self, LockResult, TryLockResult};

use super::holders::{Holders, Holding, map, try_map};
use crate::api::preempt;
use crate::base::touched::{self, Shared};

/// [`std::sync::Mutex`], with a point before it is locked and after it is given back.
///
/// ```
/// use reweave::std_sync::Mutex;
///
/// let total = Mutex::new(1);
/// *total.lock().unwrap() += 1;
/// assert_eq!(total.into_inner().unwrap(), 2);
/// ```
pub struct Mutex<T: ?Sized> {
    holders: Holders,
    inner: sync::Mutex<T>,
}

/// Made by [`Mutex::lock`] and [`Mutex::try_lock`].
#[must_use = "if unused the Mutex will immediately unlock"]
#[clippy::has_significant_drop]
pub struct MutexGuard<'a, T: ?Sized + 'a> {
    inner: sync::MutexGuard<'a, T>,
    holding: Holding<'a>,
}

impl<T> Mutex<T> {
    /// A mutex in an unlocked state.
    pub const fn new(t: T) -> Mutex<T> {
        Mutex {
            holders: Holders::new(),
            inner: sync::Mutex::new(t),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held the lock; the value is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock, and takes it.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held it; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation, if it is held on this thread: by the task itself, or by one that holds it over an `.await`.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        preempt::at_shared();
        let tried = self.inner.try_lock();
        let locked = self
            .holders
            .wait("Mutex::lock", tried, || self.inner.lock());
        map(locked, |inner| self.guard(inner))
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// If it is not, or somebody panicked who held it; then the guard is in the error.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        preempt::at_shared();
        try_map(self.inner.try_lock(), |inner| self.guard(inner))
    }

    /// Whether somebody panicked who held the lock.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        preempt::at_shared();
        self.inner.is_poisoned()
    }

    /// From now on it counts as if nobody had panicked.
    #[track_caller]
    pub fn clear_poison(&self) {
        preempt::at_shared();
        self.inner.clear_poison();
    }

    /// The value. The mutex is borrowed mutably, so nobody else has it.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held the lock; the value is in the error.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }

    fn guard<'a>(&'a self, inner: sync::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        MutexGuard {
            inner,
            holding: self.holders.holding(),
        }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// Has std wait, who gives the lock back meanwhile.
    pub(super) fn wait<R>(
        self,
        wait: impl FnOnce(sync::MutexGuard<'a, T>) -> LockResult<R>,
        inner: impl FnOnce(R) -> (sync::MutexGuard<'a, T>, Option<sync::WaitTimeoutResult>),
    ) -> LockResult<(MutexGuard<'a, T>, Option<sync::WaitTimeoutResult>)> {
        let MutexGuard {
            inner: held,
            holding,
        } = self;
        map(wait(held), |waited| {
            let (inner, timeout) = inner(waited);
            (MutexGuard { inner, holding }, timeout)
        })
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(t: T) -> Mutex<T> {
        Mutex::new(t)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        touched::touch(Shared::Elsewhere);
        self.inner.fmt(f)
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
