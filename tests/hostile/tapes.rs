//! Texts that are no tapes: each is refused, and the error says where.

use reweave::{Tape, TapeError};

#[track_caller]
fn refused(text: &str) -> (usize, usize) {
    let error: TapeError = text.parse::<Tape>().expect_err("it is no tape");
    let place = format!("line {}, column {}", error.line(), error.column());
    assert!(error.to_string().contains(&place), "{error}");
    (error.line(), error.column())
}

#[test]
fn the_place_of_a_mistake_is_counted_in_lines_and_characters() {
    assert_eq!(refused("reweave tape one"), (1, 14));
    assert_eq!(refused("reweave tape 1\nnowhere task main"), (2, 1));
    assert_eq!(refused("reweave tape 1\n\nmain@1 no_kind main/a"), (3, 8));
    assert_eq!(
        refused("reweave tape 1; main@1 task main/a; main@x task 1"),
        (3, 7)
    );
    assert_eq!(refused("reweave tape 1\nmain/größe@1 no_kind 1"), (2, 14));
}
