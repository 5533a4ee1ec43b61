//! The sockets that are open on a host, of which there may be so many (`RLIMIT_NOFILE`), and connections that are aborted before they are accepted.

use super::Network;
use super::keys::ListenerNo;
use crate::base::chance::Chance;
use crate::base::ids::HostNo;

impl Network {
    /// From now on a host may have so many open.
    pub(crate) fn set_most_sockets(&mut self, host: HostNo, count: usize) {
        self.hosts.get_mut(host).most_sockets = count;
    }

    /// Whether a host may open so many more.
    pub(crate) fn may_open(&self, host: HostNo, count: usize) -> bool {
        match self.hosts.get(host).most_sockets {
            usize::MAX => true,
            most => self.open_sockets(host) + count <= most,
        }
    }

    /// How many a host has open. A connection that nobody has accepted is none.
    fn open_sockets(&self, host: HostNo) -> usize {
        let listeners = self.listeners.rows().filter(|it| it.host == host);
        let (listeners, waiting) = listeners.fold((0, 0), |(count, waiting), it| {
            (count + 1, waiting + it.begun.len() + it.made.len())
        });
        let streams = self.streams.rows();
        let streams = streams.filter(|it| it.host == host && !it.is_orphan());
        listeners + streams.count() - waiting
            + self.udp.of(host).len()
            + self.unix.open_sockets(host)
    }

    /// From now on this is how likely a connection is gone when it is accepted.
    pub(crate) fn set_aborted_accepts(&mut self, host: HostNo, chance: Chance) {
        self.hosts.get_mut(host).aborted_accepts.0 = chance;
    }

    /// How likely a connection is gone that a host accepts, and how many it has accepted since that may be, now one more.
    pub(crate) fn aborted_accept(&mut self, host: HostNo) -> (Chance, u32) {
        let (chance, accepts) = &mut self.hosts.get_mut(host).aborted_accepts;
        if *chance != Chance::Never {
            *accepts += 1;
        }
        (*chance, *accepts)
    }

    /// The connection that would be accepted next is gone.
    pub(crate) fn abort_next(&mut self, now: u64, listener: ListenerNo) {
        let listener = self.listeners.get_mut(listener);
        if let Some(stream) = listener.and_then(|listener| listener.made.pop_front()) {
            self.reset(now, stream);
            self.settle(now);
        }
    }
}
