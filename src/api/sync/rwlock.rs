//! A lock for many readers or one writer.
//!
//! It is a semaphore: a reader takes one permit, a writer takes all. So it is as fair: no reader overtakes a writer that
//! waits. A task that reads, and reads again while a writer waits, waits for that writer and so for itself.

use std::future::Future;
use std::sync::Arc;

use super::blocking::now_or_panic;
use super::cell::{Exclusive, Shared};
use super::lease::Lease;
use super::mutex::{TryLockError, acquired};
use crate::api::preempt;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::Action;
use crate::record::fact::Hold;

mod guards;
mod lock;

pub use guards::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use lock::RwLock;

impl<T: ?Sized> RwLock<T> {
    /// The value. The lock is borrowed mutably, so nobody else has it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Waits until nobody writes, and nobody came before who wants to.
    ///
    /// ```
    /// use reweave::sync::RwLock;
    ///
    /// # reweave::Sim::new().run(async {
    /// let prices = RwLock::new([3, 4]);
    /// let (one, other) = (prices.read().await, prices.read().await);
    /// assert_eq!(one[0] + other[1], 7);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it does not hold the lock, and has lost its place in line.
    #[track_caller]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        let place = caller();
        async move { self.reader(self.get(1, place).await) }
    }

    /// [`RwLock::read`] with a guard that owns the lock.
    ///
    /// ```
    /// use reweave::sync::RwLock;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let prices = Arc::new(RwLock::new([3, 4]));
    /// let guard = prices.clone().read_owned().await;
    /// let sum = reweave::spawn(async move { guard[0] + guard[1] });
    /// assert_eq!(sum.await.unwrap(), 7);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`RwLock::read`].
    #[track_caller]
    pub fn read_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockReadGuard<T>> {
        let place = caller();
        async move {
            let hold = self.get(1, place).await;
            self.owned_reader(hold)
        }
    }

    /// Waits until nobody reads or writes, and nobody came before who wants to.
    ///
    /// ```
    /// use reweave::sync::RwLock;
    ///
    /// # reweave::Sim::new().run(async {
    /// let prices = RwLock::new(vec![3, 4]);
    /// prices.write().await.push(5);
    /// assert_eq!(*prices.read().await, [3, 4, 5]);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it does not hold the lock, and has lost its place in line.
    /// Parts that it had been given already go to those behind it.
    #[track_caller]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        let place = caller();
        async move { self.writer(self.get(self.readers, place).await) }
    }

    /// [`RwLock::write`] with a guard that owns the lock.
    ///
    /// ```
    /// use reweave::sync::RwLock;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let prices = Arc::new(RwLock::new(vec![3, 4]));
    /// let mut guard = prices.clone().write_owned().await;
    /// reweave::spawn(async move { guard.push(5) }).await.unwrap();
    /// assert_eq!(*prices.read().await, [3, 4, 5]);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`RwLock::write`].
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
        preempt::here();
        self.try_get(1, caller()).map(|hold| self.reader(hold))
    }

    /// [`RwLock::try_read`] with a guard that owns the lock.
    ///
    /// # Errors
    ///
    /// If somebody writes, or waits to.
    #[track_caller]
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        preempt::here();
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
        preempt::here();
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
        preempt::here();
        self.try_get(self.readers, caller())
            .map(|hold| self.owned_writer(hold))
    }

    async fn get(&self, permits: u32, place: Place) -> Hold {
        let action = self.action(permits);
        acquired(self.pool.acquire(permits as usize, action, place).await)
    }

    /// What one does who takes so many permits.
    fn action(&self, permits: u32) -> Action {
        match permits == self.readers {
            true => Action::Write,
            false => Action::Read,
        }
    }

    fn try_get(&self, permits: u32, place: Place) -> Result<Hold, TryLockError> {
        self.pool
            .try_acquire(permits as usize, self.action(permits), place)
            .map_err(|_| TryLockError(()))
    }

    fn reader(&self, hold: Hold) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard::of_lock(Shared::of(Lease::new(self, 1, hold), |lock| &lock.value))
    }

    fn owned_reader(self: Arc<Self>, hold: Hold) -> OwnedRwLockReadGuard<T> {
        OwnedRwLockReadGuard::new(Shared::of(Lease::new(self, 1, hold), |lock| &lock.value))
    }

    fn writer(&self, hold: Hold) -> RwLockWriteGuard<'_, T> {
        let lease = Lease::new(self, self.readers as usize, hold);
        RwLockWriteGuard(Exclusive::of(lease, |lock| &lock.value))
    }

    fn owned_writer(self: Arc<Self>, hold: Hold) -> OwnedRwLockWriteGuard<T> {
        let permits = self.readers as usize;
        let lease = Lease::new(self, permits, hold);
        OwnedRwLockWriteGuard(Exclusive::of(lease, |lock| &lock.value))
    }
}
