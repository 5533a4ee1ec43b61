//! Guards for a part of a value: each kind of guard gives one, keeps the lock for it, and is given back where there is no
//! such part.

use std::sync::Arc;

use reweave::sync::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};

type Pair = (Vec<u8>, u8);

fn pair() -> Pair {
    (vec![1, 2], 3)
}

/// Takes the second and the tenth of the list through the `try_map` of a guard.
macro_rules! parts {
    ($Guard:ident, $take:expr, $is_locked:expr, $get:ident) => {{
        let second = $Guard::try_map($take, |pair| pair.0.$get(1));
        assert_eq!(*second.unwrap(), 2);
        assert!(!$is_locked, "given back with the part");
        let whole = $Guard::try_map($take, |pair| pair.0.$get(9)).unwrap_err();
        assert_eq!(*whole, pair());
        assert!($is_locked, "kept with the guard that came back");
        drop(whole);
        assert!(!$is_locked);
    }};
}

#[test]
fn of_a_mutex() {
    let mutex = Mutex::new(pair());
    let locked = || mutex.try_lock().is_err();
    parts!(MutexGuard, mutex.try_lock().unwrap(), locked(), get_mut);
    let list = || MutexGuard::map(mutex.try_lock().unwrap(), |pair| &mut pair.0);
    let second = MappedMutexGuard::try_map(list(), |list| list.get_mut(1)).unwrap();
    assert!(*second == 2 && locked());
    drop(second);
    let whole = MappedMutexGuard::try_map(list(), |list| list.get_mut(9)).unwrap_err();
    assert!(*whole == [1, 2] && locked());
    drop(whole);
    *MappedMutexGuard::map(list(), |list| &mut list[0]) = 7;
    assert_eq!(mutex.into_inner().0, [7, 2]);
}

#[test]
fn of_a_mutex_that_they_own() {
    let mutex = Arc::new(Mutex::new(pair()));
    let locked = || mutex.try_lock().is_err();
    let take = || mutex.clone().try_lock_owned().unwrap();
    parts!(OwnedMutexGuard, take(), locked(), get_mut);
    let list = || OwnedMutexGuard::map(take(), |pair| &mut pair.0);
    let second = OwnedMappedMutexGuard::try_map(list(), |list| list.get_mut(1)).unwrap();
    assert!(*second == 2 && locked());
    drop(second);
    let whole = OwnedMappedMutexGuard::try_map(list(), |list| list.get_mut(9)).unwrap_err();
    assert!(*whole == [1, 2] && locked());
    drop(whole);
    *OwnedMappedMutexGuard::map(list(), |list| &mut list[0]) = 7;
    assert!(!locked());
    assert_eq!(mutex.try_lock().unwrap().0, [7, 2]);
}

#[test]
fn of_a_lock_that_is_read() {
    let lock = Arc::new(RwLock::new(pair()));
    let locked = || lock.try_write().is_err();
    parts!(RwLockReadGuard, lock.try_read().unwrap(), locked(), get);
    let take = || lock.clone().try_read_owned().unwrap();
    parts!(OwnedRwLockReadGuard, take(), locked(), get);
    let list = OwnedRwLockReadGuard::map(take(), |pair| &pair.0);
    assert!(*list == [1, 2] && locked());
}

#[test]
fn of_a_lock_that_is_written() {
    let lock = Arc::new(RwLock::new(pair()));
    let locked = || lock.try_read().is_err();
    parts!(
        RwLockWriteGuard,
        lock.try_write().unwrap(),
        locked(),
        get_mut
    );
    let list = || RwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.0);
    let second = RwLockMappedWriteGuard::try_map(list(), |list| list.get_mut(1)).unwrap();
    assert!(*second == 2 && locked());
    drop(second);
    let whole = RwLockMappedWriteGuard::try_map(list(), |list| list.get_mut(9)).unwrap_err();
    assert!(*whole == [1, 2] && locked());
    drop(whole);

    let take = || lock.clone().try_write_owned().unwrap();
    parts!(OwnedRwLockWriteGuard, take(), locked(), get_mut);
    let list = || OwnedRwLockWriteGuard::map(take(), |pair| &mut pair.0);
    let second = OwnedRwLockMappedWriteGuard::try_map(list(), |list| list.get_mut(1)).unwrap();
    assert!(*second == 2 && locked());
    drop(second);
    let whole = OwnedRwLockMappedWriteGuard::try_map(list(), |list| list.get_mut(9)).unwrap_err();
    assert!(*whole == [1, 2] && locked());
    drop(whole);
    *OwnedRwLockMappedWriteGuard::map(list(), |list| &mut list[0]) = 7;
    assert!(!locked());
    assert_eq!(lock.try_read().unwrap().0, [7, 2]);
}

#[test]
fn a_whole_write_guard_becomes_one_of_the_mapped_kind_and_stays_locked() {
    let lock = Arc::new(RwLock::new((1, 2)));
    let mut mapped: RwLockMappedWriteGuard<'_, (i32, i32)> =
        RwLockWriteGuard::into_mapped(lock.try_write().unwrap());
    mapped.0 = 3;
    assert!(lock.try_read().is_err());
    let mut part = RwLockMappedWriteGuard::map(mapped, |pair| &mut pair.1);
    *part = 4;
    assert!(lock.try_read().is_err());
    drop(part);
    assert_eq!(*lock.try_read().unwrap(), (3, 4));

    let writes = lock.clone().try_write_owned().unwrap();
    let mut mapped: OwnedRwLockMappedWriteGuard<(i32, i32)> =
        OwnedRwLockWriteGuard::into_mapped(writes);
    mapped.0 = 5;
    assert!(lock.try_read().is_err());
    drop(mapped);
    assert_eq!(*lock.try_read().unwrap(), (5, 4));
}

#[test]
fn a_writer_goes_on_as_a_reader_of_all_or_of_a_part() {
    let lock = Arc::new(RwLock::new(pair()));
    let read_only = || lock.try_read().is_ok() && lock.try_write().is_err();
    let reads = lock.try_write().unwrap().downgrade();
    assert!(*reads == pair() && read_only());
    drop(reads);
    let reads = lock.clone().try_write_owned().unwrap().downgrade();
    assert!(*reads == pair() && read_only());
    drop(reads);
    let writes = lock.clone().try_write_owned().unwrap();
    let part = OwnedRwLockWriteGuard::downgrade_map(writes, |pair| &pair.1);
    assert!(*part == 3 && read_only());
    drop(part);
    let writes = lock.try_write().unwrap();
    let part = RwLockWriteGuard::try_downgrade_map(writes, |pair| pair.0.first()).unwrap();
    assert!(*part == 1 && read_only());
    drop(part);
    let writes = lock.try_write().unwrap();
    let whole = RwLockWriteGuard::try_downgrade_map(writes, |pair| pair.0.get(9)).unwrap_err();
    assert!(
        *whole == pair() && lock.try_read().is_err(),
        "still writing"
    );
}
