//! `split`, and the halves of a `simplex`.

use std::io::IoSlice;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use reweave::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, ReadBuf,
    SimplexStream, duplex, simplex, split,
};
use reweave::spawn;

use super::{Gives, Scripted, reads};
use crate::traits::in_any_schedule;

/// A server that reads in one task and writes in another, each with its half.
async fn served() -> Vec<String> {
    let (client, server) = duplex(4);
    let (reader, mut writer) = split(server);
    spawn(async move {
        let mut lines = BufReader::new(reader).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            writer
                .write_all(format!("{}\n", line.len()).as_bytes())
                .await
                .unwrap();
        }
        writer.shutdown().await.unwrap();
    });
    let (reader, mut writer) = split(client);
    let asking = spawn(async move {
        writer
            .write_all(b"a\nlonger than the buffer\n\n")
            .await
            .unwrap();
        writer.shutdown().await.unwrap();
    });
    let (mut lines, mut answers) = (BufReader::new(reader).lines(), Vec::new());
    while let Some(line) = lines.next_line().await.unwrap() {
        answers.push(line);
    }
    asking.await.unwrap();
    answers
}

#[test]
fn each_half_is_used_by_its_own_task() {
    assert_eq!(in_any_schedule(served), ["1", "22", "0"]);
}

#[reweave::test]
async fn everything_reaches_the_stream_and_comes_back_with_it() {
    let (mut reader, mut writer) = split(reads([Gives(b"ab")]));
    assert_eq!(reader.read_u8().await.unwrap(), b'a');
    assert!(!writer.is_write_vectored());
    writer.write_all(b"out").await.unwrap();
    let parts = [IoSlice::new(b"+"), IoSlice::new(b"+")];
    assert_eq!(writer.write_vectored(&parts).await.unwrap(), 2);
    writer.flush().await.unwrap();
    writer.shutdown().await.unwrap();
    let stream = reader.unsplit(writer);
    assert_eq!(stream.written, b"out++");
    assert_eq!(
        (stream.reads.len(), stream.flushes, stream.closes),
        (1, 1, 1)
    );
    let vectored = Scripted {
        vectored: true,
        ..Scripted::default()
    };
    assert!(split(vectored).1.is_write_vectored());
}

#[test]
fn halves_know_each_other() {
    let (reader, writer) = split(Scripted::default());
    let (other_reader, other_writer) = split(Scripted::default());
    assert!(reader.is_pair_of(&writer) && writer.is_pair_of(&reader));
    assert!(!reader.is_pair_of(&other_writer) && !writer.is_pair_of(&other_reader));
    let unsplit = catch_unwind(AssertUnwindSafe(|| drop(reader.unsplit(other_writer))));
    let panic = unsplit.unwrap_err();
    let words = panic.downcast_ref::<&str>().unwrap();
    assert_eq!(*words, "`unsplit` was given a half of another stream");
}

/// A dropped half tells nobody: the stream lives on with the other.
#[reweave::test]
async fn a_dropped_half_closes_nothing() {
    let (mut client, server) = duplex(4);
    let (reader, mut writer) = split(server);
    drop(reader);
    writer.write_u8(1).await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), 1);
    drop(writer);
    assert_eq!(
        client.read(&mut [0]).await.unwrap(),
        0,
        "now the stream is gone"
    );
}

/// A stream that must not move once it is polled, and panics when it is read.
struct Panics(std::marker::PhantomPinned);

impl AsyncRead for Panics {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        panic!("no");
    }
}

impl AsyncWrite for Panics {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn after_a_panic_of_one_half_the_other_is_of_no_use() {
    let (mut reader, mut writer) = split(Panics(std::marker::PhantomPinned));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut writer).poll_write(&mut cx, b"a").is_ready());
    let mut memory = [0];
    let mut buffer = ReadBuf::new(&mut memory);
    let read = catch_unwind(AssertUnwindSafe(|| {
        let _ = Pin::new(&mut reader).poll_read(&mut cx, &mut buffer);
    }));
    assert!(read.is_err());
    let write = catch_unwind(AssertUnwindSafe(|| {
        let mut cx = Context::from_waker(Waker::noop());
        let _ = Pin::new(&mut writer).poll_write(&mut cx, b"a");
    }));
    let panic = write.unwrap_err();
    let words = panic.downcast_ref::<String>().unwrap();
    assert!(
        words.starts_with("the other half of this stream panicked"),
        "{words}"
    );
}

#[reweave::test]
async fn a_simplex_is_a_pipe_in_halves() {
    let (mut reader, mut writer) = simplex(4);
    assert!(writer.is_write_vectored());
    writer.write_all(b"ab").await.unwrap();
    assert_eq!(reader.read_u8().await.unwrap(), b'a');
    let mut whole: SimplexStream = reader.unsplit(writer);
    whole.write_all(b"c").await.unwrap();
    assert_eq!(whole.read_u16().await.unwrap(), u16::from_be_bytes(*b"bc"));
}
