//! Numbers of things, in words.

use std::fmt::Display;

/// `1 step`, `2 steps`: for nouns whose plural has an `s` and no more.
pub(crate) fn counted(number: impl Display + PartialEq + TryFrom<u8>, noun: &str) -> String {
    let one = u8::try_into(1).is_ok_and(|one| number == one);
    format!("{number} {noun}{}", if one { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_singular_and_all_others_are_plural() {
        let all = [
            counted(0u32, "step"),
            counted(1usize, "step"),
            counted(2u64, "more event"),
        ];
        assert_eq!(all, ["0 steps", "1 step", "2 more events"]);
    }
}
