//! `mpsc`.

use std::sync::Arc;
use std::time::Duration;

use reweave::sync::mpsc::{
    self, error::SendTimeoutError, error::TryRecvError, error::TrySendError,
};

use super::parts::hand;

#[test]
fn senders_wait_for_room_in_the_order_in_which_they_came() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(0).unwrap();
    let (mut one, mut two) = (hand(sender.send(1)), hand(sender.send(2)));
    one.pending();
    two.pending();
    assert_eq!(sender.try_send(9), Err(TrySendError::Full(9)));
    assert_eq!(receiver.try_recv(), Ok(0));
    assert!(one.is_woken() && !two.is_woken());
    assert_eq!(
        sender.try_send(9),
        Err(TrySendError::Full(9)),
        "the room is promised"
    );
    drop(one);
    assert!(two.is_woken(), "a send that is dropped passes its room on");
    two.ready().unwrap();
    assert_eq!(receiver.try_recv(), Ok(2));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_channel_ends_when_all_senders_are_gone_and_all_is_received() {
    let (sender, mut receiver) = mpsc::channel(2);
    let (other, weak) = (sender.clone(), sender.downgrade());
    sender.try_send('a').unwrap();
    drop((sender, other));
    assert!(weak.upgrade().is_none() && receiver.is_closed());
    assert_eq!(hand(receiver.recv()).ready(), Some('a'));
    assert_eq!(hand(receiver.recv()).ready(), None);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
}

#[test]
fn a_closed_channel_still_takes_what_permits_send() {
    let (sender, mut receiver) = mpsc::channel(3);
    let permit = sender.try_reserve().unwrap();
    let owned = sender.clone().try_reserve_owned().unwrap();
    let mut closed = hand(sender.closed());
    closed.pending();
    receiver.close();
    assert!(closed.is_woken());
    assert_eq!(sender.try_send(0), Err(TrySendError::Closed(0)));
    permit.send(1);
    assert_eq!(hand(receiver.recv()).ready(), Some(1));
    let mut recv = hand(receiver.recv());
    recv.pending();
    drop(owned);
    assert!(recv.is_woken());
    assert_eq!(recv.ready(), None);
}

#[test]
fn permits_take_room_and_give_it_back() {
    let (sender, mut receiver) = mpsc::channel(3);
    let mut permits = sender.try_reserve_many(2).unwrap();
    assert_eq!((sender.capacity(), permits.len()), (1, 2));
    permits.next().unwrap().send(1);
    drop(permits);
    assert_eq!(
        (sender.capacity(), sender.max_capacity(), receiver.len()),
        (2, 3, 1)
    );
    let sender = sender.clone().try_reserve_owned().unwrap().release();
    let sender = sender.try_reserve_owned().unwrap().send(2);
    assert!(
        hand(sender.reserve_many(4)).ready().is_err(),
        "it never has that much room"
    );
    let mut buffer = Vec::new();
    assert_eq!(hand(receiver.recv_many(&mut buffer, 0)).ready(), 0);
    assert_eq!(hand(receiver.recv_many(&mut buffer, 9)).ready(), 2);
    assert_eq!((buffer, receiver.capacity()), (vec![1, 2], 3));
}

#[test]
fn an_unbounded_channel_takes_all_until_its_receiver_is_gone() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut recv = hand(receiver.recv());
    recv.pending();
    (0..100).for_each(|n| sender.send(n).unwrap());
    assert!(recv.is_woken());
    assert_eq!(recv.ready(), Some(0));
    drop(recv);
    drop(receiver);
    assert_eq!(sender.send(7).unwrap_err().0, 7);
}

#[test]
fn messages_nobody_receives_are_dropped_with_the_receiver() {
    struct Message(
        #[allow(dead_code)] Arc<()>,
        #[allow(dead_code)] mpsc::Sender<Message>,
    );
    let message = Arc::new(());
    let (sender, receiver) = mpsc::channel(2);
    sender
        .try_send(Message(message.clone(), sender.clone()))
        .unwrap();
    drop(receiver);
    assert_eq!(Arc::strong_count(&message), 1);
    assert_eq!(
        sender.strong_count(),
        1,
        "the message held a sender of its own channel"
    );
}

#[reweave::test]
async fn a_send_gives_up_in_virtual_time() {
    let (sender, mut receiver) = mpsc::channel(1);
    let limit = Duration::from_secs(60);
    sender.send_timeout(1, limit).await.unwrap();
    let before = reweave::time::Instant::now();
    assert_eq!(
        sender.send_timeout(2, limit).await,
        Err(SendTimeoutError::Timeout(2))
    );
    assert_eq!(before.elapsed(), limit);
    assert_eq!(receiver.recv().await, Some(1));
    drop(receiver);
    assert_eq!(
        sender.send_timeout(3, limit).await,
        Err(SendTimeoutError::Closed(3))
    );
}

#[test]
fn two_senders_keep_their_own_order_in_every_schedule_and_meet_in_both() {
    let found = reweave::explore(|| async {
        let (sender, mut receiver) = mpsc::channel(1);
        for name in ['a', 'b'] {
            let sender = sender.clone();
            reweave::spawn(async move {
                for n in 0..3 {
                    sender.send((name, n)).await.unwrap();
                }
            });
        }
        drop(sender);
        let mut got = Vec::new();
        while let Some(message) = receiver.recv().await {
            got.push(message);
        }
        let of = |name| {
            got.iter()
                .filter(|m| m.0 == name)
                .map(|m| m.1)
                .collect::<Vec<_>>()
        };
        assert_eq!((of('a'), of('b')), (vec![0, 1, 2], vec![0, 1, 2]));
        got[0].0
    });
    let found = found.seeds(0..100).run();
    assert!(
        !found.failed(),
        "{:?}",
        found.failure().map(|run| run.findings().to_vec())
    );
}
