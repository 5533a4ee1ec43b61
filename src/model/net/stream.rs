//! One end of a connection: what lies there, and what a call finds.
//!
//! ```text
//!   write ──► out ──(as much as there is room at the other end)──► came ──► read
//! ```
//!
//! What calls find, and in which order, is Linux's: what came is read before an error, an error is told once, and after
//! that reads find the end and writes a broken pipe.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::SocketAddr;

use super::bits::Bits;
use super::keys::{DueKey, ListenerNo, StreamNo};
use super::options::Options;
use super::packet::Load;
use super::ports::UseNo;
use super::readiness::Readiness;
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;

/// How far a stream has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It asked to be connected, at this time.
    Asked {
        at: u64,
    },
    Open,
    /// Both directions are closed.
    Closed,
    /// It was reset, or never connected.
    Dead,
}

/// The directions of a connection, as resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Directions {
    pub(crate) out: ResourceNo,
    pub(crate) back: ResourceNo,
}

impl Directions {
    /// As the other end sees them.
    pub(super) fn swapped(self) -> Directions {
        Directions {
            out: self.back,
            back: self.out,
        }
    }
}

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) host: HostNo,
    pub(super) remote_host: HostNo,
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    pub(super) used: UseNo,
    pub(crate) directions: Directions,
    pub(super) peer: Option<StreamNo>,
    /// Who heard of it, until it may be accepted.
    pub(super) heard_by: Option<ListenerNo>,
    pub(super) phase: Phase,
    /// Written, and not on its way yet for want of room at the other end.
    pub(super) out: VecDeque<u8>,
    /// On its way, or come and not acknowledged yet.
    pub(super) in_flight: usize,
    /// How much room there is at the other end, as far as this one knows.
    pub(super) window: usize,
    /// What came and was not read.
    pub(super) came: VecDeque<u8>,
    /// How much was read that the other end has not been told.
    pub(super) untold: usize,
    /// Nothing more will be written, and whether the other end was told.
    pub(super) write_ends: bool,
    pub(super) fin_sent: bool,
    /// Whether the other end heard of it.
    pub(super) fin_heard: bool,
    /// Whether that was before the other end said so.
    pub(super) was_first: bool,
    /// The other end writes nothing more.
    pub(super) ended: bool,
    /// Since when nobody holds it.
    pub(super) orphan_since: Option<u64>,
    pub(super) error: Option<ErrorKind>,
    /// A write found too little room.
    pub(super) no_space: bool,
    /// The one timer of this stream, and how often it was used: to ask again for a connection, to forget one that was begun, or to send
    /// again what was lost.
    pub(super) again: Option<(DueKey, u32)>,
    /// When something came last, if it is kept alive.
    pub(super) heard_at: u64,
    /// When it asks next whether the other end is there, and how often it did.
    pub(super) question: Option<(DueKey, u32)>,
    /// What was sent and lost, and what is sent behind it.
    pub(super) backlog: VecDeque<Load>,
    /// How many bytes the other end does not know were received, and how much room it does not know of, for what told it was lost.
    pub(super) owed: (usize, usize),
    /// The other end is gone, and this one was not told: its host lost its power, or the reset was lost. What is sent there is answered with a
    /// reset, if anybody is there.
    pub(super) other_is_gone: bool,
    /// Nothing more arrives before.
    pub(super) next_arrival: u64,
    /// Something that was sent to it is lost for good: whoever sent it is gone. What was sent behind it is of no use.
    pub(super) has_gap: bool,
    pub(crate) options: Options,
    pub(crate) readiness: Readiness,
}

