//! Unix sockets, and the names under which they are found on their host.
//!
//! A path that was bound stays when its socket is gone, as the file does that stands for it: it can be connected to no more, and not be bound
//! again, until it is [removed](Unix::remove_path). It outlives its process, and a power loss, too.

use std::collections::{BTreeMap, VecDeque};
use std::io::ErrorKind;
use std::path::Path;

use super::bits::Bits;
use super::inbox::Came;
use super::keys::{
    UnixDatagramNo, UnixDatagrams, UnixListenerNo, UnixListeners, UnixStreamNo, UnixStreams,
};
use super::memory::BUFFER;
use super::readiness::Readiness;
use super::table::Table;
use super::udp::CannotSend;
use super::unix_name::UnixName;
use super::unix_stream::UnixStream;
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;

/// The most bytes of a datagram.
pub(super) const LONGEST_DATAGRAM: usize = BUFFER - 32;

/// `net.unix.max_dgram_qlen`: to those who are not its peer a socket is full with one datagram more than this.
pub(super) const MOST_DATAGRAMS: usize = 10;

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
