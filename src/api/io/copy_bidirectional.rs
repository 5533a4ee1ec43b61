//! Copying between two streams, both ways.

use std::future::Future;
use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::async_read::AsyncRead;
use super::async_write::AsyncWrite;
use super::buf_reader::BUFFER;
use super::calling::poll_fn_at;
use super::copy::Copying;
use crate::base::place::caller;

/// Copies from each stream to the other, through buffers of 8 KiB, until both are at their ends. When one is, the other is
/// shut down. Gives how many bytes went from `a` to `b`, and from `b` to `a`.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional, duplex};
///
/// # reweave::Sim::new().run(async {
/// let (mut client, mut near) = duplex(8);
/// let (mut far, mut server) = duplex(8);
/// let proxy = reweave::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
/// client.write_all(b"ping!").await.unwrap();
/// client.shutdown().await.unwrap();
/// let mut question = String::new();
/// server.read_to_string(&mut question).await.unwrap();
/// server.write_all(b"pong").await.unwrap();
/// server.shutdown().await.unwrap();
/// assert_eq!(proxy.await.unwrap().unwrap(), (5, 4));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Not cancel safe: what a dropped call has read and not yet written is lost.
///
/// # Errors
///
/// The first of either stream, at once: what was read in the other direction by then may not be written.
#[track_caller]
pub fn copy_bidirectional<A, B>(a: &mut A, b: &mut B) -> impl Future<Output = Result<(u64, u64)>>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    copy_bidirectional_with_sizes(a, b, BUFFER, BUFFER)
}

/// [`copy_bidirectional`] through buffers of these sizes.
///
/// # Cancel safety
///
/// As `copy_bidirectional`.
///
/// # Errors
///
/// As `copy_bidirectional`.
///
/// # Panics
///
/// When it is first polled, if a size is 0.
#[track_caller]
pub fn copy_bidirectional_with_sizes<A, B>(
    a: &mut A,
    b: &mut B,
    a_to_b_buf_size: usize,
    b_to_a_buf_size: usize,
) -> impl Future<Output = Result<(u64, u64)>>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    let place = caller();
    async move {
        assert!(
            a_to_b_buf_size > 0,
            "`a_to_b_buf_size` must be at least 1: nothing is copied through a buffer without room"
        );
        assert!(
            b_to_a_buf_size > 0,
            "`b_to_a_buf_size` must be at least 1: nothing is copied through a buffer without room"
        );
        let mut there = Direction::Copies(Copying::through(a_to_b_buf_size));
        let mut back = Direction::Copies(Copying::through(b_to_a_buf_size));
        poll_fn_at(place, |cx| {
            let there = there.poll(cx, Pin::new(&mut *a), Pin::new(&mut *b))?;
            let back = back.poll(cx, Pin::new(&mut *b), Pin::new(&mut *a))?;
            Poll::Ready(Ok((ready!(there), ready!(back))))
        })
        .await
    }
}

/// How far one direction is; once done, it has copied so many bytes.
enum Direction {
    Copies(Copying),
    ShutsDown(u64),
    Done(u64),
}

impl Direction {
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<Result<u64>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        loop {
            *self = match self {
                Direction::Copies(copying) => {
                    let copied = copying.poll(cx, reader.as_mut(), writer.as_mut());
                    Direction::ShutsDown(ready!(copied)?)
                }
                Direction::ShutsDown(copied) => {
                    ready!(writer.as_mut().poll_shutdown(cx))?;
                    Direction::Done(*copied)
                }
                Direction::Done(copied) => return Poll::Ready(Ok(*copied)),
            };
        }
    }
}
