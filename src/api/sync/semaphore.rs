//! A semaphore: so many at a time, first come first served.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::acquire::{AcquireError, TryAcquireError};
use super::blocking::now_or_panic;
use super::lease::{HasPool, Lease};
use super::permits::MAX_PERMITS;
use super::pool::PermitPool;
use super::resource::Tag;
use crate::api::preempt;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind};

/// Counts permits, and lets tasks wait for them in the order in which they came.
///
/// One who asks for many is served before those who came later and ask for few. A future that is dropped loses its
/// place in line.
///
/// ```
/// use reweave::sync::Semaphore;
///
/// # reweave::Sim::new().run(async {
/// let seats = Semaphore::new(2);
/// let first = seats.acquire().await.unwrap();
/// let second = seats.acquire().await.unwrap();
/// assert!(seats.try_acquire().is_err());
/// drop(first);
/// assert_eq!(seats.available_permits(), 1);
/// # drop(second);
/// # }).unwrap();
/// ```
pub struct Semaphore {
    pool: PermitPool,
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        self.pool.gone();
    }
}

impl Semaphore {
    /// The most permits that a semaphore can have.
    pub const MAX_PERMITS: usize = MAX_PERMITS;

    /// A semaphore with this many permits.
    ///
    /// # Panics
    ///
    /// If there are more than [`Semaphore::MAX_PERMITS`].
    #[track_caller]
    pub fn new(permits: usize) -> Semaphore {
        Semaphore {
            pool: PermitPool::new(Tag::made_here(ResourceKind::Semaphore), permits).numbered(),
        }
    }

    /// [`Semaphore::new`] for a `static`.
    ///
    /// # Panics
    ///
    /// If there are more than [`Semaphore::MAX_PERMITS`].
    #[track_caller]
    pub const fn const_new(permits: usize) -> Semaphore {
        Semaphore {
            pool: PermitPool::new(Tag::new(ResourceKind::Semaphore), permits),
        }
    }

    /// How many permits are free. Those that a waiter has been given as a part of what it asked for are not.
    #[track_caller]
    pub fn available_permits(&self) -> usize {
        preempt::here();
        self.pool.free()
    }

    /// Adds permits.
    ///
    /// # Panics
    ///
    /// If there are then more than [`Semaphore::MAX_PERMITS`].
    #[track_caller]
    pub fn add_permits(&self, n: usize) {
        let _point = preempt::around();
        self.pool.add(n);
    }

    /// Destroys up to `n` free permits, and says how many.
    #[track_caller]
    pub fn forget_permits(&self, n: usize) -> usize {
        let _point = preempt::around();
        self.pool.forget(n)
    }

