//! What is a reader or writer although it is none of ours: slices, vectors, cursors; and whatever points to one.

use std::io::{Cursor, IoSlice};
use std::pin::Pin;

use reweave::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, SeekFrom,
};

#[reweave::test]
async fn a_slice_is_read_from_its_front() {
    let mut text = &b"abc"[..];
    assert_eq!(text.read_u8().await.unwrap(), b'a');
    assert_eq!(text.fill_buf().await.unwrap(), b"bc");
    AsyncBufReadExt::consume(&mut text, 1);
    assert_eq!(text, b"c");
    assert_eq!(text.read(&mut [0; 4]).await.unwrap(), 1);
    assert_eq!(text.read(&mut [0; 4]).await.unwrap(), 0);
}

#[reweave::test]
async fn a_cursor_is_read_from_where_it_is() {
    let mut text = Cursor::new("abcd");
    text.set_position(1);
    assert_eq!(text.read_u8().await.unwrap(), b'b');
    assert_eq!(AsyncBufReadExt::fill_buf(&mut text).await.unwrap(), b"cd");
    AsyncBufReadExt::consume(&mut text, 1);
    assert_eq!(text.position(), 3);
    let mut rest = Vec::new();
    text.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"d");
    for beyond in [5, u64::MAX] {
        text.set_position(beyond);
        assert_eq!(text.read(&mut [0; 4]).await.unwrap(), 0, "{beyond}");
        assert_eq!(text.position(), beyond);
    }
    assert_eq!(text.seek(SeekFrom::End(-1)).await.unwrap(), 3);
    assert_eq!(text.rewind().await.unwrap(), 0);
    assert!(text.seek(SeekFrom::Current(-1)).await.is_err());
}

/// Writes over the middle of "....", and beyond.
macro_rules! overwritten {
    ($bytes:ident: $inside:expr) => {{
        let mut $bytes = b"....".to_vec();
        let mut cursor = Cursor::new($inside);
        cursor.set_position(2);
        let parts = [IoSlice::new(b"a"), IoSlice::new(b"b")];
        assert!(cursor.is_write_vectored());
        assert_eq!(cursor.write_vectored(&parts).await.unwrap(), 2);
        let beyond = cursor.write(b"c").await.unwrap();
        cursor.flush().await.unwrap();
        cursor.shutdown().await.unwrap();
        (cursor.get_ref()[..].to_vec(), beyond)
    }};
}

#[reweave::test]
async fn a_cursor_writes_over_what_is_there() {
    let fixed = (b"..ab".to_vec(), 0);
    assert_eq!(overwritten!(bytes: &mut bytes[..]), fixed);
    assert_eq!(
        overwritten!(bytes: std::mem::take(&mut bytes).into_boxed_slice()),
        fixed
    );
    let grows = (b"..abc".to_vec(), 1);
    assert_eq!(overwritten!(bytes: std::mem::take(&mut bytes)), grows);
    assert_eq!(overwritten!(bytes: &mut bytes), grows);
}

#[reweave::test]
async fn a_vector_is_appended_to() {
    let mut bytes = b"> ".to_vec();
    assert_eq!(bytes.write(b"a").await.unwrap(), 1);
    let parts = [IoSlice::new(b"b"), IoSlice::new(b"c")];
    assert!(bytes.is_write_vectored());
    assert_eq!(bytes.write_vectored(&parts).await.unwrap(), 2);
    AsyncWriteExt::flush(&mut bytes).await.unwrap();
    bytes.shutdown().await.unwrap();
    assert_eq!(bytes, b"> abc");
}

/// Everything that a stream can do, in one.
trait All: AsyncBufRead + AsyncSeek + AsyncWrite {}

impl<T: AsyncBufRead + AsyncSeek + AsyncWrite + ?Sized> All for T {}

/// Uses each method of each trait once.
async fn uses(mut all: impl All + Unpin) {
    assert_eq!(all.read_u8().await.unwrap(), b'a');
    assert_eq!(all.fill_buf().await.unwrap(), b"bcd");
    AsyncBufReadExt::consume(&mut all, 1);
    all.write_all(b"X").await.unwrap();
    assert!(all.is_write_vectored());
    let parts = [IoSlice::new(b"Y"), IoSlice::new(b"Z")];
    assert_eq!(all.write_vectored(&parts).await.unwrap(), 2);
    all.flush().await.unwrap();
    assert_eq!(all.rewind().await.unwrap(), 0);
    let mut text = String::new();
    all.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "abXYZ");
    all.shutdown().await.unwrap();
}

fn cursor() -> Cursor<Vec<u8>> {
    Cursor::new(b"abcd".to_vec())
}

#[reweave::test]
async fn whatever_points_to_a_stream_is_one() {
    uses(cursor()).await;
    uses(&mut cursor()).await;
    uses(Box::new(cursor())).await;
    uses(Pin::new(&mut cursor())).await;
    let unsized_one: Box<dyn All + Unpin> = Box::new(cursor());
    uses(unsized_one).await;
    let pinned: Pin<Box<dyn All>> = Box::pin(cursor());
    uses(pinned).await;
}

#[reweave::test]
async fn methods_are_called_on_what_has_no_size() {
    let reader: &mut (dyn AsyncRead + Unpin) = &mut &b"abc"[..];
    assert_eq!(reader.read_u8().await.unwrap(), b'a');
    let mut bytes = Vec::new();
    let writer: &mut (dyn AsyncWrite + Unpin) = &mut bytes;
    writer.write_all(b"abc").await.unwrap();
    assert_eq!(bytes, b"abc");
}

/// The default of a trait's method: of the first part that is not empty.
#[reweave::test]
async fn without_its_own_a_writer_writes_of_one_part() {
    struct Plain(Vec<u8>);

    impl AsyncWrite for Plain {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            buf: &[u8],
        ) -> std::task::Poll<std::io::Result<usize>> {
            self.0.extend(buf);
            std::task::Poll::Ready(Ok(buf.len()))
        }

        fn poll_flush(
            self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn poll_shutdown(
            self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }
    }

    let mut plain = Plain(Vec::new());
    assert!(!plain.is_write_vectored());
    let parts = [&b""[..], b"ab", b"cd"].map(IoSlice::new);
    assert_eq!(plain.write_vectored(&parts).await.unwrap(), 2);
    assert_eq!(plain.write_vectored(&[]).await.unwrap(), 0);
    assert_eq!(plain.0, b"ab");
}
