//! The methods of writers.

use std::io::IoSlice;

use bytes::Buf;

use super::async_write::AsyncWrite;
use super::operation::Operation;
use super::writing::{
    Flush, Shutdown, Write, WriteAll, WriteAllFrom, WriteFrom, WriteNumber, WriteVectored,
};

/// A method for each kind of number.
macro_rules! writes_numbers {
    ($($(#[$order:meta])? $write:ident: $Number:ident, $encode:ident;)+) => {$(
        #[doc = concat!("Writes a [`", stringify!($Number), "`]")]
        $(#[$order])?
        ///
        /// ```
        /// use reweave::io::AsyncWriteExt;
        ///
        /// # reweave::Sim::new().run(async {
        /// let mut bytes = Vec::new();
        #[doc = concat!("bytes.", stringify!($write), "(7 as ", stringify!($Number), ").await.unwrap();")]
        #[doc = concat!("assert_eq!(bytes, (7 as ", stringify!($Number), ").", stringify!($encode), "());")]
        /// # }).unwrap();
        /// ```
        ///
        /// # Cancel safety
        ///
        /// Not cancel safe, as [`write_all`](AsyncWriteExt::write_all).
        ///
        /// # Errors
        ///
        /// As `write_all`.
        fn $write(&mut self, n: $Number) -> Operation<'_, Self, WriteNumber<{ size_of::<$Number>() }>>
        where
            Self: Unpin,
        {
            Operation::new(self, WriteNumber { bytes: n.$encode(), written: 0 })
        }
    )+};
}

/// Methods of every [`AsyncWrite`]; shaped as `tokio::io::AsyncWriteExt`.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt, duplex};
///
/// # reweave::Sim::new().run(async {
/// let (mut client, mut server) = duplex(64);
/// client.write_u16(5).await.unwrap();
/// client.write_all(b"hello").await.unwrap();
/// client.shutdown().await.unwrap();
/// let mut bytes = Vec::new();
/// server.read_to_end(&mut bytes).await.unwrap();
/// assert_eq!(bytes, b"\x00\x05hello");
/// # }).unwrap();
/// ```
pub trait AsyncWriteExt: AsyncWrite {
    /// Writes some of the bytes, and gives how many. Waits if it can take none.
    ///
    /// ```
    /// use reweave::io::{AsyncWriteExt, duplex};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut client, _server) = duplex(4);
    /// assert_eq!(client.write(b"too long").await.unwrap(), 4);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a call that is dropped while it waits has written nothing.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn write<'a>(&'a mut self, src: &'a [u8]) -> Operation<'a, Self, Write<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, Write { bytes: src })
    }

    /// [`write`](AsyncWriteExt::write) of several buffers, one after the other. Some streams take of the first alone.
    ///
    /// ```
    /// use std::io::IoSlice;
    ///
    /// use reweave::io::AsyncWriteExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = Vec::new();
    /// let parts = [b"ab", b"cd"].map(|part| IoSlice::new(part));
    /// bytes.write_vectored(&parts).await.unwrap();
    /// assert_eq!(bytes, b"abcd");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a call that is dropped while it waits has written nothing.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn write_vectored<'a, 'b>(
        &'a mut self,
        bufs: &'a [IoSlice<'b>],
    ) -> Operation<'a, Self, WriteVectored<'a, 'b>>
    where
        Self: Unpin,
    {
        Operation::new(self, WriteVectored { parts: bufs })
    }

    /// [`write`](AsyncWriteExt::write) of a buffer that moves on: of the crate `bytes`, a `&[u8]`, a `Cursor`. It is vectored
    /// where the stream is.
    ///
    /// ```
    /// use reweave::io::{AsyncWriteExt, duplex};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut client, _server) = duplex(4);
    /// let mut text = &b"too long"[..];
    /// client.write_buf(&mut text).await.unwrap();
    /// assert_eq!(text, b"long");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a call that is dropped while it waits has written nothing, and the buffer has not moved.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn write_buf<'a, B>(&'a mut self, src: &'a mut B) -> Operation<'a, Self, WriteFrom<'a, B>>
    where
        Self: Sized + Unpin,
        B: Buf,
    {
        Operation::new(self, WriteFrom { from: src })
    }

    /// Writes until nothing is left of a buffer that moves on.
    ///
    /// ```
    /// use reweave::io::AsyncWriteExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = Vec::new();
    /// let mut text = &b"all of it"[..];
    /// bytes.write_all_buf(&mut text).await.unwrap();
    /// assert_eq!(bytes, b"all of it");
    /// assert_eq!(text, b"");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// What a dropped call has written is gone from the buffer, and another call with the rest goes on from there.
    ///
    /// # Errors
    ///
    /// As [`write_all`](AsyncWriteExt::write_all); the buffer has what is not written.
    fn write_all_buf<'a, B>(
        &'a mut self,
        src: &'a mut B,
    ) -> Operation<'a, Self, WriteAllFrom<'a, B>>
    where
        Self: Sized + Unpin,
        B: Buf,
    {
        Operation::new(self, WriteAllFrom { from: src })
    }

    /// Writes all of the bytes.
    ///
    /// ```
    /// use reweave::io::AsyncWriteExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = Vec::new();
    /// bytes.write_all(b"all of it").await.unwrap();
    /// assert_eq!(bytes, b"all of it");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a dropped call may have written some of the bytes, and nobody knows how many.
    ///
    /// # Errors
    ///
    /// `WriteZero` if the stream takes nothing more; and those of the stream. Some may have been written before.
    fn write_all<'a>(&'a mut self, src: &'a [u8]) -> Operation<'a, Self, WriteAll<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, WriteAll { bytes: src })
    }

    writes_numbers! {
        write_u8: u8, to_be_bytes;
        write_i8: i8, to_be_bytes;
        /// , its highest byte first.
        write_u16: u16, to_be_bytes;
        /// , its highest byte first.
        write_i16: i16, to_be_bytes;
        /// , its highest byte first.
        write_u32: u32, to_be_bytes;
        /// , its highest byte first.
        write_i32: i32, to_be_bytes;
        /// , its highest byte first.
        write_u64: u64, to_be_bytes;
        /// , its highest byte first.
        write_i64: i64, to_be_bytes;
        /// , its highest byte first.
        write_u128: u128, to_be_bytes;
        /// , its highest byte first.
        write_i128: i128, to_be_bytes;
        /// , its highest byte first.
        write_f32: f32, to_be_bytes;
        /// , its highest byte first.
        write_f64: f64, to_be_bytes;
        /// , its lowest byte first.
        write_u16_le: u16, to_le_bytes;
        /// , its lowest byte first.
        write_i16_le: i16, to_le_bytes;
        /// , its lowest byte first.
        write_u32_le: u32, to_le_bytes;
        /// , its lowest byte first.
        write_i32_le: i32, to_le_bytes;
        /// , its lowest byte first.
        write_u64_le: u64, to_le_bytes;
        /// , its lowest byte first.
        write_i64_le: i64, to_le_bytes;
        /// , its lowest byte first.
        write_u128_le: u128, to_le_bytes;
        /// , its lowest byte first.
        write_i128_le: i128, to_le_bytes;
        /// , its lowest byte first.
        write_f32_le: f32, to_le_bytes;
        /// , its lowest byte first.
        write_f64_le: f64, to_le_bytes;
    }

    /// Has everything that was written reach its target: what a [`BufWriter`](super::BufWriter) holds, the stream inside.
    ///
    /// ```
    /// use reweave::io::{AsyncWriteExt, BufWriter};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut writer = BufWriter::new(Vec::new());
    /// writer.write_all(b"held").await.unwrap();
    /// assert_eq!(writer.get_ref(), b"");
    /// writer.flush().await.unwrap();
    /// assert_eq!(writer.get_ref(), b"held");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: another call goes on from there.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn flush(&mut self) -> Operation<'_, Self, Flush>
    where
        Self: Unpin,
    {
        Operation::new(self, Flush)
    }

    /// Flushes, and closes the stream for writing: who reads at the other end gets to its end.
    ///
    /// ```
    /// use reweave::io::{AsyncReadExt, AsyncWriteExt, duplex};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut client, mut server) = duplex(4);
    /// client.shutdown().await.unwrap();
    /// assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: another call goes on from there.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn shutdown(&mut self) -> Operation<'_, Self, Shutdown>
    where
        Self: Unpin,
    {
        Operation::new(self, Shutdown)
    }
}

impl<W: AsyncWrite + ?Sized> AsyncWriteExt for W {}
