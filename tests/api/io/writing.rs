//! `AsyncWriteExt`, but for numbers.

use std::io::ErrorKind::{Interrupted, Other, WriteZero};
use std::io::{Cursor, IoSlice};

use bytes::{Buf, Bytes};
use reweave::io::AsyncWriteExt;

use super::{Fails, Scripted, Takes, Waits, kind, writes};

#[reweave::test]
async fn a_write_gives_how_much_was_taken() {
    let mut stream = writes([Takes(2), Waits, Fails(Interrupted), Takes(0)]);
    assert_eq!(stream.write(b"abc").await.unwrap(), 2);
    assert_eq!(kind(stream.write(b"c").await), Interrupted);
    assert_eq!(stream.write(b"c").await.unwrap(), 0);
    assert_eq!(stream.write(b"c").await.unwrap(), 1);
    assert_eq!(stream.written, b"abc");
}

#[reweave::test]
async fn everything_is_written_or_an_error_told() {
    let mut stream = writes([Takes(1), Fails(Interrupted), Waits, Takes(1)]);
    stream.write_all(b"abcde").await.unwrap();
    assert_eq!(stream.written, b"abcde");
    assert_eq!(stream.offered, [5, 4, 4, 4, 3]);
    stream.write_all(b"").await.unwrap();
    assert_eq!(stream.offered.len(), 5, "nothing need not be written");
    let mut full = writes([Takes(1), Takes(0)]);
    assert_eq!(kind(full.write_all(b"abc").await), WriteZero);
    let mut fails = writes([Takes(1), Fails(Other)]);
    assert_eq!(kind(fails.write_all(b"abc").await), Other);
}

#[reweave::test]
async fn several_parts_go_at_once_where_the_stream_takes_them() {
    let parts = [&b""[..], b"ab", b"cd"].map(IoSlice::new);
    let mut stream = Scripted::default();
    assert_eq!(stream.write_vectored(&parts).await.unwrap(), 4);
    let mut bytes = Vec::new();
    assert_eq!(bytes.write_vectored(&parts).await.unwrap(), 4);
    assert_eq!(bytes, b"abcd");
}

/// Pieces apart in memory, which a vectored stream takes at once.
fn pieces() -> impl Buf {
    Bytes::from_static(b"ab").chain(Bytes::from_static(b"cd"))
}

#[reweave::test]
async fn a_buffer_moves_on_by_what_was_written() {
    let mut text = &b"abc"[..];
    let mut stream = writes([Takes(2), Fails(Interrupted)]);
    assert_eq!(stream.write_buf(&mut text).await.unwrap(), 2);
    assert_eq!(kind(stream.write_buf(&mut text).await), Interrupted);
    assert_eq!(text, b"c");
    assert_eq!(stream.write_buf(&mut text).await.unwrap(), 1);
    assert_eq!(stream.write_buf(&mut text).await.unwrap(), 0);
    assert_eq!(stream.offered.len(), 3, "nothing need not be written");
    let mut plain = Scripted::default();
    assert_eq!(plain.write_buf(&mut pieces()).await.unwrap(), 2);
    let mut vectored = Scripted {
        vectored: true,
        ..Scripted::default()
    };
    assert_eq!(vectored.write_buf(&mut pieces()).await.unwrap(), 4);
}

#[reweave::test]
async fn a_buffer_is_written_to_its_end() {
    let mut stream = writes([Takes(1), Fails(Interrupted), Waits]);
    let mut text = Cursor::new(b"abcde");
    stream.write_all_buf(&mut text).await.unwrap();
    assert_eq!(stream.written, b"abcde");
    assert_eq!(text.position(), 5);
    let mut vectored = Scripted {
        vectored: true,
        ..Scripted::default()
    };
    vectored.write_all_buf(&mut pieces()).await.unwrap();
    assert_eq!(vectored.offered, [4]);
    let mut rest = &b"abc"[..];
    let mut full = writes([Takes(1), Takes(0)]);
    assert_eq!(kind(full.write_all_buf(&mut rest).await), WriteZero);
    assert_eq!(rest, b"bc", "the buffer has what is not written");
    let mut fails = writes([Takes(1), Fails(Other)]);
    assert_eq!(kind(fails.write_all_buf(&mut rest).await), Other);
    assert_eq!(rest, b"c");
}

#[reweave::test]
async fn a_flush_and_an_end_are_passed_on() {
    let mut stream = Scripted::default();
    stream.flush().await.unwrap();
    stream.flush().await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!((stream.flushes, stream.closes), (2, 1));
}
