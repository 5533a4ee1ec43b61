//! Small text files that people may read, edit and merge: the first line says which form it is and its version, then come lines of a key and a
//! value, and `end`. Lines that begin with `#` are comments.

use std::fmt;

use crate::base::short::short;

/// A form of such files.
pub(super) struct Form {
    /// What the first line that is no comment begins with.
    pub(super) begins: &'static str,
    /// The version that this code writes and reads, which stands behind it.
    pub(super) version: u32,
    /// What to do about a file that is not of this form.
    pub(super) remedy: &'static str,
    /// Who wrote one of a later version, and what to do about it.
    pub(super) if_newer: &'static str,
}

/// Why a text is not of a form, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormError(pub(super) String);

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Form {
    /// The first line.
    pub(super) fn header(&self) -> String {
        format!("{} {}", self.begins, self.version)
    }

    /// The lines that are no comments, with their numbers from 1, after the first.
    ///
    /// # Errors
    ///
    /// If the first is not that of this form, or there is no `end`.
    pub(super) fn lines<'t>(
        &self,
        text: &'t str,
    ) -> Result<impl Iterator<Item = (usize, &'t str)> + use<'t>, FormError> {
        let lines = (1..).zip(text.lines());
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        self.check_version(lines.next())?;
        // First, since whatever else is missing is so because of it.
        if text.trim_end().lines().next_back() != Some("end") {
            return Err(FormError(format!(
                "expected `end` on the last line, and there is none: the file was cut short; {}",
                self.remedy
            )));
        }
        Ok(lines)
    }

    pub(super) fn expected(&self, number: usize, expected: &str, found: &str) -> FormError {
        let found = match found.is_empty() {
            true => "the end of the line".to_owned(),
            false => format!("`{}`", short(found)),
        };
        FormError(format!(
            "line {number}: expected {expected}, found {found}: {}",
            self.remedy
        ))
    }

    fn check_version(&self, first: Option<(usize, &str)>) -> Result<(), FormError> {
        let (number, line) = first.unwrap_or((1, ""));
        let version = line.strip_prefix(self.begins).map(str::trim);
        let version = version.and_then(|version| version.parse::<u32>().ok());
        match version {
            Some(version) if version == self.version => Ok(()),
            Some(version) if version > self.version => Err(FormError(format!(
                "line {number}: expected version {}, the newest that this release reads, found `{version}`: {}",
                self.version, self.if_newer
            ))),
            _ => Err(self.expected(number, &format!("`{}`", self.header()), line)),
        }
    }
}

/// On one line.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// What [`unescaped`] wants.
pub(super) const ESCAPED: &str = "text, in which `\\` begins \\\\, \\n or \\u{…}";

/// What was escaped; `None` if nothing is written so.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        unescaped.push_str(before);
        rest = &after[after.chars().next()?.len_utf8()..];
        match after.chars().next()? {
            '\\' => unescaped.push('\\'),
            'n' => unescaped.push('\n'),
            'u' => {
                let (code, after) = rest.strip_prefix('{')?.split_once('}')?;
                unescaped.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
                rest = after;
            }
            _ => return None,
        }
    }
    unescaped.push_str(rest);
    Some(unescaped)
}
