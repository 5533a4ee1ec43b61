//! A reader with a buffer.

use std::fmt;
use std::io::{Result, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::async_seek::AsyncSeek;
use super::async_write::AsyncWrite;
use super::read_buf::ReadBuf;

/// How large a buffer is unless something else is asked for.
pub(super) const BUFFER: usize = 8 * 1024;

pin_project! {
    /// Reads much at a time, and gives it away in small pieces.
    ///
    /// What is in the buffer is lost when it is dropped. Writes are passed on unbuffered; see [`BufStream`](super::BufStream).
    ///
    /// ```
    /// use reweave::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, duplex};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut client, server) = duplex(64);
    /// client.write_all(b"GET /\r\nmore").await.unwrap();
    /// let mut reader = BufReader::new(server);
    /// let mut line = String::new();
    /// reader.read_line(&mut line).await.unwrap();
    /// assert_eq!(line, "GET /\r\n");
    /// assert_eq!(reader.buffer(), b"more");
    /// # }).unwrap();
    /// ```
    pub struct BufReader<R> {
        #[pin]
        inner: R,
        held: ReadBuffer,
        seek: Seek,
    }
}

/// The buffer, and what of it is still to be given away.
pub(super) struct ReadBuffer {
    memory: Box<[u8]>,
    start: usize,
    end: usize,
}

impl ReadBuffer {
    fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.end]
    }

    fn discard(&mut self) {
        (self.start, self.end) = (0, 0);
    }
}

/// How far a seek is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seek {
    /// None is under way.
    No,
    /// Asked for, and not yet begun.
    To(SeekFrom),
    /// Back to where the user thinks that it is, and from there so far.
    BackAndThen(i64),
    /// Under way.
    Moving,
}

impl<R: AsyncRead> BufReader<R> {
    /// A reader with a buffer of 8 KiB.
    pub fn new(inner: R) -> BufReader<R> {
        BufReader::with_capacity(BUFFER, inner)
    }

    /// A reader with a buffer of this size.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn with_capacity(capacity: usize, inner: R) -> BufReader<R> {
        assert!(
            capacity > 0,
            "`capacity` must be at least 1: a reader without a buffer would read nothing"
        );
        let held = ReadBuffer {
            memory: vec![0; capacity].into(),
            start: 0,
            end: 0,
        };
        BufReader::of_parts(inner, held, Seek::No)
    }

    /// The reader inside.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The reader inside, to change it. What is in the buffer was read of it already.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }

    /// The reader inside, pinned.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().inner
    }

    /// Gives the reader back. What is in the buffer is lost.
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// What is in the buffer.
    pub fn buffer(&self) -> &[u8] {
        self.held.bytes()
    }
}

impl<R> BufReader<R> {
    pub(super) fn of_parts(inner: R, held: ReadBuffer, seek: Seek) -> BufReader<R> {
        BufReader { inner, held, seek }
    }

    pub(super) fn into_parts(self) -> (R, ReadBuffer, Seek) {
        (self.inner, self.held, self.seek)
    }
}

impl<R: AsyncRead> AsyncRead for BufReader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        // Nothing is held, and what is wanted would fill the buffer: it need not go through it.
        if self.held.bytes().is_empty() && buf.remaining() >= self.held.memory.len() {
            return self.project().inner.poll_read(cx, buf);
        }
        let held = ready!(self.as_mut().poll_fill_buf(cx))?;
        let now = &held[..held.len().min(buf.remaining())];
        buf.put_slice(now);
        let amount = now.len();
        self.consume(amount);
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncRead> AsyncBufRead for BufReader<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        let this = self.project();
        if this.held.bytes().is_empty() {
            let mut buffer = ReadBuf::new(&mut this.held.memory);
            ready!(this.inner.poll_read(cx, &mut buffer))?;
            (this.held.start, this.held.end) = (0, buffer.filled().len());
        }
        Poll::Ready(Ok(this.held.bytes()))
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        let held = self.project().held;
        held.start = held.end.min(held.start.saturating_add(amt));
    }
}

impl<R: AsyncWrite> AsyncWrite for BufReader<R> {
    writes_by!(|this| this.project().inner, |this| this
        .inner
        .is_write_vectored());
}

/// A seek discards the buffer, and from the current position means from what was given away last. Without one under way,
/// `poll_complete` gives the position of the reader inside, which is ahead by what is in the buffer.
impl<R: AsyncRead + AsyncSeek> AsyncSeek for BufReader<R> {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> Result<()> {
        *self.project().seek = Seek::To(position);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        let mut this = self.project();
        loop {
            match std::mem::replace(this.seek, Seek::No) {
                Seek::No => return this.inner.poll_complete(cx),
                Seek::To(SeekFrom::Current(by)) => {
                    let ahead = this.held.bytes().len() as i64;
                    let (by, next) = match by.checked_sub(ahead) {
                        Some(by) => (by, Seek::Moving),
                        // Too far back for one step.
                        None => (-ahead, Seek::BackAndThen(by)),
                    };
                    this.inner.as_mut().start_seek(SeekFrom::Current(by))?;
                    *this.seek = next;
                }
                Seek::To(position @ (SeekFrom::Start(_) | SeekFrom::End(_))) => {
                    this.inner.as_mut().start_seek(position)?;
                    *this.seek = Seek::Moving;
                }
                Seek::BackAndThen(by) => {
                    if this.inner.as_mut().poll_complete(cx)?.is_pending() {
                        *this.seek = Seek::BackAndThen(by);
                        return Poll::Pending;
                    }
                    this.held.discard();
                    this.inner.as_mut().start_seek(SeekFrom::Current(by))?;
                    *this.seek = Seek::Moving;
                }
                Seek::Moving => {
                    let Poll::Ready(position) = this.inner.poll_complete(cx)? else {
                        *this.seek = Seek::Moving;
                        return Poll::Pending;
                    };
                    this.held.discard();
                    return Poll::Ready(Ok(position));
                }
            }
        }
    }
}

also_reads!([R] BufReader<R>);
also_buffers!([R] BufReader<R>);
also_writes!([R] BufReader<R>);
also_seeks!([R] BufReader<R>);

impl<R: fmt::Debug> fmt::Debug for BufReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, room) = (self.held.bytes().len(), self.held.memory.len());
        f.debug_struct("BufReader")
            .field("reader", &self.inner)
            .field("buffer", &format_args!("{held}/{room}"))
            .finish()
    }
}
