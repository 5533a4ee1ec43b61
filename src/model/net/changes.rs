//! What is done to links.

use super::Network;
use super::link::Link;
use super::links::Ends;
use super::packet::Packet;

impl Network {
    /// Changes one link, or all that have nothing of their own.
    pub(crate) fn change_link(&mut self, ends: Option<Ends>, change: impl FnOnce(&mut Link)) {
        self.wire.links.change(ends, change);
    }

    /// From now on it is asked for each packet what becomes of it.
    pub(crate) fn look_at_packets(&mut self) {
        self.wire.links.change(None, |_| {});
    }

    /// Cuts a link. Says whether it was not.
    pub(crate) fn cut_link(&mut self, ends: Ends) -> bool {
        self.wire.links.cut(ends)
    }

    /// A link is not cut any more. Says whether it was.
    pub(crate) fn mend_link(&mut self, ends: Ends) -> bool {
        self.wire.links.mend(ends)
    }

    /// No link is cut or clogged any more: gives those that were cut.
    pub(crate) fn heal_links(&mut self) -> Vec<Ends> {
        self.wire.links.heal()
    }

    /// Keeps what leaves over a link. Says whether it did not.
    pub(crate) fn hold_link(&mut self, ends: Ends) -> bool {
        self.wire.links.hold(ends)
    }

    /// What was kept leaves, before all else. Says whether the link was held.
    pub(crate) fn release_link(&mut self, ends: Ends) -> bool {
        let Some(held) = self.wire.links.release(ends) else {
            return false;
        };
        for packet in held.into_iter().rev() {
            self.wire.leaving.push_front(packet);
        }
        true
    }

    /// What leaves over a link does so at that time at the earliest.
    pub(crate) fn clog_link(&mut self, ends: Ends, until: u64) {
        self.wire.links.clog(ends, until);
    }

    /// How often hosts were put on two sides, now once more.
    pub(crate) fn next_halves(&mut self) -> u32 {
        self.wire.links.next_halves()
    }

    /// All that is on its way between hosts, and when it arrives, in ns; `None` for what is kept.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = (Option<u64>, &Packet)> {
        self.wire.in_flight()
    }
}
