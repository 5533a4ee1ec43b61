//! `Notify`.

use std::sync::Arc;

use reweave::sync::Notify;

use super::parts::hand;

#[test]
fn one_notification_is_kept_and_not_two() {
    let notify = Notify::new();
    notify.notify_one();
    notify.notify_one();
    hand(notify.notified()).ready();
    hand(notify.notified()).pending();
}

#[test]
fn first_last_and_all_are_told_as_asked() {
    let notify = Notify::const_new();
    let mut waiting = [
        hand(notify.notified()),
        hand(notify.notified()),
        hand(notify.notified()),
    ];
    waiting.iter_mut().for_each(|one| one.pending());
    notify.notify_last();
    assert_eq!(
        waiting.each_ref().map(|one| one.is_woken()),
        [false, false, true]
    );
    notify.notify_one();
    assert_eq!(
        waiting.each_ref().map(|one| one.is_woken()),
        [true, false, true]
    );
    notify.notify_waiters();
    waiting.iter_mut().for_each(|one| one.ready());
    hand(notify.notified()).pending();
}

#[test]
fn notify_waiters_reaches_one_that_was_never_polled_but_not_one_that_comes_later() {
    let notify = Arc::new(Notify::new());
    let mut before = hand(notify.clone().notified_owned());
    notify.notify_waiters();
    let mut after = hand(notify.notified());
    before.ready();
    after.pending();
}

#[test]
fn an_enabled_future_misses_nothing() {
    let notify = Notify::new();
    let mut first = hand(notify.notified());
    assert!(!first.pinned().enable());
    notify.notify_one();
    hand(notify.notified()).pending();
    first.ready();
    notify.notify_one();
    assert!(hand(notify.notified()).pinned().enable());
}

#[test]
fn a_notification_that_is_not_seen_goes_on_to_the_next_by_the_same_rule() {
    let notify = Notify::new();
    let [mut a, mut b, mut c] = [(); 3].map(|()| hand(notify.notified()));
    a.pending();
    b.pending();
    c.pending();
    notify.notify_last();
    drop(c);
    assert!(b.is_woken() && !a.is_woken());
    drop(b);
    assert!(a.is_woken());
    drop(a);
    hand(notify.notified()).ready();
}

#[test]
fn a_million_waiters_are_told() {
    let notify = Notify::new();
    let mut waiting: Vec<_> = (0..1_000_000)
        .map(|_| Box::pin(notify.notified()))
        .collect();
    for one in &mut waiting {
        assert!(!one.as_mut().enable());
    }
    notify.notify_waiters();
    assert!(waiting.iter_mut().all(|one| one.as_mut().enable()));
}
