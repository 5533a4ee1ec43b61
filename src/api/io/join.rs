//! A reader and a writer as one stream.

use std::pin::Pin;

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::async_write::AsyncWrite;

/// Makes one stream of a reader and a writer, as the opposite of [`split`](super::split()).
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt, join};
///
/// # reweave::Sim::new().run(async {
/// let mut both = join(&b"in"[..], Vec::new());
/// both.write_all(b"out").await.unwrap();
/// assert_eq!(both.read_u8().await.unwrap(), b'i');
/// assert_eq!(both.into_inner(), (&b"n"[..], b"out".to_vec()));
/// # }).unwrap();
/// ```
pub fn join<R, W>(reader: R, writer: W) -> Join<R, W>
where
    R: AsyncRead,
    W: AsyncWrite,
{
    Join { reader, writer }
}

pin_project! {
    /// A reader and a writer as one stream; made by [`join`](join()).
    #[derive(Debug)]
    pub struct Join<R, W> {
        #[pin]
        reader: R,
        #[pin]
        writer: W,
    }
}

impl<R: AsyncRead, W: AsyncWrite> Join<R, W> {
    /// Gives both back.
    pub fn into_inner(self) -> (R, W) {
        (self.reader, self.writer)
    }

    /// The reader.
    pub fn reader(&self) -> &R {
        &self.reader
    }

    /// The writer.
    pub fn writer(&self) -> &W {
        &self.writer
    }

    /// The reader, to change it.
    pub fn reader_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The writer, to change it.
    pub fn writer_mut(&mut self) -> &mut W {
        &mut self.writer
    }

    /// The reader, pinned.
    pub fn reader_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().reader
    }

    /// The writer, pinned.
    pub fn writer_pin_mut(self: Pin<&mut Self>) -> Pin<&mut W> {
        self.project().writer
    }
}

impl<R: AsyncRead, W> AsyncRead for Join<R, W> {
    reads_by!(|this| this.project().reader);
}

impl<R: AsyncBufRead, W> AsyncBufRead for Join<R, W> {
    buffers_by!(|this| this.project().reader);
}

impl<R, W: AsyncWrite> AsyncWrite for Join<R, W> {
    writes_by!(|this| this.project().writer, |this| this
        .writer
        .is_write_vectored());
}

also_reads!([R, W] Join<R, W>);
also_buffers!([R, W] Join<R, W>);
also_writes!([R, W] Join<R, W>);
