//! `SetOnce`.

use reweave::sync::{SetOnce, SetOnceError};

use super::parts::hand;

#[test]
fn all_who_wait_get_the_first_value() {
    static VALUE: SetOnce<&str> = SetOnce::const_new();
    let mut waits = [hand(VALUE.wait()), hand(VALUE.wait())];
    waits.iter_mut().for_each(|one| one.pending());
    VALUE.set("first").unwrap();
    assert_eq!(VALUE.set("second"), Err(SetOnceError("second")));
    assert!(
        waits
            .iter_mut()
            .all(|one| one.is_woken() && *one.ready() == "first")
    );
    assert_eq!(*hand(VALUE.wait()).ready(), "first");
}

#[test]
fn one_that_is_full_from_the_start_takes_no_other() {
    let full = SetOnce::new_with(Some(1));
    assert_eq!(full.set(2), Err(SetOnceError(2)));
    assert_eq!((full.clone() == full, full.into_inner()), (true, Some(1)));
    assert!(!SetOnce::<i32>::new_with(None).initialized());
}
