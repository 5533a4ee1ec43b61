//! A lock for many readers or one writer.
//!
//! It is a semaphore: a reader takes one permit, a writer takes all. So it is fair as that is: a writer in
//! line lets no later reader pass, and a reader that waits for itself behind a writer waits for ever.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use super::blocking::now_or_panic;
use super::cell::{Exclusive, Shared, Vault};
use super::gate::{Gate, HasGate, Lease};
use super::mutex::TryLockError;
use super::resource::{Hold, Tag};
use crate::engine::step::caller;
use crate::record::event::Place;
use crate::values::draw::Access;

const KIND: &str = "rwlock";

/// As many readers as a lock has unless told otherwise, and the most it can have.
const MAX_READERS: u32 = u32::MAX >> 3;

/// A value for many that read it, or for one that changes it, in the order in which tasks asked.
///
/// ```
/// use reweave::sync::RwLock;
///
/// # reweave::Sim::new().run(async {
/// let prices = RwLock::new(vec![3, 4]);
/// {
///     let (one, other) = (prices.read().await, prices.read().await);
///     assert_eq!(one[0] + other[1], 7);
/// }
/// prices.write().await.push(5);
/// assert_eq!(prices.into_inner(), [3, 4, 5]);
/// # }).unwrap();
/// ```
pub struct RwLock<T: ?Sized> {
    readers: u32,
    gate: Gate,
    value: Vault<T>,
}

impl<T> RwLock<T> {
    /// An unlocked lock.
    pub fn new(value: T) -> RwLock<T> {
        RwLock::with_tag(Tag::made_here(KIND), value, MAX_READERS)
    }

    /// [`RwLock::new`] for a `static`.
    pub const fn const_new(value: T) -> RwLock<T> {
        RwLock::with_tag(Tag::new(KIND), value, MAX_READERS)
    }

