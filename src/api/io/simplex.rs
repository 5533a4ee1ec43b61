//! A connection in memory that leads one way.

use std::fmt;
use std::sync::Arc;

use super::pipe::Pipe;

/// Both ends of a pipe in one: what is written to it is read from it.
///
/// Only closing it tells readers that no more will come; see [`simplex`].
pub struct SimplexStream {
    pipe: Arc<Pipe>,
}

/// The end of a pipe that reads; made by [`simplex`].
pub struct SimplexReader {
    pipe: Arc<Pipe>,
}

/// The end of a pipe that writes; made by [`simplex`].
pub struct SimplexWriter {
    pipe: Arc<Pipe>,
}

/// Makes a pipe in memory. A write waits while `max_buf_size` bytes (at least 1) are on their way, and then takes as many
/// as fit.
///
/// As in tokio, dropping an end does not close the pipe: a reader gets the end once the writer has been *closed*
/// (`close` of `futures`, `shutdown` of tokio), and else waits for ever, which a run reports as a deadlock. In tokio the types
/// of the two ends are halves of a `split` stream.
///
/// ```
/// use futures::{AsyncReadExt, AsyncWriteExt};
///
/// # reweave::Sim::new().run(async {
/// let (mut reader, mut writer) = reweave::io::simplex(64);
/// writer.write_all(b"all of it").await.unwrap();
/// writer.close().await.unwrap();
/// let mut text = String::new();
/// reader.read_to_string(&mut text).await.unwrap();
/// assert_eq!(text, "all of it");
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// As for [`duplex`](super::duplex()): `read` and `write` are cancel safe, combinators that call them more than once are not.
///
/// # Panics
///
/// If `max_buf_size` is 0.
#[track_caller]
pub fn simplex(max_buf_size: usize) -> (SimplexReader, SimplexWriter) {
    let pipe = Pipe::new(max_buf_size);
    (SimplexReader { pipe: pipe.clone() }, SimplexWriter { pipe })
}

impl SimplexStream {
    /// Both ends in one; see [`simplex`].
    ///
    /// ```
    /// use futures::{AsyncReadExt, AsyncWriteExt};
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

impl SimplexReader {
    /// Whether both are ends of one pipe.
    pub fn is_pair_of(&self, writer: &SimplexWriter) -> bool {
        Arc::ptr_eq(&self.pipe, &writer.pipe)
    }

    /// Both ends in one again. Bytes that are on their way stay there.
    ///
    /// ```
    /// let (reader, writer) = reweave::io::simplex(8);
    /// assert!(reader.is_pair_of(&writer));
    /// let _pipe = reader.unsplit(writer);
    /// ```
    ///
    /// # Panics
    ///
    /// If they are not ends of one pipe.
    #[track_caller]
    pub fn unsplit(self, writer: SimplexWriter) -> SimplexStream {
        assert!(
            self.is_pair_of(&writer),
            "`SimplexReader::unsplit` was given the writer of another pipe"
        );
        SimplexStream { pipe: self.pipe }
    }
}

impl SimplexWriter {
    /// Whether both are ends of one pipe.
    pub fn is_pair_of(&self, reader: &SimplexReader) -> bool {
        reader.is_pair_of(self)
    }
}

reads_from!(SimplexStream.pipe);
writes_to!(SimplexStream.pipe);
reads_from!(SimplexReader.pipe);
writes_to!(SimplexWriter.pipe);

macro_rules! show {
    ($($Type:ident),+) => {$(
        impl fmt::Debug for $Type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($Type)).finish_non_exhaustive()
            }
        }
    )+};
}

show!(SimplexStream, SimplexReader, SimplexWriter);
