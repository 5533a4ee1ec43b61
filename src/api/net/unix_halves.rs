//! The halves of a Unix stream.

use std::error::Error;
use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::owned_halves::OnDrop;
use super::unix_name::SocketAddr;
use super::unix_stream::UnixStream;
use crate::api::io::async_read::AsyncRead;
use crate::api::io::async_write::AsyncWrite;
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

/// The reading half of a [`UnixStream`] that is borrowed; made by [`UnixStream::split`].
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a UnixStream);

/// The writing half of a [`UnixStream`] that is borrowed; made by [`UnixStream::split`].
///
/// To drop it closes nothing: the stream can be used again, and split again.
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a UnixStream);

impl UnixStream {
    /// Two halves that borrow it, to read and to write at once.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }
}

reads_by_stream!(['a] ReadHalf<'a>, UnixStream, SocketAddr);
writes_by_stream!(['a] WriteHalf<'a>, UnixStream, SocketAddr, |half| half.0.connection.shut_down());

owned_halves!(
    UnixStream,
    SocketAddr,
    {
        /// ```
        /// use reweave::io::{AsyncReadExt, AsyncWriteExt};
        /// use reweave::net::UnixStream;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (client, mut server) = UnixStream::pair()?;
        /// let (mut reader, mut writer) = client.into_split();
        /// reweave::spawn(async move { writer.write_all(b"from a task of its own").await });
        /// let mut heard = String::new();
        /// server.read_to_string(&mut heard).await?;
        /// assert_eq!(heard, "from a task of its own");
        /// drop(server);
        /// assert_eq!(reader.read(&mut [0]).await?, 0);
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    },
    {
        /// ```
        /// use reweave::net::UnixStream;
        ///
        /// # reweave::Sim::new().run(async {
        /// let (one, other) = UnixStream::pair()?;
        /// let (one, other) = (one.into_split(), other.into_split());
        /// let error = one.0.reunite(other.1).unwrap_err();
        /// assert!(error.0.reunite(one.1).is_ok());
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    }
);
