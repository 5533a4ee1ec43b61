//! `broadcast`.

use std::sync::Arc;

use reweave::sync::broadcast::{self, error::RecvError, error::TryRecvError};

use super::parts::hand;

#[test]
fn every_receiver_gets_every_value_from_its_start_on() {
    let (sender, mut one) = broadcast::channel(4);
    assert_eq!(sender.send(1).unwrap(), 1);
    let mut two = sender.subscribe();
    assert_eq!(sender.send(2).unwrap(), 2);
    assert_eq!((one.try_recv(), one.try_recv()), (Ok(1), Ok(2)));
    assert_eq!(
        (two.try_recv(), two.try_recv()),
        (Ok(2), Err(TryRecvError::Empty))
    );
}

#[test]
fn who_is_slow_is_told_what_it_lost() {
    let (sender, mut receiver) = broadcast::channel(3);
    (0..6).for_each(|n| drop(sender.send(n)));
    assert_eq!(receiver.len(), 6);
    assert_eq!(
        receiver.try_recv(),
        Err(TryRecvError::Lagged(2)),
        "3 is rounded up to 4"
    );
    assert_eq!(hand(receiver.recv()).ready(), Ok(2));
    assert_eq!(receiver.resubscribe().try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn waits_end_with_a_value_or_with_the_last_sender() {
    let (sender, mut receiver) = broadcast::channel(2);
    let mut recv = hand(receiver.recv());
    recv.pending();
    sender.send('a').unwrap();
    assert!(recv.is_woken());
    assert_eq!(recv.ready(), Ok('a'));
    drop(recv);
    let mut recv = hand(receiver.recv());
    recv.pending();
    let weak = sender.downgrade();
    assert_eq!((weak.strong_count(), weak.weak_count()), (1, 1));
    drop(sender);
    assert!(recv.is_woken() && weak.upgrade().is_none());
    assert_eq!(recv.ready(), Err(RecvError::Closed));
}

#[test]
fn a_value_is_kept_until_the_last_receiver_had_it_or_left() {
    let value = Arc::new(());
    let (sender, mut one) = broadcast::channel(2);
    let two = sender.subscribe();
    sender.send(value.clone()).unwrap();
    one.try_recv().unwrap();
    assert_eq!((Arc::strong_count(&value), sender.len()), (2, 1));
    drop(two);
    assert_eq!((Arc::strong_count(&value), sender.len()), (1, 0));
    let mut closed = hand(sender.closed());
    closed.pending();
    drop(one);
    assert!(closed.is_woken());
    closed.ready();
    assert!(sender.send(value).is_err());
}
