//! A lock for one writer or many readers, as std's.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{self, LockResult, TryLockResult};

use super::holders::{Holders, Holding, map, try_map};
use crate::api::preempt;
use crate::base::touched::{self, Shared};

/// [`std::sync::RwLock`], with a point before it is locked and after it is given back.
///
/// ```
/// use reweave::std_sync::RwLock;
///
/// let total = RwLock::new(1);
/// *total.write().unwrap() += 1;
/// assert_eq!(*total.read().unwrap(), 2);
/// ```
pub struct RwLock<T: ?Sized> {
    holders: Holders,
    inner: sync::RwLock<T>,
}

/// Made by [`RwLock::read`] and [`RwLock::try_read`].
#[must_use = "if unused the RwLock will immediately unlock"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'a, T: ?Sized + 'a> {
    inner: sync::RwLockReadGuard<'a, T>,
    #[expect(dead_code, reason = "for its drop")]
    holding: Holding<'a>,
}

/// Made by [`RwLock::write`] and [`RwLock::try_write`].
#[must_use = "if unused the RwLock will immediately unlock"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'a, T: ?Sized + 'a> {
    inner: sync::RwLockWriteGuard<'a, T>,
    #[expect(dead_code, reason = "for its drop")]
    holding: Holding<'a>,
}

impl<T> RwLock<T> {
    /// A lock that nobody has.
    pub const fn new(t: T) -> RwLock<T> {
        RwLock {
            holders: Holders::new(),
            inner: sync::RwLock::new(t),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// If a writer panicked; the value is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until nobody writes, and reads.
    ///
    /// # Errors
    ///
    /// If a writer panicked; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation, if it is held on this thread: by the task itself, or by one that holds it over an `.await`.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        preempt::at_shared();
        let tried = self.inner.try_read();
        let locked = self
            .holders
            .wait("RwLock::read", tried, || self.inner.read());
        map(locked, |inner| self.reader(inner))
    }

    /// Reads if nobody writes.
    ///
    /// # Errors
    ///
    /// If somebody does, or a writer panicked; then the guard is in the error.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        preempt::at_shared();
        try_map(self.inner.try_read(), |inner| self.reader(inner))
    }

    /// Waits until nobody has the lock, and writes.
    ///
    /// # Errors
    ///
    /// If a writer panicked; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation, if it is held on this thread: by the task itself, or by one that holds it over an `.await`.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        preempt::at_shared();
        let tried = self.inner.try_write();
        let locked = self
            .holders
            .wait("RwLock::write", tried, || self.inner.write());
        map(locked, |inner| self.writer(inner))
    }

    /// Writes if nobody has the lock.
    ///
    /// # Errors
    ///
    /// If somebody has, or a writer panicked; then the guard is in the error.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        preempt::at_shared();
        try_map(self.inner.try_write(), |inner| self.writer(inner))
    }

    /// Whether a writer panicked.
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

    /// The value. The lock is borrowed mutably, so nobody else has it.
    ///
    /// # Errors
    ///
    /// If a writer panicked; the value is in the error.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }

    fn reader<'a>(&'a self, inner: sync::RwLockReadGuard<'a, T>) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard {
            inner,
            holding: self.holders.holding(),
        }
    }

    fn writer<'a>(&'a self, inner: sync::RwLockWriteGuard<'a, T>) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard {
            inner,
            holding: self.holders.holding(),
        }
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> RwLock<T> {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(t: T) -> RwLock<T> {
        RwLock::new(t)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        touched::touch(Shared::Elsewhere);
        self.inner.fmt(f)
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

/// As std's: what the value shows.
macro_rules! show {
    ($($Guard:ident),*) => {$(
        impl<T: ?Sized + fmt::Debug> fmt::Debug for $Guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T: ?Sized + fmt::Display> fmt::Display for $Guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    )*};
}

show!(RwLockReadGuard, RwLockWriteGuard);
