//! `OnceCell`.

use std::future::{pending, ready};

use reweave::sync::{OnceCell, SetError};

use super::parts::hand;

#[test]
fn the_first_value_stays() {
    static CELL: OnceCell<i32> = OnceCell::const_new();
    assert_eq!(*hand(CELL.get_or_init(|| ready(1))).ready(), 1);
    assert_eq!(*hand(CELL.get_or_init(|| ready(2))).ready(), 1);
    assert_eq!(CELL.set(3), Err(SetError::AlreadyInitializedError(3)));
    static FULL: OnceCell<i32> = OnceCell::const_new_with(4);
    assert_eq!((FULL.get(), CELL.clone().take()), (Some(&4), Some(1)));
    assert_eq!(FULL.set(5), Err(SetError::AlreadyInitializedError(5)));
}

#[test]
fn if_one_gives_up_or_fails_the_next_in_line_tries() {
    let cell = OnceCell::new();
    let mut gives_up = hand(cell.get_or_init(pending));
    gives_up.pending();
    assert_eq!(cell.set(0), Err(SetError::InitializingError(0)));
    let mut fails = hand(cell.get_or_try_init(|| ready(Err("no"))));
    let mut makes = hand(cell.get_or_init(|| ready(7)));
    fails.pending();
    makes.pending();
    drop(gives_up);
    assert!(fails.is_woken() && !makes.is_woken());
    assert_eq!(fails.ready(), Err("no"));
    assert_eq!(*makes.ready(), 7);
}

#[test]
fn all_who_wait_get_the_one_value() {
    let cell = OnceCell::new();
    let (tell, told) = reweave::sync::oneshot::channel();
    let mut makes = hand(cell.get_or_init(|| async { told.await.unwrap() }));
    makes.pending();
    let zero = || ready(0);
    let mut waits = [hand(cell.get_or_init(zero)), hand(cell.get_or_init(zero))];
    waits.iter_mut().for_each(|one| one.pending());
    tell.send(5).unwrap();
    assert_eq!(*makes.ready(), 5);
    assert!(
        waits
            .iter_mut()
            .all(|one| one.is_woken() && *one.ready() == 5)
    );
    drop((makes, waits));
    assert_eq!(cell.into_inner(), Some(5));
}