    /// Waits for a permit.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed, before or meanwhile.
    ///
    /// ```
    /// use reweave::sync::Semaphore;
    ///
    /// # reweave::Sim::new().run(async {
    /// let seats = Semaphore::new(1);
    /// let seat = seats.acquire().await.unwrap();
    /// assert_eq!(seats.available_permits(), 0);
    /// drop(seat);
    /// assert_eq!(seats.available_permits(), 1);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it has taken no permit, and has lost its place in line.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_at(1, caller())
    }

    /// Waits for `n` permits, which come all at once.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed, before or meanwhile.
    ///
    /// ```
    /// use reweave::sync::Semaphore;
    ///
    /// # reweave::Sim::new().run(async {
    /// let memory = Semaphore::new(64);
    /// let buffer = memory.acquire_many(48).await.unwrap();
    /// assert!(memory.try_acquire_many(32).is_err());
    /// assert_eq!(buffer.num_permits(), 48);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is done, it has taken no permit, and has lost its place in line.
    /// Permits that it had been given already go to those behind it.
    #[track_caller]
    pub fn acquire_many(
        &self,
        n: u32,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_at(n as usize, caller())
    }

    async fn acquire_at(
        &self,
        n: usize,
        place: Place,
    ) -> Result<SemaphorePermit<'_>, AcquireError> {
        let hold = self
            .pool
            .acquire(n, Action::Acquire(n as u32), place)
            .await?;
        Ok(SemaphorePermit(Lease::new(self, n, hold)))
    }

    /// Takes a permit if one is free.
    ///
    /// # Errors
    ///
    /// If none is free, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Takes `n` permits if that many are free.
    ///
    /// # Errors
    ///
    /// If there are fewer, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        preempt::here();
        let hold = self
            .pool
            .try_acquire(n as usize, Action::Acquire(n), caller())?;
        Ok(SemaphorePermit(Lease::new(self, n as usize, hold)))
    }

    /// [`Semaphore::acquire`] for code that is not async.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        now_or_panic(
            "Semaphore::blocking_acquire",
            "acquire().await",
            self.acquire(),
        )
    }

    /// [`Semaphore::acquire_many`] for code that is not async.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        now_or_panic(
            "Semaphore::blocking_acquire_many",
            "acquire_many(n).await",
            self.acquire_many(n),
        )
    }

    /// [`Semaphore::acquire`] with a permit that owns its semaphore.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed, before or meanwhile.
    ///
    /// ```
    /// use reweave::sync::Semaphore;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let seats = Arc::new(Semaphore::new(2));
    /// for guest in 0..4 {
    ///     let seat = seats.clone().acquire_owned().await.unwrap();
    ///     reweave::spawn(async move {
    ///         reweave::println!("guest {guest} eats");
    ///         drop(seat);
    ///     });
    /// }
    /// let _all_have_left = seats.acquire_many(2).await.unwrap();
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`Semaphore::acquire`].
    #[track_caller]
    pub fn acquire_owned(
        self: Arc<Self>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_owned_at(1, caller())
    }

    /// [`Semaphore::acquire_many`] with a permit that owns its semaphore.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed, before or meanwhile.
    ///
    /// ```
    /// use reweave::sync::Semaphore;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let memory = Arc::new(Semaphore::new(64));
    /// let buffer = memory.clone().acquire_many_owned(48).await.unwrap();
    /// reweave::spawn(async move { drop(buffer) }).await.unwrap();
    /// assert_eq!(memory.available_permits(), 64);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`Semaphore::acquire_many`].
    #[track_caller]
    pub fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_owned_at(n as usize, caller())
    }

    async fn acquire_owned_at(
        self: Arc<Self>,
        n: usize,
        place: Place,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        let hold = self
            .pool
            .acquire(n, Action::Acquire(n as u32), place)
            .await?;
        Ok(OwnedSemaphorePermit(Lease::new(self, n, hold)))
    }

    /// [`Semaphore::try_acquire`] with a permit that owns its semaphore.
    ///
    /// # Errors
    ///
    /// If none is free, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned(1)
    }

    /// [`Semaphore::try_acquire_many`] with a permit that owns its semaphore.
    ///
    /// # Errors
    ///
    /// If there are fewer, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        preempt::here();
        let hold = self
            .pool
            .try_acquire(n as usize, Action::Acquire(n), caller())?;
        Ok(OwnedSemaphorePermit(Lease::new(self, n as usize, hold)))
    }

    /// [`Semaphore::acquire_owned`] for code that is not async.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        now_or_panic(
            "Semaphore::blocking_acquire_owned",
            "acquire_owned().await",
            self.acquire_owned(),
        )
    }

    /// [`Semaphore::acquire_many_owned`] for code that is not async.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        let instead = "acquire_many_owned(n).await";
        now_or_panic(
            "Semaphore::blocking_acquire_many_owned",
            instead,
            self.acquire_many_owned(n),
        )
    }

    /// Gives out no more permits: all who wait, and all who ask later, get an error.
    #[track_caller]
    pub fn close(&self) {
        let _point = preempt::around();
        self.pool.close();
    }

    /// Whether the semaphore is closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        preempt::here();
        self.pool.is_closed()
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (permits, closed) = (self.available_permits(), self.is_closed());
        f.debug_struct("Semaphore")
            .field("permits", &permits)
            .field("closed", &closed)
            .finish()
    }
}

/// Both kinds of permit differ only in how they hold on to their semaphore.
macro_rules! permit {
    (@borrowed $a:lifetime) => { true };
    (@borrowed) => { false };
    ($(#[$doc:meta])* $Permit:ident $(<$a:lifetime>)?, $Keep:ty, $same:expr) => {
        $(#[$doc])*
        #[must_use = "a permit is given back when it is dropped"]
        pub struct $Permit $(<$a>)? (Lease<$Keep>);

        impl $(<$a>)? $Permit $(<$a>)? {
            /// Does not give the permits back: the semaphore has so many fewer.
            #[track_caller]
            pub fn forget(self) {
                self.0.forget(caller());
            }

            /// Takes over the permits of another.
            ///
            /// # Panics
            ///
            /// If it is of another semaphore.
            #[track_caller]
            pub fn merge(&mut self, other: Self) {
                let same: fn(&$Keep, &$Keep) -> bool = $same;
                assert!(
                    same(self.0.keep(), other.0.keep()),
                    "permits of two different semaphores cannot be merged"
                );
                self.0.merge(other.0);
            }

            /// Splits `n` permits off, or none if there are fewer.
            #[track_caller]
            pub fn split(&mut self, n: usize) -> Option<Self> {
                self.0.split(n, caller()).map($Permit)
            }

            /// How many permits this is.
            pub fn num_permits(&self) -> usize {
                self.0.permits()
            }
        }

        impl $(<$a>)? HasPool for $Keep {
            const BORROWED: bool = permit!(@borrowed $($a)?);

            #[inline(always)]
            fn pool(&self) -> &PermitPool {
                &self.pool
            }
        }

        impl $(<$a>)? fmt::Debug for $Permit $(<$a>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($Permit))
                    .field("semaphore", self.0.keep())
                    .field("permits", &self.0.permits())
                    .finish()
            }
        }
    };
}

permit! {
    /// Permits of a [`Semaphore`], given back when dropped.
    SemaphorePermit<'a>, &'a Semaphore, |a, b| std::ptr::eq(*a, *b)
}

permit! {
    /// Permits that own their [`Semaphore`], given back when dropped.
    OwnedSemaphorePermit, Arc<Semaphore>, Arc::ptr_eq
}

impl<'a> SemaphorePermit<'a> {
    /// The semaphore it is of.
    pub fn semaphore(&self) -> &'a Semaphore {
        self.0.keep()
    }
}

impl OwnedSemaphorePermit {
    /// The semaphore it is of.
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        self.0.keep()
    }
}
