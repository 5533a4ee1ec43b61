//! The lock around a primitive's own state: held for a moment, with no user code inside.
//!
//! A run has one thread, so this lock is free whenever it is asked for. It is there because primitives are `Send` and
//! `Sync` as tokio's are: one may be made, looked at or dropped on any thread, and lie in a `static`. The standard
//! library's mutex would do; but it also watches for panics, which costs as much as everything that an uncontended
//! operation does, and tells nothing here: state is whole again before anything can panic.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::thread;

/// State that is looked at under its lock only.
#[derive(Debug, Default)]
pub(in crate::api) struct Guarded<S> {
    locked: AtomicBool,
    inside: UnsafeCell<S>,
}

// SAFETY: access is handed out to one guard at a time, on whatever thread that is, so the state need not be `Sync`.
unsafe impl<S: Send> Sync for Guarded<S> {}

// No user code runs under the lock, and state is whole again before anything can panic.
impl<S> UnwindSafe for Guarded<S> {}
impl<S> RefUnwindSafe for Guarded<S> {}

impl<S> Guarded<S> {
    pub(in crate::api) const fn new(inside: S) -> Guarded<S> {
        Guarded {
            locked: AtomicBool::new(false),
            inside: UnsafeCell::new(inside),
        }
    }

    /// Access, until the guard is dropped. Not to be asked for twice by one thread at a time.
    #[inline(always)]
    pub(in crate::api) fn lock(&self) -> Locked<'_, S> {
        // Pairs with the store in `drop`: who comes next sees what the one before did.
        while self.locked.swap(true, Acquire) {
            wait();
        }
        Locked(self)
    }
}

/// Another thread is in there, for a moment.
#[cold]
#[inline(never)]
fn wait() {
    thread::yield_now();
}

/// Access to locked state.
pub(in crate::api) struct Locked<'a, S>(&'a Guarded<S>);

// SAFETY: it is a `&S` when shared.
unsafe impl<S: Sync> Sync for Locked<'_, S> {}

impl<S> Deref for Locked<'_, S> {
    type Target = S;

    #[inline(always)]
    fn deref(&self) -> &S {
        // SAFETY: `locked` is ours until the guard is dropped, so there is no other guard.
        unsafe { &*self.0.inside.get() }
    }
}

impl<S> DerefMut for Locked<'_, S> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut S {
        // SAFETY: as above; and the guard itself is borrowed mutably.
        unsafe { &mut *self.0.inside.get() }
    }
}

impl<S> Drop for Locked<'_, S> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.locked.store(false, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_gets_in_whatever_the_thread() {
        let count = Guarded::new(0u32);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let mut count = count.lock();
                        let seen = *count;
                        thread::yield_now();
                        *count = seen + 1;
                    }
                });
            }
        });
        assert_eq!(*count.lock(), 150);
    }
}
