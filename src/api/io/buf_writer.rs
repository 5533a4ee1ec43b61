//! A writer with a buffer.

use std::fmt;
use std::io::{IoSlice, Result, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::async_seek::AsyncSeek;
use super::async_write::AsyncWrite;
use super::buf_reader::BUFFER;
use super::operation::uninterrupted;
use super::writing::taken;
use crate::base::ids::RunId;
use crate::run::context::look;

pin_project! {
    /// Collects small pieces, and writes much at a time.
    ///
    /// What is in the buffer is lost when it is dropped, so [`flush`](super::AsyncWriteExt::flush) or
    /// [`shutdown`](super::AsyncWriteExt::shutdown) it before. Reads are passed on unbuffered; see
    /// [`BufStream`](super::BufStream).
    ///
    /// ```
    /// use reweave::io::{AsyncWriteExt, BufWriter};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"piece by ").await.unwrap();
    /// writer.write_all(b"piece").await.unwrap();
    /// assert_eq!(writer.buffer(), b"piece by piece");
    /// writer.flush().await.unwrap();
    /// assert_eq!(writer.into_inner(), b"piece by piece");
    /// # }).unwrap();
    /// ```
    pub struct BufWriter<W> {
        #[pin]
        inner: W,
        held: WriteBuffer,
        seek: Seek,
    }
}

/// The buffer, and how many bytes at its front are written already.
pub(super) struct WriteBuffer {
    bytes: Vec<u8>,
    written: usize,
    /// The number under which a recorded run knows what lies here.
    told: Option<(RunId, u32)>,
}

/// How far a seek is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seek {
    /// None is under way.
    No,
    /// Asked for, and not yet begun.
    To(SeekFrom),
    /// Under way.
    Moving,
}

impl<W: AsyncWrite> BufWriter<W> {
    /// A writer with a buffer of 8 KiB.
    pub fn new(inner: W) -> BufWriter<W> {
        BufWriter::with_capacity(BUFFER, inner)
    }

    /// A writer with a buffer of this size; with 0, everything is passed on at once.
    pub fn with_capacity(cap: usize, inner: W) -> BufWriter<W> {
        let held = WriteBuffer {
            bytes: Vec::with_capacity(cap),
            written: 0,
            told: None,
        };
        BufWriter::of_parts(inner, held, Seek::No)
    }

    /// The writer inside.
    pub fn get_ref(&self) -> &W {
        &self.inner
    }

    /// The writer inside, to change it. What is in the buffer comes to it later.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.inner
    }

    /// The writer inside, pinned.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut W> {
        self.project().inner
    }

    /// Gives the writer back. What is in the buffer is lost.
    pub fn into_inner(self) -> W {
        self.inner
    }

    /// What is in the buffer.
    pub fn buffer(&self) -> &[u8] {
        &self.held.bytes
    }

    /// Has the buffer written. After an error, or a call that is not done, what is written is not written again.
    fn poll_empty(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut this = self.project();
        let all = loop {
            let rest = &this.held.bytes[this.held.written..];
            if rest.is_empty() {
                break Ok(());
            }
            let once = || this.inner.as_mut().poll_write(cx, rest);
            let written = ready!(uninterrupted(once));
            match written.and_then(|written| taken(written, rest.len())) {
                Ok(written) => this.held.written += written,
                Err(error) => break Err(error),
            }
        };
        this.held.bytes.drain(..this.held.written);
        this.held.written = 0;
        this.held.tell();
        Poll::Ready(all)
    }
}

impl<W> BufWriter<W> {
    pub(super) fn of_parts(inner: W, held: WriteBuffer, seek: Seek) -> BufWriter<W> {
        BufWriter { inner, held, seek }
    }

    pub(super) fn into_parts(self) -> (W, WriteBuffer, Seek) {
        (self.inner, self.held, self.seek)
    }
}

impl WriteBuffer {
    fn room(&self) -> usize {
        self.bytes.capacity() - self.bytes.len()
    }

