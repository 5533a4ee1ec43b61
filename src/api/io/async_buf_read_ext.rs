//! The methods of readers that lend what they hold.

use std::pin::Pin;

use super::async_buf_read::AsyncBufRead;
use super::fill_buf::FillBuf;
use super::lines::Lines;
use super::operation::Operation;
use super::parts::Split;
use super::read_until::{ReadLine, ReadUntil};

/// Methods of every [`AsyncBufRead`]; shaped as `tokio::io::AsyncBufReadExt`.
///
/// ```
/// use reweave::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, duplex};
///
/// # reweave::Sim::new().run(async {
/// let (mut client, server) = duplex(64);
/// client.write_all(b"one\ntwo\n").await.unwrap();
/// drop(client);
/// let (mut lines, mut count) = (BufReader::new(server).lines(), 0);
/// while lines.next_line().await.unwrap().is_some() {
///     count += 1;
/// }
/// assert_eq!(count, 2);
/// # }).unwrap();
/// ```
pub trait AsyncBufReadExt: AsyncBufRead {
    /// Reads up to and with the next such byte, or to the end; appends what it reads, and gives how many bytes those were: 0
    /// at the end.
    ///
    /// ```
    /// use reweave::io::AsyncBufReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut bytes = Vec::new();
    /// assert_eq!((&b"key=value"[..]).read_until(b'=', &mut bytes).await.unwrap(), 4);
    /// assert_eq!(bytes, b"key=");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// What a dropped call has read is in the vector, and another call with that vector goes on from there.
    ///
    /// # Errors
    ///
    /// Those of the stream. What was read until then is in the vector.
    fn read_until<'a>(
        &'a mut self,
        byte: u8,
        buf: &'a mut Vec<u8>,
    ) -> Operation<'a, Self, ReadUntil<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, ReadUntil::new(byte, buf))
    }

    /// Reads up to and with the next line feed, or to the end; appends what it reads, and gives how many bytes those were: 0
    /// at the end.
    ///
    /// ```
    /// use reweave::io::AsyncBufReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut line = String::new();
    /// assert_eq!((&b"one\ntwo"[..]).read_line(&mut line).await.unwrap(), 4);
    /// assert_eq!(line, "one\n");
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: what a dropped call has read is lost. ([`lines`](AsyncBufReadExt::lines) are.) The string is then as it
    /// was; in tokio it may be empty.
    ///
    /// # Errors
    ///
    /// `InvalidData` if what was read is not UTF-8, and the string is then as it was. And those of the stream; what was read
    /// until then is in the string if it is UTF-8.
    fn read_line<'a>(&'a mut self, buf: &'a mut String) -> Operation<'a, Self, ReadLine<'a>>
    where
        Self: Unpin,
    {
        Operation::new(self, ReadLine::new(buf))
    }

    /// The parts between such bytes, one after the other.
    ///
    /// ```
    /// use reweave::io::{AsyncBufReadExt, BufReader};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut parts = BufReader::new(&b"a,b"[..]).split(b',');
    /// assert_eq!(parts.next_segment().await.unwrap(), Some(b"a".to_vec()));
    /// assert_eq!(parts.next_segment().await.unwrap(), Some(b"b".to_vec()));
    /// assert_eq!(parts.next_segment().await.unwrap(), None);
    /// # }).unwrap();
    /// ```
    fn split(self, byte: u8) -> Split<Self>
    where
        Self: Sized + Unpin,
    {
        Split::new(self, byte)
    }

    /// Lends the bytes that are there; waits if there are none. Empty at the end. They are lent again until they are
    /// [consumed](AsyncBufReadExt::consume).
    ///
    /// ```
    /// use reweave::io::{AsyncBufReadExt, BufReader};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut reader = BufReader::new(&b"abc"[..]);
    /// assert_eq!(reader.fill_buf().await.unwrap(), b"abc");
    /// reader.consume(2);
    /// assert_eq!(reader.fill_buf().await.unwrap(), b"c");
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
    fn fill_buf(&mut self) -> FillBuf<'_, Self>
    where
        Self: Unpin,
    {
        FillBuf::new(self)
    }

    /// So many of the bytes that were lent are read, and will not be lent again.
    fn consume(&mut self, amt: usize)
    where
        Self: Unpin,
    {
        AsyncBufRead::consume(Pin::new(self), amt);
    }

    /// The lines, one after the other.
    ///
    /// ```
    /// use reweave::io::AsyncBufReadExt;
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut lines = (&b"one\r\ntwo"[..]).lines();
    /// assert_eq!(lines.next_line().await.unwrap(), Some("one".to_owned()));
    /// assert_eq!(lines.next_line().await.unwrap(), Some("two".to_owned()));
    /// assert_eq!(lines.next_line().await.unwrap(), None);
    /// # }).unwrap();
    /// ```
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines::new(self)
    }
}

impl<R: AsyncBufRead + ?Sized> AsyncBufReadExt for R {}
