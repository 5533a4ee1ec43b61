//! A stream with a buffer for each direction.

use std::fmt;
use std::pin::Pin;

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::async_seek::AsyncSeek;
use super::async_write::AsyncWrite;
use super::buf_reader::BufReader;
use super::buf_writer::BufWriter;

pin_project! {
    /// A stream that reads much at a time and writes much at a time: [`BufReader`] and [`BufWriter`] in one.
    ///
    /// What is in the buffers is lost when it is dropped.
    ///
    /// ```
    /// use reweave::io::{AsyncBufReadExt, AsyncWriteExt, BufStream, duplex};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (client, server) = duplex(64);
    /// let (mut client, mut server) = (BufStream::new(client), BufStream::new(server));
    /// client.write_all(b"ping\n").await.unwrap();
    /// client.flush().await.unwrap();
    /// let mut line = String::new();
    /// server.read_line(&mut line).await.unwrap();
    /// assert_eq!(line, "ping\n");
    /// # }).unwrap();
    /// ```
    pub struct BufStream<RW> {
        #[pin]
        inner: BufReader<BufWriter<RW>>,
    }
}

impl<RW: AsyncRead + AsyncWrite> BufStream<RW> {
    /// A stream with buffers of 8 KiB.
    pub fn new(stream: RW) -> BufStream<RW> {
        BufReader::new(BufWriter::new(stream)).into()
    }

    /// A stream with buffers of these sizes.
    ///
    /// # Panics
    ///
    /// If that of the reader is 0.
    #[track_caller]
    pub fn with_capacity(
        reader_capacity: usize,
        writer_capacity: usize,
        stream: RW,
    ) -> BufStream<RW> {
        let writer = BufWriter::with_capacity(writer_capacity, stream);
        BufReader::with_capacity(reader_capacity, writer).into()
    }

    /// The stream inside.
    pub fn get_ref(&self) -> &RW {
        self.inner.get_ref().get_ref()
    }

    /// The stream inside, to change it. It knows nothing of what is in the buffers.
    pub fn get_mut(&mut self) -> &mut RW {
        self.inner.get_mut().get_mut()
    }

    /// The stream inside, pinned.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut RW> {
        self.project().inner.get_pin_mut().get_pin_mut()
    }

    /// Gives the stream back. What is in the buffers is lost.
    pub fn into_inner(self) -> RW {
        self.inner.into_inner().into_inner()
    }
}

impl<RW> From<BufReader<BufWriter<RW>>> for BufStream<RW> {
    fn from(inner: BufReader<BufWriter<RW>>) -> BufStream<RW> {
        BufStream { inner }
    }
}

/// The buffers stay as they are, and change places.
impl<RW> From<BufWriter<BufReader<RW>>> for BufStream<RW> {
    fn from(writer: BufWriter<BufReader<RW>>) -> BufStream<RW> {
        let (reader, to_write, write_seek) = writer.into_parts();
        let (stream, to_read, read_seek) = reader.into_parts();
        let writer = BufWriter::of_parts(stream, to_write, write_seek);
        BufReader::of_parts(writer, to_read, read_seek).into()
    }
}

impl<RW: AsyncRead + AsyncWrite> AsyncRead for BufStream<RW> {
    reads_by!(|this| this.project().inner);
}

impl<RW: AsyncRead + AsyncWrite> AsyncBufRead for BufStream<RW> {
    buffers_by!(|this| this.project().inner);
}

impl<RW: AsyncRead + AsyncWrite> AsyncWrite for BufStream<RW> {
    writes_by!(|this| this.project().inner, |this| this
        .inner
        .is_write_vectored());
}

impl<RW: AsyncRead + AsyncWrite + AsyncSeek> AsyncSeek for BufStream<RW> {
    seeks_by!(|this| this.project().inner);
}

also_reads!([RW] BufStream<RW>);
also_buffers!([RW] BufStream<RW>);
also_writes!([RW] BufStream<RW>);
also_seeks!([RW] BufStream<RW>);

impl<RW: fmt::Debug> fmt::Debug for BufStream<RW> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufStream")
            .field("inner", &self.inner)
            .finish()
    }
}
