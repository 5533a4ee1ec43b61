//! Permits that own what they are of: room in a channel, permits of a semaphore.

use std::sync::Arc;

use reweave::sync::{Semaphore, TryAcquireError, mpsc};

use super::parts::hand;

#[test]
fn room_is_reserved_in_line_with_sends() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(1).unwrap();
    let mut waits = hand(sender.clone().reserve_owned());
    let mut later = hand(sender.send(3));
    waits.pending();
    later.pending();
    assert_eq!(receiver.try_recv(), Ok(1));
    assert!(waits.is_woken() && !later.is_woken());
    let permit = waits.ready().unwrap();
    assert!(sender.try_send(9).is_err(), "the room is the permit's");
    assert!(permit.send(2).same_channel(&sender));
    assert_eq!(receiver.try_recv(), Ok(2));
    later.ready().unwrap();
    assert_eq!(receiver.try_recv(), Ok(3));
}

#[test]
fn a_wait_for_room_that_is_dropped_lets_its_sender_go() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(1).unwrap();
    let mut waits = hand(sender.clone().reserve_owned());
    waits.pending();
    assert_eq!(sender.strong_count(), 2);
    drop(waits);
    assert_eq!(sender.strong_count(), 1);
    assert_eq!((receiver.try_recv(), sender.capacity()), (Ok(1), 1));
}

#[test]
fn none_is_reserved_in_a_closed_channel() {
    let (sender, mut receiver) = mpsc::channel::<u8>(1);
    let kept = hand(sender.clone().reserve_owned()).ready().unwrap();
    let mut waits = hand(sender.clone().reserve_owned());
    waits.pending();
    receiver.close();
    assert!(waits.is_woken());
    assert!(waits.ready().is_err());
    assert!(hand(sender.reserve_owned()).ready().is_err());
    drop(kept.send(1));
    assert_eq!(hand(receiver.recv()).ready(), Some(1));
    assert_eq!(hand(receiver.recv()).ready(), None);
}

#[test]
fn many_owned_permits_are_taken_at_once_or_not_at_all() {
    let semaphore = Arc::new(Semaphore::new(3));
    let two = semaphore.clone().try_acquire_many_owned(2).unwrap();
    assert_eq!((two.num_permits(), semaphore.available_permits()), (2, 1));
    let more = semaphore.clone().try_acquire_many_owned(2);
    assert_eq!(more.unwrap_err(), TryAcquireError::NoPermits);
    drop(two);
    assert_eq!(semaphore.available_permits(), 3);
    let mut waits = hand(semaphore.acquire_many(4));
    waits.pending();
    let past = semaphore.clone().try_acquire_many_owned(1);
    assert!(past.is_err(), "nobody passes one who waits");
    semaphore.close();
    let closed = semaphore.clone().try_acquire_many_owned(1);
    assert_eq!(closed.unwrap_err(), TryAcquireError::Closed);
}
