//! Text of somebody else's in a message: cut to what fits on a line.

use std::borrow::Cow;

/// So many characters are shown, at the most.
const MOST: usize = 80;

/// The beginning of a text that may be long, and how long it is.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST) {
        None => text.into(),
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()).into(),
    }
}
