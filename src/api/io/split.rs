//! The halves of a stream: one reads, the other writes.

use std::fmt;
use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use super::async_read::AsyncRead;
use super::async_write::AsyncWrite;
use super::read_buf::ReadBuf;
use crate::api::preempt::PreemptionDisabled;
use crate::base::touched::{self, Number};

/// The half of a stream that reads; made by [`split`](split()).
pub struct ReadHalf<T> {
    whole: Arc<Whole<T>>,
}

/// The half of a stream that writes; made by [`split`](split()).
///
/// Dropping it does not close the stream: [`shutdown`](super::AsyncWriteExt::shutdown) does.
pub struct WriteHalf<T> {
    whole: Arc<Whole<T>>,
}

/// What the halves share. A simulation has one thread, so the lock is free whenever a half is polled; halves may be polled on
/// other threads, too. A box, because a stream that is pinned must not move.
struct Whole<T> {
    stream: Mutex<Pin<Box<T>>>,
    /// By which it is [known](touched).
    number: Number,
    vectored: bool,
}

/// Splits a stream into a half that reads and one that writes, for two tasks.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt, duplex, split};
///
/// # reweave::Sim::new().run(async {
/// let (mut client, server) = duplex(64);
/// let (mut reader, mut writer) = split(server);
/// let echo = reweave::spawn(async move {
///     let byte = reader.read_u8().await.unwrap();
///     writer.write_u8(byte + 1).await.unwrap();
///     reader.unsplit(writer)
/// });
/// client.write_u8(7).await.unwrap();
/// assert_eq!(client.read_u8().await.unwrap(), 8);
/// # drop(echo.await.unwrap());
/// # }).unwrap();
/// ```
pub fn split<T>(stream: T) -> (ReadHalf<T>, WriteHalf<T>)
where
    T: AsyncRead + AsyncWrite,
{
    let vectored = stream.is_write_vectored();
    let whole = Arc::new(Whole {
        stream: Mutex::new(Box::pin(stream)),
        number: Number::next(),
        vectored,
    });
    let reader = ReadHalf {
        whole: whole.clone(),
    };
    (reader, WriteHalf { whole })
}

impl<T> Whole<T> {
    /// # Panics
    ///
    /// If the other half panicked while it used the stream, which then may be in any state.
    fn with<R>(&self, act: impl FnOnce(Pin<&mut T>) -> R) -> R {
        // With `threads` the other half could be polled amid this, and would wait for the lock for ever.
        let _alone = PreemptionDisabled::begin();
        touched::state(self.number);
        let stream = self.stream.lock();
        act(stream
            .expect("the other half of this stream panicked")
            .as_mut())
    }
}

impl<T> ReadHalf<T> {
    /// Whether both are halves of one stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        Arc::ptr_eq(&self.whole, &other.whole)
    }

    /// The stream again.
    ///
    /// # Panics
    ///
    /// If they are not halves of one stream; or if a half panicked while it used it.
    #[track_caller]
    pub fn unsplit(self, wr: WriteHalf<T>) -> T
    where
        T: Unpin,
    {
        assert!(
            self.is_pair_of(&wr),
            "`unsplit` was given a half of another stream"
        );
        drop(wr);
        let whole = Arc::into_inner(self.whole).expect("there are two halves");
        let stream = whole.stream.into_inner();
        *Pin::into_inner(stream.expect("a half of this stream panicked"))
    }
}

impl<T> WriteHalf<T> {
    /// Whether both are halves of one stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        other.is_pair_of(self)
    }
}

impl<T: AsyncRead> AsyncRead for ReadHalf<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.whole.with(|stream| stream.poll_read(cx, buf))
    }
}

impl<T: AsyncWrite> AsyncWrite for WriteHalf<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.whole.with(|stream| stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.whole
            .with(|stream| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.whole.vectored
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.whole.with(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.whole.with(|stream| stream.poll_shutdown(cx))
    }
}

also_reads!([T] ReadHalf<T>);
also_writes!([T] WriteHalf<T>);

impl<T> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadHalf").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteHalf").finish_non_exhaustive()
    }
}
