//! `BufWriter`.

use std::io::ErrorKind::{Interrupted, Other, WriteZero};
use std::io::IoSlice;
use std::pin::Pin;

use reweave::io::{AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};

use super::{Fails, Gives, Scripted, Takes, Waits, kind, reads, writes};

#[reweave::test]
async fn small_writes_are_held_and_large_ones_go_past() {
    let mut writer = BufWriter::with_capacity(4, Scripted::default());
    writer.write_all(b"ab").await.unwrap();
    writer.write_all(b"c").await.unwrap();
    assert_eq!(writer.buffer(), b"abc");
    assert!(writer.get_ref().written.is_empty());
    writer.write_all(b"de").await.unwrap();
    assert_eq!(
        writer.get_ref().written,
        b"abc",
        "there was no room for two"
    );
    assert_eq!(writer.buffer(), b"de");
    assert_eq!(writer.write(b"fghij").await.unwrap(), 5);
    assert_eq!(writer.get_ref().offered, [3, 2, 5]);
    assert_eq!(writer.buffer(), b"");
    writer.write_all(b"k").await.unwrap();
    writer.flush().await.unwrap();
    writer.write_all(b"l").await.unwrap();
    writer.shutdown().await.unwrap();
    let stream = Pin::new(&mut writer).get_pin_mut();
    assert_eq!((stream.flushes, stream.closes), (1, 1));
    assert_eq!(writer.get_mut().written, b"abcdefghijkl");
    writer.write_all(b"m").await.unwrap();
    assert_eq!(writer.into_inner().written, b"abcdefghijkl");
}

#[reweave::test]
async fn what_is_written_of_the_buffer_is_not_written_again() {
    let answers = [Takes(2), Waits, Fails(Interrupted), Takes(1), Fails(Other)];
    let mut writer = BufWriter::with_capacity(8, writes(answers));
    writer.write_all(b"abcdef").await.unwrap();
    assert_eq!(kind(writer.flush().await), Other);
    assert_eq!(writer.get_ref().written, b"abc");
    assert_eq!(writer.buffer(), b"def");
    writer.flush().await.unwrap();
    assert_eq!(writer.get_ref().written, b"abcdef");
    let mut full = BufWriter::with_capacity(8, writes([Takes(1), Takes(0)]));
    full.write_all(b"ab").await.unwrap();
    assert_eq!(kind(full.shutdown().await), WriteZero);
    assert_eq!(full.buffer(), b"b");
}

#[reweave::test]
async fn a_writer_without_a_buffer_passes_everything_on() {
    let mut writer = BufWriter::with_capacity(0, Scripted::default());
    writer.write_all(b"ab").await.unwrap();
    assert_eq!(writer.get_ref().written, b"ab");
    let mut writer = BufWriter::new(Scripted::default());
    writer.write_all(&[7; 8191]).await.unwrap();
    assert!(writer.get_ref().written.is_empty());
    writer.write_all(&[7; 2]).await.unwrap();
    assert_eq!(writer.get_ref().written, [7; 8191]);
}

fn parts<const N: usize>(parts: [&[u8]; N]) -> [IoSlice<'_>; N] {
    parts.map(IoSlice::new)
}

#[reweave::test]
async fn parts_are_held_together_or_go_past_together() {
    let vectored = Scripted {
        vectored: true,
        ..Scripted::default()
    };
    let mut writer = BufWriter::with_capacity(4, vectored);
    assert!(writer.is_write_vectored());
    let write = parts([b"a", b"", b"bc"]);
    assert_eq!(writer.write_vectored(&write).await.unwrap(), 3);
    assert_eq!(writer.buffer(), b"abc");
    let write = parts([b"d", b"e"]);
    assert_eq!(writer.write_vectored(&write).await.unwrap(), 2);
    assert_eq!(writer.get_ref().written, b"abc");
    assert_eq!(writer.buffer(), b"de");
    let write = parts([b"fg", b"hi"]);
    assert_eq!(writer.write_vectored(&write).await.unwrap(), 4);
    assert_eq!(writer.get_ref().offered, [3, 2, 4]);
}

#[reweave::test]
async fn where_the_stream_takes_one_part_as_many_are_held_as_fit() {
    let mut writer = BufWriter::with_capacity(4, Scripted::default());
    assert!(writer.is_write_vectored());
    let write = parts([b"", b"a", b"bc", b"def"]);
    assert_eq!(writer.write_vectored(&write).await.unwrap(), 3);
    assert_eq!(writer.buffer(), b"abc");
    let write = parts([b"de", b"f"]);
    assert_eq!(writer.write_vectored(&write).await.unwrap(), 3);
    assert_eq!(writer.buffer(), b"def");
    let write = parts([b"ghijk", b"l"]);
    assert_eq!(
        writer.write_vectored(&write).await.unwrap(),
        5,
        "it goes past, alone"
    );
    assert_eq!(writer.get_ref().written, b"abcdefghijk");
    assert_eq!(writer.write_vectored(&parts([b"", b""])).await.unwrap(), 0);
    // Taken in part, so that what comes after it must not be held.
    writer.get_mut().writes.push_back(Takes(2));
    let write = parts([b"lmnop", b"q"]);
    assert_eq!(writer.write_vectored(&write).await.unwrap(), 2);
    assert_eq!(writer.buffer(), b"");
}

#[reweave::test]
async fn reads_go_past_the_buffer() {
    let mut writer = BufWriter::new(reads([Gives(b"ab")]));
    assert_eq!(writer.read_u16().await.unwrap(), 0x6162);
    let mut writer = BufWriter::new(BufReader::new(reads([Gives(b"one\n")])));
    let mut line = String::new();
    writer.read_line(&mut line).await.unwrap();
    assert_eq!(line, "one\n");
}

#[reweave::test]
async fn it_shows_how_full_it_is() {
    let mut writer = BufWriter::with_capacity(4, Vec::new());
    writer.write_all(b"a").await.unwrap();
    assert_eq!(
        format!("{writer:?}"),
        "BufWriter { writer: [], buffer: 1/4, written: 0 }"
    );
}
