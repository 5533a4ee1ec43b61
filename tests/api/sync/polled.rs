//! The `poll_` methods, for futures written by hand.

use std::future::poll_fn;

use reweave::sync::{mpsc, oneshot};

use super::parts::hand;

#[test]
fn poll_recv_waits_receives_and_ends_bounded() {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut waits = hand(poll_fn(|cx| receiver.poll_recv(cx)));
    waits.pending();
    sender.try_send(1).unwrap();
    assert!(waits.is_woken());
    assert_eq!(waits.ready(), Some(1));
    drop(waits);
    sender.try_send(2).unwrap();
    drop(sender);
    assert_eq!(hand(poll_fn(|cx| receiver.poll_recv(cx))).ready(), Some(2));
    assert_eq!(hand(poll_fn(|cx| receiver.poll_recv(cx))).ready(), None);
}

#[test]
fn poll_recv_waits_receives_and_ends_unbounded() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut waits = hand(poll_fn(|cx| receiver.poll_recv(cx)));
    waits.pending();
    sender.send(1).unwrap();
    assert!(waits.is_woken());
    assert_eq!(waits.ready(), Some(1));
    drop(waits);
    drop(sender);
    assert_eq!(hand(poll_fn(|cx| receiver.poll_recv(cx))).ready(), None);
}

#[test]
fn the_task_of_the_last_poll_alone_is_woken() {
    let (sender, receiver) = mpsc::channel(1);
    let receiver = std::cell::RefCell::new(receiver);
    let mut first = hand(poll_fn(|cx| receiver.borrow_mut().poll_recv(cx)));
    let mut last = hand(poll_fn(|cx| receiver.borrow_mut().poll_recv(cx)));
    first.pending();
    last.pending();
    sender.try_send(1).unwrap();
    assert_eq!((first.is_woken(), last.is_woken()), (false, true));
}

#[test]
fn poll_recv_many_takes_up_to_the_limit_and_gives_room_back() {
    let (sender, mut receiver) = mpsc::channel(3);
    let mut buffer = vec![0];
    let mut waits = hand(poll_fn(|cx| receiver.poll_recv_many(cx, &mut buffer, 2)));
    waits.pending();
    (1..=3).for_each(|n| sender.try_send(n).unwrap());
    assert!(waits.is_woken());
    assert_eq!(waits.ready(), 2);
    drop(waits);
    assert_eq!((&buffer, sender.capacity()), (&vec![0, 1, 2], 2));
    let mut nothing = hand(poll_fn(|cx| receiver.poll_recv_many(cx, &mut buffer, 0)));
    assert_eq!(nothing.ready(), 0, "a limit of 0 takes nothing");
    drop(nothing);
    drop(sender);
    let mut rest = hand(poll_fn(|cx| receiver.poll_recv_many(cx, &mut buffer, 9)));
    assert_eq!((rest.ready(), rest.ready()), (1, 0));
    drop(rest);
    assert_eq!(buffer, [0, 1, 2, 3]);
}

#[test]
fn poll_recv_many_does_so_unbounded_too() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut buffer = Vec::new();
    let mut waits = hand(poll_fn(|cx| receiver.poll_recv_many(cx, &mut buffer, 2)));
    waits.pending();
    (1..=3).for_each(|n| sender.send(n).unwrap());
    assert!(waits.is_woken());
    assert_eq!((waits.ready(), waits.ready()), (2, 1));
    waits.pending();
    drop(sender);
    assert_eq!(waits.ready(), 0);
    drop(waits);
    assert_eq!(buffer, [1, 2, 3]);
}

#[test]
fn poll_closed_waits_for_the_end_of_the_receiver() {
    let (mut sender, mut receiver) = oneshot::channel::<u8>();
    let mut waits = hand(poll_fn(|cx| sender.poll_closed(cx)));
    waits.pending();
    receiver.close();
    assert!(waits.is_woken());
    waits.ready();
    let (mut sender, receiver) = oneshot::channel::<u8>();
    drop(receiver);
    hand(poll_fn(|cx| sender.poll_closed(cx))).ready();
}

#[test]
fn between_two_polls_other_tasks_run() {
    let found = reweave::explore(|| async {
        let (sender, mut receiver) = mpsc::channel(1);
        let sends = reweave::spawn(async move {
            for n in 0..20 {
                sender.send(n).await.unwrap();
            }
        });
        for n in 0..20 {
            assert_eq!(poll_fn(|cx| receiver.poll_recv(cx)).await, Some(n));
        }
        sends.await.unwrap();
        assert_eq!(poll_fn(|cx| receiver.poll_recv(cx)).await, None);
    });
    let found = found.seeds(0..100).run();
    assert!(!found.failed(), "{:?}", found.failure());
}
