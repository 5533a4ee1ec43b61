//! What a stream is ready for, and what is done with it without waiting.

use std::future::Future;
use std::io::{self, IoSlice, IoSliceMut};
use std::task::{Context, Poll};

use bytes::BufMut;

use super::stream::TcpStream;
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

impl TcpStream {
    /// Waits until it is ready for any of this, and says for what. Any number of tasks may wait.
    ///
    /// It may be ready although a read or write would have to wait: an accepted stream counts as ready until somebody has tried.
    /// So try, and wait again at `WouldBlock`.
    ///
    /// ```
    /// use reweave::io::Interest;
    /// use reweave::net::{TcpListener, TcpStream};
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    /// let ready = client.ready(Interest::READABLE | Interest::WRITABLE).await?;
    /// assert!(ready.is_writable() && !ready.is_readable());
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> + use<'_> {
        self.connection.ready(interest)
    }

    /// Waits until a read would not wait, as far as is known; see [`TcpStream::ready`].
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> + use<'_> {
        let ready = self.connection.ready(Interest::READABLE);
        async move { ready.await.map(drop) }
    }

    /// Polls whether a read would wait. Only the task that polled last, for this or for a read, is woken.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    #[track_caller]
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.poll_read_ready(cx)
    }

    /// Reads what is there, without waiting. 0 at the end, and for an empty buffer.
    ///
    /// ```
    /// use reweave::io::{AsyncWriteExt, ErrorKind};
    /// use reweave::net::{TcpListener, TcpStream};
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let mut client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (server, _) = listener.accept().await?;
    /// let mut buffer = [0; 16];
    /// assert_eq!(server.try_read(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
    /// client.write_all(b"hello").await?;
    /// server.readable().await?;
    /// assert_eq!(server.try_read(&mut buffer)?, 5);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `WouldBlock` if nothing is there. Else as a read.
    #[track_caller]
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let mut buf = ReadBuf::new(buf);
        let room = buf.remaining();
        self.connection.try_read(room, |part| buf.put_slice(part))
    }

    /// Reads what is there into several buffers, one after the other, without waiting.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::try_read`].
    #[track_caller]
    pub fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        let room = bufs.iter().map(|buf| buf.len()).sum();
        let mut free = bufs.iter_mut().flat_map(|buf| buf.iter_mut());
        self.connection.try_read(room, |part| {
            part.iter()
                .zip(&mut free)
                .for_each(|(from, to)| *to = *from);
        })
    }

    /// Reads what is there into a buffer that grows, without waiting.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::try_read`].
    #[track_caller]
    pub fn try_read_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        let room = buf.chunk_mut().len();
        self.connection.try_read(room, |part| buf.put_slice(part))
    }

    /// Waits until a write would not wait, as far as is known; see [`TcpStream::ready`].
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it changes nothing.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> + use<'_> {
        let ready = self.connection.ready(Interest::WRITABLE);
        async move { ready.await.map(drop) }
    }

    /// Polls whether a write would wait. Only the task that polled last, for this or for a write, is woken.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    #[track_caller]
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.poll_write_ready(cx)
    }

    /// Writes what there is room for, without waiting.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room. Else as a write.
    #[track_caller]
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.connection.try_write(&[IoSlice::new(buf)])
    }

    /// Writes what there is room for from several buffers, one after the other, without waiting.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::try_write`].
    #[track_caller]
    pub fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.connection.try_write(bufs)
    }

    /// Calls the closure if the stream is ready for any of this. If the closure answers `WouldBlock`, it counts as not ready until
    /// more happens.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if it is not ready; else what the closure gives.
    pub fn try_io<R>(
        &self,
        interest: Interest,
        f: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        self.connection.try_io(interest, f)
    }

    /// Calls the closure each time the stream is ready for any of this, until it answers anything but `WouldBlock`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe as far as the closure is: it is called in the poll that returns its answer.
    ///
    /// # Errors
    ///
    /// What the closure gives.
    #[track_caller]
    pub fn async_io<R, F: FnMut() -> io::Result<R>>(
        &self,
        interest: Interest,
        f: F,
    ) -> impl Future<Output = io::Result<R>> + use<'_, R, F> {
        self.connection.async_io(interest, f)
    }
}
