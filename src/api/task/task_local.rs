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
//! The future of [`scope`](LocalKey::scope) owns the value, and swaps it into a thread-local slot while it is polled. So no value
//! outlives its scope or its run, whatever is dropped in between.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use pin_project_lite::pin_project;

use crate::api::counting::poll_counted;
use crate::kernel::preemption::Local;
use crate::run::context;

/// Declares task-local values, as `std::thread_local!` declares thread-local ones, but without
/// initial values: a [`scope`](LocalKey::scope) gives them.
///
/// ```
/// reweave::task_local! {
///     static REQUEST: u32;
///     pub static USER: &'static str;
/// }
///
/// # reweave::Sim::new().run(async {
/// USER.scope("ada", async { assert_eq!(USER.get(), "ada") }).await;
/// assert!(REQUEST.try_get().is_err());
/// # }).unwrap();
/// ```
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

    /// Runs a future with the key set to `value`. Tasks that it spawns do not see the value: they are not in the scope.
    ///
    /// ```
    /// reweave::task_local! { static REQUEST: u32; }
    ///
    /// # reweave::Sim::new().run(async {
    /// let seen = REQUEST.scope(7, async {
    ///     let inner = REQUEST.scope(8, async { REQUEST.get() }).await;
    ///     (REQUEST.get(), inner)
    /// });
    /// assert_eq!(seen.await, (7, 8));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the future. Dropping it drops the future, whose destructors still see the value, and then the value.
    ///
    /// # Panics
    ///
    /// When polled after completion, and when polled while the value of this key is borrowed by [`LocalKey::with`].
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> TaskLocalFuture<T, F> {
        TaskLocalFuture {
            key: self,
            value: Some(value),
            future: Some(future),
            pinned: PhantomPinned,
        }
    }

    /// Runs a closure with the key set to `value`.
    ///
    /// ```
    /// reweave::task_local! { static REQUEST: u32; }
    ///
    /// assert_eq!(REQUEST.sync_scope(7, || REQUEST.get()), 7);
    /// ```
    ///
    /// # Panics
    ///
    /// While the value of this key is borrowed by [`LocalKey::with`].
    #[track_caller]
    pub fn sync_scope<R>(&'static self, value: T, f: impl FnOnce() -> R) -> R {
        self.swapped_in(&mut Some(value), f)
    }

    /// Runs `f` with the key set to what `value` holds, and puts it back into `value` after, also when
    /// `f` unwinds.
    #[track_caller]
    fn swapped_in<R>(&'static self, value: &mut Option<T>, f: impl FnOnce() -> R) -> R {
        struct SwapBack<'a, T: 'static>(&'static LocalKey<T>, &'a mut Option<T>, bool);
        impl<T> Drop for SwapBack<'_, T> {
            fn drop(&mut self) {
                let swap = |slot: &RefCell<_>| std::mem::swap(&mut *slot.borrow_mut(), self.1);
                self.0.slot.with(swap);
                if self.2 {
                    unset(self.0);
                }
            }
        }
        let swapped = self.slot.try_with(|slot| {
            let mut slot = slot.try_borrow_mut().ok()?;
            std::mem::swap(&mut *slot, value);
            Some(())
        });
        match swapped {
            Ok(Some(())) => {}
            Ok(None) => {
                panic!("cannot enter a scope of a task-local key while its value is borrowed")
            }
            // The thread is ending and its slots are destroyed: a destructor that calls this finds no value set.
            Err(_) => return f(),
        }
        let _back = SwapBack(self, value, context::has_threads());
        if _back.2 {
            set(self);
        }
        f()
    }

    /// Sets the value for the code that runs from now on; gives the one it had.
    pub(super) fn replace(&'static self, value: Option<T>) -> Option<T> {
        self.slot
            .try_with(|slot| slot.replace(value))
            .ok()
            .flatten()
    }

    /// Calls `f` with a reference to the value.
    ///
    /// ```
    /// reweave::task_local! { static USER: String; }
    ///
    /// assert_eq!(USER.sync_scope("ada".to_owned(), || USER.with(String::len)), 3);
    /// ```
    ///
    /// # Panics
    ///
    /// If it is not set; [`LocalKey::try_with`] gives an error then.
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        match self.try_with(f) {
            Ok(result) => result,
            Err(error) => panic!("{error}"),
        }
    }

    /// Calls `f` with a reference to the value.
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

impl<T: 'static> Local for LocalKey<T> {
    fn is_free(&self) -> bool {
        let free = self.slot.try_with(|slot| slot.try_borrow_mut().is_ok());
        free.unwrap_or(false)
    }

    fn put_away(&'static self) -> Box<dyn FnOnce()> {
        let value = self.replace(None);
        Box::new(move || drop(self.replace(value)))
    }
}

/// Where other tasks may run beside the one that has this key set: they are not to see it.
#[cold]
pub(super) fn set(key: &'static dyn Local) {
    context::try_with(|cx| cx.scope().preemption.set(key));
}

/// What was [set] is set no more.
#[cold]
pub(super) fn unset(key: &'static dyn Local) {
    context::try_with(|cx| cx.scope().preemption.unset(key));
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("LocalKey { .. }")
    }
}

pin_project! {
    /// A future with a task-local value set; made by [`LocalKey::scope`].
    #[must_use = "futures do nothing unless polled"]
    pub struct TaskLocalFuture<T, F>
    where
        T: 'static,
    {
        key: &'static LocalKey<T>,
        value: Option<T>,
        #[pin]
        future: Option<F>,
        // Not `Unpin`, as tokio's is not, so that code that moves it does not compile here either.
        #[pin]
        pinned: PhantomPinned,
    }

    impl<T: 'static, F> PinnedDrop for TaskLocalFuture<T, F> {
        fn drop(this: Pin<&mut Self>) {
            // Destructors of the future may look at the value.
            let mut this = this.project();
            if this.future.is_some() {
                this.key.swapped_in(this.value, || this.future.set(None));
            }
        }
    }
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// Takes the value out. `None` if it was taken before, or while the future is being polled. A poll after that runs without
    /// a value.
    ///
    /// ```
    /// reweave::task_local! { static REQUEST: u32; }
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut scope = std::pin::pin!(REQUEST.scope(7, async {}));
    /// scope.as_mut().await;
    /// assert_eq!(scope.take_value(), Some(7));
    /// # }).unwrap();
    /// ```
    pub fn take_value(self: Pin<&mut Self>) -> Option<T> {
        self.project().value.take()
    }
}

impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut future = this.future;
        this.key.swapped_in(this.value, || {
            let Some(running) = future.as_mut().as_pin_mut() else {
                panic!("`TaskLocalFuture` polled after completion")
            };
            let output = ready!(poll_counted(cx, |cx| running.poll(cx)));
            future.set(None);
            Poll::Ready(output)
        })
    }
}

impl<T: 'static, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocalFuture").finish_non_exhaustive()
    }
}
