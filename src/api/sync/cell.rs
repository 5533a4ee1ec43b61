//! Values behind a lock: the one place in `sync` with `unsafe`.
//!
//! A [`SharedCell`] is a value with a count of its users, as in a `RefCell`, but atomic. The primitives above
//! see to it by waiting that nobody asks for access that is not free; the cell checks it all the same, so that a
//! mistake in one of them is a panic and never two `&mut` to one value.
//!
//! ```text
//!   users == 0            free
//!   users == n            n Shared
//!   users == EXCLUSIVE    one Exclusive
//! ```
//!
//! A [`Guard`] is `{ users, value, lease }`: two pointers into a cell, and a [`Lease`] that keeps the cell's owner alive
//! and in place, through `&'a Owner` or `Arc<Owner>`. So one type serves borrowed, owned and mapped guards, [`Exclusive`]
//! and [`Shared`] ones. The lease is dropped last, and gives the lock back when the access is over.
//!
//! # What every `unsafe` here relies on
//!
//! 1. **Alive.** The pointers of a guard were made from `&'x Owner` for *every* `'x`, so they point into the owner
//!    (or to something that never dies), and the lease keeps the owner where it is. `get_mut` and `into_inner` need
//!    the cell itself to be borrowed mutably or owned, which a living lease rules out.
//! 2. **Alone.** An [`Exclusive`] exists only between a change of `users` from 0 to `EXCLUSIVE` and back, a [`Shared`] only
//!    while it is counted.
//! 3. **Threads.** [`ExclusiveCell`] gives exclusive access only, so it is `Sync` for a `Send` value, as a mutex
//!    is; [`SharedCell`] gives shared access too, so it asks for `Send + Sync`, as a read-write lock does.

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use super::lease::{HasPool, Lease};

const EXCLUSIVE: usize = usize::MAX;

/// A value that may be shared, or used alone.
#[derive(Default)]
pub(super) struct SharedCell<T: ?Sized> {
    users: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: rule 3; access is handed out by rule 2.
unsafe impl<T: ?Sized + Send + Sync> Sync for SharedCell<T> {}

impl<T> SharedCell<T> {
    pub(super) const fn new(value: T) -> SharedCell<T> {
        SharedCell {
            users: AtomicUsize::new(0),
            value: UnsafeCell::new(value),
        }
    }

