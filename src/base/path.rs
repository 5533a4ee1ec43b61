//! Paths of tasks, such as `main/worker#2`: written out, or hashed without being written.

use std::fmt::Write;

use super::ids::is_invisible;

/// What takes in the bytes of a path, one after the other.
pub(crate) trait Bytes {
    fn push(&mut self, text: &str);

    /// The last that was taken in.
    fn last(&self) -> Option<u8>;
}

impl Bytes for String {
    #[inline(always)]
    fn push(&mut self, text: &str) {
        self.push_str(text);
    }

    #[inline(always)]
    fn last(&self) -> Option<u8> {
        self.as_bytes().last().copied()
    }
}

/// A hash of a path, which stands for it where only that is asked whether two are the same.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, *FNV-1a*: a byte at a time, so that a path need not be in one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathHash {
    hash: u64,
    last: Option<u8>,
}

impl PathHash {
    /// That of the empty path.
    pub(crate) const EMPTY: PathHash = PathHash {
        hash: 0xcbf2_9ce4_8422_2325,
        last: None,
    };

    /// That of a path that was written out.
    pub(crate) fn of(path: &str) -> PathHash {
        let mut hash = PathHash::EMPTY;
        hash.push(path);
        hash
    }
}

impl Bytes for PathHash {
    #[inline(always)]
    fn push(&mut self, text: &str) {
        for &byte in text.as_bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            self.last = Some(byte);
        }
    }

    #[inline(always)]
    fn last(&self) -> Option<u8> {
        self.last
    }
}

/// Appends one segment of a path: the name, and `#n` from the second sibling of that name on.
///
/// Characters with a meaning in paths or tapes are written as `%` and two hex digits, so that a
/// path parses back whatever the user called the task.
pub(crate) fn push_segment(path: &mut impl Bytes, name: &str, ordinal: u32) {
    if path.last().is_some_and(|last| last != b':') {
        path.push("/");
    }
    push_name(path, name);
    if ordinal > 1 {
        path.push("#");
        push_number(path, ordinal);
    }
}

/// Appends a number in decimal. Formatting costs ten times as much.
fn push_number(path: &mut impl Bytes, number: u32) {
    if number >= 10 {
        push_number(path, number / 10);
    }
    let digit = (number % 10) as usize;
    path.push(&"0123456789"[digit..=digit]);
}

/// Appends a name, with characters escaped that have a meaning in paths or tapes.
pub(crate) fn push_name(path: &mut impl Bytes, name: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if name.bytes().all(plain) {
        path.push(name);
    } else {
        path.push(&escaped(name));
    }
}

fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if matches!(c, '/' | '#' | '@' | '%' | ';' | '+' | ':' | '\'')
            || c.is_whitespace()
            || c.is_control()
            || is_invisible(c)
        {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                let _ = write!(escaped, "%{byte:02x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(segments: &[(&str, u32)]) -> String {
        let mut path = String::new();
        for &(name, ordinal) in segments {
            push_segment(&mut path, name, ordinal);
        }
        path
    }

    #[test]
    fn a_path_numbers_siblings_from_the_second_on() {
        assert_eq!(path(&[("main", 1), ("worker", 1)]), "main/worker");
        assert_eq!(path(&[("main", 1), ("worker", 2)]), "main/worker#2");
    }

    #[test]
    fn characters_with_a_meaning_are_escaped() {
        assert_eq!(path(&[("a/b #1", 1)]), "a%2fb%20%231");
        assert_eq!(path(&[("größe", 1)]), "größe");
    }

    #[test]
    fn a_hash_needs_no_path_in_one_piece() {
        let segments = [("main", 1), ("größe/x", 2), ("worker", 4_294_967_295)];
        for beginning in ["", "db:"] {
            let (mut path, mut hash) = (beginning.to_owned(), PathHash::of(beginning));
            for (name, ordinal) in segments {
                push_segment(&mut path, name, ordinal);
                push_segment(&mut hash, name, ordinal);
                assert_eq!(hash, PathHash::of(&path), "{path}");
            }
            assert!(
                path.ends_with("main/größe%2fx#2/worker#4294967295"),
                "{path}"
            );
        }
        assert_ne!(PathHash::of("main/a"), PathHash::of("main/b"));
    }
}
