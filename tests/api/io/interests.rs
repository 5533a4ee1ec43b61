//! `Interest` and `Ready`.

use reweave::io::{Interest, Ready};

#[test]
fn interests_are_added_and_removed() {
    let mut both = Interest::READABLE;
    assert!(both.is_readable() && !both.is_writable() && !both.is_error());
    both |= Interest::WRITABLE;
    assert_eq!(both, Interest::READABLE.add(Interest::WRITABLE));
    assert_eq!(both.remove(Interest::WRITABLE), Some(Interest::READABLE));
    assert_eq!(both.remove(both), None);
    assert_eq!(both.remove(Interest::ERROR), Some(both));
    assert!(Interest::ERROR.is_error() && !Interest::ERROR.is_readable());
    let shown = format!("{:?}", Interest::ERROR | both);
    assert_eq!(shown, "READABLE | WRITABLE | ERROR");
}

#[test]
fn who_is_closed_does_not_wait() {
    assert!(Ready::EMPTY.is_empty() && !Ready::READABLE.is_empty());
    assert!(Ready::READABLE.is_readable() && !Ready::READABLE.is_read_closed());
    assert!(Ready::READ_CLOSED.is_readable() && Ready::READ_CLOSED.is_read_closed());
    assert!(Ready::WRITABLE.is_writable() && !Ready::WRITABLE.is_write_closed());
    assert!(Ready::WRITE_CLOSED.is_writable() && Ready::WRITE_CLOSED.is_write_closed());
    assert!(Ready::ERROR.is_error() && !Ready::ERROR.is_readable());
    let mut ready = Ready::READABLE | Ready::ERROR;
    ready |= Ready::WRITABLE;
    assert_eq!(ready & Ready::ERROR, Ready::ERROR);
    assert_eq!(ready - Ready::ERROR, Ready::READABLE | Ready::WRITABLE);
    assert_eq!(Ready::ALL & ready, ready);
    assert!(Ready::EMPTY < Ready::READABLE);
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[test]
fn what_is_urgent_is_known_on_linux() {
    assert!(Interest::PRIORITY.is_priority() && !Interest::READABLE.is_priority());
    assert!(Ready::PRIORITY.is_priority() && Ready::ALL.is_priority());
    let shown = format!("{:?}", Interest::PRIORITY | Interest::ERROR);
    assert_eq!(shown, "PRIORITY | ERROR");
    assert_eq!(
        format!("{:?}", Ready::READ_CLOSED),
        "Ready { is_readable: true, is_writable: false, is_read_closed: true, is_write_closed: false, \
         is_error: false, is_priority: false }"
    );
}
