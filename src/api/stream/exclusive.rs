//! A value that is reached through `&mut` alone, and so is `Sync` whatever it is.
//!
//! A boxed future is `Send` but not `Sync`; a type that holds one would not be `Sync` where tokio's counterpart is. Nothing can
//! be done with it through `&`, so sharing it is sound. A mutex that is never locked expresses that without `unsafe`.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// See the top of this file.
pub(crate) struct Exclusive<T>(Mutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Exclusive<T> {
        Exclusive(Mutex::new(value))
    }

    /// The value. Never waits.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Exclusive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exclusive").finish_non_exhaustive()
    }
}
