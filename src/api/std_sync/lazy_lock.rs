//! A value that is made when it is first used, as std's.

use std::fmt;
use std::ops::Deref;
use std::sync;

use crate::api::preempt::{self, PreemptionDisabled};
use crate::base::touched::{self, Shared};

/// [`std::sync::LazyLock`], with a point before each use. While the value is made nothing runs on top of the task.
///
/// ```
/// use reweave::std_sync::LazyLock;
///
/// static NAME: LazyLock<String> = LazyLock::new(|| "reweave".to_owned());
///
/// assert_eq!(*NAME, "reweave");
/// ```
pub struct LazyLock<T, F = fn() -> T>(sync::LazyLock<T, F>);

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// A value that `f` makes when it is first used.
    pub const fn new(f: F) -> LazyLock<T, F> {
        LazyLock(sync::LazyLock::new(f))
    }

    /// The value, which is made if there is none.
    ///
    /// # Panics
    ///
    /// As the function does that makes it; and each time after that.
    #[track_caller]
    pub fn force(this: &LazyLock<T, F>) -> &T {
        preempt::at_shared();
        let _barred = PreemptionDisabled::begin();
        sync::LazyLock::force(&this.0)
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    fn default() -> LazyLock<T> {
        LazyLock::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        touched::touch(Shared::Elsewhere);
        self.0.fmt(f)
    }
}
