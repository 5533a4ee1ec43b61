//! Values behind a lock: the one place in `sync` with `unsafe`.
//!
//! A [`Vault`] is a value with a count of its users, as in a `RefCell`, but atomic. The primitives above
//! see to it by waiting that nobody asks for access that is not free; the vault checks it all the same, so that a
//! mistake up there is a panic and never two `&mut` to one value.
//!
//! ```text
//!   users == 0            free
//!   users == n            n Shared
//!   users == EXCLUSIVE    one Exclusive
//! ```
//!
//! A guard is `{ lease, users, value }`: two pointers into a vault, and a [`Lease`] that keeps the vault's owner alive and
//! in place, through `&'a Owner` or `Arc<Owner>`. So one pair of types serves borrowed, owned and mapped guards. The
//! lease is dropped last, and gives the lock back when the access is over.
//!
//! # What every `unsafe` here relies on
//!
//! 1. **Alive.** The pointers of a guard were made from `&'x Owner` for *every* `'x`, so they point into the owner
//!    (or to something that never dies), and the lease keeps the owner where it is. `get_mut` and `into_inner` need
//!    the vault itself to be borrowed mutably or owned, which a living lease rules out.
//! 2. **Alone.** An [`Exclusive`] exists only between a change of `users` from 0 to `EXCLUSIVE` and back, a [`Shared`] only
//!    while it is counted.
//! 3. **Threads.** [`Solo`] gives exclusive access only, so it is `Sync` for a `Send` value, as a mutex
//!    is; [`Vault`] gives shared access too, so it asks for `Send + Sync`, as a read-write lock does.

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use super::gate::{HasGate, Lease};

const EXCLUSIVE: usize = usize::MAX;

/// A value that may be shared, or used alone.
#[derive(Default)]
pub(super) struct Vault<T: ?Sized> {
    users: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: rule 3; access is handed out by rule 2.
unsafe impl<T: ?Sized + Send + Sync> Sync for Vault<T> {}

impl<T> Vault<T> {
    pub(super) const fn new(value: T) -> Vault<T> {
        Vault {
            users: AtomicUsize::new(0),
            value: UnsafeCell::new(value),
        }
    }

