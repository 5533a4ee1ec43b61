//! `BufReader`, and the reading side of `BufStream`.

use std::io::ErrorKind::Other;
use std::io::IoSlice;
use std::pin::Pin;

use reweave::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufStream, BufWriter,
};

use super::{Fails, Gives, Scripted, Waits, kind, reads};

#[reweave::test]
async fn small_reads_go_through_the_buffer_and_large_ones_past_it() {
    let stream = reads([Gives(b"abcdefghijklm"), Waits, Fails(Other), Gives(b"n")]);
    let mut reader = BufReader::with_capacity(4, stream);
    assert_eq!(reader.read_u8().await.unwrap(), b'a');
    assert_eq!(reader.buffer(), b"bcd");
    let mut bytes = [0; 6];
    assert_eq!(
        reader.read(&mut bytes).await.unwrap(),
        3,
        "what is held comes first"
    );
    assert_eq!(reader.read(&mut bytes).await.unwrap(), 6);
    assert_eq!(&bytes, b"efghij");
    assert_eq!(reader.read_u8().await.unwrap(), b'k');
    reader.consume(2);
    assert_eq!(kind(reader.fill_buf().await), Other);
    assert_eq!(reader.fill_buf().await.unwrap(), b"n");
    reader.consume(1);
    assert_eq!(reader.fill_buf().await.unwrap(), b"");
    assert_eq!(reader.get_ref().room, [4, 6, 4, 4, 4, 4, 4]);
    reader.get_mut().reads.push_back(Gives(b"op"));
    assert_eq!(reader.read_u8().await.unwrap(), b'o');
    assert_eq!(Pin::new(&mut reader).get_pin_mut().reads.len(), 0);
    assert_eq!(reader.into_inner().room.len(), 8);
}

#[reweave::test]
async fn the_buffer_has_eight_kibibytes_unless_told() {
    let mut reader = BufReader::new(reads([Gives(b"a")]));
    reader.read_u8().await.unwrap();
    assert_eq!(reader.get_ref().room, [8192]);
    let mut stream = BufStream::new(reads([Gives(b"a")]));
    stream.read_u8().await.unwrap();
    assert_eq!(stream.get_ref().room, [8192]);
    let mut stream = BufStream::with_capacity(3, 5, reads([Gives(b"a")]));
    stream.read_u8().await.unwrap();
    assert_eq!(stream.get_ref().room, [3]);
}

#[test]
fn a_reader_without_a_buffer_is_refused_in_words() {
    for make in [
        || drop(BufReader::with_capacity(0, Scripted::default())),
        || drop(BufStream::with_capacity(0, 1, Scripted::default())),
    ] {
        let panic = std::panic::catch_unwind(make).unwrap_err();
        let words = panic.downcast_ref::<&str>().unwrap();
        assert!(
            words.starts_with("`capacity` must be at least 1"),
            "{words}"
        );
    }
}

#[reweave::test]
async fn writes_go_past_the_buffer() {
    let mut reader = BufReader::new(Scripted::default());
    reader.write_all(b"ab").await.unwrap();
    assert!(!reader.is_write_vectored());
    reader.get_mut().vectored = true;
    assert!(reader.is_write_vectored());
    let parts = [IoSlice::new(b"c"), IoSlice::new(b"d")];
    assert_eq!(reader.write_vectored(&parts).await.unwrap(), 2);
    reader.flush().await.unwrap();
    reader.shutdown().await.unwrap();
    let stream = reader.into_inner();
    assert_eq!(stream.written, b"abcd");
    assert_eq!((stream.flushes, stream.closes), (1, 1));
}

#[reweave::test]
async fn a_stream_buffers_both_ways_whichever_was_made_first() {
    let both = || reads([Gives(b"abc")]);
    let mut outside = BufReader::new(BufWriter::with_capacity(8, both()));
    outside.read_u8().await.unwrap();
    outside.write_all(b"out").await.unwrap();
    let mut inside = BufWriter::with_capacity(8, BufReader::new(both()));
    inside.read_u8().await.unwrap();
    inside.write_all(b"out").await.unwrap();
    for mut stream in [BufStream::from(outside), BufStream::from(inside)] {
        assert_eq!(
            stream.fill_buf().await.unwrap(),
            b"bc",
            "what was held is held"
        );
        stream.consume(1);
        assert_eq!(stream.read_u8().await.unwrap(), b'c');
        assert!(stream.get_ref().written.is_empty());
        stream.flush().await.unwrap();
        assert_eq!(stream.get_mut().written, b"out");
        assert!(stream.is_write_vectored());
        let parts = [IoSlice::new(b"+"), IoSlice::new(b"+")];
        assert_eq!(stream.write_vectored(&parts).await.unwrap(), 2);
        stream.shutdown().await.unwrap();
        assert_eq!(Pin::new(&mut stream).get_pin_mut().closes, 1);
        assert_eq!(stream.into_inner().written, b"out++");
    }
}

#[reweave::test]
async fn it_shows_how_full_it_is() {
    let mut reader = BufReader::with_capacity(4, &b"ab"[..]);
    reader.read_u8().await.unwrap();
    assert_eq!(
        format!("{reader:?}"),
        "BufReader { reader: [], buffer: 1/4 }"
    );
}

#[reweave::test]
async fn what_is_consumed_beyond_the_buffer_is_not_given_again() {
    let mut reader = BufReader::new(&b"abc"[..]);
    reader.fill_buf().await.unwrap();
    reader.consume(1);
    reader.consume(usize::MAX);
    assert_eq!(reader.buffer(), b"");
}
