//! The guards of a read-write lock: for reading or writing, the whole value or a part, borrowing the lock or owning it.
//!
//! ```text
//!   RwLockWriteGuard ──map──► RwLockMappedWriteGuard ──map──► itself
//!          │
//!          └─downgrade──────► RwLockReadGuard ────────map──► itself        and so the three owned ones
//! ```

use std::marker::PhantomData;
use std::sync::Arc;

use super::lock::RwLock;
use crate::api::sync::cell::{Exclusive, Shared};
use crate::api::sync::pool::PermitPool;

/// Shared access to the value of a [`RwLock`], or to a part of it.
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'a, T: ?Sized>(Shared<&'a PermitPool, T>, PhantomData<&'a RwLock<T>>);

/// Access for one alone to the value of a [`RwLock`].
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'a, T: ?Sized>(pub(super) Exclusive<&'a RwLock<T>, T>);

/// Access for one alone to a part of the value of a [`RwLock`]; see [`RwLockWriteGuard::map`].
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized>(
    Exclusive<&'a PermitPool, T>,
    // As tokio's, it goes to another thread only if its lock may.
    PhantomData<&'a RwLock<T>>,
);

/// Shared access to the value of a [`RwLock`] that the guard owns together with others, or to a part of it.
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct OwnedRwLockReadGuard<T: ?Sized, U: ?Sized = T>(
    Shared<Arc<RwLock<T>>, U>,
    PhantomData<T>,
);

/// Access for one alone to the value of a [`RwLock`] that the guard owns together with others.
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct OwnedRwLockWriteGuard<T: ?Sized>(pub(super) Exclusive<Arc<RwLock<T>>, T>);

/// Access for one alone to a part of the value of a [`RwLock`] that the guard owns together with others; see
/// [`OwnedRwLockWriteGuard::map`].
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct OwnedRwLockMappedWriteGuard<T: ?Sized, U: ?Sized = T>(
    Exclusive<Arc<RwLock<T>>, U>,
    PhantomData<T>,
);

reaches!(RwLockReadGuard['a, T: ?Sized] => T);
reaches!(mut RwLockWriteGuard['a, T: ?Sized] => T);
reaches!(mut RwLockMappedWriteGuard['a, T: ?Sized] => T);
reaches!(OwnedRwLockReadGuard[T: ?Sized, U: ?Sized] => U);
reaches!(mut OwnedRwLockWriteGuard[T: ?Sized] => T);
reaches!(mut OwnedRwLockMappedWriteGuard[T: ?Sized, U: ?Sized] => U);

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    fn new(access: Shared<&'a PermitPool, T>) -> Self {
        RwLockReadGuard(access, PhantomData)
    }

    pub(super) fn of_lock<O: ?Sized>(access: Shared<&'a RwLock<O>, T>) -> Self {
        RwLockReadGuard::new(access.keep_part(|lock| &lock.pool))
    }

    maps! {
        [F, U: ?Sized] &T => &U, RwLockReadGuard<'a, U>,
        all: RwLockReadGuard::new, part: RwLockReadGuard::new
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockReadGuard<T, U> {
    pub(super) fn new(access: Shared<Arc<RwLock<T>>, U>) -> Self {
        OwnedRwLockReadGuard(access, PhantomData)
    }

    maps! {
        [F, V: ?Sized] &U => &V, OwnedRwLockReadGuard<T, V>,
        all: OwnedRwLockReadGuard::new, part: OwnedRwLockReadGuard::new
    }

    /// The lock that is read.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.0.keep()
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    maps! {
        [F, U: ?Sized] &mut T => &mut U, RwLockMappedWriteGuard<'a, U>,
        all: RwLockWriteGuard, part: |part| RwLockMappedWriteGuard::new(part.keep_part(|lock| &lock.pool))
    }

    /// Goes on as a reader. No writer gets in between, and readers that came before the next writer go on too.
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::of_lock(self.0.downgrade())
    }

    downgrade_maps! {
        [F, U: ?Sized] &T => &U, RwLockReadGuard<'a, U>,
        all: RwLockWriteGuard, part: RwLockReadGuard::of_lock
    }

    /// The guard as one of a mapped kind, for code that takes those.
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockWriteGuard::map(this, |value| value)
    }
}

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    fn new(access: Exclusive<&'a PermitPool, T>) -> Self {
        RwLockMappedWriteGuard(access, PhantomData)
    }

    maps! {
        [F, U: ?Sized] &mut T => &mut U, RwLockMappedWriteGuard<'a, U>,
        all: RwLockMappedWriteGuard::new, part: RwLockMappedWriteGuard::new
    }
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    maps! {
        [F, U: ?Sized] &mut T => &mut U, OwnedRwLockMappedWriteGuard<T, U>,
        all: OwnedRwLockWriteGuard, part: OwnedRwLockMappedWriteGuard::new
    }

    /// Goes on as a reader. No writer gets in between, and readers that came before the next writer go on too.
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        OwnedRwLockReadGuard::new(self.0.downgrade())
    }

    downgrade_maps! {
        [F, U: ?Sized] &T => &U, OwnedRwLockReadGuard<T, U>,
        all: OwnedRwLockWriteGuard, part: OwnedRwLockReadGuard::new
    }

    /// The guard as one of a mapped kind, for code that takes those.
    pub fn into_mapped(this: Self) -> OwnedRwLockMappedWriteGuard<T> {
        OwnedRwLockWriteGuard::map(this, |value| value)
    }

    /// The lock that is written.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.0.keep()
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockMappedWriteGuard<T, U> {
    fn new(access: Exclusive<Arc<RwLock<T>>, U>) -> Self {
        OwnedRwLockMappedWriteGuard(access, PhantomData)
    }

    maps! {
        [F, V: ?Sized] &mut U => &mut V, OwnedRwLockMappedWriteGuard<T, V>,
        all: OwnedRwLockMappedWriteGuard::new, part: OwnedRwLockMappedWriteGuard::new
    }

    /// The lock that is written.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.0.keep()
    }
}
