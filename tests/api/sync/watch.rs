//! `watch`.

use reweave::sync::watch;

use super::parts::hand;

#[test]
fn a_receiver_sees_the_latest_and_each_once() {
    let (sender, mut receiver) = watch::channel(0);
    let mut other = receiver.clone();
    let mut changed = hand(receiver.changed());
    changed.pending();
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    assert!(changed.is_woken());
    changed.ready().unwrap();
    drop(changed);
    assert_eq!(
        (*receiver.borrow(), receiver.has_changed().unwrap()),
        (2, false)
    );
    assert!(other.borrow().has_changed() && other.borrow_and_update().has_changed());
    hand(other.changed()).pending();
    other.mark_changed();
    hand(other.changed()).ready().unwrap();
}

#[test]
fn a_change_is_announced_only_if_it_was_one() {
    let (sender, mut receiver) = watch::channel(5);
    assert!(!sender.send_if_modified(|_| false));
    assert!(!receiver.has_changed().unwrap());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        sender.send_modify(|value| {
            *value = 6;
            panic!("in the midst");
        });
    }));
    assert!(panicked.is_err() && !receiver.has_changed().unwrap());
    assert_eq!(sender.send_replace(7), 6);
    let mut seven = hand(receiver.wait_for(|&value| value == 7));
    assert_eq!(*seven.ready().unwrap(), 7);
}

#[test]
fn each_side_learns_that_the_other_is_gone() {
    let (sender, mut receiver) = watch::channel('a');
    sender.send('b').unwrap();
    drop(sender);
    assert!(receiver.is_closed() && receiver.has_changed().is_err());
    hand(receiver.changed())
        .ready()
        .expect("the last value was not seen");
    assert!(hand(receiver.changed()).ready().is_err());
    assert!(
        hand(receiver.wait_for(|&value| value == 'c'))
            .ready()
            .is_err()
    );

    let (sender, receiver) = watch::channel('a');
    let mut closed = hand(sender.closed());
    closed.pending();
    drop(receiver);
    assert!(closed.is_woken());
    closed.ready();
    assert_eq!(sender.send('b').unwrap_err().0, 'b');
    assert_eq!(*sender.subscribe().borrow(), 'a');
}

/// In what order two receivers see a change.
async fn order() -> String {
    let (sender, receiver) = watch::channel(0);
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let tasks = ['a', 'b'].map(|name| {
        let (mut receiver, seen) = (receiver.clone(), seen.clone());
        reweave::spawn(async move {
            receiver.changed().await.unwrap();
            seen.lock().unwrap().push(name);
        })
    });
    reweave::time::sleep(std::time::Duration::from_secs(1)).await;
    sender.send(1).unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    seen.lock().unwrap().clone()
}

#[test]
fn the_order_in_which_receivers_wake_is_drawn() {
    assert_eq!(reweave::Sim::new().run(order()).output().unwrap(), "ab");
    let tape = "reweave tape 1; main wake@1 1".parse().unwrap();
    let run = reweave::Sim::new().tape(&tape).run(order());
    assert_eq!(run.output().unwrap(), "ba", "{}", run.trace());
}

#[test]
fn to_send_while_a_look_is_held_is_told_rather_than_hung() {
    let run = reweave::Sim::new().run(async {
        let (sender, receiver) = watch::channel(0);
        let _look = receiver.borrow();
        let _ = sender.send(1);
    });
    assert!(run.findings()[0].message().contains("drop the `Ref` first"));
}
