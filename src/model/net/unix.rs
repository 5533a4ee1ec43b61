//! Unix sockets, and the names under which they are found on their host.
//!
//! A path that was bound stays when its socket is gone, as the file does that stands for it: it can be connected to no more, and not be bound
//! again, until it is [removed](Unix::remove_path). It outlives its process, and a power loss, too.

use std::collections::{BTreeMap, VecDeque};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::bits::Bits;
use super::inbox::{Came, unix_weight};
use super::keys::{
    UnixDatagramNo, UnixDatagrams, UnixListenerNo, UnixListeners, UnixStreamNo, UnixStreams,
};
use super::readiness::Readiness;
use super::stream::Directions;
use super::table::Table;
use super::udp::CannotSend;
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;

/// How much memory is counted at the most for what a socket has sent and nobody received (`net.core.wmem_default`).
pub(super) const SEND_BUFFER: usize = 212_992;

/// The longest part of a write that is kept in one piece.
const LONGEST_PART: usize = SEND_BUFFER / 2 - 64;

/// The most bytes of a datagram.
pub(super) const LONGEST_DATAGRAM: usize = SEND_BUFFER - 32;

/// `net.unix.max_dgram_qlen`: to those who are not its peer a socket is full with one datagram more than this.
pub(super) const MOST_DATAGRAMS: usize = 10;

/// Under which name a socket is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UnixName {
    Unnamed,
    Path(PathBuf),
    /// Of no file: it is free when its socket is gone.
    Abstract(Vec<u8>),
}

/// Who was bound there. It may be gone.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    Listener(UnixListenerNo),
    Datagram(UnixDatagramNo),
    /// A stream, which nobody can connect to.
    Stream,
}

/// A listener: connections that nobody has accepted yet.
#[derive(Debug)]
pub(crate) struct UnixListener {
    pub(crate) host: HostNo,
    pub(crate) local: UnixName,
    pub(super) backlog: u32,
    pub(super) made: VecDeque<UnixStreamNo>,
    pub(crate) readiness: Readiness,
}

impl Unix {
    /// How many sockets of a host are open.
    pub(super) fn open_sockets(&self, host: HostNo) -> usize {
        let listeners = self.listeners.rows().filter(|it| it.host == host);
        let (listeners, waiting) = listeners.fold((0, 0), |(count, waiting), it| {
            (count + 1, waiting + it.made.len())
        });
        let streams = self.streams.rows().filter(|it| it.host == host);
        let datagrams = self.datagrams.rows().filter(|it| it.host == host);
        listeners + streams.count() - waiting + datagrams.count()
    }
}

impl UnixListener {
    pub(crate) fn level(&self) -> Bits {
        Bits::READ.when(!self.made.is_empty())
    }
}

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
        self.weight * 4 <= SEND_BUFFER
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

/// The parts of a write of so many bytes for which there is room, each with what is counted for it.
pub(super) fn parts(mut weight: usize, mut wanted: usize) -> impl Iterator<Item = (usize, usize)> {
    std::iter::from_fn(move || {
        let count = wanted.min(LONGEST_PART);
        if count == 0 || weight >= SEND_BUFFER {
            return None;
        }
        let counted = unix_weight(count);
        (wanted, weight) = (wanted - count, weight + counted);
        Some((count, counted))
    })
}

/// A datagram that came.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) came: Came<UnixName>,
    pub(super) sender: UnixDatagramNo,
}

/// A socket for datagrams.
#[derive(Debug)]
pub(crate) struct UnixDatagram {
    pub(crate) host: HostNo,
    pub(crate) resource: ResourceNo,
    pub(crate) local: UnixName,
    /// To whom it is connected, and under which name.
    pub(super) peer: Option<(UnixDatagramNo, UnixName)>,
    pub(super) came: VecDeque<Letter>,
    /// How much memory is counted for what was sent here and not received.
    pub(super) weight: usize,
    pub(super) write_ends: bool,
    pub(super) read_ends: bool,
    pub(crate) readiness: Readiness,
}

impl UnixDatagram {
    pub(crate) fn peer_name(&self) -> Result<UnixName, ErrorKind> {
        let peer = self.peer.as_ref().map(|(_, name)| name.clone());
        peer.ok_or(ErrorKind::NotConnected)
    }

    /// What there is to be received.
    pub(crate) fn first(&self) -> Option<&Came<UnixName>> {
        self.came.front().map(|letter| &letter.came)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Unix {
    pub(super) listeners: Table<UnixListener, UnixListeners>,
    pub(super) streams: Table<UnixStream, UnixStreams>,
    pub(super) datagrams: Table<UnixDatagram, UnixDatagrams>,
    pub(super) names: BTreeMap<(HostNo, UnixName), Bound>,
}

impl Unix {
    /// Whether a name is free.
    pub(super) fn may_bind(&self, host: HostNo, name: &UnixName) -> Result<(), ErrorKind> {
        match self.names.contains_key(&(host, name.clone())) {
            true => Err(ErrorKind::AddrInUse),
            false => Ok(()),
        }
    }

    /// A socket is bound. One without a name is found by nobody.
    pub(super) fn bind(&mut self, host: HostNo, name: &UnixName, bound: Bound) {
        if *name != UnixName::Unnamed {
            self.names.insert((host, name.clone()), bound);
        }
    }

    /// A socket is gone. The file of a path stays.
    pub(super) fn unbind(&mut self, host: HostNo, name: &UnixName) {
        if let UnixName::Abstract(_) = name {
            self.names.remove(&(host, name.clone()));
        }
    }

    /// Removes what a path stands for. Who is bound there cannot be found any more, and goes on.
    pub(super) fn remove_path(&mut self, host: HostNo, path: &Path) -> bool {
        let name = UnixName::Path(path.to_owned());
        self.names.remove(&(host, name)).is_some()
    }

    /// Who is bound there.
    fn bound(&self, host: HostNo, name: &UnixName) -> Result<Bound, CannotSend> {
        let bound = self.names.get(&(host, name.clone())).copied();
        bound.ok_or(CannotSend::Kind(match name {
            UnixName::Path(_) => ErrorKind::NotFound,
            UnixName::Unnamed => ErrorKind::InvalidInput,
            UnixName::Abstract(_) => ErrorKind::ConnectionRefused,
        }))
    }

    /// Who listens there.
    pub(super) fn listener(
        &self,
        host: HostNo,
        name: &UnixName,
    ) -> Result<UnixListenerNo, CannotSend> {
        let refused = CannotSend::Kind(ErrorKind::ConnectionRefused);
        match self.bound(host, name)? {
            Bound::Listener(number) if self.listeners.get(number).is_some() => Ok(number),
            Bound::Datagram(number) if self.datagrams.get(number).is_some() => {
                Err(CannotSend::OtherKind)
            }
            Bound::Listener(_) | Bound::Datagram(_) | Bound::Stream => Err(refused),
        }
    }

    /// Who receives datagrams there.
    pub(super) fn datagram(
        &self,
        host: HostNo,
        name: &UnixName,
    ) -> Result<UnixDatagramNo, CannotSend> {
        let refused = CannotSend::Kind(ErrorKind::ConnectionRefused);
        match self.bound(host, name)? {
            Bound::Datagram(number) if self.datagrams.get(number).is_some() => Ok(number),
            Bound::Listener(number) if self.listeners.get(number).is_some() => {
                Err(CannotSend::OtherKind)
            }
            Bound::Listener(_) | Bound::Datagram(_) => Err(refused),
            Bound::Stream => Err(CannotSend::OtherKind),
        }
    }
}
