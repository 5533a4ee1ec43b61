//! What is lost when a call is dropped while it waits, and what is not.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use reweave::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter, copy_buf, duplex,
};

use super::{Gives, Takes, Waits, reads, writes};

/// Polls once, and drops it: it must have been waiting.
fn drops<F: Future>(future: F) {
    let mut cx = Context::from_waker(Waker::noop());
    let polled = pin!(future).poll(&mut cx);
    assert!(matches!(polled, Poll::Pending), "it did not wait");
}

#[reweave::test]
async fn one_read_or_write_has_done_nothing() {
    let (mut one, mut other) = duplex(2);
    drops(one.read(&mut [0; 2]));
    drops(one.read_buf(&mut Vec::new()));
    other.write_all(b"ab").await.unwrap();
    drops(other.write(b"cd"));
    let mut rest = &b"cd"[..];
    drops(other.write_buf(&mut rest));
    assert_eq!(rest, b"cd");
    drop(other);
    let mut text = String::new();
    one.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "ab");
}

#[reweave::test]
async fn what_was_read_to_the_end_or_a_byte_is_in_the_vector() {
    let mut stream = BufReader::new(reads([
        Gives(b"ab"),
        Waits,
        Gives(b"c,d"),
        Waits,
        Gives(b"e"),
    ]));
    let mut bytes = Vec::new();
    drops(stream.read_until(b',', &mut bytes));
    assert_eq!(stream.read_until(b',', &mut bytes).await.unwrap(), 2);
    assert_eq!(bytes, b"abc,");
    drops(stream.read_to_end(&mut bytes));
    assert_eq!(stream.read_to_end(&mut bytes).await.unwrap(), 1);
    assert_eq!(bytes, b"abc,de");
}

#[reweave::test]
async fn lines_and_parts_are_whole_all_the_same() {
    let answers = [Gives(b"gr\xc3"), Waits, Gives(b"\xb6\xc3\x9fe\nx")];
    let mut lines = BufReader::new(reads(answers)).lines();
    drops(lines.next_line());
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "größe");
    let mut parts = BufReader::new(reads(answers)).split(b'x');
    drops(parts.next_segment());
    assert_eq!(
        parts.next_segment().await.unwrap().unwrap(),
        "größe\n".as_bytes()
    );
}

#[reweave::test]
async fn a_string_is_as_it_was_and_what_was_read_is_lost() {
    let mut stream = BufReader::new(reads([Gives(b"lost"), Waits, Gives(b"line\nrest")]));
    let mut text = "> ".to_owned();
    drops(stream.read_line(&mut text));
    assert_eq!(text, "> ");
    stream.read_line(&mut text).await.unwrap();
    assert_eq!(text, "> line\n");
    let mut stream = reads([Gives(b"lost"), Waits, Gives(b"rest")]);
    drops(stream.read_to_string(&mut text));
    assert_eq!(text, "> line\n");
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "> line\nrest");
}

#[reweave::test]
async fn what_is_not_written_is_left_where_it_can_be_found() {
    let mut stream = writes([Takes(2), Waits]);
    let mut rest = &b"abcd"[..];
    drops(stream.write_all_buf(&mut rest));
    assert_eq!(rest, b"cd");
    let mut stream = writes([Takes(2), Waits]);
    let mut reader = BufReader::new(&b"abcd"[..]);
    drops(copy_buf(&mut reader, &mut stream));
    assert_eq!(reader.buffer(), b"cd");
    let mut writer = BufWriter::new(writes([Takes(2), Waits]));
    writer.write_all(b"abcd").await.unwrap();
    drops(writer.flush());
    writer.shutdown().await.unwrap();
    assert_eq!(writer.get_ref().written, b"abcd", "nothing twice");
}

#[reweave::test]
async fn a_lending_that_waits_has_read_nothing() {
    let mut reader = BufReader::new(reads([Waits, Gives(b"ab")]));
    drops(reader.fill_buf());
    assert_eq!(reader.fill_buf().await.unwrap(), b"ab");
}
