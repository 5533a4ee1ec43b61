//! The models of a run but its timers, which are the kernel's: their state, made and dropped with the run, and their say in
//! what happens next when no task is ready.

use std::task::Waker;

use super::terminal::Terminal;
use crate::model::net::{Arrived, Network};

/// See the top of this file.
#[derive(Default)]
pub(super) struct Models {
    pub(super) terminal: Terminal,
    /// Once it is used: most runs have none.
    network: Option<Box<Network>>,
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
        let Models { terminal, network } = self;
        terminal.begin();
        *network = None;
    }

    /// The network.
    #[inline(always)]
    pub(super) fn network(&mut self) -> &mut Network {
        match &mut self.network {
            Some(network) => network,
            none => none.insert(Box::default()),
        }
    }

    /// When something happens next although no task is ready.
    pub(super) fn next_deadline(&self) -> Option<u64> {
        let Models { terminal, network } = self;
        let line = terminal.next_deadline();
        match network.as_ref().and_then(|network| network.next_deadline()) {
            None => line,
            Some(packet) => Some(line.map_or(packet, |line| line.min(packet))),
        }
    }

    /// Lets something happen that is due. Of several at one instant the model that stands first is asked first.
    pub(super) fn take_due(&mut self, now: u64) -> Due {
        let Models { terminal, network } = self;
        if let Some(waker) = terminal.take_due(now) {
            return Due::Woken(Some(waker));
        }
        let Some(network) = network else {
            return Due::Woken(None);
        };
        match network.next_woken() {
            Some(waker) => Due::Woken(Some(waker)),
            None => match network.take_due(now) {
                Some(arrived) => Due::Arrived(arrived),
                None => Due::Woken(network.next_woken()),
            },
        }
    }
}
