//! Standard output and standard error, captured.
//!
//! A write ends where [`println!`](crate::println) ends: on the trace, and in what [`Run::stdout`](crate::Run::stdout) and
//! [`Run::terminal`](crate::Run::terminal) give.
//!
//! Nothing is held back, so there is nothing to flush and no line that gets lost. The one exception is a character whose bytes
//! come in several writes: it appears with the last of them. Bytes that are no UTF-8 appear as `U+FFFD`.

use std::io::{self, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_write::AsyncWrite;
use crate::api::output::{self, Target};
use crate::api::task::coop;

/// A handle to the captured standard output; made by [`stdout`].
///
/// ```
/// use reweave::io::{self, AsyncWriteExt};
///
/// let run = reweave::Sim::new().run(async {
///     io::stdout().write_all(b"served\n").await.unwrap();
///     io::stderr().write_all(b"slowly\n").await.unwrap();
/// });
/// assert_eq!(run.stdout(), "served\n");
/// assert_eq!(run.terminal(), "served\nslowly\n");
/// ```
///
/// # Cancel safety
///
/// A write shows all of its bytes in the poll that returns their number. It is pending only when the task has used up its
/// [budget](crate::task::coop); dropped then, it has shown nothing.
#[derive(Debug)]
pub struct Stdout {
    text: Text,
}

/// A handle to the captured standard error; made by [`stderr`]. What is written stands on the terminal and not in
/// [`Run::stdout`](crate::Run::stdout).
#[derive(Debug)]
pub struct Stderr {
    text: Text,
}

/// A handle to the captured standard output; [`Stdout`] has an example. Outside a simulation it writes to the real one.
pub fn stdout() -> Stdout {
    Stdout {
        text: Text::to(Target::Stdout),
    }
}

/// A handle to the captured standard error; [`Stdout`] has an example. Outside a simulation it writes to the real one.
pub fn stderr() -> Stderr {
    Stderr {
        text: Text::to(Target::Stderr),
    }
}

/// Makes text of bytes, and passes it on.
#[derive(Debug)]
struct Text {
    target: Target,
    /// The first bytes of a character, whose last are still to come.
    begun: Vec<u8>,
}

impl Text {
    fn to(target: Target) -> Text {
        Text {
            target,
            begun: Vec::new(),
        }
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(coop::poll_one(cx));
        let mut bytes = mem::take(&mut self.begun);
        let before = bytes.len();
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        let (text, begun) = decode(&bytes);
        self.begun = begun.to_vec();
        self.show(text);
        Poll::Ready(Ok(bytes.len() - before))
    }

    /// No more bytes come.
    fn end(&mut self) {
        if !mem::take(&mut self.begun).is_empty() {
            self.show(char::REPLACEMENT_CHARACTER.into());
        }
    }

    /// The end of a line is no part of the event, as for `println!`.
    fn show(&self, mut text: String) {
        if text.is_empty() {
            return;
        }
        let newline = text.ends_with('\n');
        if newline {
            text.pop();
        }
        output::write(self.target, text, newline);
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.end();
    }
}

/// The text in these bytes, and those at the end that begin a character.
fn decode(bytes: &[u8]) -> (String, &[u8]) {
    let mut text = String::new();
    let mut read = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        read += chunk.valid().len();
        let bad = chunk.invalid();
        let begins = read + bad.len() == bytes.len()
            && str::from_utf8(bad).is_err_and(|error| error.error_len().is_none());
        if begins {
            break;
        }
        if !bad.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        read += bad.len();
    }
    (text, &bytes[read..])
}

macro_rules! writes_text {
    ($($Type:ident),+) => {$(
        impl AsyncWrite for $Type {
            fn poll_write(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.text.poll_write(cx, &[IoSlice::new(buf)])
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.text.poll_write(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.text.end();
                Poll::Ready(Ok(()))
            }
        }

        also_writes!([] $Type);
    )+};
}

writes_text!(Stdout, Stderr);

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_character_is_whole_or_begun_or_replaced() {
        assert_eq!(decode(b"plain"), ("plain".to_owned(), &b""[..]));
        assert_eq!(decode("größe".as_bytes()).0, "größe");
        assert_eq!(decode(b"gr\xc3"), ("gr".to_owned(), &b"\xc3"[..]));
        assert_eq!(decode(b"\xe2\x82"), (String::new(), &b"\xe2\x82"[..]));
        assert_eq!(decode(b"a\xffb"), ("a\u{fffd}b".to_owned(), &b""[..]));
        assert_eq!(decode(b"\xff"), ("\u{fffd}".to_owned(), &b""[..]));
        assert_eq!(decode(b"\xc3a\xc3"), ("\u{fffd}a".to_owned(), &b"\xc3"[..]));
    }
}
