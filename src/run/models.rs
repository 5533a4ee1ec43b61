//! The models of a run but its timers, which are the kernel's: their state, made and dropped with the run, and their say in
//! what happens next when no task is ready.

use std::task::Waker;

use super::terminal::Terminal;
use crate::base::span::FAR;
use crate::model::clocks::Clocks;
use crate::model::faults::promises::Promises;
use crate::model::faults::storm::Storm;
use crate::model::net::{Arrived, Network};
use crate::model::signals::Signals;

/// See the top of this file. Most runs use few of them; what is boxed is made when it is first used.
#[derive(Default)]
pub(super) struct Models {
    pub(super) terminal: Terminal,
    network: Option<Box<Network>>,
    /// The faults that this run meets, if it may meet any.
    storm: Option<Box<Storm>>,
    promises: Option<Box<Promises>>,
    /// Which signals hosts handle.
    signals: Option<Box<Signals>>,
    /// The clocks of hosts, once one differs from that of the run.
    clocks: Option<Box<Clocks>>,
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
            storm,
            promises,
            signals,
            clocks,
        } = self;
        terminal.begin();
        // Asked at once: most runs use none, and to drop each of them costs a look at each.
        let used = network.is_some()
            || storm.is_some()
            || promises.is_some()
            || signals.is_some()
            || clocks.is_some();
        if used {
            *network = None;
            *storm = None;
            *promises = None;
            *signals = None;
            *clocks = None;
        }
    }

    /// The faults that this run meets, if it may meet any.
    pub(super) fn storm(&mut self) -> Option<&mut Storm> {
        self.storm.as_deref_mut()
    }

    pub(super) fn set_storm(&mut self, storm: Storm) {
        self.storm = Some(Box::new(storm));
    }

    pub(super) fn promises(&mut self) -> &mut Promises {
        self.promises.get_or_insert_default()
    }

    /// The clocks of hosts, if one differs from that of the run.
    #[inline(always)]
    pub(super) fn clocks(&self) -> Option<&Clocks> {
        self.clocks.as_deref()
    }

    pub(super) fn make_clocks(&mut self) -> &mut Clocks {
        self.clocks.get_or_insert_default()
    }

    pub(super) fn signals(&mut self) -> &mut Signals {
        self.signals.get_or_insert_default()
    }

    /// Whether there is a plan of faults, or a promise of progress.
    #[inline(always)]
    pub(super) fn is_anything_planned(&self) -> bool {
        self.storm.is_some() || self.promises.is_some()
    }

    /// When the plan of faults changes something. What it does by itself keeps no run alive, but what it heals does: that is a part
    /// of [`Models::next_deadline`].
    pub(super) fn next_fault(&self) -> u64 {
        self.storm.as_ref().map_or(FAR, |storm| storm.next_change())
    }

    /// When a promise of progress is broken: not while faults may strike. Keeps no run alive.
    pub(super) fn next_broken(&self) -> u64 {
        match self.storm.as_ref().map(|storm| storm.calm_since()) {
            Some(None) => FAR,
            Some(Some(_)) | None => self
                .promises
                .as_ref()
                .map_or(FAR, |promises| promises.next()),
        }
    }

    /// The network.
    #[inline(always)]
    pub(super) fn network(&mut self) -> &mut Network {
        match &mut self.network {
            Some(network) => network,
            none => none.insert(Box::default()),
        }
    }

    /// Whether packets are to leave, or streams are to be looked at that may not be answered any more.
    #[inline(always)]
    pub(super) fn has_to_dispatch(&self) -> bool {
        let network = self.network.as_ref();
        network.is_some_and(|network| network.has_to_dispatch())
    }

    /// When something happens next although no task is ready; [`FAR`] if nothing does.
    #[inline(always)]
    pub(super) fn next_deadline(&self) -> u64 {
        let Models {
            terminal,
            network,
            storm,
            // Nobody waits for the end of one.
            promises: _,
            // They are sent by tasks.
            signals: _,
            // They only show something.
            clocks: _,
        } = self;
        let line = terminal.next_deadline();
        let packet = network
            .as_ref()
            .map_or(FAR, |network| network.next_deadline());
        let healed = storm.as_ref().map_or(FAR, |storm| storm.next_heal());
        line.min(packet).min(healed)
    }

    /// Lets something happen that is due. Of several at one instant the model that stands first is asked first.
    pub(super) fn take_due(&mut self, now: u64) -> Due {
        let Models {
            terminal,
            network,
            // They are asked before.
            storm: _,
            promises: _,
            signals: _,
            clocks: _,
        } = self;
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