    /// A lock for at most so many readers at a time.
    ///
    /// # Panics
    ///
    /// If there are none, or more than `u32::MAX >> 3`.
    #[track_caller]
    pub fn with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        RwLock::with_tag(Tag::made_here(KIND), value, max_readers)
    }

    /// [`RwLock::with_max_readers`] for a `static`.
    ///
    /// # Panics
    ///
    /// If there are none, or more than `u32::MAX >> 3`.
    #[track_caller]
    pub const fn const_with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        RwLock::with_tag(Tag::new(KIND), value, max_readers)
    }

    #[track_caller]
    const fn with_tag(tag: Tag, value: T, readers: u32) -> RwLock<T> {
        assert!(
            readers > 0,
            "a RwLock must let in at least one reader, got `max_readers` 0"
        );
        assert!(
            readers <= MAX_READERS,
            "a RwLock can have at most u32::MAX >> 3 readers"
        );
        RwLock {
            readers,
            gate: Gate::new(tag, readers as usize),
            value: Vault::new(value),
        }
    }

    /// The value. Nobody else has the lock, so nothing is locked.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// The value. The lock is borrowed mutably, so nobody else has it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Waits until nobody writes, and nobody came before who wants to.
    #[track_caller]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        let place = caller();
        async move { self.reader(self.get(1, place).await) }
    }

    /// [`RwLock::read`] with a guard that owns the lock.
    #[track_caller]
    pub fn read_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockReadGuard<T>> {
        let place = caller();
        async move {
            let hold = self.get(1, place).await;
            self.owned_reader(hold)
        }
    }

    /// Waits until nobody reads or writes, and nobody came before who wants to.
    #[track_caller]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        let place = caller();
        async move { self.writer(self.get(self.readers, place).await) }
    }

    /// [`RwLock::write`] with a guard that owns the lock.
    #[track_caller]
    pub fn write_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockWriteGuard<T>> {
        let place = caller();
        async move {
            let hold = self.get(self.readers, place).await;
            self.owned_writer(hold)
        }
    }

    /// [`RwLock::read`] for code that is not async.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        now_or_panic("RwLock::blocking_read", "read().await", self.read())
    }

    /// [`RwLock::write`] for code that is not async.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        now_or_panic("RwLock::blocking_write", "write().await", self.write())
    }

    /// Reads if nobody writes, and nobody waits to.
    ///
    /// # Errors
    ///
    /// If somebody does.
    #[track_caller]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        self.try_get(1, caller()).map(|hold| self.reader(hold))
    }

    /// [`RwLock::try_read`] with a guard that owns the lock.
    ///
    /// # Errors
    ///
    /// If somebody writes, or waits to.
    #[track_caller]
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        self.try_get(1, caller())
            .map(|hold| self.owned_reader(hold))
    }

    /// Writes if nobody reads or writes, and nobody waits to.
    ///
    /// # Errors
    ///
    /// If somebody does.
    #[track_caller]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        self.try_get(self.readers, caller())
            .map(|hold| self.writer(hold))
    }

    /// [`RwLock::try_write`] with a guard that owns the lock.
    ///
    /// # Errors
    ///
    /// If somebody reads or writes, or waits to.
    #[track_caller]
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        self.try_get(self.readers, caller())
            .map(|hold| self.owned_writer(hold))
    }

    async fn get(&self, permits: u32, place: Place) -> Hold {
        let access = if permits == 1 {
            Access::Read
        } else {
            Access::Write
        };
        let hold = self.gate.acquire(permits as usize, access, place).await;
        hold.unwrap_or_else(|_| unreachable!("the gate of a lock is never closed"))
    }

    fn try_get(&self, permits: u32, place: Place) -> Result<Hold, TryLockError> {
        self.gate
            .try_acquire(permits as usize, place)
            .map_err(|_| TryLockError(()))
    }

    fn reader(&self, hold: Hold) -> RwLockReadGuard<'_, T> {
        let lease = Lease::new(self, 1, hold);
        let all = Shared::of(lease, |lock| &lock.value);
        RwLockReadGuard(all.keep_part(|lock| &lock.gate), PhantomData)
    }

    fn owned_reader(self: Arc<Self>, hold: Hold) -> OwnedRwLockReadGuard<T> {
        OwnedRwLockReadGuard(
            Shared::of(Lease::new(self, 1, hold), |lock| &lock.value),
            PhantomData,
        )
    }

    fn writer(&self, hold: Hold) -> RwLockWriteGuard<'_, T> {
        let lease = Lease::new(self, self.readers as usize, hold);
        RwLockWriteGuard(Exclusive::of(lease, |lock| &lock.value))
    }

    fn owned_writer(self: Arc<Self>, hold: Hold) -> OwnedRwLockWriteGuard<T> {
        let permits = self.readers as usize;
        OwnedRwLockWriteGuard(Exclusive::of(Lease::new(self, permits, hold), |lock| {
            &lock.value
        }))
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> RwLock<T> {
        RwLock::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> RwLock<T> {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(value) => fields.field("data", &&*value),
            Err(_) => fields.field("data", &format_args!("<locked>")),
        };
        fields.finish()
    }
}

impl<T: ?Sized> HasGate for &RwLock<T> {
    #[inline(always)]
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl<T: ?Sized> HasGate for Arc<RwLock<T>> {
    #[inline(always)]
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

/// Shared access to the value of a [`RwLock`], or to a part of it.
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'a, T: ?Sized>(Shared<&'a Gate, T>, PhantomData<&'a RwLock<T>>);

/// Access for one alone to the value of a [`RwLock`].
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'a, T: ?Sized>(Exclusive<&'a RwLock<T>, T>);

/// Access for one alone to a part of the value of a [`RwLock`]; see [`RwLockWriteGuard::map`].
#[must_use = "if unused the lock is given back at once"]
#[clippy::has_significant_drop]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized>(
    Exclusive<&'a Gate, T>,
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
pub struct OwnedRwLockWriteGuard<T: ?Sized>(Exclusive<Arc<RwLock<T>>, T>);

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

/// A projection to a part that must be there.
fn whole<T, E>(mapped: Result<T, E>) -> T {
    mapped.unwrap_or_else(|_| unreachable!("there is a part"))
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// A guard for a part of the value. An associated function, so that it hides no method of the value.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        whole(Self::try_map(this, |value| Some(f(value))))
    }

