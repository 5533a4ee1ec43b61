//! What is done to links.

use super::Network;
use super::link::Link;
use super::links::{Ends, Kept};
use super::packet::Packet;
use super::wire::Due;
use crate::base::ids::HostNo;

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

    /// A host is cut off from all others, or is no more.
    pub(crate) fn set_cut_off(&mut self, host: HostNo, is_cut_off: bool) {
        self.wire.links.set_cut_off(host, is_cut_off);
    }

    /// A link is not cut any more. Says whether it was.
    pub(crate) fn mend_link(&mut self, ends: Ends) -> bool {
        self.wire.links.mend(ends)
    }

    /// No link is cut or clogged any more: gives those that were cut.
    pub(crate) fn heal_links(&mut self, now: u64) -> Vec<Ends> {
        let (healed, keeping) = self.wire.links.heal();
        for ends in keeping {
            self.look_at_kept(now, ends);
        }
        healed
    }

    /// Keeps what leaves over a link. Says whether it did not.
    pub(crate) fn hold_link(&mut self, ends: Ends) -> bool {
        self.wire.links.hold(ends)
    }

    /// What was kept leaves. Says whether the link was held.
    pub(crate) fn release_link(&mut self, now: u64, ends: Ends) -> bool {
        let was_held = self.wire.links.release(ends);
        self.look_at_kept(now, ends);
        was_held
    }

    /// What a link kept leaves before all else, if nothing keeps it any more.
    pub(super) fn look_at_kept(&mut self, now: u64, ends: Ends) {
        let key = match self.wire.links.kept(now, ends) {
            Kept::Stays => return,
            Kept::Until(at) => Some(self.wire.at(at, Due::ClogEnds(ends))),
            Kept::Leaves(kept) => {
                for packet in kept.into_iter().rev() {
                    self.wire.leaving.push_front(packet);
                }
                None
            }
        };
        if let Some(before) = self.wire.links.looked_at(ends, key) {
            self.wire.cancel(before);
        }
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
