//! tokio's io traits on our byte streams (feature `tokio`), with tokio's own combinators.

use std::io::IoSlice;

use reweave::io::{
    DuplexStream, Empty, ReadHalf, Repeat, SimplexStream, Sink, Stderr, Stdin, Stdout, WriteHalf,
    duplex, simplex, stdin, stdout,
};
use reweave::time::{Duration, Instant, sleep, timeout};
use reweave::{Sim, spawn};
use static_assertions::assert_impl_all as yes;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, BufReader, copy_bidirectional, join,
};

use crate::any_schedule::in_any_schedule;

const SECOND: Duration = Duration::from_secs(1);

yes!(DuplexStream: AsyncRead, AsyncWrite);
yes!(SimplexStream: AsyncRead, AsyncWrite);
yes!(ReadHalf<SimplexStream>: AsyncRead);
yes!(WriteHalf<SimplexStream>: AsyncWrite);
yes!(Empty: AsyncBufRead, AsyncWrite, AsyncSeek);
yes!(Sink: AsyncWrite);
yes!(Repeat: AsyncRead);
yes!(reweave::io::BufReader<DuplexStream>: AsyncBufRead, AsyncWrite);
yes!(reweave::io::BufReader<Empty>: AsyncSeek);
yes!(reweave::io::BufWriter<DuplexStream>: AsyncRead, AsyncWrite);
yes!(reweave::io::BufWriter<Empty>: AsyncSeek);
yes!(reweave::io::BufStream<DuplexStream>: AsyncBufRead, AsyncWrite);
yes!(reweave::io::BufStream<Empty>: AsyncSeek);
yes!(reweave::io::Chain<Stdin, Empty>: AsyncBufRead);
yes!(reweave::io::Take<Stdin>: AsyncBufRead);
yes!(reweave::io::Join<Stdin, Stdout>: AsyncBufRead, AsyncWrite);
yes!(Stdin: AsyncRead, AsyncBufRead);
yes!(Stdout: AsyncWrite);
yes!(Stderr: AsyncWrite);

/// A client, a proxy that copies both ways, and a server that answers in capitals; all through small buffers.
async fn proxied() -> (String, (u64, u64)) {
    let (mut client, mut near) = duplex(3);
    let (mut far, server) = duplex(2);
    let proxy = spawn(async move { copy_bidirectional(&mut near, &mut far).await.unwrap() });
    spawn(async move {
        let (reader, mut writer) = tokio::io::split(server);
        let mut lines = BufReader::new(reader).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            writer
                .write_all(line.to_uppercase().as_bytes())
                .await
                .unwrap();
        }
        writer.shutdown().await.unwrap();
    });
    client.write_all(b"who is there?\n").await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    (answer, proxy.await.unwrap())
}

#[test]
fn bytes_are_copied_both_ways() {
    let expected = ("WHO IS THERE?".to_owned(), (14, 13));
    assert_eq!(in_any_schedule(proxied), expected);
}

#[reweave::test]
async fn reads_and_writes_wait_in_virtual_time() {
    let (mut one, mut other) = duplex(4);
    let start = Instant::now();
    let writing = spawn(async move {
        sleep(SECOND).await;
        one.write_u32(7).await.unwrap();
        one.write_u32(8).await.unwrap();
        one
    });
    assert!(timeout(SECOND / 2, other.read_u8()).await.is_err());
    assert_eq!(other.read_u32().await.unwrap(), 7);
    assert_eq!(start.elapsed(), SECOND);
    assert_eq!(other.read_u32().await.unwrap(), 8);
    drop(writing.await.unwrap());
    assert_eq!(other.read(&mut [0; 4]).await.unwrap(), 0);
    let error = other.write_all(b"too late").await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
}

#[reweave::test]
async fn halves_join_and_parts_are_gathered() {
    let (reader, mut writer) = simplex(8);
    assert!(writer.is_write_vectored());
    let parts = [&b"ab"[..], b"cd"].map(IoSlice::new);
    assert_eq!(writer.write_vectored(&parts).await.unwrap(), 4);
    let mut both = join(reader, writer);
    both.write_all(b"ef").await.unwrap();
    both.shutdown().await.unwrap();
    // Room for more than comes, some of it written before: only what is free is filled.
    let mut bytes = Vec::with_capacity(32);
    bytes.extend(b"> ");
    both.read_buf(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"> abcdef");
}

#[test]
fn the_standard_streams_take_part() {
    let run = Sim::new().stdin(["one", "two"]).run(async {
        let mut lines = stdin().lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            stdout()
                .write_all(format!("{line}!\n").as_bytes())
                .await
                .unwrap();
        }
        tokio::io::copy(&mut &b"bye"[..], &mut stdout())
            .await
            .unwrap();
    });
    assert_eq!(run.stdout(), "one!\ntwo!\nbye");
    let read = Sim::new().stdin(["text"]).run(async {
        let mut text = String::new();
        stdin().read_to_string(&mut text).await.unwrap();
        text
    });
    assert_eq!(read.output().unwrap(), "text\n");
}

/// Our adaptors, read and written by tokio's methods, and its adaptors around them.
#[reweave::test]
async fn adaptors_take_part() {
    let (one, other) = duplex(4);
    let mut one = reweave::io::BufStream::new(one);
    let writing = spawn(async move {
        one.write_all(b"first\nsecond").await.unwrap();
        one.shutdown().await.unwrap();
    });
    let (reader, mut writer) = reweave::io::split(other);
    let more = reweave::io::AsyncReadExt::take(reweave::io::repeat(b'!'), 3);
    let mut all = reweave::io::AsyncReadExt::chain(
        reweave::io::BufReader::new(reader),
        reweave::io::BufReader::new(more),
    );
    let mut line = String::new();
    assert_eq!(all.read_line(&mut line).await.unwrap(), 6);
    let mut rest = String::new();
    all.read_to_string(&mut rest).await.unwrap();
    assert_eq!((&line[..], &rest[..]), ("first\n", "second!!!"));
    assert!(writer.is_write_vectored());
    writer.shutdown().await.unwrap();
    writing.await.unwrap();
    let mut nothing = reweave::io::empty();
    assert_eq!(nothing.rewind().await.unwrap(), 0);
    let mut both = reweave::io::join(nothing, reweave::io::BufWriter::new(reweave::io::sink()));
    assert_eq!(
        tokio::io::copy(&mut &b"abc"[..], &mut both).await.unwrap(),
        3
    );
}

/// Code for either family meets on one pipe.
#[reweave::test]
async fn both_families_share_a_pipe() {
    let (mut one, mut other) = duplex(64);
    futures::AsyncWriteExt::write_all(&mut one, b"futures")
        .await
        .unwrap();
    let mut bytes = [0; 7];
    other.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"futures");
    other.write_all(b"tokio").await.unwrap();
    let mut bytes = [0; 5];
    futures::AsyncReadExt::read_exact(&mut one, &mut bytes)
        .await
        .unwrap();
    assert_eq!(&bytes, b"tokio");
}
