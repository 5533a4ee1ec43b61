//! All links: what each is like, and what was done to it.
//!
//! ```text
//!   cut        what leaves is lost                           partition, heal
//!   held       what leaves is kept, and leaves later         hold, release
//!   clogged    what leaves is kept until that is over        clog, heal
//! ```
//!
//! A link is known by the hosts at its ends, in one direction. Only of those that are different from the others, or that packets went
//! over since any was, something is kept.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::keys::DueKey;
use super::link::Link;
use super::packet::Packet;
use crate::base::ids::HostNo;

/// From where to where.
pub(crate) type Ends = (HostNo, HostNo);

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Links {
    all: Link,
    own: BTreeMap<Ends, Link>,
    states: BTreeMap<Ends, State>,
    /// Hosts of which no link lets anything through.
    cut_off: BTreeSet<HostNo>,
    /// Whether any link is, or was, different from the plain one.
    changed: bool,
    /// Whether what passes may not be what passed when streams were looked at.
    touched: bool,
    /// How often hosts were put on two sides.
    halves: u32,
}

/// What was done to a link.
#[derive(Debug, Default)]
pub(super) struct State {
    cut: bool,
    held: bool,
    clogged_until: u64,
    /// What leaves when it is neither held nor clogged any more.
    kept: VecDeque<Packet>,
    /// When what is kept by a clog is looked at.
    looked_at: Option<DueKey>,
    /// Until when it is busy with what left before.
    busy_until: u64,
    /// How many packets left.
    left: u32,
}

/// What becomes of a packet that is to leave.
pub(super) enum Leave {
    /// The n-th of its link.
    Goes(u32, Box<Packet>),
    Lost(Packet),
    Kept,
}

/// What becomes of what a link kept.
pub(super) enum Kept {
    /// It stays where it is.
    Stays,
    /// It is to be looked at again at this time, which is not settled yet.
    Until(u64),
    Leaves(VecDeque<Packet>),
}

impl Links {
    /// Whether packets go as over plain links.
    #[inline(always)]
    pub(super) fn are_plain(&self) -> bool {
        !self.changed
    }

    pub(super) fn get(&self, ends: Ends) -> Link {
        self.own.get(&ends).copied().unwrap_or(self.all)
    }

    /// Changes one link, or all that have nothing of their own.
    pub(super) fn change(&mut self, ends: Option<Ends>, change: impl FnOnce(&mut Link)) {
        self.changed = true;
        match ends {
            Some(ends) => change(self.own.entry(ends).or_insert(self.all)),
            None => change(&mut self.all),
        }
    }

    fn state(&mut self, ends: Ends) -> &mut State {
        self.changed = true;
        self.states.entry(ends).or_default()
    }

    /// What passes may have changed, here or because of the hosts at the ends.
    pub(super) fn touch(&mut self) {
        self.touched = true;
    }

    /// Whether what passes may have changed.
    #[inline(always)]
    pub(super) fn are_touched(&self) -> bool {
        self.touched
    }