    pub(super) fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> SharedCell<T> {
    pub(super) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// A value that is used alone only.
#[derive(Default)]
pub(super) struct ExclusiveCell<T: ?Sized>(SharedCell<T>);

// SAFETY: rule 3: the cell inside is reached through `Exclusive::of_exclusive` only.
unsafe impl<T: ?Sized + Send> Sync for ExclusiveCell<T> {}

impl<T> ExclusiveCell<T> {
    pub(super) const fn new(value: T) -> ExclusiveCell<T> {
        ExclusiveCell(SharedCell::new(value))
    }

    pub(super) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> ExclusiveCell<T> {
    pub(super) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

/// What keeps an owner alive and in place.
///
/// # Safety
///
/// For as long as the keeper lives, wherever it is moved, what it points to stays where it is, and can only be
/// borrowed shared.
pub(super) unsafe trait Keep: Deref + HasPool {}

// SAFETY: a shared borrow.
unsafe impl<'a, O: ?Sized> Keep for &'a O where &'a O: HasPool {}
// SAFETY: an `Arc` never moves what it holds; as long as a guard has one, nobody who goes through
// `Arc::get_mut` is the only owner, and the guard itself never calls it.
unsafe impl<O: ?Sized> Keep for Arc<O> where Arc<O>: HasPool {}

/// How a guard reaches the value: as `*mut T` alone, as `*const T` together with others. By the pointer, `T` is invariant
/// in the one, as behind `&mut`, and covariant in the other, as behind `&`.
pub(super) trait Pointer: Copy {
    type Value: ?Sized;

    fn get(self) -> *const Self::Value;

    /// Counts one more user, and points to the value, if the access is free.
    fn enter(cell: &SharedCell<Self::Value>) -> Option<Self>;

    /// Gives back what [`Pointer::enter`] took.
    fn leave(users: &AtomicUsize);
}

impl<T: ?Sized> Pointer for *mut T {
    type Value = T;

    #[inline]
    fn get(self) -> *const T {
        self
    }

    #[inline]
    fn enter(cell: &SharedCell<T>) -> Option<*mut T> {
        let free = cell.users.compare_exchange(0, EXCLUSIVE, Acquire, Relaxed);
        free.is_ok().then(|| cell.value.get())
    }

    #[inline]
    fn leave(users: &AtomicUsize) {
        users.store(0, Release);
    }
}

impl<T: ?Sized> Pointer for *const T {
    type Value = T;

    #[inline]
    fn get(self) -> *const T {
        self
    }

    #[inline]
    fn enter(cell: &SharedCell<T>) -> Option<*const T> {
        // The last count below `EXCLUSIVE` is never left, so that no number of users looks like one alone.
        let more = |users: usize| (users < EXCLUSIVE - 1).then(|| users + 1);
        let free = cell.users.fetch_update(Acquire, Relaxed, more);
        free.is_ok().then(|| cell.value.get().cast_const())
    }

    #[inline]
    fn leave(users: &AtomicUsize) {
        users.fetch_sub(1, Release);
    }
}

/// Access to the value of a cell or to a part of it, given back when dropped.
pub(super) struct Guard<K: HasPool, P: Pointer> {
    users: NonNull<AtomicUsize>,
    value: P,
    lease: Lease<K>,
}

/// Access for one alone.
pub(super) type Exclusive<K, T> = Guard<K, *mut T>;

/// Access together with others.
pub(super) type Shared<K, T> = Guard<K, *const T>;

// SAFETY: it is a `&mut T` and a keeper.
unsafe impl<K: HasPool + Send, T: ?Sized + Send> Send for Exclusive<K, T> {}
// SAFETY: it is a `&T` and a keeper.
unsafe impl<K: HasPool + Send, T: ?Sized + Sync> Send for Shared<K, T> {}
// SAFETY: it is a `&mut T` or a `&T`, which are `Sync` if `T` is, and a keeper.
unsafe impl<K: HasPool + Sync, P: Pointer<Value: Sync>> Sync for Guard<K, P> {}

impl<K: Keep, P: Pointer> Guard<K, P> {
    /// # Panics
    ///
    /// If the access is not free: a bug of the primitive that asks.
    pub(super) fn of(
        lease: Lease<K>,
        cell: impl for<'x> FnOnce(&'x K::Target) -> &'x SharedCell<P::Value>,
    ) -> Self {
        let cell = cell(lease.keep());
        let value = P::enter(cell).expect(IN_USE);
        let users = NonNull::from(&cell.users);
        Guard {
            users,
            value,
            lease,
        }
    }
}

const IN_USE: &str = "a lock was granted while its value was in use";

impl<K: Keep, T: ?Sized> Exclusive<K, T> {
    /// [`Guard::of`] for a [`ExclusiveCell`].
    pub(super) fn of_exclusive(
        lease: Lease<K>,
        cell: impl for<'x> FnOnce(&'x K::Target) -> &'x ExclusiveCell<T>,
    ) -> Self {
        Exclusive::of(lease, |owner| &cell(owner).0)
    }
}

impl<K: HasPool, P: Pointer> Guard<K, P> {
    pub(super) fn keep(&self) -> &K {
        self.lease.keep()
    }

    /// Goes on with another pointer of the same kind, or is given back if there is none.
    fn try_at<Q: Pointer>(self, value: Option<Q>) -> Result<Guard<K, Q>, Self> {
        let Some(value) = value else {
            return Err(self);
        };
        let (users, _, lease) = self.into_parts();
        Ok(Guard {
            users,
            value,
            lease,
        })
    }

    /// Takes it apart without giving the access back.
    fn into_parts(self) -> (NonNull<AtomicUsize>, P, Lease<K>) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never used or dropped again, so the lease is moved out once.
        let lease = unsafe { ptr::read(&this.lease) };
        (this.users, this.value, lease)
    }
}

impl<K: HasPool, T: ?Sized> Exclusive<K, T> {
    /// Access to a part, or all of it back if there is no such part.
    pub(super) fn try_map<U: ?Sized>(
        mut self,
        part: impl FnOnce(&mut T) -> Option<&mut U>,
    ) -> Result<Exclusive<K, U>, Self> {
        let part = part(&mut self).map(ptr::from_mut);
        self.try_at(part)
    }

    /// Gives exclusive access up for shared access, and all permits but one back.
    pub(super) fn downgrade(self) -> Shared<K, T> {
        let value = self.value;
        self.share(value)
    }

    /// [`Exclusive::downgrade`] to a part, or all of it back if there is no such part.
    pub(super) fn try_downgrade_map<U: ?Sized>(
        self,
        part: impl FnOnce(&T) -> Option<&U>,
    ) -> Result<Shared<K, U>, Self> {
        let Some(part) = part(&self).map(ptr::from_ref) else {
            return Err(self);
        };
        Ok(self.share(part))
    }

    fn share<U: ?Sized>(self, value: *const U) -> Shared<K, U> {
        let (users, _, lease) = self.into_parts();
        // SAFETY: rules 1 and 2: the count is ours alone until this store.
        unsafe { users.as_ref() }.store(1, Release);
        let mut shared = Shared {
            users,
            value,
            lease,
        };
        // When it is whole: this wakes others, and a waker may panic.
        shared.lease.keep_one();
        shared
    }
}

impl<K: HasPool, T: ?Sized> Shared<K, T> {
    /// Access to a part, or all of it back if there is no such part.
    pub(super) fn try_map<U: ?Sized>(
        self,
        part: impl FnOnce(&T) -> Option<&U>,
    ) -> Result<Shared<K, U>, Self> {
        let part = part(&self).map(ptr::from_ref);
        self.try_at(part)
    }
}

impl<'a, O: ?Sized, P: Pointer> Guard<&'a O, P>
where
    &'a O: HasPool,
{
    /// Keeps a part of the owner instead of all of it, so that the owner's type is not named.
    pub(super) fn keep_part<Q: ?Sized>(self, part: impl FnOnce(&'a O) -> &'a Q) -> Guard<&'a Q, P>
    where
        &'a Q: HasPool,
    {
        let (users, value, lease) = self.into_parts();
        Guard {
            users,
            value,
            lease: lease.keep_part(part),
        }
    }
}

impl<K: HasPool, P: Pointer> Deref for Guard<K, P> {
    type Target = P::Value;

    #[inline]
    fn deref(&self) -> &P::Value {
        // SAFETY: rules 1 and 2.
        unsafe { &*self.value.get() }
    }
}

impl<K: HasPool, T: ?Sized> DerefMut for Exclusive<K, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: rules 1 and 2.
        unsafe { &mut *self.value }
    }
}

impl<K: HasPool, P: Pointer> Drop for Guard<K, P> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: rule 1.
        P::leave(unsafe { self.users.as_ref() });
    }
}