    pub(super) fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Vault<T> {
    pub(super) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// A value that is used alone only.
#[derive(Default)]
pub(super) struct Solo<T: ?Sized>(Vault<T>);

// SAFETY: rule 3: the vault inside is reached through `Exclusive::of_solo` only.
unsafe impl<T: ?Sized + Send> Sync for Solo<T> {}

impl<T> Solo<T> {
    pub(super) const fn new(value: T) -> Solo<T> {
        Solo(Vault::new(value))
    }

    pub(super) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> Solo<T> {
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
pub(super) unsafe trait Keep: Deref + HasGate {}

// SAFETY: a shared borrow.
unsafe impl<'a, O: ?Sized> Keep for &'a O where &'a O: HasGate {}
// SAFETY: an `Arc` never moves what it holds; as long as a guard has one, nobody who goes through
// `Arc::get_mut` is the only owner, and the guard itself never calls it.
unsafe impl<O: ?Sized> Keep for Arc<O> where Arc<O>: HasGate {}

/// Access for one alone.
pub(super) struct Exclusive<K: HasGate, T: ?Sized> {
    users: NonNull<AtomicUsize>,
    /// `*mut`, so that `T` is invariant, as it is behind `&mut`.
    value: *mut T,
    lease: Lease<K>,
}

// SAFETY: it is a `&mut T` and a keeper.
unsafe impl<K: HasGate + Send, T: ?Sized + Send> Send for Exclusive<K, T> {}
// SAFETY: as above.
unsafe impl<K: HasGate + Sync, T: ?Sized + Sync> Sync for Exclusive<K, T> {}

impl<K: Keep, T: ?Sized> Exclusive<K, T> {
    /// # Panics
    ///
    /// If the value is in use: a bug of the primitive that asks.
    pub(super) fn of(
        lease: Lease<K>,
        vault: impl for<'x> FnOnce(&'x K::Target) -> &'x Vault<T>,
    ) -> Self {
        let Vault { users, value } = vault(lease.keep());
        let free = users.compare_exchange(0, EXCLUSIVE, Acquire, Relaxed);
        assert!(free.is_ok(), "{IN_USE}");
        let (users, value) = (NonNull::from(users), value.get());
        Exclusive {
            users,
            value,
            lease,
        }
    }

    /// [`Exclusive::of`] for a [`Solo`].
    pub(super) fn of_solo(
        lease: Lease<K>,
        solo: impl for<'x> FnOnce(&'x K::Target) -> &'x Solo<T>,
    ) -> Self {
        Exclusive::of(lease, |owner| &solo(owner).0)
    }
}

const IN_USE: &str = "a lock was granted while its value was in use";

impl<K: HasGate, T: ?Sized> Exclusive<K, T> {
    pub(super) fn keep(&self) -> &K {
        self.lease.keep()
    }

    /// Access to a part, or all of it back if there is no such part.
    pub(super) fn try_map<U: ?Sized>(
        mut self,
        part: impl FnOnce(&mut T) -> Option<&mut U>,
    ) -> Result<Exclusive<K, U>, Self> {
        let Some(part) = part(&mut self) else {
            return Err(self);
        };
        let value: *mut U = part;
        let (users, lease) = self.into_parts();
        Ok(Exclusive {
            users,
            value,
            lease,
        })
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
        let Some(part) = part(&self) else {
            return Err(self);
        };
        let value: *const U = part;
        Ok(self.share(value))
    }

    fn share<U: ?Sized>(self, value: *const U) -> Shared<K, U> {
        let (users, mut lease) = self.into_parts();
        // SAFETY: rules 1 and 2: the count is ours alone until this store.
        unsafe { users.as_ref() }.store(1, Release);
        lease.keep_one();
        Shared {
            users,
            value,
            lease,
        }
    }

    /// Takes it apart without giving the access back.
    fn into_parts(self) -> (NonNull<AtomicUsize>, Lease<K>) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never used or dropped again, so the lease is moved out once.
        (this.users, unsafe { std::ptr::read(&this.lease) })
    }
}

impl<'a, O: ?Sized, T: ?Sized> Exclusive<&'a O, T>
where
    &'a O: HasGate,
{
    /// Keeps a part of the owner instead of all of it, so that the owner's type is not named.
    pub(super) fn keep_part<P: ?Sized>(
        self,
        part: impl FnOnce(&'a O) -> &'a P,
    ) -> Exclusive<&'a P, T>
    where
        &'a P: HasGate,
    {
        let value = self.value;
        let (users, lease) = self.into_parts();
        Exclusive {
            users,
            value,
            lease: lease.keep_part(part),
        }
    }
}

impl<K: HasGate, T: ?Sized> Deref for Exclusive<K, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: rules 1 and 2.
        unsafe { &*self.value }
    }
}

impl<K: HasGate, T: ?Sized> DerefMut for Exclusive<K, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: rules 1 and 2.
        unsafe { &mut *self.value }
    }
}

impl<K: HasGate, T: ?Sized> Drop for Exclusive<K, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: rule 1.
        unsafe { self.users.as_ref() }.store(0, Release);
    }
}

/// Access together with others.
pub(super) struct Shared<K: HasGate, T: ?Sized> {
    users: NonNull<AtomicUsize>,
    value: *const T,
    lease: Lease<K>,
}

// SAFETY: it is a `&T` and a keeper.
unsafe impl<K: HasGate + Send, T: ?Sized + Sync> Send for Shared<K, T> {}
// SAFETY: as above.
unsafe impl<K: HasGate + Sync, T: ?Sized + Sync> Sync for Shared<K, T> {}