    /// Tells the run how much lies here now: who waits for an answer to it waits in vain.
    fn tell(&mut self) {
        if self.bytes.is_empty() && self.told.is_none() {
            return;
        }
        look!(here => {
            let Some(here) = here.filter(|here| here.run.is_recorded()) else {
                return;
            };
            let run = here.cx.id();
            let known = self.told.filter(|told| told.0 == run);
            let known = known.map(|(_, number)| number);
            if self.bytes.is_empty() {
                known.into_iter().for_each(|number| here.run.flushed(number));
                self.told = None;
            } else {
                let number = here.run.unflushed(known, self.bytes.len());
                self.told = number.map(|number| (run, number));
            }
        });
    }
}

impl Drop for WriteBuffer {
    fn drop(&mut self) {
        if self.told.is_some() {
            self.bytes.clear();
            self.tell();
        }
    }
}

impl<W: AsyncWrite> AsyncWrite for BufWriter<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<Result<usize>> {
        if buf.len() > self.held.room() {
            ready!(self.as_mut().poll_empty(cx))?;
        }
        let this = self.project();
        if buf.len() >= this.held.bytes.capacity() {
            // It would fill the buffer, which is empty: it need not go through it.
            return this.inner.poll_write(cx, buf);
        }
        this.held.bytes.extend_from_slice(buf);
        this.held.tell();
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let sizes = bufs.iter().map(|part| part.len());
        let wanted = sizes.fold(0, usize::saturating_add);
        if self.inner.is_write_vectored() {
            if wanted > self.held.room() {
                ready!(self.as_mut().poll_empty(cx))?;
            }
            if wanted >= self.held.bytes.capacity() {
                return self.project().inner.poll_write_vectored(cx, bufs);
            }
            let held = self.project().held;
            let parts = bufs.iter();
            parts.for_each(|part| held.bytes.extend_from_slice(part));
            held.tell();
            return Poll::Ready(Ok(wanted));
        }
        // The first that is not empty has to go, and those after it if they fit, too.
        let mut parts = bufs.iter().filter(|part| !part.is_empty());
        let Some(first) = parts.next() else {
            return Poll::Ready(Ok(0));
        };
        let first = ready!(self.as_mut().poll_write(cx, first))?;
        let held = self.project().held;
        // What went past the buffer went alone, so that no part is written before another that came first.
        let parts = parts.take(if held.bytes.is_empty() { 0 } else { bufs.len() });
        let mut taken = first;
        for part in parts {
            if part.len() > held.room() {
                break;
            }
            held.bytes.extend_from_slice(part);
            taken += part.len();
        }
        held.tell();
        Poll::Ready(Ok(taken))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.as_mut().poll_empty(cx))?;
        self.get_pin_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.as_mut().poll_empty(cx))?;
        self.get_pin_mut().poll_shutdown(cx)
    }
}

impl<W: AsyncRead> AsyncRead for BufWriter<W> {
    reads_by!(|this| this.project().inner);
}

impl<W: AsyncBufRead> AsyncBufRead for BufWriter<W> {
    buffers_by!(|this| this.project().inner);
}

/// A seek writes what is in the buffer first. Without one under way, `poll_complete` gives the position of the writer inside,
/// which is behind by what is in the buffer.
impl<W: AsyncWrite + AsyncSeek> AsyncSeek for BufWriter<W> {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> Result<()> {
        *self.project().seek = Seek::To(position);
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        match self.seek {
            Seek::No => return self.project().inner.poll_complete(cx),
            Seek::To(_) | Seek::Moving => ready!(self.as_mut().poll_empty(cx))?,
        }
        let mut this = self.project();
        if let Seek::To(position) = *this.seek {
            // A move that somebody began and did not wait for comes to its end first.
            ready!(this.inner.as_mut().poll_complete(cx))?;
            *this.seek = Seek::No;
            this.inner.as_mut().start_seek(position)?;
            *this.seek = Seek::Moving;
        }
        let position = ready!(this.inner.poll_complete(cx));
        *this.seek = Seek::No;
        Poll::Ready(position)
    }
}

also_reads!([W] BufWriter<W>);
also_buffers!([W] BufWriter<W>);
also_writes!([W] BufWriter<W>);
also_seeks!([W] BufWriter<W>);

impl<W: fmt::Debug> fmt::Debug for BufWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, room) = (self.held.bytes.len(), self.held.bytes.capacity());
        f.debug_struct("BufWriter")
            .field("writer", &self.inner)
            .field("buffer", &format_args!("{held}/{room}"))
            .field("written", &self.held.written)
            .finish()
    }
}
