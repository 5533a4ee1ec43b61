//! A value that comes once, and that tasks wait for.

use std::error::Error;
use std::fmt;
use std::future::Future;

use super::notify::Notify;
use super::resource::Tag;
use super::slot::Slot;
use crate::api::preempt;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind, Want};

/// Set once by anybody; until then tasks can wait for it.
///
/// ```
/// use reweave::sync::SetOnce;
/// use std::sync::Arc;
///
/// # reweave::Sim::new().run(async {
/// let address = Arc::new(SetOnce::new());
/// let client = reweave::spawn({
///     let address = address.clone();
///     async move { *address.wait().await }
/// });
/// address.set(8080).unwrap();
/// assert_eq!(client.await.unwrap(), 8080);
/// # }).unwrap();
/// ```
pub struct SetOnce<T> {
    slot: Slot<T>,
    setting: Notify,
}

impl<T> SetOnce<T> {
    /// An empty one.
    #[track_caller]
    pub fn new() -> SetOnce<T> {
        let once = SetOnce::with(Tag::made_here(ResourceKind::SetOnce), Slot::empty());
        SetOnce {
            setting: once.setting.numbered(),
            ..once
        }
    }

    /// [`SetOnce::new`] for a `static`.
    pub const fn const_new() -> SetOnce<T> {
        SetOnce::with(Tag::new(ResourceKind::SetOnce), Slot::empty())
    }

    /// One with this value, if there is one.
    #[track_caller]
    pub fn new_with(value: Option<T>) -> SetOnce<T> {
        match value {
            Some(value) => SetOnce::const_new_with(value),
            None => SetOnce::new(),
        }
    }

    /// One with this value, for a `static`.
    pub const fn const_new_with(value: T) -> SetOnce<T> {
        SetOnce::with(Tag::new(ResourceKind::SetOnce), Slot::full(value))
    }

    const fn with(tag: Tag, slot: Slot<T>) -> SetOnce<T> {
        SetOnce {
            slot,
            setting: Notify::part(tag, Want::Value),
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
        self.setting.touch();
        self.slot.get()
    }

    /// Sets the value, and wakes all that wait for it.
    ///
    /// # Errors
    ///
    /// The value, if there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), SetOnceError<T>> {
        let _point = preempt::around();
        self.setting.touch();
        self.slot.set(value).map_err(SetOnceError)?;
        self.setting.notify_all();
        Ok(())
    }

    /// Waits until there is a value.
    ///
    /// ```
    /// use reweave::sync::SetOnce;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let address = Arc::new(SetOnce::new());
    /// let client = reweave::spawn({
    ///     let address = address.clone();
    ///     async move { *address.wait().await }
    /// });
    /// address.set(8080).unwrap();
    /// assert_eq!(client.await.unwrap(), 8080);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a value that is set stays.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = &T> {
        let place = caller();
        self.setting
            .wait_until(place, Action::Observe, || self.slot.get())
    }

    /// The value, if there is one.
    pub fn into_inner(self) -> Option<T> {
        self.slot.into_inner()
    }
}

impl<T> Default for SetOnce<T> {
    #[track_caller]
    fn default() -> SetOnce<T> {
        SetOnce::new()
    }
}

impl<T> From<T> for SetOnce<T> {
    fn from(value: T) -> SetOnce<T> {
        SetOnce::const_new_with(value)
    }
}

impl<T: Clone> Clone for SetOnce<T> {
    #[track_caller]
    fn clone(&self) -> SetOnce<T> {
        SetOnce::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for SetOnce<T> {
    fn eq(&self, other: &SetOnce<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for SetOnce<T> {}

impl<T: fmt::Debug> fmt::Debug for SetOnce<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetOnce")
            .field("value", &self.get())
            .finish()
    }
}

/// There is a value already. Gives the new one back.
#[derive(Debug, PartialEq, Eq)]
pub struct SetOnceError<T>(pub T);

impl<T> fmt::Display for SetOnceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetOnceError")
    }
}

impl<T: fmt::Debug> Error for SetOnceError<T> {}
