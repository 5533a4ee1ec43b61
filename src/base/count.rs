//! Numbers of things, in words.

use std::fmt::Display;

/// `1 step`, `2 steps`: for nouns whose plural has an `s` and no more.
pub(crate) fn counted(number: impl Display + PartialEq + TryFrom<u8>, noun: &str) -> String {
    let one = u8::try_into(1).is_ok_and(|one| number == one);
    format!("{number} {noun}{}", if one { "" } else { "s" })
}

/// `1st`, `2nd`, `3rd`, `4th`.
pub(crate) fn ordinal(n: u32) -> String {
    let end = match (n % 10, n % 100) {
        (1, hundreds) if hundreds != 11 => "st",
        (2, hundreds) if hundreds != 12 => "nd",
        (3, hundreds) if hundreds != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
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
