//! The models of a run but its timers, which are the kernel's: their state, made and dropped with the run, and their say in
//! what happens next when no task is ready.

use std::task::Waker;

use super::terminal::Terminal;
use crate::model::net::{Arrived, Network};

/// See the top of this file.
#[derive(Default)]
pub(super) struct Models {
    pub(super) terminal: Terminal,
    network: Network,
    /// Whether anybody touched the network in this run.
    is_networked: bool,
}

/// What happened.
pub(super) enum Due {
    /// One is to look again.
    Woken(Option<Waker>),
    /// Bytes came to a host.
    Arrived(Arrived),
}

// Here each model is taken out by name, and none is passed over with `..`: the compiler asks for the say of a new one.
impl Models {
    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self) {
        let Models {
            terminal,
            network,
            is_networked,
        } = self;
        terminal.begin();
        if std::mem::take(is_networked) {
            *network = Network::default();
        }
    }

    /// The network, to be changed.
    pub(super) fn network_mut(&mut self) -> &mut Network {
        self.is_networked = true;
        &mut self.network
    }

    /// The network.
    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// When something happens next although no task is ready.
    pub(super) fn next_deadline(&self) -> Option<u64> {
        let Models {
            terminal,
            network,
            is_networked: _,
        } = self;
        let next = [terminal.next_deadline(), network.next_deadline()];
        next.into_iter().flatten().min()
    }

    /// Lets something happen that is due. Of several at one instant the model that stands first is asked first.
    pub(super) fn take_due(&mut self, now: u64) -> Due {
        let Models {
            terminal,
            network,
            is_networked: _,
        } = self;
        if let Some(waker) = terminal.take_due(now) {
            return Due::Woken(Some(waker));
        }
        match network.next_woken() {
            Some(waker) => Due::Woken(Some(waker)),
            None => match network.take_due(now) {
                Some(arrived) => Due::Arrived(arrived),
                None => Due::Woken(network.next_woken()),
            },
        }
    }
}