#[cfg(test)]
mod tests {
    use super::super::pool::PermitPool;
    use super::super::resource::Tag;
    use super::*;
    use crate::base::place::caller;
    use crate::base::resource::{Action, ResourceKind};
    use crate::record::fact::Hold;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A pool with more permits than the cell behind it bears: what a mistake in a primitive would do.
    struct OversizedPool {
        pool: PermitPool,
        pair: SharedCell<(String, u32)>,
    }

    impl OversizedPool {
        fn new() -> OversizedPool {
            let pool = PermitPool::new(Tag::new(ResourceKind::Semaphore), 9);
            OversizedPool {
                pool,
                pair: SharedCell::new((String::from("a"), 2)),
            }
        }

        fn alone(&self) -> Exclusive<&OversizedPool, (String, u32)> {
            let hold = self
                .pool
                .try_acquire(2, Action::Acquire(2), caller())
                .unwrap();
            Exclusive::of(Lease::new(self, 2, hold), |owner| &owner.pair)
        }

        fn shared(&self) -> Shared<&OversizedPool, (String, u32)> {
            let hold = self
                .pool
                .try_acquire(1, Action::Acquire(1), caller())
                .unwrap();
            Shared::of(Lease::new(self, 1, hold), |owner| &owner.pair)
        }
    }

    impl HasPool for &OversizedPool {
        const BORROWED: bool = true;

        fn pool(&self) -> &PermitPool {
            &self.pool
        }
    }

    impl HasPool for Arc<OversizedPool> {
        const BORROWED: bool = false;

        fn pool(&self) -> &PermitPool {
            &self.pool
        }
    }

    fn refused<R>(access: impl FnOnce() -> R) -> bool {
        catch_unwind(AssertUnwindSafe(|| drop(access()))).is_err()
    }

    #[test]
    fn access_is_alone_or_shared_whatever_the_pool_grants() {
        let owner = OversizedPool::new();
        let mut one = owner.alone();
        one.1 = 10;
        assert!(refused(|| owner.alone()) && refused(|| owner.shared()));
        drop(one);
        let (shared, other) = (owner.shared(), owner.shared());
        assert_eq!((shared.1, other.1), (10, 10));
        drop(shared);
        assert!(refused(|| owner.alone()));
        drop(other);
        assert_eq!(owner.alone().1, 10);
    }

    #[test]
    fn a_mapped_owned_access_keeps_its_owner_alive() {
        let owner = Arc::new(OversizedPool::new());
        let lease = Lease::new(owner.clone(), 0, Hold::NONE);
        let all = Exclusive::of(lease, |owner| &owner.pair);
        let Err(all) = all.try_map(|_| None::<&mut u32>) else {
            panic!("there was no part")
        };
        let Ok(mut part) = all.try_map(|pair| Some(&mut pair.0)) else {
            panic!("there was a part")
        };
        drop(owner);
        part.push('b');
        assert_eq!(*part, "ab");
        let mut owner = part.keep().clone();
        drop(part);
        assert_eq!(Arc::get_mut(&mut owner).unwrap().pair.get_mut().0, "ab");
    }

    #[test]
    fn a_downgraded_access_is_shared_until_its_last_part_is_gone() {
        let owner = OversizedPool::new();
        let Err(alone) = owner.alone().try_downgrade_map(|_| None::<&u32>) else {
            panic!("there was no part")
        };
        assert!(refused(|| owner.shared()));
        let all = alone.downgrade();
        let Ok(part) = all.try_map(|pair| Some(&pair.1)) else {
            panic!("there was a part")
        };
        let part = part.keep_part(|owner| &owner.pool);
        assert_eq!((*part, owner.shared().1), (2, 2));
        assert_eq!(owner.pool.free(), 8);
        assert!(refused(|| owner.alone()));
        drop(part);
        assert_eq!(owner.alone().1, 2);
        assert_eq!(owner.pool.free(), 9);
    }

    #[test]
    fn a_panic_in_a_projection_gives_the_access_back() {
        let owner = OversizedPool::new();
        assert!(refused(|| owner
            .alone()
            .try_map(|_| -> Option<&mut u32> { panic!("no") })));
        drop(owner.alone());
        assert_eq!(owner.pool.free(), 9);
    }
}
