//! The methods of readers.

use bytes::BufMut;

use super::async_read::AsyncRead;
use super::chain::Chain;
use super::operation::Operation;
use super::read_buf::ReadBuf;
use super::read_to_end::{ReadToEnd, ReadToString};
use super::reading::{Read, ReadExact, ReadInto, ReadNumber};
use super::take::Take;

/// A method for each kind of number.
macro_rules! reads_numbers {
    ($($(#[$order:meta])? $read:ident: $Number:ident, $decode:ident, $encode:ident;)+) => {$(
        #[doc = concat!("Reads a [`", stringify!($Number), "`]")]
        $(#[$order])?
        ///
        /// ```
        /// use reweave::io::AsyncReadExt;
        ///
        /// # reweave::Sim::new().run(async {
        #[doc = concat!("let bytes = (7 as ", stringify!($Number), ").", stringify!($encode), "();")]
        #[doc = concat!("assert_eq!((&bytes[..]).", stringify!($read), "().await.unwrap(), 7 as ", stringify!($Number), ");")]
        /// # }).unwrap();
        /// ```
        ///
        /// # Cancel safety
        ///
        /// Not cancel safe, as [`read_exact`](AsyncReadExt::read_exact).
        ///
        /// # Errors
        ///
        /// `UnexpectedEof` if the stream ends before; and those of the stream.
        fn $read(&mut self) -> Operation<'_, Self, ReadNumber<$Number, { size_of::<$Number>() }>>
        where
            Self: Unpin,
        {
            Operation::new(self, ReadNumber::new($Number::$decode))
        }
    )+};
}

/// Methods of every [`AsyncRead`]; shaped as `tokio::io::AsyncReadExt`.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt, duplex};
///
/// # reweave::Sim::new().run(async {
/// let (mut client, mut server) = duplex(64);
/// client.write_all(b"\x00\x05hello").await.unwrap();
/// let mut text = vec![0; server.read_u16().await.unwrap().into()];
/// server.read_exact(&mut text).await.unwrap();
/// assert_eq!(text, b"hello");
/// # }).unwrap();
/// ```
pub trait AsyncReadExt: AsyncRead {
    /// A reader that reads this one to its end, and then the next.
    ///
    /// ```
    /// use reweave::io::AsyncReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut text = String::new();
    /// (&b"head, "[..]).chain(&b"body"[..]).read_to_string(&mut text).await.unwrap();
    /// assert_eq!(text, "head, body");
    /// # }).unwrap();
    /// ```
    fn chain<R>(self, next: R) -> Chain<Self, R>
    where
        Self: Sized,
        R: AsyncRead,
    {
        Chain::new(self, next)
    }

    /// Reads some bytes, as many as there are and fit, and gives their number: 0 at the end, and for an empty buffer.
    /// Waits if there are none.
    ///
    /// ```
    /// use reweave::io::AsyncReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = [0; 8];
    /// assert_eq!((&b"abc"[..]).read(&mut bytes).await.unwrap(), 3);
    /// assert_eq!(&bytes[..3], b"abc");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a call that is dropped while it waits has read nothing.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn read<'a>(&'a mut self, buf: &'a mut [u8]) -> Operation<'a, Self, Read<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, Read { into: buf })
    }

    /// [`read`](AsyncReadExt::read) into a buffer that moves on: of the crate `bytes`, a `Vec<u8>` (which grows), a `&mut [u8]`.
    /// A slice behind one more `&mut` is filled call by call.
    ///
    /// ```
    /// use reweave::io::AsyncReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = b"> ".to_vec();
    /// (&b"abc"[..]).read_buf(&mut bytes).await.unwrap();
    /// assert_eq!(bytes, b"> abc");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a call that is dropped while it waits has read nothing.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn read_buf<'a, B>(&'a mut self, buf: &'a mut B) -> Operation<'a, Self, ReadInto<'a, B>>
    where
        Self: Unpin,
        B: BufMut + ?Sized,
    {
        Operation::new(self, ReadInto { into: buf })
    }

    /// Reads until the buffer is full, and gives its length.
    ///
    /// ```
    /// use reweave::io::{AsyncReadExt, ErrorKind};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = [0; 3];
    /// let mut text = &b"abcd"[..];
    /// text.read_exact(&mut bytes).await.unwrap();
    /// assert_eq!(&bytes, b"abc");
    /// let error = text.read_exact(&mut bytes).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: what a dropped call has read is in the buffer, and nobody knows how much that is.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` if the stream ends before; and those of the stream. What was read until then is in the buffer.
    fn read_exact<'a>(&'a mut self, buf: &'a mut [u8]) -> Operation<'a, Self, ReadExact<'a>>
    where
        Self: Unpin,
    {
        let into = ReadBuf::new(buf);
        Operation::new(self, ReadExact { into })
    }

    reads_numbers! {
        read_u8: u8, from_be_bytes, to_be_bytes;
        read_i8: i8, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_u16: u16, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_i16: i16, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_u32: u32, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_i32: i32, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_u64: u64, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_i64: i64, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_u128: u128, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_i128: i128, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_f32: f32, from_be_bytes, to_be_bytes;
        /// , its highest byte first.
        read_f64: f64, from_be_bytes, to_be_bytes;
        /// , its lowest byte first.
        read_u16_le: u16, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_i16_le: i16, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_u32_le: u32, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_i32_le: i32, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_u64_le: u64, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_i64_le: i64, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_u128_le: u128, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_i128_le: i128, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_f32_le: f32, from_le_bytes, to_le_bytes;
        /// , its lowest byte first.
        read_f64_le: f64, from_le_bytes, to_le_bytes;
    }

    /// Reads to the end, appends what it reads, and gives how many bytes those were.
    ///
    /// ```
    /// use reweave::io::AsyncReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = Vec::new();
    /// assert_eq!((&b"all of it"[..]).read_to_end(&mut bytes).await.unwrap(), 9);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// What a dropped call has read is in the vector, and another call goes on from there.
    ///
    /// # Errors
    ///
    /// Those of the stream. What was read until then is in the vector.
    fn read_to_end<'a>(&'a mut self, buf: &'a mut Vec<u8>) -> Operation<'a, Self, ReadToEnd<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, ReadToEnd::new(buf))
    }

    /// Reads to the end, appends what it reads, and gives how many bytes those were.
    ///
    /// ```
    /// use reweave::io::AsyncReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut text = "> ".to_owned();
    /// (&b"all of it"[..]).read_to_string(&mut text).await.unwrap();
    /// assert_eq!(text, "> all of it");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: what a dropped call has read is lost. The string is then as it was; in tokio it may be empty.
    ///
    /// # Errors
    ///
    /// `InvalidData` if what was read is not UTF-8; and those of the stream. The string is then as it was.
    fn read_to_string<'a>(
        &'a mut self,
        dst: &'a mut String,
    ) -> Operation<'a, Self, ReadToString<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, ReadToString::new(dst))
    }

    /// A reader that ends after so many bytes, or before with this one.
    ///
    /// ```
    /// use reweave::io::AsyncReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut text = String::new();
    /// (&b"all of it"[..]).take(3).read_to_string(&mut text).await.unwrap();
    /// assert_eq!(text, "all");
    /// # }).unwrap();
    /// ```
    fn take(self, limit: u64) -> Take<Self>
    where
        Self: Sized,
    {
        Take::new(self, limit)
    }
}

impl<R: AsyncRead + ?Sized> AsyncReadExt for R {}
