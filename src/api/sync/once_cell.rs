//! A value that is made by whoever needs it first, with an await on the way.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};

use super::acquire::TryAcquireError;
use super::lease::Lease;
use super::pool::PermitPool;
use super::resource::Tag;
use super::slot::Slot;
use crate::api::preempt::{self, PreemptionDisabled};
use crate::api::task::coop;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind};

/// Written once, and read by all from then on.
///
/// Only one task initialises at a time. If its future fails, panics or is dropped, the next in line tries.
///
/// ```
/// use reweave::sync::OnceCell;
///
/// static CONFIG: OnceCell<String> = OnceCell::const_new();
///
/// # reweave::Sim::new().run(async {
/// let config = CONFIG.get_or_init(|| async { "debug".to_owned() }).await;
/// assert_eq!(config, "debug");
/// # }).unwrap();
/// ```
pub struct OnceCell<T> {
    slot: Slot<T>,
    /// One permit, for who initialises; closed once the value is there.
    pool: PermitPool,
}

impl<T> OnceCell<T> {
    /// An empty cell.
    #[track_caller]
    pub fn new() -> OnceCell<T> {
        OnceCell {
            slot: Slot::empty(),
            pool: PermitPool::new(Tag::made_here(ResourceKind::OnceCell), 1).numbered(),
        }
    }

    /// [`OnceCell::new`] for a `static`.
    pub const fn const_new() -> OnceCell<T> {
        OnceCell {
            slot: Slot::empty(),
            pool: PermitPool::new(Tag::new(ResourceKind::OnceCell), 1),
        }
    }

    /// A cell with this value, if there is one.
    #[track_caller]
    pub fn new_with(value: Option<T>) -> OnceCell<T> {
        match value {
            Some(value) => OnceCell::const_new_with(value),
            None => OnceCell::new(),
        }
    }

    /// A cell with this value, for a `static`.
    pub const fn const_new_with(value: T) -> OnceCell<T> {
        OnceCell {
            slot: Slot::full(value),
            pool: PermitPool::new(Tag::new(ResourceKind::OnceCell), 1),
        }
    }

    /// Whether there is a value.
    #[track_caller]
    pub fn initialized(&self) -> bool {
        self.get().is_some()
    }

    /// The value, if there is one.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        preempt::here();
        self.pool.touch();
        self.slot.get()
    }

    /// The value, if there is one.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.slot.get_mut()
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// The value, if there is one already, or another task is about to make one.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        let _point = preempt::around();
        // The permit goes back without a point of its own.
        let _barred = PreemptionDisabled::begin();
        self.pool.touch();
        if self.slot.get().is_some() {
            return Err(SetError::AlreadyInitializedError(value));
        }
        match self.pool.try_acquire(1, Action::Lock, caller()) {
            Ok(hold) => {
                self.fill(value, Lease::new(&self.pool, 1, hold));
                Ok(())
            }
            Err(TryAcquireError::NoPermits) => Err(SetError::InitializingError(value)),
            Err(TryAcquireError::Closed) => Err(SetError::AlreadyInitializedError(value)),
        }
    }

    /// The value; if there is none, `f` makes it, unless another task is at that already: then this one waits for
    /// what comes of it.
    ///
    /// ```
    /// use reweave::sync::OnceCell;
    ///
    /// # reweave::Sim::new().run(async {
    /// let cell = OnceCell::new();
    /// assert_eq!(*cell.get_or_init(|| async { 1 }).await, 1);
    /// assert_eq!(*cell.get_or_init(|| async { 2 }).await, 1, "there was a value");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped while another initialises, it does nothing; dropped while it initialises itself, it drops the future
    /// of `f`, the cell stays empty, and the next in line tries.
    #[track_caller]
    pub fn get_or_init<F, Fut>(&self, f: F) -> impl Future<Output = &T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        let place = caller();
        async move {
            match self.begin(place).await {
                Begun::Done(value) => value,
                Begun::Mine(lease) => self.fill(f().await, lease),
            }
        }
    }

    /// [`OnceCell::get_or_init`] with a future that may fail. Then the next in line tries.
    ///
    /// # Errors
    ///
    /// That of `f`.
    ///
    /// ```
    /// use reweave::sync::OnceCell;
    ///
    /// # reweave::Sim::new().run(async {
    /// let port = OnceCell::new();
    /// let read = |text: &'static str| async move { text.parse::<u16>() };
    /// assert!(port.get_or_try_init(|| read("none")).await.is_err());
    /// assert_eq!(port.get_or_try_init(|| read("8080")).await, Ok(&8080));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`OnceCell::get_or_init`].
    #[track_caller]
    pub fn get_or_try_init<E, F, Fut>(&self, f: F) -> impl Future<Output = Result<&T, E>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let place = caller();
        async move {
            match self.begin(place).await {
                Begun::Done(value) => Ok(value),
                Begun::Mine(lease) => Ok(self.fill(f().await?, lease)),
            }
        }
    }

    async fn begin(&self, place: Place) -> Begun<'_, T> {
        self.pool.touch();
        if let Some(value) = self.slot.get() {
            poll_fn(coop::poll_uncharged).await;
            return Begun::Done(value);
        }
        match self.pool.acquire(1, Action::Lock, place).await {
            Ok(hold) => Begun::Mine(Lease::new(&self.pool, 1, hold)),
            Err(_) => Begun::Done(
                self.slot
                    .get()
                    .expect("the pool is closed once there is a value"),
            ),
        }
    }

    fn fill(&self, value: T, lease: Lease<&PermitPool>) -> &T {
        self.pool.touch();
        let set = self.slot.set(value);
        assert!(
            set.is_ok(),
            "only one at a time initialises, and only an empty cell"
        );
        self.pool.close();
        drop(lease);
        self.slot.get().expect("set just now")
    }

    /// The value, if there is one.
    pub fn into_inner(self) -> Option<T> {
        self.slot.into_inner()
    }

    /// Takes the value out, and leaves an empty cell.
    pub fn take(&mut self) -> Option<T> {
        std::mem::take(self).into_inner()
    }
}

/// What one who wants the value finds.
enum Begun<'a, T> {
    Done(&'a T),
    /// It is the one to initialise.
    Mine(Lease<&'a PermitPool>),
}

impl<T> Default for OnceCell<T> {
    #[track_caller]
    fn default() -> OnceCell<T> {
        OnceCell::new()
    }
}

impl<T> From<T> for OnceCell<T> {
    fn from(value: T) -> OnceCell<T> {
        OnceCell::const_new_with(value)
    }
}

impl<T: Clone> Clone for OnceCell<T> {
    #[track_caller]
    fn clone(&self) -> OnceCell<T> {
        OnceCell::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for OnceCell<T> {
    fn eq(&self, other: &OnceCell<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceCell<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceCell")
            .field("value", &self.get())
            .finish()
    }
}

/// Why a value could not be set. Gives it back.
#[derive(Debug, PartialEq, Eq)]
pub enum SetError<T> {
    /// There is one already.
    AlreadyInitializedError(T),
    /// Another task is about to make one.
    InitializingError(T),
}

impl<T> SetError<T> {
    /// Whether there is one already.
    pub fn is_already_init_err(&self) -> bool {
        matches!(self, SetError::AlreadyInitializedError(_))
    }

    /// Whether another task is about to make one.
    pub fn is_initializing_err(&self) -> bool {
        matches!(self, SetError::InitializingError(_))
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetError::AlreadyInitializedError(_) => "AlreadyInitializedError",
            SetError::InitializingError(_) => "InitializingError",
        })
    }
}

impl<T: fmt::Debug> Error for SetError<T> {}
