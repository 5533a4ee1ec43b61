//! A connection in memory that leads one way.

use std::fmt;

use super::pipe::Pipe;
use super::split::{ReadHalf, WriteHalf, split};

/// Both ends of a pipe in one: what is written to it is read from it.
///
/// Only closing it tells readers that no more will come; see [`simplex`].
pub struct SimplexStream {
    pipe: Pipe,
}

/// Makes a pipe in memory. A write waits while `max_buf_size` bytes (at least 1) are on their way, and then takes as many
/// as fit.
///
/// As in tokio, dropping an end does not close the pipe: a reader gets the end once the writer has been
/// [shut down](super::AsyncWriteExt::shutdown), and else waits for ever, which a run reports as a deadlock.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt};
///
/// # reweave::Sim::new().run(async {
/// let (mut reader, mut writer) = reweave::io::simplex(64);
/// writer.write_all(b"all of it").await.unwrap();
/// writer.shutdown().await.unwrap();
/// let mut text = String::new();
/// reader.read_to_string(&mut text).await.unwrap();
/// assert_eq!(text, "all of it");
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// As for [`duplex`](super::duplex()): `read` and `write` are cancel safe, methods that do them more than once are not.
///
/// # Panics
///
/// If `max_buf_size` is 0.
#[track_caller]
pub fn simplex(max_buf_size: usize) -> (ReadHalf<SimplexStream>, WriteHalf<SimplexStream>) {
    split(SimplexStream::new_unsplit(max_buf_size))
}

impl SimplexStream {
    /// Both ends in one; see [`simplex`].
    ///
    /// ```
    /// use reweave::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # reweave::Sim::new().run(async {
    /// let mut pipe = reweave::io::SimplexStream::new_unsplit(8);
    /// pipe.write_all(b"memo").await.unwrap();
    /// let mut read = [0; 4];
    /// pipe.read_exact(&mut read).await.unwrap();
    /// assert_eq!(&read, b"memo");
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If `max_buf_size` is 0.
    #[track_caller]
    pub fn new_unsplit(max_buf_size: usize) -> SimplexStream {
        SimplexStream {
            pipe: Pipe::new(max_buf_size),
        }
    }
}

reads_from!(SimplexStream.pipe);
writes_to!(SimplexStream.pipe);

impl fmt::Debug for SimplexStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimplexStream").finish_non_exhaustive()
    }
}
