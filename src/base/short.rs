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

/// The beginning of its first line, of so many characters at the most, with `…` for what it has lost.
pub(crate) fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    let first = text.lines().next().unwrap_or_default();
    let end = first.char_indices().nth(most).map(|(end, _)| end);
    match end {
        None if first.len() == text.len() => text.into(),
        end => format!("{}…", &first[..end.unwrap_or(first.len())]).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn the_beginning_of_the_first_line() {
        assert_eq!(beginning("burnt", 5), "burnt");
        assert_eq!(beginning("burnt to ashes", 5), "burnt…");
        assert_eq!(beginning("burnt\nto ashes", 9), "burnt…");
        assert_eq!(beginning("öööö", 2), "öö…");
        assert_eq!(beginning("", 2), "");
    }
}
