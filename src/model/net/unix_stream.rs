//! One end of a connection between Unix sockets, and what calls find there.

use std::collections::VecDeque;
use std::io::ErrorKind;

use super::bits::Bits;
use super::keys::UnixStreamNo;
use super::memory::{BUFFER, parts};
use super::readiness::Readiness;
use super::stream::Directions;
use super::unix_name::UnixName;
use crate::base::ids::HostNo;

/// One end of a connection.
#[derive(Debug)]
pub(crate) struct UnixStream {
    pub(crate) host: HostNo,
    pub(crate) local: UnixName,
    pub(crate) remote: UnixName,
    pub(crate) directions: Directions,
    pub(super) peer: Option<UnixStreamNo>,
    pub(super) came: VecDeque<u8>,
    /// The parts in which that came: how much is left of each, and how much memory it is counted for.
    pub(super) parts: VecDeque<(usize, usize)>,
    /// How much memory is counted for what was written here and not read.
    pub(super) weight: usize,
    pub(super) write_ends: bool,
    pub(super) ended: bool,
    /// The other end is gone.
    pub(super) gone: bool,
    pub(super) error: Option<ErrorKind>,
    pub(super) no_space: bool,
    pub(crate) readiness: Readiness,
}

impl UnixStream {
    pub(super) fn new(
        host: HostNo,
        (local, remote): (UnixName, UnixName),
        directions: Directions,
    ) -> UnixStream {
        UnixStream {
            host,
            local,
            remote,
            directions,
            peer: None,
            came: VecDeque::new(),
            parts: VecDeque::new(),
            weight: 0,
            write_ends: false,
            ended: false,
            gone: false,
            error: None,
            no_space: false,
            readiness: Readiness::new(Bits::WRITE),
        }
    }

    /// What a read into so much room gives; `WouldBlock` if it must wait.
    pub(crate) fn readable(&self, room: usize) -> Result<usize, ErrorKind> {
        match (self.came.len(), self.error) {
            (0, Some(error)) => Err(error),
            (0, None) if self.ended => Ok(0),
            (0, None) => Err(ErrorKind::WouldBlock),
            (came, _) => Ok(room.min(came)),
        }
    }

    /// How much of so many bytes a write takes; `WouldBlock` if it must wait.
    pub(crate) fn writable(&self, wanted: usize) -> Result<usize, ErrorKind> {
        if self.write_ends || self.gone {
            return Err(ErrorKind::BrokenPipe);
        }
        match parts(self.weight, wanted).map(|(count, _)| count).sum() {
            0 if wanted > 0 => Err(ErrorKind::WouldBlock),
            count => Ok(count),
        }
    }

    /// Whether there is so much room that it is worth an event.
    pub(super) fn is_roomy(&self) -> bool {
        self.weight * 4 <= BUFFER
    }

    pub(crate) fn found_no_room(&mut self) {
        self.no_space = true;
    }

    /// Takes the error that nobody was told yet. A write is not told of it.
    pub(crate) fn take_error(&mut self) -> Option<ErrorKind> {
        self.error.take()
    }

    /// Whether it is open, and nobody has said that nothing more will be written.
    pub(crate) fn may_write(&self) -> bool {
        !self.gone && !self.write_ends
    }

    /// Whether to close it is to reset it.
    pub(crate) fn is_closed_hard(&self) -> bool {
        !self.gone && !self.came.is_empty()
    }

    pub(super) fn level(&self) -> Bits {
        let hung_up = self.ended && (self.write_ends || self.gone);
        let error = self.error.is_some();
        Bits::READ.when(!self.came.is_empty() || self.ended)
            | Bits::WRITE.when(self.is_roomy())
            | Bits::READ_CLOSED.when(self.ended)
            | Bits::WRITE_CLOSED.when(hung_up || error)
            | Bits::ERROR.when(error)
    }
}
