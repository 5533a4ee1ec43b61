//! `Barrier`.

use reweave::sync::Barrier;

use super::parts::hand;

#[test]
fn the_last_to_come_leads_and_the_round_begins_anew() {
    let barrier = Barrier::new(2);
    for _ in 0..2 {
        let mut first = hand(barrier.wait());
        first.pending();
        assert!(hand(barrier.wait()).ready().is_leader());
        assert!(first.is_woken() && !first.ready().is_leader());
    }
}

#[test]
fn one_that_left_still_counts_as_one_that_came() {
    let barrier = Barrier::new(2);
    hand(barrier.wait()).pending();
    assert!(hand(barrier.wait()).ready().is_leader());
}

#[test]
fn a_barrier_for_nobody_is_one_for_one() {
    assert!(hand(Barrier::new(0).wait()).ready().is_leader());
}
