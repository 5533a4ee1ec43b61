//! `RwLock`.

use std::sync::Arc;

use reweave::sync::{OwnedRwLockWriteGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::parts::hand;

#[test]
fn a_writer_in_line_lets_no_later_reader_pass() {
    let lock = RwLock::new(1);
    let reader = hand(lock.read()).ready();
    let (mut writer, mut later) = (hand(lock.write()), hand(lock.read()));
    writer.pending();
    later.pending();
    assert!(lock.try_read().is_err());
    drop(reader);
    assert!(writer.is_woken() && !later.is_woken());
    *writer.ready() = 2;
    assert_eq!(*later.ready(), 2);
}

#[test]
fn a_writer_goes_on_as_a_reader_and_lets_readers_in() {
    let lock = RwLock::new((1, 2));
    let writer = lock.try_write().unwrap();
    let (mut reader, mut next) = (hand(lock.read()), hand(lock.write()));
    reader.pending();
    next.pending();
    let part = RwLockWriteGuard::downgrade_map(writer, |pair| &pair.0);
    assert!(reader.is_woken() && !next.is_woken());
    assert_eq!((*part, reader.ready().1), (1, 2));
    drop(part);
    next.ready().0 = 5;
    drop((reader, next));
    assert_eq!(lock.into_inner(), (5, 2));
}

#[test]
fn readers_share_up_to_the_limit() {
    static LOCK: RwLock<u8> = RwLock::const_with_max_readers(7, 2);
    let (one, _two) = (LOCK.try_read().unwrap(), LOCK.try_read().unwrap());
    assert!(LOCK.try_read().is_err() && LOCK.try_write().is_err());
    drop(one);
    assert_eq!(*LOCK.try_read().unwrap(), 7);
}

#[test]
fn guards_reach_parts_borrowed_and_owned() {
    let lock = Arc::new(RwLock::new(vec![1, 2]));
    let first = RwLockReadGuard::map(lock.try_read().unwrap(), |list| &list[0]);
    assert_eq!(*first, 1);
    drop(first);
    let writer = lock.clone().try_write_owned().unwrap();
    let writer = OwnedRwLockWriteGuard::try_downgrade_map(writer, |list| list.get(9)).unwrap_err();
    assert!(lock.try_read().is_err(), "still writing");
    *OwnedRwLockWriteGuard::map(writer, |list| &mut list[1]) = 9;
    let reader = lock.clone().try_read_owned().unwrap();
    assert_eq!(
        format!("{reader:?} {lock:?}"),
        "[1, 9] RwLock { data: [1, 9] }"
    );
}

#[test]
#[should_panic(expected = "at least one reader")]
fn a_lock_without_readers_is_refused() {
    let _ = RwLock::with_max_readers(0, 0);
}
