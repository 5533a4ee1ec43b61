//! `reweave::io`: traits, methods and adaptors, each as `tokio::io`'s is documented.

mod adaptors;
mod bounds;
mod budget;
mod buffered_reads;
mod buffered_writes;
mod cancelling;
mod copying;
mod halves;
mod interests;
mod items;
mod lines;
mod numbers;
mod pointers;
mod reading;
mod seeking;
#[cfg(unix)]
mod unix;
mod writing;

use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use reweave::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a stream answers to one poll.
#[derive(Clone, Copy)]
enum Answer {
    /// A read gives these, as many as fit; the rest is for the next.
    Gives(&'static [u8]),
    /// A write takes so many bytes.
    Takes(usize),
    /// It is not ready, and wakes at once.
    Waits,
    /// It fails.
    Fails(ErrorKind),
}

use Answer::{Fails, Gives, Takes, Waits};

/// A stream that answers what it was told. Told nothing more, it is at its end, and takes everything.
#[derive(Default)]
struct Scripted {
    reads: VecDeque<Answer>,
    writes: VecDeque<Answer>,
    /// Whether it says that it takes several buffers.
    vectored: bool,
    written: Vec<u8>,
    /// How many bytes were offered by each write.
    offered: Vec<usize>,
    /// How much room each read had.
    room: Vec<usize>,
    flushes: usize,
    closes: usize,
}

fn reads(answers: impl IntoIterator<Item = Answer>) -> Scripted {
    Scripted {
        reads: answers.into_iter().collect(),
        ..Scripted::default()
    }
}

fn writes(answers: impl IntoIterator<Item = Answer>) -> Scripted {
    Scripted {
        writes: answers.into_iter().collect(),
        ..Scripted::default()
    }
}

fn waits<T>(cx: &mut Context<'_>) -> Poll<T> {
    cx.waker().wake_by_ref();
    Poll::Pending
}

impl AsyncRead for Scripted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.room.push(buf.remaining());
        match self.reads.pop_front() {
            None => Poll::Ready(Ok(())),
            Some(Gives(bytes)) => {
                let (now, later) = bytes.split_at(bytes.len().min(buf.remaining()));
                buf.put_slice(now);
                if !later.is_empty() {
                    self.reads.push_front(Gives(later));
                }
                Poll::Ready(Ok(()))
            }
            Some(Waits) => waits(cx),
            Some(Fails(kind)) => Poll::Ready(Err(kind.into())),
            Some(Takes(_)) => panic!("an answer to a write"),
        }
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let all: Vec<u8> = bufs.iter().flat_map(|part| part.iter().copied()).collect();
        self.offered.push(all.len());
        match self.writes.pop_front() {
            None => {
                self.written.extend(&all);
                Poll::Ready(Ok(all.len()))
            }
            Some(Takes(most)) => {
                let count = all.len().min(most);
                self.written.extend(&all[..count]);
                Poll::Ready(Ok(count))
            }
            Some(Waits) => waits(cx),
            Some(Fails(kind)) => Poll::Ready(Err(kind.into())),
            Some(Gives(_)) => panic!("an answer to a read"),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.vectored
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        self.flushes += 1;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        self.closes += 1;
        Poll::Ready(Ok(()))
    }
}

/// The kind of an error, to compare.
fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}
