//! `oneshot`.

use reweave::sync::oneshot::{self, error::TryRecvError};

use super::parts::hand;

#[test]
fn a_value_sent_is_received_even_after_a_close() {
    let (sender, receiver) = oneshot::channel();
    let mut receiver = hand(receiver);
    receiver.pending();
    sender.send(1).unwrap();
    assert!(receiver.is_woken());
    assert_eq!(receiver.ready(), Ok(1));
    assert!(receiver.pinned().is_terminated());

    let (sender, mut receiver) = oneshot::channel();
    sender.send(2).unwrap();
    receiver.close();
    assert_eq!(receiver.try_recv(), Ok(2));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn each_end_learns_that_the_other_is_gone() {
    let (sender, receiver) = oneshot::channel::<()>();
    let mut receiver = hand(receiver);
    receiver.pending();
    drop(sender);
    assert!(receiver.is_woken() && receiver.ready().is_err());

    let (mut sender, receiver) = oneshot::channel();
    let mut closed = hand(sender.closed());
    closed.pending();
    drop(receiver);
    assert!(closed.is_woken());
    closed.ready();
    drop(closed);
    assert_eq!(sender.send("back"), Err("back"));
}

#[test]
fn nothing_is_there_before_it_is_sent() {
    let (sender, mut receiver) = oneshot::channel::<i32>();
    assert!(receiver.is_empty());
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    sender.send(1).unwrap();
    assert!(!receiver.is_empty());
    assert_eq!(receiver.blocking_recv(), Ok(1));
}

#[test]
fn a_value_nobody_receives_is_dropped_with_the_receiver() {
    let value = std::sync::Arc::new(());
    let (sender, receiver) = oneshot::channel();
    sender.send(value.clone()).unwrap();
    drop(receiver);
    assert_eq!(std::sync::Arc::strong_count(&value), 1);
}
