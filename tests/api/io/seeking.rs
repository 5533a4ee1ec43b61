//! Positions: those of a stream, and what buffers make of them.

use std::io::{Cursor, ErrorKind, Result, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use reweave::io::{
    AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt, BufReader,
    BufStream, BufWriter, ReadBuf,
};

use super::{kind, waits};

/// A cursor whose moves take a poll more than they need, and which notes what it was asked for.
struct Slow {
    inside: Cursor<Vec<u8>>,
    moving: bool,
    moves: Vec<SeekFrom>,
}

fn slow(text: &str) -> Slow {
    Slow {
        inside: Cursor::new(text.into()),
        moving: false,
        moves: Vec::new(),
    }
}

impl AsyncSeek for Slow {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> Result<()> {
        if self.moving {
            return Err(ErrorKind::ResourceBusy.into());
        }
        self.moves.push(position);
        self.moving = true;
        Pin::new(&mut self.inside).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        if std::mem::take(&mut self.moving) {
            return waits(cx);
        }
        Pin::new(&mut self.inside).poll_complete(cx)
    }
}

impl AsyncRead for Slow {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.inside).poll_read(cx, buf)
    }
}

impl AsyncWrite for Slow {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.inside).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[reweave::test]
async fn a_move_ends_before_the_next_begins() {
    let mut stream = slow("abcdef");
    assert_eq!(stream.seek(SeekFrom::Start(2)).await.unwrap(), 2);
    Pin::new(&mut stream).start_seek(SeekFrom::End(0)).unwrap();
    assert_eq!(stream.seek(SeekFrom::Current(-1)).await.unwrap(), 5);
    assert_eq!(stream.stream_position().await.unwrap(), 5);
    assert_eq!(stream.rewind().await.unwrap(), 0);
    assert!(stream.seek(SeekFrom::Current(-1)).await.is_err());
}

#[reweave::test]
async fn a_reader_moves_from_what_it_gave_and_discards_the_rest() {
    let mut reader = BufReader::with_capacity(4, slow("abcdefgh"));
    reader.read_u8().await.unwrap();
    assert_eq!(reader.stream_position().await.unwrap(), 1, "not 4");
    assert_eq!(reader.buffer(), b"");
    assert_eq!(reader.read_u8().await.unwrap(), b'b');
    assert_eq!(reader.seek(SeekFrom::Current(2)).await.unwrap(), 4);
    assert_eq!(reader.read_u8().await.unwrap(), b'e');
    assert_eq!(reader.seek(SeekFrom::End(-1)).await.unwrap(), 7);
    assert_eq!(reader.read_u8().await.unwrap(), b'h');
    assert_eq!(reader.rewind().await.unwrap(), 0);
    assert_eq!(reader.read_u8().await.unwrap(), b'a');
    assert!(reader.seek(SeekFrom::Current(-2)).await.is_err());
    assert_eq!(reader.buffer(), b"bcd", "nothing moved");
}

/// What is in the buffer and what is asked for do not fit in one number together.
#[reweave::test]
async fn a_reader_moves_in_two_steps_if_one_is_too_long() {
    let mut reader = BufReader::with_capacity(4, slow("abcdefgh"));
    reader.read_u8().await.unwrap();
    let far = SeekFrom::Current(i64::MIN);
    let error = reader.seek(far).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(reader.get_ref().moves, [SeekFrom::Current(-3), far]);
}

#[reweave::test]
async fn a_writer_writes_what_it_holds_before_it_moves() {
    let mut writer = BufWriter::with_capacity(4, slow("........"));
    writer.write_all(b"ab").await.unwrap();
    assert_eq!(writer.stream_position().await.unwrap(), 2);
    assert_eq!(writer.buffer(), b"");
    writer.write_all(b"c").await.unwrap();
    assert_eq!(writer.seek(SeekFrom::End(-1)).await.unwrap(), 7);
    writer.write_all(b"z").await.unwrap();
    assert!(writer.seek(SeekFrom::Current(-9)).await.is_err());
    assert_eq!(writer.rewind().await.unwrap(), 0);
    assert_eq!(writer.get_ref().inside.get_ref(), b"abc....z");
}

#[reweave::test]
async fn a_stream_moves_as_both() {
    let mut stream = BufStream::with_capacity(4, 4, slow("abcdefgh"));
    stream.read_u8().await.unwrap();
    assert_eq!(stream.seek(SeekFrom::Current(1)).await.unwrap(), 2);
    stream.write_all(b"X").await.unwrap();
    assert_eq!(stream.seek(SeekFrom::Start(0)).await.unwrap(), 0);
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "abXdefgh");
}

#[reweave::test]
async fn a_position_that_is_none_is_refused() {
    let seek = Cursor::new("abc").seek(SeekFrom::Current(-1)).await;
    assert_eq!(kind(seek), ErrorKind::InvalidInput);
}
