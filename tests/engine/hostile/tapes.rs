//! Texts that are no tapes: each is refused, and the error says where.

use reweave::Tape;
use reweave::tape::TapeError;

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
    assert_eq!(refused("reweave tape 1\nnowhere task main"), (2, 9));
    assert_eq!(refused("reweave tape 1\n\nmain no_kind@1 main/a"), (3, 6));
    assert_eq!(
        refused("reweave tape 1; main task@1 main/a; main task@x 1"),
        (3, 12)
    );
    assert_eq!(refused("reweave tape 1\nmain/größe no_kind@1 1"), (2, 12));
}
