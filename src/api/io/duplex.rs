//! Two ends of a connection in memory.

use std::fmt;
use std::sync::Arc;

use super::pipe::Pipe;

/// One end of a connection in memory; made by [`duplex`].
///
/// When an end is closed or dropped, the other reads what is left and then the end; and its writes, those that wait
/// included, fail with [`BrokenPipe`](std::io::ErrorKind::BrokenPipe) once this end is dropped.
pub struct DuplexStream {
    reading: Arc<Pipe>,
    writing: Arc<Pipe>,
}

/// Makes the two ends of a connection in memory. What is written to one is read from the other, at the same virtual time.
///
/// ```text
///   one ── writes ──► pipe#1 ── reads ──► other
///   one ◄── reads ── pipe#2 ◄── writes ── other
/// ```
///
/// A write waits while `max_buf_size` bytes (at least 1) are on their way in its direction, and then takes as many as fit.
///
/// ```
/// use reweave::io::{AsyncReadExt, AsyncWriteExt};
///
/// # reweave::Sim::new().run(async {
/// let (mut client, mut server) = reweave::io::duplex(64);
/// client.write_all(b"ping").await.unwrap();
/// drop(client);
/// let mut heard = String::new();
/// server.read_to_string(&mut heard).await.unwrap();
/// assert_eq!(heard, "ping");
/// let refused = server.write_all(b"pong").await.unwrap_err();
/// assert_eq!(refused.kind(), std::io::ErrorKind::BrokenPipe);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// `read` and `write` are cancel safe: bytes move in the poll that returns their number, and in no other. Methods that do
/// them more than once, such as `read_exact`, `read_to_end` and `write_all`, are not: if one is dropped before it is
/// done, what it has moved so far stays moved.
///
/// # Panics
///
/// If `max_buf_size` is 0.
#[track_caller]
pub fn duplex(max_buf_size: usize) -> (DuplexStream, DuplexStream) {
    let (there, back) = (Pipe::new(max_buf_size), Pipe::new(max_buf_size));
    let (there, back) = (Arc::new(there), Arc::new(back));
    let one = DuplexStream {
        reading: back.clone(),
        writing: there.clone(),
    };
    let other = DuplexStream {
        reading: there,
        writing: back,
    };
    (one, other)
}

reads_from!(DuplexStream.reading);
writes_to!(DuplexStream.writing);

impl Drop for DuplexStream {
    fn drop(&mut self) {
        self.writing.close_writing();
        self.reading.close_reading();
    }
}

impl fmt::Debug for DuplexStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DuplexStream").finish_non_exhaustive()
    }
}
