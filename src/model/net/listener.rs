//! A listener: connections that nobody has accepted yet.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::bits::Bits;
use super::bound::hears;
use super::keys::StreamNo;
use super::options::Options;
use super::ports::UseNo;
use super::readiness::Readiness;
use crate::base::ids::HostNo;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) host: HostNo,
    pub(super) local: SocketAddr,
    pub(super) used: UseNo,
    pub(super) backlog: u32,
    /// Those whose peers have not heard of it, and so cannot be accepted.
    pub(super) begun: Vec<StreamNo>,
    pub(super) made: VecDeque<StreamNo>,
    pub(crate) options: Options,
    pub(crate) readiness: Readiness,
}

impl Listener {
    /// Whether there is no room for one more: a backlog of n holds n + 1.
    pub(super) fn is_full(&self) -> bool {
        self.begun.len() + self.made.len() > self.backlog as usize
    }

    /// One that was begun is no more so; says whether it was.
    pub(super) fn forget(&mut self, stream: StreamNo) -> bool {
        let at = self.begun.iter().position(|&begun| begun == stream);
        at.map(|at| self.begun.remove(at)).is_some()
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// What it is ready for as things stand.
    pub(crate) fn level(&self) -> Bits {
        Bits::READ.when(!self.made.is_empty())
    }

    /// Whether a connection to this address is for it.
    pub(super) fn hears(&self, to: SocketAddr) -> bool {
        self.local.port() == to.port() && hears(self.local.ip(), to.ip())
    }
}
