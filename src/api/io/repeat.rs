//! One byte, again and again.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BufMut;

use super::async_read::AsyncRead;
use super::read_buf::ReadBuf;
use crate::api::counting::moved;
use crate::api::task::coop::poll_one;

/// A reader without an end; made by [`repeat`].
#[derive(Debug)]
pub struct Repeat {
    byte: u8,
}

/// Makes a reader that gives this byte again and again, without an end.
///
/// Nothing waits, but each operation counts against the [budget](crate::task::coop) of the task.
///
/// ```
/// use reweave::io::{AsyncReadExt, repeat};
///
/// # reweave::Sim::new().run(async {
/// let mut bytes = [0; 3];
/// repeat(7).read_exact(&mut bytes).await.unwrap();
/// assert_eq!(bytes, [7; 3]);
/// # }).unwrap();
/// ```
pub fn repeat(byte: u8) -> Repeat {
    Repeat { byte }
}

impl AsyncRead for Repeat {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        ready!(poll_one(cx));
        moved(buf.remaining());
        buf.put_bytes(self.byte, buf.remaining());
        Poll::Ready(Ok(()))
    }
}

also_reads!([] Repeat);
