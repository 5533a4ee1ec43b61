//! States that a handle keeps or an error names: what a receiver has seen, why a cell could not be set.

use std::future::pending;

use reweave::sync::{OnceCell, watch};

use super::parts::hand;

#[test]
fn a_value_marked_unchanged_counts_as_seen() {
    let (sender, mut receiver) = watch::channel(0);
    let mut other = receiver.clone();
    sender.send(1).unwrap();
    assert!(receiver.has_changed().unwrap());
    receiver.mark_unchanged();
    assert!(!receiver.has_changed().unwrap());
    assert!(
        other.has_changed().unwrap(),
        "the other receiver's marks are its own"
    );
    let mut changed = hand(receiver.changed());
    changed.pending();
    sender.send(2).unwrap();
    assert!(changed.is_woken());
    changed.ready().unwrap();
    drop(changed);
    assert_eq!(*receiver.borrow(), 2);
    hand(other.changed()).ready().unwrap();
}

#[test]
fn a_cell_says_why_it_could_not_be_set() {
    let cell = OnceCell::new();
    let mut initialising = hand(cell.get_or_init(pending::<u8>));
    initialising.pending();
    let error = cell.set(1).unwrap_err();
    assert!(error.is_initializing_err() && !error.is_already_init_err());
    drop(initialising);
    cell.set(2).unwrap();
    let error = cell.set(3).unwrap_err();
    assert!(error.is_already_init_err() && !error.is_initializing_err());
    assert_eq!(cell.get(), Some(&2));
}
