//! What a report is drawn on: a screen of some width, in colours only where asked for.

use std::fmt;

use anstyle::{AnsiColor, Style};

use super::screen::fitted;

/// What a report is written for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    /// Its width, in characters.
    pub(super) width: usize,
    /// Whether it shows colours.
    pub(super) colours: bool,
}

impl Screen {
    /// The width of a screen of which nothing is known.
    pub(super) const WIDTH: usize = 100;

    /// No screen is taken to be narrower.
    pub(super) const LEAST: usize = 40;
}

/// What a text is, and so how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    /// Frames what matters.
    Faint,
    /// A heading.
    Strong,
    /// The failure.
    Bad,
    /// A deviation of the schedule, or the turning point.
    Turn,
}

impl Paint {
    fn style(self) -> Style {
        match self {
            Paint::Plain => Style::new(),
            Paint::Faint => Style::new().dimmed(),
            Paint::Strong => Style::new().bold(),
            Paint::Bad => AnsiColor::Red.on_default().bold(),
            Paint::Turn => AnsiColor::Yellow.on_default(),
        }
    }

    /// The text as it looks on this screen.
    pub(super) fn on(self, screen: Screen, text: &str) -> String {
        match screen.colours && self != Paint::Plain {
            true => format!("{0}{text}{0:#}", self.style()),
            false => text.to_owned(),
        }
    }
}

/// A line that is drawn part by part.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    cells: Vec<(char, Paint)>,
}

impl Canvas {
    /// Puts a text in this place, over what stands there.
    pub(super) fn put(&mut self, at: usize, text: &str, paint: Paint) {
        for (at, c) in (at..).zip(text.chars()) {
            if at >= self.cells.len() {
                self.cells.resize(at + 1, (' ', Paint::Plain));
            }
            self.cells[at] = (c, paint);
        }
    }

    /// Writes it, with the end of the line.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, screen: Screen) -> fmt::Result {
        let alike = self.cells.chunk_by(|one, next| one.1 == next.1);
        let parts = alike.map(|cells| {
            let text: String = cells.iter().map(|cell| cell.0).collect();
            cells[0].1.on(screen, &text)
        });
        let line: String = parts.collect();
        writeln!(f, "{}", line.trim_end())
    }
}

/// The text split into lines of at most so many characters, at spaces where possible. All but the first are two characters shorter, for
/// they are indented. If there are too many lines, the middle of the last is left out.
pub(super) fn wrapped(text: &str, width: usize, lines: usize) -> Vec<String> {
    let later = width.saturating_sub(2).max(1);
    let text = fitted(text, usize::MAX);
    let mut rest: &str = &text;
    let mut parts = Vec::new();
    while parts.len() + 1 < lines {
        let room = if parts.is_empty() { width } else { later };
        let Some((end, _)) = rest.char_indices().nth(room) else {
            break;
        };
        // A space just after the room is a good place, too; one near the beginning would leave most of the line empty.
        let longer = rest[end..].starts_with(' ');
        let space = if longer {
            Some(end)
        } else {
            rest[..end].rfind(' ')
        };
        let (line, other) = rest.split_at(space.filter(|&at| at > end / 3).unwrap_or(end));
        parts.push(line.to_owned());
        rest = other.trim_start();
    }
    parts.push(fitted(rest, if parts.is_empty() { width } else { later }));
    parts
}

/// The text with long lines split to fit the screen, and their further parts indented. Lines to be pasted are not split.
pub(super) fn folded(text: &str, screen: Screen) -> String {
    const MOST_LINES: usize = 40;
    let mut folded = String::new();
    for line in text.lines() {
        let pasted = line.trim_start().starts_with("REWEAVE_");
        if pasted || line.chars().nth(screen.width).is_none() {
            folded.push_str(&fitted(line, usize::MAX));
            folded.push('\n');
            continue;
        }
        let words = line.trim_start();
        let lead = line.len() - words.len();
        let room = screen.width.saturating_sub(lead + 2);
        for (nth, part) in wrapped(words, room, MOST_LINES).iter().enumerate() {
            let lead = if nth == 0 { lead } else { lead + 4 };
            folded.push_str(&" ".repeat(lead));
            folded.push_str(part);
            folded.push('\n');
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_text_is_split_at_spaces() {
        assert_eq!(wrapped("waits for the end", 17, 3), ["waits for the end"]);
        assert_eq!(wrapped("waits for the end", 9, 3), ["waits for", "the end"]);
        assert_eq!(wrapped("abcdefgh", 5, 3), ["abcde", "fgh"]);
        assert_eq!(wrapped("one two three four five", 6, 2), ["one", "tw…e"]);
        assert_eq!(wrapped("", 6, 2), [""]);
    }
}
