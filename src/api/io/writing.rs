//! What the methods of `AsyncWriteExt` do.

use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;

use super::async_write::AsyncWrite;
use super::operation::{Work, uninterrupted};

/// Writes once.
pub struct Write<'a> {
    pub(super) bytes: &'a [u8],
}

impl<W: AsyncWrite + ?Sized> Work<W> for Write<'_> {
    type Output = usize;

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        stream.poll_write(cx, self.bytes)
    }
}

/// Writes several buffers once.
pub struct WriteVectored<'a, 'b> {
    pub(super) parts: &'a [IoSlice<'b>],
}

impl<W: AsyncWrite + ?Sized> Work<W> for WriteVectored<'_, '_> {
    type Output = usize;

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        stream.poll_write_vectored(cx, self.parts)
    }
}

/// Writes until nothing is left.
pub struct WriteAll<'a> {
    pub(super) bytes: &'a [u8],
}

impl<W: AsyncWrite + ?Sized> Work<W> for WriteAll<'_> {
    type Output = ();

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        poll_write_all(stream, cx, &mut self.bytes)
    }
}

/// Writes the bytes of a number.
pub struct WriteNumber<const N: usize> {
    pub(super) bytes: [u8; N],
    pub(super) written: usize,
}

impl<W: AsyncWrite + ?Sized, const N: usize> Work<W> for WriteNumber<N> {
    type Output = ();

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut rest = &self.bytes[self.written..];
        let all = poll_write_all(stream, cx, &mut rest);
        self.written = N - rest.len();
        all
    }
}

/// Writes once, of a buffer that moves on.
pub struct WriteFrom<'a, B> {
    pub(super) from: &'a mut B,
}

impl<W: AsyncWrite, B: Buf> Work<W> for WriteFrom<'_, B> {
    type Output = usize;

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        poll_write_from(stream, cx, self.from)
    }
}

/// Writes until nothing is left of a buffer that moves on.
pub struct WriteAllFrom<'a, B> {
    pub(super) from: &'a mut B,
}

impl<W: AsyncWrite, B: Buf> Work<W> for WriteAllFrom<'_, B> {
    type Output = ();

    fn poll(&mut self, mut stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while self.from.has_remaining() {
            let offered = self.from.remaining();
            let once = || poll_write_from(stream.as_mut(), cx, self.from);
            let written = ready!(uninterrupted(once))?;
            taken(written, offered)?;
        }
        Poll::Ready(Ok(()))
    }
}

/// Flushes.
pub struct Flush;

impl<W: AsyncWrite + ?Sized> Work<W> for Flush {
    type Output = ();

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        stream.poll_flush(cx)
    }
}

/// Shuts down.
pub struct Shutdown;

impl<W: AsyncWrite + ?Sized> Work<W> for Shutdown {
    type Output = ();

    fn poll(&mut self, stream: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        stream.poll_shutdown(cx)
    }
}

/// Writes until nothing is left of the slice, which keeps what is.
fn poll_write_all<W: AsyncWrite + ?Sized>(
    mut writer: Pin<&mut W>,
    cx: &mut Context<'_>,
    rest: &mut &[u8],
) -> Poll<Result<()>> {
    while !rest.is_empty() {
        let written = ready!(uninterrupted(|| writer.as_mut().poll_write(cx, rest)))?;
        *rest = &rest[taken(written, rest.len())?..];
    }
    Poll::Ready(Ok(()))
}

/// How many pieces of a buffer are written at once, where the writer takes several.
const PIECES: usize = 64;

/// Writes once, of a buffer that moves on.
fn poll_write_from<W: AsyncWrite, B: Buf>(
    writer: Pin<&mut W>,
    cx: &mut Context<'_>,
    from: &mut B,
) -> Poll<Result<usize>> {
    if !from.has_remaining() {
        return Poll::Ready(Ok(0));
    }
    let written = if writer.is_write_vectored() {
        let mut pieces = [IoSlice::new(&[]); PIECES];
        let count = from.chunks_vectored(&mut pieces);
        ready!(writer.poll_write_vectored(cx, &pieces[..count]))?
    } else {
        ready!(writer.poll_write(cx, from.chunk()))?
    };
    from.advance(believed(written, from.remaining()));
    Poll::Ready(Ok(written))
}

/// How many of the offered bytes a writer took, by its own account.
///
/// # Panics
///
/// If those are more than there were.
fn believed(written: usize, offered: usize) -> usize {
    assert!(
        written <= offered,
        "a writer says that it took {written} of {offered} bytes: its `poll_write` is wrong"
    );
    written
}

/// [`believed`], of a writer that must take some: one that takes nothing will never be done.
///
/// # Errors
///
/// `WriteZero`.
pub(super) fn taken(written: usize, offered: usize) -> Result<usize> {
    match believed(written, offered) {
        0 => Err(ErrorKind::WriteZero.into()),
        written => Ok(written),
    }
}