    /// A guard for a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, if `f` finds no such part.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let part = this
            .0
            .try_map(f)
            .map_err(|all| RwLockReadGuard(all, PhantomData))?;
        Ok(RwLockReadGuard(part, PhantomData))
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockReadGuard<T, U> {
    /// A guard for a part of the value. An associated function, so that it hides no method of the value.
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, V>
    where
        F: FnOnce(&U) -> &V,
    {
        whole(Self::try_map(this, |value| Some(f(value))))
    }

    /// A guard for a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, if `f` finds no such part.
    pub fn try_map<F, V: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockReadGuard<T, V>, Self>
    where
        F: FnOnce(&U) -> Option<&V>,
    {
        let part = this
            .0
            .try_map(f)
            .map_err(|all| OwnedRwLockReadGuard(all, PhantomData))?;
        Ok(OwnedRwLockReadGuard(part, PhantomData))
    }

    /// The lock that is read.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.0.keep()
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// A guard for a part of the value. An associated function, so that it hides no method of the value.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        whole(Self::try_map(this, |value| Some(f(value))))
    }

    /// A guard for a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, if `f` finds no such part.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let part = this.0.try_map(f).map_err(RwLockWriteGuard)?;
        Ok(RwLockMappedWriteGuard(
            part.keep_part(|lock| &lock.gate),
            PhantomData,
        ))
    }

    /// Goes on as a reader. No writer gets in between, and readers that came before the next writer go on too.
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard(self.0.downgrade().keep_part(|lock| &lock.gate), PhantomData)
    }

    /// Goes on as a reader of a part of the value.
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        whole(Self::try_downgrade_map(this, |value| Some(f(value))))
    }

    /// Goes on as a reader of a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, still writing, if `f` finds no such part.
    pub fn try_downgrade_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let part = this.0.try_downgrade_map(f).map_err(RwLockWriteGuard)?;
        Ok(RwLockReadGuard(
            part.keep_part(|lock| &lock.gate),
            PhantomData,
        ))
    }

    /// The guard as one of a mapped kind, for code that takes those.
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockWriteGuard::map(this, |value| value)
    }
}

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    /// A guard for a part of the value. An associated function, so that it hides no method of the value.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        whole(Self::try_map(this, |value| Some(f(value))))
    }

    /// A guard for a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, if `f` finds no such part.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let part = this
            .0
            .try_map(f)
            .map_err(|all| RwLockMappedWriteGuard(all, PhantomData))?;
        Ok(RwLockMappedWriteGuard(part, PhantomData))
    }
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    /// A guard for a part of the value. An associated function, so that it hides no method of the value.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        whole(Self::try_map(this, |value| Some(f(value))))
    }

    /// A guard for a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, if `f` finds no such part.
    pub fn try_map<F, U: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let part = this.0.try_map(f).map_err(OwnedRwLockWriteGuard)?;
        Ok(OwnedRwLockMappedWriteGuard(part, PhantomData))
    }

    /// Goes on as a reader. No writer gets in between, and readers that came before the next writer go on too.
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        OwnedRwLockReadGuard(self.0.downgrade(), PhantomData)
    }

    /// Goes on as a reader of a part of the value.
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, U>
    where
        F: FnOnce(&T) -> &U,
    {
        whole(Self::try_downgrade_map(this, |value| Some(f(value))))
    }

    /// Goes on as a reader of a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, still writing, if `f` finds no such part.
    pub fn try_downgrade_map<F, U: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<OwnedRwLockReadGuard<T, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let part = this.0.try_downgrade_map(f).map_err(OwnedRwLockWriteGuard)?;
        Ok(OwnedRwLockReadGuard(part, PhantomData))
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
    /// A guard for a part of the value. An associated function, so that it hides no method of the value.
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, V>
    where
        F: FnOnce(&mut U) -> &mut V,
    {
        whole(Self::try_map(this, |value| Some(f(value))))
    }

    /// A guard for a part of the value.
    ///
    /// # Errors
    ///
    /// The guard itself, if `f` finds no such part.
    pub fn try_map<F, V: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, V>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut V>,
    {
        let part = this
            .0
            .try_map(f)
            .map_err(|all| OwnedRwLockMappedWriteGuard(all, PhantomData))?;
        Ok(OwnedRwLockMappedWriteGuard(part, PhantomData))
    }

    /// The lock that is written.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.0.keep()
    }
}