    /// Whether it may have, which is taken note of.
    pub(super) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.touched)
    }

    /// Cuts a link. Says whether it was not.
    pub(super) fn cut(&mut self, ends: Ends) -> bool {
        self.touch();
        !std::mem::replace(&mut self.state(ends).cut, true)
    }

    /// A host is cut off from all others, also from those that are made later; or it is no more. What is done to its links by
    /// themselves is apart from that.
    pub(super) fn set_cut_off(&mut self, host: HostNo, is_cut_off: bool) {
        self.changed = true;
        self.touch();
        match is_cut_off {
            true => self.cut_off.insert(host),
            false => self.cut_off.remove(&host),
        };
    }

    /// Those that were cut are not any more, nor are any clogged: gives those that were cut, and those that kept something.
    pub(super) fn heal(&mut self) -> (Vec<Ends>, Vec<Ends>) {
        self.touch();
        let (mut healed, mut keeping) = (Vec::new(), Vec::new());
        for (&ends, state) in &mut self.states {
            if std::mem::take(&mut state.cut) {
                healed.push(ends);
            }
            state.clogged_until = 0;
            if !state.kept.is_empty() {
                keeping.push(ends);
            }
        }
        (healed, keeping)
    }

    /// One link is not cut any more. Says whether it was.
    pub(super) fn mend(&mut self, ends: Ends) -> bool {
        self.touch();
        std::mem::take(&mut self.state(ends).cut)
    }

    /// Keeps what leaves. Says whether it did not.
    pub(super) fn hold(&mut self, ends: Ends) -> bool {
        self.touch();
        !std::mem::replace(&mut self.state(ends).held, true)
    }

    /// A link is not held any more. Says whether it was.
    pub(super) fn release(&mut self, ends: Ends) -> bool {
        self.touch();
        std::mem::take(&mut self.state(ends).held)
    }

    /// Whether what leaves is lost.
    pub(super) fn loses(&self, ends: Ends) -> bool {
        let state = self.states.get(&ends);
        self.is_cut_off(ends) || state.is_some_and(|state| state.cut)
    }

    /// Whether what leaves arrives, if late: it is not lost, and not held.
    pub(super) fn passes(&self, ends: Ends) -> bool {
        let state = self.states.get(&ends);
        !self.loses(ends) && !state.is_some_and(|state| state.held)
    }

    fn is_cut_off(&self, ends: Ends) -> bool {
        self.cut_off.contains(&ends.0) || self.cut_off.contains(&ends.1)
    }

    /// What becomes of what a link kept.
    pub(super) fn kept(&mut self, now: u64, ends: Ends) -> Kept {
        let state = self.state(ends);
        let is_settled = state.looked_at.is_some_and(|(at, _)| at > now);
        if state.kept.is_empty() || state.held {
            return Kept::Stays;
        }
        match state.clogged_until > now {
            true if is_settled => Kept::Stays,
            true => Kept::Until(state.clogged_until),
            false => Kept::Leaves(std::mem::take(&mut state.kept)),
        }
    }

    /// When what a link keeps is looked at. Gives when it was to be before.
    pub(super) fn looked_at(&mut self, ends: Ends, key: Option<DueKey>) -> Option<DueKey> {
        std::mem::replace(&mut self.state(ends).looked_at, key)
    }

    pub(super) fn clog(&mut self, ends: Ends, until: u64) {
        let state = self.state(ends);
        state.clogged_until = state.clogged_until.max(until);
    }

    /// A packet is to leave.
    pub(super) fn leave(&mut self, now: u64, packet: Packet) -> Leave {
        let ends = (packet.from, packet.to);
        let is_cut_off = self.is_cut_off(ends);
        let state = self.state(ends);
        // Behind what is kept, even at the instant at which that is to leave: packets of a stream must not overtake each other here.
        if state.held || state.clogged_until > now || !state.kept.is_empty() {
            state.kept.push_back(packet);
            return Leave::Kept;
        }
        if state.cut || is_cut_off {
            return Leave::Lost(packet);
        }
        state.left += 1;
        Leave::Goes(state.left, Box::new(packet))
    }

    /// A packet of this size leaves now: when it is on the link, which takes it some time.
    pub(super) fn leaves(&mut self, now: u64, ends: Ends, size: usize) -> u64 {
        let transmission = self.get(ends).transmission(size);
        let state = self.state(ends);
        let begins = now.max(state.busy_until);
        let gone = begins.saturating_add(transmission);
        if transmission > 0 {
            state.busy_until = gone;
        }
        gone
    }

    pub(super) fn next_halves(&mut self) -> u32 {
        self.halves += 1;
        self.halves
    }

    /// What is kept, link by link.
    pub(super) fn all_kept(&self) -> impl Iterator<Item = &Packet> {
        self.states.values().flat_map(|state| &state.kept)
    }
}