impl Stream {
    #[allow(
        clippy::too_many_arguments,
        reason = "they are what tells one end from the other"
    )]
    pub(super) fn new(
        host: HostNo,
        remote_host: HostNo,
        local: SocketAddr,
        remote: SocketAddr,
        used: UseNo,
        directions: Directions,
        phase: Phase,
        options: Options,
    ) -> Stream {
        Stream {
            host,
            remote_host,
            local,
            remote,
            used,
            directions,
            peer: None,
            heard_by: None,
            phase,
            out: VecDeque::new(),
            in_flight: 0,
            window: 0,
            came: VecDeque::new(),
            untold: 0,
            write_ends: false,
            fin_sent: false,
            fin_heard: false,
            was_first: false,
            ended: false,
            orphan_since: None,
            error: None,
            no_space: false,
            again: None,
            heard_at: 0,
            question: None,
            backlog: VecDeque::new(),
            owed: (0, 0),
            other_is_gone: false,
            next_arrival: 0,
            has_gap: false,
            options,
            readiness: Readiness::default(),
        }
    }

    /// Something came from the other end.
    #[inline(always)]
    pub(super) fn heard(&mut self, now: u64) {
        if self.options.keepalive {
            self.heard_at = now;
        }
    }

    /// Whether nobody has answered yet.
    pub(crate) fn is_asking(&self) -> bool {
        matches!(self.phase, Phase::Asked { .. })
    }

    /// Whether nothing can happen to the connection any more.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Closed | Phase::Dead)
    }

    pub(super) fn is_orphan(&self) -> bool {
        self.orphan_since.is_some()
    }

    fn cannot_write(&self) -> bool {
        self.write_ends || self.phase == Phase::Dead
    }

    /// How many bytes a write finds room for.
    pub(super) fn room(&self) -> usize {
        let used = self.out.len() + self.in_flight;
        self.options.send_buffer.room.saturating_sub(used)
    }

    /// Whether something that was written, or that it was all, is not known to have come.
    pub(super) fn is_unanswered(&self) -> bool {
        let fin = self.fin_sent && !self.fin_heard;
        fin || self.in_flight > 0 || !self.out.is_empty()
    }

    /// Whether there is so much room that it is worth an event: a third of the buffer.
    pub(super) fn is_roomy(&self) -> bool {
        self.room() * 3 >= self.options.send_buffer.room
    }

    /// What a read into so much room gives; `WouldBlock` if it must wait. Whoever is told of the error [takes](Stream::take_error) it.
    pub(crate) fn readable(&self, room: usize) -> Result<usize, ErrorKind> {
        if !self.came.is_empty() {
            return Ok(room.min(self.came.len()));
        }
        if self.is_asking() {
            return Err(ErrorKind::WouldBlock);
        }
        // An end that was announced before the connection was reset is an end.
        if self.ended {
            return Ok(0);
        }
        match self.error {
            Some(error) => Err(error),
            None if self.is_over() => Ok(0),
            None => Err(ErrorKind::WouldBlock),
        }
    }

    /// How much of so many bytes a write takes; `WouldBlock` if it must wait. Whoever is told of the error
    /// [takes](Stream::take_error) it.
    pub(crate) fn writable(&self, wanted: usize) -> Result<usize, ErrorKind> {
        if self.error.is_some() || self.cannot_write() {
            return Err(self.error.unwrap_or(ErrorKind::BrokenPipe));
        }
        if self.is_asking() {
            return Err(ErrorKind::WouldBlock);
        }
        let count = wanted.min(self.room());
        match count {
            0 if wanted > 0 => Err(ErrorKind::WouldBlock),
            count => Ok(count),
        }
    }

    /// What it is ready for as things stand.
    pub(super) fn level(&self) -> Bits {
        if self.is_asking() {
            return Bits::NONE;
        }
        let dead = self.phase == Phase::Dead;
        let (no_more, no_less) = (self.ended || dead, self.cannot_write());
        let hung_up = no_more && no_less;
        let error = self.error.is_some();
        Bits::READ.when(!self.came.is_empty() || no_more)
            | Bits::WRITE.when(self.is_roomy() || no_less)
            | Bits::READ_CLOSED.when(no_more)
            | Bits::WRITE_CLOSED.when(hung_up || error)
            | Bits::ERROR.when(error)
    }

    /// The other end's address, while there is a connection.
    pub(crate) fn peer_addr(&self) -> Result<SocketAddr, ErrorKind> {
        match self.phase {
            Phase::Open => Ok(self.remote),
            Phase::Asked { .. } | Phase::Closed | Phase::Dead => Err(ErrorKind::NotConnected),
        }
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// A write found too little room, and is to hear when there is more.
    pub(crate) fn found_no_room(&mut self) {
        self.no_space = true;
    }

    /// Whether it is open, and nobody has said that nothing more will be written.
    pub(crate) fn may_write(&self) -> bool {
        self.phase == Phase::Open && !self.write_ends
    }

    /// Takes the error that nobody was told yet.
    pub(crate) fn take_error(&mut self) -> Option<ErrorKind> {
        self.error.take()
    }
}
