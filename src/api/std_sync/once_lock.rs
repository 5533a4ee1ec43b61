//! A cell that is written once, as std's.

use std::fmt;
use std::sync;

use crate::api::preempt::{self, PreemptionDisabled};
use crate::base::touched::{self, Shared};
use crate::run::context;

/// [`std::sync::OnceLock`], with a point before each look and each attempt to set it.
///
/// ```
/// use reweave::std_sync::OnceLock;
///
/// static NAME: OnceLock<String> = OnceLock::new();
///
/// assert_eq!(NAME.get_or_init(|| "first".to_owned()), "first");
/// assert_eq!(NAME.set("second".to_owned()), Err("second".to_owned()));
/// ```
pub struct OnceLock<T>(sync::OnceLock<T>);

impl<T> OnceLock<T> {
    /// An empty cell.
    pub const fn new() -> OnceLock<T> {
        OnceLock(sync::OnceLock::new())
    }

    /// The value, if there is one.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        preempt::at_shared();
        self.0.get()
    }

    /// The value, if there is one.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.get_mut()
    }

    /// The value, for which it waits if there is none.
    ///
    /// # Panics
    ///
    /// In a simulation, if there is none: another task would have to run meanwhile, on the same thread.
    #[track_caller]
    pub fn wait(&self) -> &T {
        preempt::at_shared();
        match self.0.get() {
            Some(value) => value,
            None if context::is_set() => panic!(
                "`OnceLock::wait` would block the thread until another task sets the value, and all tasks of a simulation are on one \
                 thread: use `tokio::sync::OnceCell` or `SetOnce`"
            ),
            None => self.0.wait(),
        }
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// The value, if there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        preempt::at_shared();
        self.0.set(value)
    }

    /// The value; if there is none, `f` makes it. Nothing runs on top of the task meanwhile.
    ///
    /// # Panics
    ///
    /// As `f` does; the cell stays empty then.
    #[track_caller]
    pub fn get_or_init<F>(&self, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        preempt::at_shared();
        let _barred = PreemptionDisabled::begin();
        self.0.get_or_init(f)
    }

    /// The value, if there is one.
    pub fn into_inner(self) -> Option<T> {
        self.0.into_inner()
    }

    /// Takes the value out, and leaves an empty cell.
    pub fn take(&mut self) -> Option<T> {
        self.0.take()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> OnceLock<T> {
        OnceLock::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        touched::touch(Shared::Elsewhere);
        self.0.fmt(f)
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    fn clone(&self) -> OnceLock<T> {
        OnceLock(self.0.clone())
    }
}

impl<T> From<T> for OnceLock<T> {
    fn from(value: T) -> OnceLock<T> {
        OnceLock(value.into())
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    fn eq(&self, other: &OnceLock<T>) -> bool {
        self.0 == other.0
    }
}

impl<T: Eq> Eq for OnceLock<T> {}
