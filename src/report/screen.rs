//! Text of somebody else's on a screen: it takes no more room than it is given, and commands no terminal.

/// The text in at most so many characters, with `…` for what its middle has lost. What would move the cursor or turn the direction
/// of writing is written as its code.
pub(super) fn fitted(text: &str, most: usize) -> String {
    let mut shown: Vec<char> = Vec::new();
    for c in text.chars() {
        match disturbs(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    if shown.len() <= most {
        return shown.into_iter().collect();
    }
    let kept = most.saturating_sub(1);
    let (front, back) = (kept.div_ceil(2), kept / 2);
    let front = shown[..front].iter();
    let back = &shown[shown.len() - back..];
    front.chain(&['…']).chain(back).collect()
}

/// Whether it does more on a terminal than to take its place.
fn disturbs(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn a_long_text_loses_its_middle() {
        assert_eq!(fitted("main/worker#12", 14), "main/worker#12");
        assert_eq!(fitted("main/worker#12", 9), "main…r#12");
        assert_eq!(fitted(&"ö".repeat(200), 3), "ö…ö");
        assert_eq!(fitted("ab", 1), "…");
    }

    #[test]
    fn no_text_commands_the_terminal() {
        let shown = fitted("a\u{1b}[2J\u{202e}\r\nb\u{9b}", 80);
        assert_eq!(shown, r"a\u{1b}[2J\u{202e}\u{d}\u{a}b\u{9b}");
    }
}
