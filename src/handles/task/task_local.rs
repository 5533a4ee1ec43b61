//! Values that belong to a task: [`task_local!`](crate::task_local).
//!
//! ```
//! reweave::task_local! { static REQUEST: u32; }
//!
//! # reweave::Sim::new().run(async {
//! let doubled = REQUEST.scope(21, async { REQUEST.get() * 2 }).await;
//! assert_eq!(doubled, 42);
//! # }).unwrap();
//! ```
//!
//! The value lies in the [`scope`](LocalKey::scope)'s future, and in the thread's slot only while that
//! future is polled. So nothing is left over when a run ends, whatever was dropped in between.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

/// Declares task-local values, as `std::thread_local!` declares thread-local ones, but without
/// initial values: a [`scope`](LocalKey::scope) gives them.
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty; $($rest:tt)*) => {
        $crate::task_local!($(#[$attr])* $vis static $name: $t);
        $crate::task_local!($($rest)*);
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty) => {
        $(#[$attr])*
        $vis static $name: $crate::task::LocalKey<$t> = {
            ::std::thread_local! {
                static SLOT: ::std::cell::RefCell<::core::option::Option<$t>> =
                    const { ::std::cell::RefCell::new(::core::option::Option::None) };
            }
            $crate::task::LocalKey::__new(&SLOT)
        };
    };
}

/// A key declared by [`task_local!`](crate::task_local).
pub struct LocalKey<T: 'static> {
    slot: &'static thread::LocalKey<RefCell<Option<T>>>,
}

/// The value is not set: no [`scope`](LocalKey::scope) of this key is around the running code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessError(());

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("task-local value not set: no `scope` of this key is around the running code")
    }
}

impl std::error::Error for AccessError {}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn __new(slot: &'static thread::LocalKey<RefCell<Option<T>>>) -> LocalKey<T> {
        LocalKey { slot }
    }

    /// Runs a future with the key set to `value`.
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> TaskLocalFuture<T, F> {
        TaskLocalFuture {
            key: self,
            value: Some(value),
            future: Some(Box::pin(future)),
        }
    }

    /// Runs a closure with the key set to `value`.
    #[track_caller]
    pub fn sync_scope<R>(&'static self, value: T, f: impl FnOnce() -> R) -> R {
        self.swapped_in(&mut Some(value), f)
    }

    /// Runs `f` with the key set to what `value` holds, and puts it back into `value` after, also when
    /// `f` unwinds.
    #[track_caller]
    fn swapped_in<R>(&'static self, value: &mut Option<T>, f: impl FnOnce() -> R) -> R {
        struct SwapBack<'a, T: 'static>(&'static LocalKey<T>, &'a mut Option<T>);
        impl<T> Drop for SwapBack<'_, T> {
            fn drop(&mut self) {
                self.0
                    .slot
                    .with(|slot| std::mem::swap(&mut *slot.borrow_mut(), self.1));
            }
        }
        let swapped = self.slot.with(|slot| match slot.try_borrow_mut() {
            Ok(mut slot) => {
                std::mem::swap(&mut *slot, value);
                true
            }
            Err(_) => false,
        });
        assert!(
            swapped,
            "cannot enter a scope of a task-local key while its value is borrowed"
        );
        let _back = SwapBack(self, value);
        f()
    }

    /// Shows the value to `f`.
    ///
    /// # Panics
    ///
    /// If it is not set; [`LocalKey::try_with`] asks first.
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        match self.try_with(f) {
            Ok(result) => result,
            Err(error) => panic!("{error}"),
        }
    }

    /// Shows the value to `f`.
    ///
    /// # Errors
    ///
    /// If it is not set.
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let shown = self.slot.try_with(|slot| slot.borrow().as_ref().map(f));
        shown.ok().flatten().ok_or(AccessError(()))
    }

    /// A copy of the value.
    ///
    /// # Panics
    ///
    /// If it is not set.
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value.
    ///
    /// # Errors
    ///
    /// If it is not set.
    pub fn try_get(&'static self) -> Result<T, AccessError>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("LocalKey { .. }")
    }
}

/// A future with a task-local value set; made by [`LocalKey::scope`].
#[must_use = "futures do nothing unless polled"]
pub struct TaskLocalFuture<T: 'static, F> {
    key: &'static LocalKey<T>,
    value: Option<T>,
    future: Option<Pin<Box<F>>>,
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// The value, unless the future is being polled or it was taken.
    pub fn take_value(self: Pin<&mut Self>) -> Option<T>
    where
        T: Unpin,
    {
        self.get_mut().value.take()
    }
}

impl<T: 'static, F> Unpin for TaskLocalFuture<T, F> {}

impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let future = &mut this.future;
        this.key.swapped_in(&mut this.value, || {
            let Some(running) = future else {
                panic!("`TaskLocalFuture` polled after completion")
            };
            let output = std::task::ready!(running.as_mut().poll(cx));
            *future = None;
            Poll::Ready(output)
        })
    }
}

impl<T: 'static, F> Drop for TaskLocalFuture<T, F> {
    fn drop(&mut self) {
        // Destructors of the future may look at the value.
        let future = &mut self.future;
        if future.is_some() {
            self.key.swapped_in(&mut self.value, || *future = None);
        }
    }
}

impl<T: 'static, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocalFuture").finish_non_exhaustive()
    }
}
