//! The lock around a primitive's own state: held for a moment, with no user code inside.
//!
//! A run has one thread, so this lock is free whenever it is asked for. It is there because primitives are `Send` and
//! `Sync` as tokio's are: one may be made, looked at or dropped on any thread, and lie in a `static`. The standard
//! library's mutex would do; but it also watches for panics, which costs as much as everything that an uncontended
//! operation does, and tells nothing here: state is whole again before anything can panic.
//!
//! The lock knows which thread holds it. Another thread's hold is waited for; a thread that asks for what it holds itself
//! would wait for ever, so it panics.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::thread;

use crate::base::touched::{self, Held, Number};

/// State that is looked at under its lock only.
#[derive(Debug, Default)]
pub(in crate::api) struct Guarded<S> {
    /// The token of the thread that holds the lock, or [`FREE`].
    holder: AtomicUsize,
    /// By which a search that wants to know [what is touched](touched) knows it.
    number: Number,
    inside: UnsafeCell<S>,
}

/// Nobody holds the lock: no thread has this token.
const FREE: usize = 0;

// SAFETY: access is handed out to one guard at a time, on whatever thread that is, so the state need not be `Sync`.
unsafe impl<S: Send> Sync for Guarded<S> {}

// No user code runs under the lock, and state is whole again before anything can panic.
impl<S> UnwindSafe for Guarded<S> {}
impl<S> RefUnwindSafe for Guarded<S> {}

impl<S> Guarded<S> {
    pub(in crate::api) const fn new(inside: S) -> Guarded<S> {
        Guarded {
            holder: AtomicUsize::new(FREE),
            number: Number::NONE,
            inside: UnsafeCell::new(inside),
        }
    }

    /// [`Guarded::new`] where that is not a constant.
    #[inline(always)]
    pub(in crate::api) fn made(inside: S) -> Guarded<S> {
        Guarded::new(inside).numbered()
    }

    /// It is made in a run, and by no constant: it has a number there.
    #[inline(always)]
    pub(in crate::api) fn numbered(mut self) -> Guarded<S> {
        self.number = Number::next();
        self
    }

    /// Access, until the guard is dropped.
    ///
    /// # Panics
    ///
    /// If this thread has it already: a bug of the primitive.
    #[inline(always)]
    pub(in crate::api) fn lock(&self) -> Locked<'_, S> {
        self.touch();
        self.lock_untold()
    }

    /// The state is looked at or changed.
    #[inline(always)]
    pub(in crate::api) fn touch(&self) {
        touched::state(self.number);
    }

    /// As long as what this gives lives the state is seen.
    #[inline(always)]
    pub(in crate::api) fn hold(&self) -> Held {
        Held(self.number)
    }

    /// [`Guarded::lock`] for who says when the state is [touched](Guarded::touch).
    #[inline(always)]
    pub(in crate::api) fn lock_untold(&self) -> Locked<'_, S> {
        let me = this_thread();
        // `Acquire` pairs with the `Release` in `drop`: the next holder sees what the one before wrote.
        while let Err(holder) = self.holder.compare_exchange(FREE, me, Acquire, Relaxed) {
            wait(holder, me);
        }
        Locked {
            guarded: self,
            of_this_thread: PhantomData,
        }
    }
}

/// A number that no other living thread has.
#[inline(always)]
pub(in crate::api) fn this_thread() -> usize {
    thread_local!(static TOKEN: u8 = const { 0 });
    TOKEN.with(|token| ptr::from_ref(token).addr())
}

/// Another thread holds the lock, for a moment; or this one does.
#[cold]
#[inline(never)]
fn wait(holder: usize, me: usize) {
    assert_ne!(
        holder, me,
        "the state of a primitive of `reweave::sync` was locked twice by one thread: a bug of Reweave"
    );
    thread::yield_now();
}

/// Access to locked state.
pub(in crate::api) struct Locked<'a, S> {
    guarded: &'a Guarded<S>,
    /// Not `Send`: the lock knows this thread as its holder.
    of_this_thread: PhantomData<*mut ()>,
}

// SAFETY: it is a `&S` when shared.
unsafe impl<S: Sync> Sync for Locked<'_, S> {}

impl<S> Deref for Locked<'_, S> {
    type Target = S;

    #[inline(always)]
    fn deref(&self) -> &S {
        // SAFETY: `holder` is ours until the guard is dropped, so there is no other guard.
        unsafe { &*self.guarded.inside.get() }
    }
}

impl<S> DerefMut for Locked<'_, S> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut S {
        // SAFETY: as above; and the guard itself is borrowed mutably.
        unsafe { &mut *self.guarded.inside.get() }
    }
}

impl<S> Drop for Locked<'_, S> {
    #[inline(always)]
    fn drop(&mut self) {
        self.guarded.holder.store(FREE, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

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

    #[test]
    fn a_thread_that_asks_for_what_it_holds_panics_and_another_waits() {
        let count = Guarded::new(0u32);
        let mut held = count.lock();
        assert!(catch_unwind(|| *count.lock()).is_err());
        thread::scope(|scope| {
            let other = scope.spawn(|| *count.lock());
            *held = 7;
            drop(held);
            assert_eq!(other.join().unwrap(), 7);
        });
    }
}
