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
/// A write waits when `max_buf_size` bytes are on their way in its direction.
///
/// # Panics
///
/// If `max_buf_size` is 0.
#[track_caller]
pub fn duplex(max_buf_size: usize) -> (DuplexStream, DuplexStream) {
    let (there, back) = (Pipe::new(max_buf_size), Pipe::new(max_buf_size));
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
