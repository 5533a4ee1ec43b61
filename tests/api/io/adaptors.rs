//! `chain`, `take`, `join`, and what is empty, endless or swallows.

use std::io::ErrorKind::Other;
use std::io::{IoSlice, SeekFrom};
use std::pin::Pin;

use reweave::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, BufReader, empty, join,
    repeat, sink,
};

use super::{Fails, Gives, Scripted, Waits, kind, reads};

#[reweave::test]
async fn one_reader_follows_another() {
    let (first, second) = (
        reads([Gives(b"ab"), Waits, Gives(b"c")]),
        reads([Gives(b"d")]),
    );
    let mut chain = first.chain(second);
    assert_eq!(chain.read(&mut []).await.unwrap(), 0);
    assert_eq!(chain.get_ref().0.reads.len(), 3, "no room is no end");
    let mut text = String::new();
    chain.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "abcd");
    let (first, second) = chain.get_mut();
    assert!(first.reads.is_empty() && second.reads.is_empty());
    second.reads.push_back(Gives(b"e"));
    assert_eq!(chain.read_u8().await.unwrap(), b'e');
    let (first, _) = Pin::new(&mut chain).get_pin_mut();
    assert_eq!(first.reads.len(), 0);
    let (first, second) = chain.into_inner();
    assert!(first.reads.is_empty() && second.reads.is_empty());
    let mut fails = reads([Fails(Other)]).chain(&b"a"[..]);
    assert_eq!(kind(fails.read_u8().await), Other);
}

#[reweave::test]
async fn a_chain_lends_what_either_has() {
    let mut chain = (&b"ab\nc"[..]).chain(&b"d\n"[..]);
    assert_eq!(chain.fill_buf().await.unwrap(), b"ab\nc");
    chain.consume(3);
    let mut line = String::new();
    assert_eq!(chain.read_line(&mut line).await.unwrap(), 3);
    assert_eq!(line, "cd\n");
    assert_eq!(format!("{chain:?}"), "Chain { t: [], u: [] }");
}

#[reweave::test]
async fn no_more_than_so_many_bytes() {
    let mut part = reads([Gives(b"abc"), Waits, Gives(b"defg")]).take(5);
    let mut bytes = Vec::new();
    assert_eq!(part.read_to_end(&mut bytes).await.unwrap(), 5);
    assert_eq!(bytes, b"abcde");
    assert_eq!(part.limit(), 0);
    assert_eq!(part.get_ref().reads.len(), 1, "the rest is not read");
    part.set_limit(1);
    assert_eq!(part.read_u8().await.unwrap(), b'f');
    part.get_mut().reads.push_back(Gives(b"h"));
    assert_eq!(part.limit(), 0);
    let inner = Pin::new(&mut part).get_pin_mut();
    assert_eq!(inner.reads.len(), 2);
    assert_eq!(part.into_inner().reads.len(), 2);
    let mut short = (&b"ab"[..]).take(u64::MAX);
    assert_eq!(short.read(&mut [0; 4]).await.unwrap(), 2);
    assert_eq!(short.limit(), u64::MAX - 2);
    let mut fails = reads([Fails(Other)]).take(1);
    assert_eq!(kind(fails.read_u8().await), Other);
    assert_eq!(fails.limit(), 1);
}

#[reweave::test]
async fn no_more_is_lent_either() {
    let mut part = BufReader::new(&b"abcdef"[..]).take(4);
    assert_eq!(part.fill_buf().await.unwrap(), b"abcd");
    part.consume(3);
    assert_eq!(part.fill_buf().await.unwrap(), b"d");
    part.consume(100);
    assert_eq!(part.fill_buf().await.unwrap(), b"");
    assert_eq!(
        part.get_ref().buffer(),
        b"ef",
        "beyond the limit nothing is consumed"
    );
}

#[reweave::test]
async fn a_reader_and_a_writer_are_one() {
    let mut both = join(reads([Gives(b"ab")]), Scripted::default());
    assert_eq!(both.read_u8().await.unwrap(), b'a');
    both.write_all(b"out").await.unwrap();
    both.flush().await.unwrap();
    both.shutdown().await.unwrap();
    assert!(!both.is_write_vectored());
    both.writer_mut().vectored = true;
    assert!(both.is_write_vectored());
    let parts = [IoSlice::new(b"+"), IoSlice::new(b"+")];
    assert_eq!(both.write_vectored(&parts).await.unwrap(), 2);
    assert_eq!(both.writer().written, b"out++");
    assert_eq!((both.writer().flushes, both.writer().closes), (1, 1));
    assert_eq!(both.reader().reads.len(), 1);
    both.reader_mut().reads.clear();
    assert!(Pin::new(&mut both).reader_pin_mut().reads.is_empty());
    assert_eq!(Pin::new(&mut both).writer_pin_mut().flushes, 1);
    let (reader, writer) = both.into_inner();
    assert!(reader.reads.is_empty() && reader.written.is_empty());
    assert_eq!(writer.written, b"out++");
    let mut lends = join(&b"one\n"[..], sink());
    let mut line = String::new();
    lends.read_line(&mut line).await.unwrap();
    assert_eq!(line, "one\n");
}

#[reweave::test]
async fn nothing_comes_of_what_is_empty() {
    let mut nothing = empty();
    assert_eq!(nothing.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(nothing.fill_buf().await.unwrap(), b"");
    nothing.consume(7);
    assert_eq!(nothing.write(b"abc").await.unwrap(), 3);
    assert!(nothing.is_write_vectored());
    let parts = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
    assert_eq!(nothing.write_vectored(&parts).await.unwrap(), 3);
    nothing.flush().await.unwrap();
    nothing.shutdown().await.unwrap();
    assert_eq!(nothing.seek(SeekFrom::End(9)).await.unwrap(), 0);
    assert_eq!(format!("{nothing:?}"), "Empty { .. }");
}

#[reweave::test]
async fn a_sink_takes_everything() {
    let mut swallows = sink();
    assert_eq!(swallows.write(b"abc").await.unwrap(), 3);
    assert!(swallows.is_write_vectored());
    let parts = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
    assert_eq!(swallows.write_vectored(&parts).await.unwrap(), 3);
    swallows.flush().await.unwrap();
    swallows.shutdown().await.unwrap();
    assert_eq!(format!("{swallows:?}"), "Sink { .. }");
}

#[reweave::test]
async fn a_byte_comes_for_ever() {
    let mut bytes = Vec::new();
    repeat(7)
        .take(10_000)
        .read_to_end(&mut bytes)
        .await
        .unwrap();
    assert_eq!(bytes, [7; 10_000]);
}