impl<K: Keep, T: ?Sized> Shared<K, T> {
    /// # Panics
    ///
    /// If somebody uses the value alone: a bug of the primitive that asks.
    pub(super) fn of(
        lease: Lease<K>,
        vault: impl for<'x> FnOnce(&'x K::Target) -> &'x Vault<T>,
    ) -> Self {
        let Vault { users, value } = vault(lease.keep());
        // The last count below `EXCLUSIVE` is never left, so that no number of users looks like one alone.
        let more = |users: usize| (users < EXCLUSIVE - 1).then(|| users + 1);
        let free = users.fetch_update(Acquire, Relaxed, more);
        assert!(free.is_ok(), "{IN_USE}");
        let (users, value) = (NonNull::from(users), value.get());
        Shared {
            users,
            value,
            lease,
        }
    }
}

impl<K: HasGate, T: ?Sized> Shared<K, T> {
    pub(super) fn keep(&self) -> &K {
        self.lease.keep()
    }

    /// Access to a part, or all of it back if there is no such part.
    pub(super) fn try_map<U: ?Sized>(
        self,
        part: impl FnOnce(&T) -> Option<&U>,
    ) -> Result<Shared<K, U>, Self> {
        let Some(part) = part(&self) else {
            return Err(self);
        };
        let value: *const U = part;
        let (users, lease) = self.into_parts();
        Ok(Shared {
            users,
            value,
            lease,
        })
    }

    /// Takes it apart without giving the access back.
    fn into_parts(self) -> (NonNull<AtomicUsize>, Lease<K>) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never used or dropped again, so the lease is moved out once.
        (this.users, unsafe { std::ptr::read(&this.lease) })
    }
}

impl<'a, O: ?Sized, T: ?Sized> Shared<&'a O, T>
where
    &'a O: HasGate,
{
    /// Keeps a part of the owner instead of all of it, so that the owner's type is not named.
    pub(super) fn keep_part<P: ?Sized>(self, part: impl FnOnce(&'a O) -> &'a P) -> Shared<&'a P, T>
    where
        &'a P: HasGate,
    {
        let value = self.value;
        let (users, lease) = self.into_parts();
        Shared {
            users,
            value,
            lease: lease.keep_part(part),
        }
    }
}

impl<K: HasGate, T: ?Sized> Deref for Shared<K, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: rules 1 and 2.
        unsafe { &*self.value }
    }
}

impl<K: HasGate, T: ?Sized> Drop for Shared<K, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: rule 1.
        unsafe { self.users.as_ref() }.fetch_sub(1, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::super::gate::Gate;
    use super::super::resource::{Hold, Tag};
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A gate that lets in more than the vault behind it bears: what a mistake in a primitive would do.
    struct Owner {
        gate: Gate,
        pair: Vault<(String, u32)>,
    }

    impl Owner {
        fn new() -> Owner {
            let gate = Gate::new(Tag::new("test"), 9);
            Owner {
                gate,
                pair: Vault::new((String::from("a"), 2)),
            }
        }

        fn alone(&self) -> Exclusive<&Owner, (String, u32)> {
            Exclusive::of(Lease::new(self, 0, Hold::default()), |owner| &owner.pair)
        }

        fn shared(&self) -> Shared<&Owner, (String, u32)> {
            Shared::of(Lease::new(self, 0, Hold::default()), |owner| &owner.pair)
        }
    }

    impl HasGate for &Owner {
        fn gate(&self) -> &Gate {
            &self.gate
        }
    }

    impl HasGate for Arc<Owner> {
        fn gate(&self) -> &Gate {
            &self.gate
        }
    }

    fn refused<R>(access: impl FnOnce() -> R) -> bool {
        catch_unwind(AssertUnwindSafe(|| drop(access()))).is_err()
    }

    #[test]
    fn access_is_alone_or_shared_whatever_the_gate_lets_in() {
        let owner = Owner::new();
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
        let owner = Arc::new(Owner::new());
        let lease = Lease::new(owner.clone(), 0, Hold::default());
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
    fn a_panic_in_a_projection_gives_the_access_back() {
        let owner = Owner::new();
        assert!(refused(|| owner
            .alone()
            .try_map(|_| -> Option<&mut u32> { panic!("no") })));
        drop(owner.alone());
        assert_eq!(owner.gate.free(), 9);
    }
}
