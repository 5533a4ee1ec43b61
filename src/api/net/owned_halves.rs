//! The halves of a stream that is owned by both: of TCP, and what they have in common with those of Unix streams.

use std::error::Error;
use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::BufMut;

use super::stream::TcpStream;
use crate::api::io::async_read::AsyncRead;
use crate::api::io::async_write::AsyncWrite;
use crate::api::io::interest::Interest;
use crate::api::io::read_buf::ReadBuf;
use crate::api::io::ready::Ready;

/// What becomes of the writing direction when the half is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum OnDrop {
    ShutDown,
    Nothing,
}

/// Halves of this stream; with an example, and one of `reunite`.
macro_rules! owned_halves {
    ($Stream:ident, $Address:ty, { $(#[$example:meta])* }, { $(#[$reunite:meta])* }) => {
        #[doc = concat!("The reading half of a [`", stringify!($Stream), "`]; made by [`into_split`](", stringify!($Stream), "::into_split).")]
        ///
        /// The connection is closed when both halves are dropped.
        ///
        $(#[$example])*
        #[derive(Debug)]
        pub struct OwnedReadHalf(Arc<$Stream>);

        #[doc = concat!("The writing half of a [`", stringify!($Stream), "`]; made by [`into_split`](", stringify!($Stream), "::into_split).")]
        ///
        /// When it is dropped, nothing more will be written, which the other side reads as the end; unless it is
        /// [forgotten](OwnedWriteHalf::forget).
        #[derive(Debug)]
        pub struct OwnedWriteHalf(Arc<$Stream>, OnDrop);

        /// Two halves that are not of one stream; given by [`OwnedReadHalf::reunite`] and [`OwnedWriteHalf::reunite`], with both.
        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        impl fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tried to reunite halves that are not from the same socket")
            }
        }

        impl Error for ReuniteError {}

        impl $Stream {
            /// Two halves that own it, to read in one task and to write in another; see [`OwnedReadHalf`] for an example. Dropping the writing
            /// half ends that direction.
            pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
                let stream = Arc::new(self);
                let writer = OwnedWriteHalf(stream.clone(), OnDrop::ShutDown);
                (OwnedReadHalf(stream), writer)
            }
        }

        fn reunite(reader: OwnedReadHalf, writer: OwnedWriteHalf) -> Result<$Stream, ReuniteError> {
            if !Arc::ptr_eq(&reader.0, &writer.0) {
                return Err(ReuniteError(reader, writer));
            }
            writer.forget();
            // Nobody else has it: there are two halves of each.
            Ok(Arc::try_unwrap(reader.0).expect("a stream has two halves"))
        }

        impl OwnedReadHalf {
            /// Makes one stream of both halves again.
            ///
            $(#[$reunite])*
            ///
            /// # Errors
            ///
            /// Gives both back if they are not of one stream.
            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$Stream, ReuniteError> {
                reunite(self, other)
            }
        }

        impl OwnedWriteHalf {
            /// Makes one stream of both halves again; see [`OwnedReadHalf::reunite`].
            ///
            /// # Errors
            ///
            /// Gives both back if they are not of one stream.
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$Stream, ReuniteError> {
                reunite(other, self)
            }

            /// Drops it, and leaves writing open: the other side reads no end while the reading half lives.
            pub fn forget(mut self) {
                self.1 = OnDrop::Nothing;
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                if self.1 == OnDrop::ShutDown {
                    // There is nobody to be told of an error.
                    let _ = self.0.connection.shut_down();
                }
            }
        }

        reads_by_stream!([] OwnedReadHalf, $Stream, $Address);
        writes_by_stream!([] OwnedWriteHalf, $Stream, $Address, |half| {
            let result = half.0.connection.shut_down();
            if result.is_ok() {
                half.1 = OnDrop::Nothing;
            }
            result
        });
    };
}

owned_halves!(
    TcpStream,
    SocketAddr,
    {
        /// ```
        /// use reweave::io::{AsyncReadExt, AsyncWriteExt};
        /// use reweave::net::{TcpListener, TcpStream};
        ///
        /// # reweave::Sim::new().run(async {
        /// let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// let client = TcpStream::connect(listener.local_addr()?).await?;
        /// let (mut server, _) = listener.accept().await?;
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
        /// use reweave::net::{TcpListener, TcpStream};
        ///
        /// # reweave::Sim::new().run(async {
        /// let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// let one = TcpStream::connect(listener.local_addr()?).await?.into_split();
        /// let other = TcpStream::connect(listener.local_addr()?).await?.into_split();
        /// let error = one.0.reunite(other.1).unwrap_err();
        /// assert!(error.0.reunite(one.1).is_ok());
        /// # std::io::Result::Ok(())
        /// # }).unwrap().unwrap();
        /// ```
    }
);
peeks_by_stream!([] OwnedReadHalf);
