//! One JSON object on a line, field by field.

use std::fmt::Write;
use std::time::Duration;

use crate::base::place::SourcePlace;

pub(crate) fn object(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
    Object::fill(out, fill);
    out.push('\n');
}

/// Writes one object.
pub(crate) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl Object<'_> {
    pub(crate) fn fill(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
        out.push('{');
        fill(&mut Object { out, first: true });
        out.push('}');
    }

    pub(crate) fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        quoted(self.out, key);
        self.out.push(':');
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        quoted(self.out, value);
    }

    pub(crate) fn place(&mut self, key: &str, value: &SourcePlace) {
        self.text(key, &value.to_string());
    }

    pub(crate) fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    /// Nanoseconds.
    pub(crate) fn duration(&mut self, key: &str, value: Duration) {
        self.number(key, u64::try_from(value.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Nanoseconds as microseconds, with what is left behind the point.
    pub(crate) fn micros(&mut self, key: &str, nanos: u64) {
        self.key(key);
        let _ = write!(self.out, "{}.{:03}", nanos / 1000, nanos % 1000);
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        Object::fill(self.out, fill);
    }

    pub(crate) fn list<T>(&mut self, key: &str, items: &[T], fill: impl Fn(&T, &mut Object<'_>)) {
        self.items(key, items, |item, out| {
            Object::fill(out, |o| fill(item, o));
        });
    }

    pub(crate) fn texts(&mut self, key: &str, items: &[String]) {
        self.items(key, items, |item, out| quoted(out, item));
    }

    pub(crate) fn items<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T, &mut String)) {
        self.key(key);
        self.out.push('[');
        for (nth, item) in items.iter().enumerate() {
            if nth > 0 {
                self.out.push(',');
            }
            write(item, self.out);
        }
        self.out.push(']');
    }
}

/// A JSON string, RFC 8259 section 7.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
