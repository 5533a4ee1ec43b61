//! A lease: permits that were acquired, and who leads back to their pool.

use std::mem::{self, ManuallyDrop};

use super::pool::PermitPool;
use crate::api::preempt;
use crate::base::place::Place;
use crate::record::fact::Hold;

/// Who leads to a pool: the pool itself, or a lock around it.
pub(super) trait HasPool {
    /// Whether it is borrowed, so that a lease cannot outlive the future that has it.
    const BORROWED: bool;

    fn pool(&self) -> &PermitPool;
}

impl HasPool for &PermitPool {
    const BORROWED: bool = true;

    #[inline(always)]
    fn pool(&self) -> &PermitPool {
        self
    }
}

/// Permits that were acquired, and who leads back to their pool. Dropped, it gives them back.
pub(super) struct Lease<K: HasPool> {
    keep: K,
    permits: usize,
    hold: Hold,
}

impl<K: HasPool> Lease<K> {
    pub(super) fn new(keep: K, permits: usize, hold: Hold) -> Lease<K> {
        Lease {
            keep,
            permits,
            hold,
        }
    }

    pub(super) fn keep(&self) -> &K {
        &self.keep
    }

    /// Gives all permits back but one.
    pub(super) fn keep_one(&mut self) {
        // Set before anybody is woken: a waker that panics must not make the rest be given back twice.
        let permits = mem::replace(&mut self.permits, 1);
        self.keep.pool().add(permits - 1);
    }

    pub(super) fn permits(&self) -> usize {
        self.permits
    }

    /// Does not give the permits back: the pool has so many fewer, until somebody adds them again.
    pub(super) fn forget(mut self, place: Place) {
        let permits = mem::take(&mut self.permits);
        self.keep.pool().tell_forgotten(permits, place);
    }

    /// Takes over the permits of another lease of the same pool.
    pub(super) fn merge(&mut self, mut other: Lease<K>) {
        self.permits += mem::take(&mut other.permits);
    }

    /// Splits `n` permits off, or none if there are fewer.
    pub(super) fn split(&mut self, n: usize, place: Place) -> Option<Lease<K>>
    where
        K: Clone,
    {
        self.permits = self.permits.checked_sub(n)?;
        let hold = self.keep.pool().hold_part(n, place);
        Some(Lease::new(self.keep.clone(), n, hold))
    }
}

impl<'a, O: ?Sized> Lease<&'a O>
where
    &'a O: HasPool,
{
    /// Keeps only this part of the owner, with the same pool.
    pub(super) fn keep_part<P: ?Sized>(self, part: impl FnOnce(&'a O) -> &'a P) -> Lease<&'a P>
    where
        &'a P: HasPool,
    {
        let this = ManuallyDrop::new(self);
        Lease {
            keep: part(this.keep),
            permits: this.permits,
            hold: this.hold,
        }
    }
}

impl<K: HasPool> Drop for Lease<K> {
    #[inline]
    fn drop(&mut self) {
        let _point = preempt::after();
        match self.permits {
            0 => self.keep.pool().end_hold(self.hold),
            permits => {
                let shared_at = (!K::BORROWED).then(|| std::ptr::from_ref(self).addr());
                self.keep.pool().release(permits, self.hold, shared_at);
            }
        }
    }
}
