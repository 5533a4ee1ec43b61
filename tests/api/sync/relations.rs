//! What handles say of what they belong to: the lock of a guard, the semaphore of a permit, the channel of an end, and how
//! many ends there are.

use std::ptr;
use std::sync::Arc;

use reweave::sync::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, Semaphore,
    broadcast, mpsc, watch,
};

#[test]
fn owned_guards_show_their_lock() {
    let (lock, other) = (Arc::new(RwLock::new((1, 2))), Arc::new(RwLock::new((1, 2))));
    let reads = lock.clone().try_read_owned().unwrap();
    let part = OwnedRwLockReadGuard::map(lock.clone().try_read_owned().unwrap(), |pair| &pair.0);
    let is_its =
        |shown: &Arc<RwLock<(i32, i32)>>| Arc::ptr_eq(shown, &lock) && !Arc::ptr_eq(shown, &other);
    assert!(is_its(OwnedRwLockReadGuard::rwlock(&reads)));
    assert!(is_its(OwnedRwLockReadGuard::rwlock(&part)));
    drop((reads, part));
    let writes = lock.clone().try_write_owned().unwrap();
    assert!(is_its(OwnedRwLockWriteGuard::rwlock(&writes)));
    let part = OwnedRwLockWriteGuard::map(writes, |pair| &mut pair.1);
    assert!(is_its(OwnedRwLockMappedWriteGuard::rwlock(&part)));
}

#[test]
fn permits_show_their_semaphore() {
    let (semaphore, other) = (Arc::new(Semaphore::new(2)), Semaphore::new(2));
    let (one, another) = (
        semaphore.try_acquire().unwrap(),
        other.try_acquire().unwrap(),
    );
    assert!(ptr::eq(one.semaphore(), &*semaphore));
    assert!(ptr::eq(another.semaphore(), &other));
    let owned = semaphore.clone().try_acquire_owned().unwrap();
    assert!(Arc::ptr_eq(owned.semaphore(), &semaphore));
}

#[test]
fn ends_know_whether_they_are_of_one_channel() {
    let (sender, _receiver) = mpsc::channel::<u8>(2);
    let (stranger, _kept) = mpsc::channel::<u8>(2);
    let permit = sender.clone().try_reserve_owned().unwrap();
    let another = sender.clone().try_reserve_owned().unwrap();
    let strange = stranger.clone().try_reserve_owned().unwrap();
    assert!(sender.same_channel(&sender.clone()) && !sender.same_channel(&stranger));
    assert!(permit.same_channel(&another) && !permit.same_channel(&strange));
    assert!(permit.same_channel_as_sender(&sender) && !permit.same_channel_as_sender(&stranger));

    let (sender, _receiver) = mpsc::unbounded_channel::<u8>();
    let (stranger, _kept) = mpsc::unbounded_channel::<u8>();
    assert!(sender.same_channel(&sender.clone()) && !sender.same_channel(&stranger));

    let (sender, receiver) = broadcast::channel::<u8>(2);
    let (stranger, strange) = broadcast::channel::<u8>(2);
    assert!(sender.same_channel(&sender.clone()) && !sender.same_channel(&stranger));
    assert!(receiver.same_channel(&sender.subscribe()) && !receiver.same_channel(&strange));

    let (sender, receiver) = watch::channel(0);
    let (stranger, strange) = watch::channel(0);
    assert!(sender.same_channel(&sender.clone()) && !sender.same_channel(&stranger));
    assert!(receiver.same_channel(&sender.subscribe()) && !receiver.same_channel(&strange));
}

#[test]
fn receivers_count_their_senders() {
    let (sender, receiver) = mpsc::channel::<u8>(1);
    let counts = || (receiver.sender_strong_count(), receiver.sender_weak_count());
    assert_eq!(counts(), (1, 0));
    let (weak, clone) = (sender.downgrade(), sender.clone());
    assert_eq!(counts(), (2, 1));
    drop(sender);
    assert_eq!(
        (counts(), weak.strong_count(), weak.weak_count()),
        ((1, 1), 1, 1)
    );
    drop((weak, clone));
    assert_eq!(counts(), (0, 0));

    let (sender, receiver) = mpsc::unbounded_channel::<u8>();
    let counts = || (receiver.sender_strong_count(), receiver.sender_weak_count());
    let (weak, clone) = (sender.downgrade(), sender.clone());
    assert_eq!(counts(), (2, 1));
    drop((sender, weak, clone));
    assert_eq!(counts(), (0, 0));

    let (sender, receiver) = broadcast::channel::<u8>(1);
    let counts = || (receiver.sender_strong_count(), receiver.sender_weak_count());
    let (weak, clone) = (sender.downgrade(), sender.clone());
    assert_eq!(counts(), (2, 1));
    drop((sender, weak, clone));
    assert_eq!(counts(), (0, 0));

    let (sender, _receiver) = watch::channel(0);
    assert_eq!(sender.sender_count(), 1);
    let clone = sender.clone();
    assert_eq!(sender.sender_count(), 2);
    drop(clone);
    assert_eq!(sender.sender_count(), 1);
}
