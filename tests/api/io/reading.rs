//! `AsyncReadExt`, but for numbers.

use std::io::ErrorKind::{Interrupted, InvalidData, Other, UnexpectedEof};
use std::io::Result;
use std::pin::Pin;
use std::str::Utf8Error;
use std::task::{Context, Poll};

use reweave::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::{Fails, Gives, Waits, kind, reads};

#[reweave::test]
async fn a_read_gives_what_is_there_and_fits() {
    let mut stream = reads([Gives(b"abcde"), Waits, Fails(Other), Gives(b"f")]);
    let mut buffer = [0; 3];
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 3);
    assert_eq!(&buffer, b"abc");
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 2);
    assert_eq!(&buffer, b"dec", "what is not read over stays");
    assert_eq!(kind(stream.read(&mut buffer).await), Other);
    assert_eq!(stream.read(&mut []).await.unwrap(), 0);
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 1);
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 0, "the end");
}

#[reweave::test]
async fn a_read_tells_an_interruption_and_longer_ones_go_on() {
    let interrupted = || reads([Fails(Interrupted), Gives(b"ab")]);
    assert_eq!(kind(interrupted().read(&mut [0]).await), Interrupted);
    assert_eq!(
        kind(interrupted().read_buf(&mut Vec::new()).await),
        Interrupted
    );
    assert_eq!(interrupted().read_exact(&mut [0; 2]).await.unwrap(), 2);
    assert_eq!(interrupted().read_u16().await.unwrap(), 0x6162);
    assert_eq!(interrupted().read_to_end(&mut Vec::new()).await.unwrap(), 2);
    let mut text = String::new();
    assert_eq!(interrupted().read_to_string(&mut text).await.unwrap(), 2);
}

#[reweave::test]
async fn a_buffer_moves_on_by_what_was_read() {
    let mut stream = reads([Gives(b"abc"), Waits, Gives(b"defg")]);
    let mut memory = [0; 5];
    let mut rest = &mut memory[..];
    assert_eq!(stream.read_buf(&mut rest).await.unwrap(), 3);
    assert_eq!(stream.read_buf(&mut rest).await.unwrap(), 2);
    assert_eq!(stream.read_buf(&mut rest).await.unwrap(), 0, "no room");
    assert_eq!(&memory, b"abcde");
    let mut grows = Vec::with_capacity(1);
    grows.push(b'>');
    assert_eq!(stream.read_buf(&mut grows).await.unwrap(), 2);
    assert_eq!(grows, b">fg");
    let unsized_one: &mut dyn bytes::BufMut = &mut grows;
    assert_eq!(stream.read_buf(unsized_one).await.unwrap(), 0, "the end");
}

#[reweave::test]
async fn exactly_so_much_or_an_error() {
    let mut stream = reads([Gives(b"ab"), Waits, Gives(b"cdef")]);
    let mut buffer = [0; 4];
    assert_eq!(stream.read_exact(&mut buffer).await.unwrap(), 4);
    assert_eq!(&buffer, b"abcd");
    assert_eq!(kind(stream.read_exact(&mut buffer).await), UnexpectedEof);
    assert_eq!(&buffer[..2], b"ef");
    assert_eq!(stream.read_exact(&mut []).await.unwrap(), 0);
    let mut fails = reads([Gives(b"ab"), Fails(Other)]);
    assert_eq!(kind(fails.read_exact(&mut buffer).await), Other);
}

#[reweave::test]
async fn to_the_end_and_appended() {
    let mut stream = reads([Gives(b"ab"), Waits, Gives(b"cd")]);
    let mut bytes = b"> ".to_vec();
    assert_eq!(stream.read_to_end(&mut bytes).await.unwrap(), 4);
    assert_eq!(bytes, b"> abcd");
    assert_eq!(stream.read_to_end(&mut bytes).await.unwrap(), 0);
    let mut fails = reads([Gives(b"ef"), Fails(Other)]);
    assert_eq!(kind(fails.read_to_end(&mut bytes).await), Other);
    assert_eq!(bytes, b"> abcdef", "what was read before is kept");
}

#[reweave::test]
async fn a_vector_of_the_right_size_does_not_grow() {
    let mut exact = Vec::with_capacity(100);
    let mut stream = (&[7; 100][..]).chain(&b""[..]);
    stream.read_to_end(&mut exact).await.unwrap();
    assert_eq!((exact.len(), exact.capacity()), (100, 100));
    let mut short = Vec::with_capacity(100);
    (&[7; 101][..]).read_to_end(&mut short).await.unwrap();
    assert_eq!(short, [7; 101]);
}

/// A reader that sets its whole buffer to zero, and gives a byte. It says how much it found set already.
#[derive(Default)]
struct Zeroing {
    known: Vec<usize>,
}

impl AsyncRead for Zeroing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.known
            .push(buf.initialized().len() - buf.filled().len());
        buf.initialize_unfilled();
        buf.advance(usize::from(self.known.len() <= 3));
        Poll::Ready(Ok(()))
    }
}

#[reweave::test]
async fn what_is_set_to_zero_once_is_known_to_be() {
    let mut zeroing = Zeroing::default();
    let mut bytes = Vec::with_capacity(1000);
    zeroing.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(zeroing.known, [0, 999, 998, 997]);
}

#[reweave::test]
async fn text_is_appended_whole_or_not_at_all() {
    let mut text = "> ".to_owned();
    let mut stream = reads([Gives(b"gr\xc3"), Waits, Gives(b"\xb6\xc3\x9fe")]);
    assert_eq!(stream.read_to_string(&mut text).await.unwrap(), 7);
    assert_eq!(text, "> größe");
    let mut fails = reads([Gives(b"more"), Fails(Other)]);
    assert_eq!(kind(fails.read_to_string(&mut text).await), Other);
    let mut no_text = reads([Gives(b"more\xff")]);
    let error = no_text.read_to_string(&mut text).await.unwrap_err();
    assert_eq!(error.kind(), InvalidData);
    let cause = error.into_inner().unwrap().downcast::<Utf8Error>();
    assert_eq!(
        cause.unwrap().valid_up_to(),
        13,
        "counted with what was there"
    );
    assert_eq!(text, "> größe");
}
