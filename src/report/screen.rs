//! Text from the program under test on a screen: it is cut to the room it has, and its control characters are escaped.
//!
//! Whatever a report says goes through here: names of tasks, resources and hosts by [`name`], messages of panics by [`message`], and
//! once more each line as a whole by [`line()`].

use crate::base::ids::is_invisible;
use crate::base::short::beginning;

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

/// So much of a message stands where it is told a second time.
const REPEATED: usize = 40;

/// A name has so many characters, at the most.
const LONGEST_NAME: usize = 60;

/// A line of a message has so many.
const LONGEST_LINE: usize = 400;

/// A line with what a finding tells of many tasks has so many.
const LONGEST: usize = 8_000;

/// Lines of a message that are shown, at the most.
const MOST_LINES: usize = 20;

/// The name of a task, a resource or a host.
pub(super) fn name(name: &str) -> String {
    fitted(name, LONGEST_NAME)
}

/// A name in quotes, as names of hosts are told.
pub(super) fn quoted_name(name: &str) -> String {
    fitted(&format!("{name:?}"), LONGEST_NAME)
}

/// A line in which names stand that are fitted already.
pub(super) fn line(line: &str) -> String {
    fitted(line, LONGEST)
}

/// A message of several lines, which it keeps: those of `assert_eq!` stand below each other.
pub(super) fn message(message: &str) -> String {
    let mut lines = message.lines();
    let shown = lines.by_ref().take(MOST_LINES);
    let mut shown: Vec<String> = shown.map(|line| fitted(line, LONGEST_LINE)).collect();
    match lines.count() {
        0 => {}
        1 => shown.push("… 1 more line".to_owned()),
        more => shown.push(format!("… {more} more lines")),
    }
    shown.join("\n")
}

/// A message within a sentence: in quotes, unless it has several lines.
pub(super) fn quoted(text: &str) -> String {
    match text.lines().nth(1) {
        None => fitted(&format!("{text:?}"), LONGEST_LINE),
        Some(_) => message(text),
    }
}

/// The text without what is said elsewhere: where it has that in full, as such or in quotes, its beginning stands.
pub(super) fn without(text: &str, told: &str) -> String {
    let quoted = told.escape_debug().to_string();
    let long = |form: &&str| form.chars().nth(REPEATED).is_some();
    let forms = [told, &quoted].into_iter().filter(long);
    forms.fold(text.to_owned(), |text, form| {
        text.replace(form, &beginning(form, REPEATED))
    })
}

/// Lines whose parts are fitted already, each once more as a whole, in case a part was forgotten.
pub(super) fn paragraph(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// Whether it does more on a terminal than to take its place.
fn disturbs(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_loses_its_middle() {
        assert_eq!(fitted("main/worker#12", 14), "main/worker#12");
        assert_eq!(fitted("main/worker#12", 9), "main…r#12");
        assert_eq!(fitted(&"ö".repeat(200), 3), "ö…ö");
        assert_eq!(fitted("ab", 1), "…");
    }

    #[test]
    fn a_message_keeps_its_first_lines() {
        let equal = "assertion failed\n  left: 1\n right: 2";
        assert_eq!(message(equal), equal);
        let long: String = (0..10_000).map(|n| format!("line {n}\n")).collect();
        let shown = message(&long);
        assert_eq!(shown.lines().count(), MOST_LINES + 1);
        assert!(shown.ends_with("line 19\n… 9980 more lines"), "{shown}");
        let one_more: String = "x\n".repeat(MOST_LINES + 1);
        assert!(message(&one_more).ends_with("\n… 1 more line"));
        assert_eq!(message("a\u{1b}[2J\r\nb\rc"), "a\\u{1b}[2J\nb\\u{d}c");
        assert_eq!(message(&"x".repeat(10_000)).chars().count(), LONGEST_LINE);
    }

    #[test]
    fn a_message_of_one_line_is_quoted_in_a_sentence() {
        assert_eq!(quoted("say \"no\""), r#""say \"no\"""#);
        assert_eq!(quoted("\u{202e}"), r#""\u{202e}""#);
        assert_eq!(quoted("one\ntwo"), "one\ntwo");
    }

    #[test]
    fn what_is_told_elsewhere_is_not_told_in_full() {
        let told = "assertion `left == right` failed: the total is kept\n  left: 1\n right: 2";
        let first = "assertion `left == right` failed: the to…";
        assert_eq!(
            without(&format!("once more: {told}"), told),
            format!("once more: {first}")
        );
        let quoted = format!("JoinError::Panic(Id(2), {told:?}, ...)");
        let shown = format!("JoinError::Panic(Id(2), \"{first}\", ...)");
        assert_eq!(without(&quoted, told), shown);
        assert_eq!(without("it broke", "broke"), "it broke");
    }

    #[test]
    fn no_text_commands_the_terminal() {
        let shown = fitted("a\u{1b}[2J\u{202e}\r\nb\u{9b}", 80);
        assert_eq!(shown, r"a\u{1b}[2J\u{202e}\u{d}\u{a}b\u{9b}");
    }
}
