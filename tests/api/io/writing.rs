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

/// A writer that claims more than it was given is at fault, and is named so, whoever offered the bytes.
#[test]
fn a_writer_that_claims_too_much_is_told() {
    use reweave::io::{AsyncWrite, BufWriter, copy, copy_buf};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    struct Claims;
    impl AsyncWrite for Claims {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<std::io::Result<usize>> {
            Poll::Ready(Ok(bytes.len() + 3))
        }
        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
            Poll::Ready(Ok(()))
        }
        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }
    type Ends = Pin<Box<dyn Future<Output = ()>>>;
    let ways: [fn() -> Ends; 5] = [
        || Box::pin(async { drop(Claims.write_all(b"hello").await) }),
        || Box::pin(async { drop(Claims.write_all_buf(&mut &b"hello"[..]).await) }),
        || Box::pin(async { drop(copy(&mut &b"hello"[..], &mut Claims).await) }),
        || Box::pin(async { drop(copy_buf(&mut &b"hello"[..], &mut Claims).await) }),
        || {
            Box::pin(async {
                let mut buffered = BufWriter::new(Claims);
                buffered.write_all(b"hello").await.unwrap();
                drop(buffered.flush().await);
            })
        },
    ];
    for way in ways {
        let run = reweave::Sim::new().run(way());
        let told = run.findings()[0].message();
        assert!(
            told.contains("a writer says that it took 8 of 5 bytes"),
            "{told}"
        );
    }
}
