//! Links between hosts: what is done to them, and what is drawn of packets that leave.
//!
//! What becomes of a packet is several draws, labelled by its link: `shop>db` for how long it takes, `loss@shop>db`,
//! `duplicate@shop>db`, `reorder@shop>db` and `split@shop>db` for the rest. `half@shop` is the side of a host in
//! [`partition_halves`](crate::net::partition_halves), and `abort@shop` whether a connection is gone that the host accepts.

use super::Run;
use crate::base::chance::Chance;
use crate::base::ids::{HostNo, push_name};
use crate::choice::draw::{Candidates, Kind};
use crate::model::hosts::Hosts;
use crate::model::net::departure::{Departure, Fate, Leaving, PacketSummary};
use crate::model::net::link::{LATENCY, Link};
use crate::record::event::{Event, LinkVerb, PacketFate};

/// How many ways there are for a segment to be cut in two, and how late a datagram can be.
const CUTS: u32 = 3;
const DELAYS: u32 = 4;

impl Run {
    /// The host of this name.
    pub(crate) fn host_named(&self, name: &str) -> Option<HostNo> {
        self.kernel.hosts.named(name)
    }

    /// All hosts, that of `main` first.
    pub(crate) fn all_hosts(&self) -> impl Iterator<Item = HostNo> + use<> {
        std::iter::once(HostNo::DEFAULT).chain(self.kernel.hosts.numbers())
    }

    /// The name of a host as an end of a link.
    pub(crate) fn machine_name(&self, host: HostNo) -> &str {
        machine_name(&self.kernel.hosts, host)
    }

    /// Lets leave what is to leave: draws what becomes of it.
    pub(in crate::run) fn dispatch(&mut self) {
        let now = self.now();
        while let Some(leaving) = self.models.network().next_leaving(now) {
            match leaving {
                Leaving::Cut(lost) => self.record_packet(PacketFate::Cut, lost),
                Leaving::Asks(departure) => match self.draw_fate_of(&departure) {
                    Some(fate) => self.models.network().goes(now, departure, fate),
                    None => self.models.network().lose(now, departure.packet.load),
                },
            }
        }
    }

    /// What becomes of a packet; `None` if it is lost.
    fn draw_fate_of(&mut self, departure: &Departure) -> Option<Fate> {
        let (told, nth, now) = (departure.summary(), departure.nth, self.now());
        let link = match self.models.storm() {
            Some(storm) => storm.afflict(departure.link, now),
            None => departure.link,
        };
        if self.draw_chance("loss", departure.loss_over(link), told, nth) {
            self.record_packet(PacketFate::Lost, told);
            return None;
        }
        let mut fate = Fate {
            latency: self.draw_latency(link, told, nth),
            ..Fate::default()
        };
        if departure.is_datagram() {
            let step = link.latency.value(0).max(LATENCY.as_nanos() as u64);
            if departure.may_double() && self.draw_chance("duplicate", link.duplication, told, nth)
            {
                fate.again = Some(step);
                self.record_packet(PacketFate::Doubled, told);
            }
            let late = self.draw_one_of("reorder", link.reordering, DELAYS, told, nth);
            if late > 0 {
                fate.latency = fate
                    .latency
                    .saturating_add(step.saturating_mul(late.into()));
                self.record_packet(PacketFate::Late, told);
            }
        }
        if let Some(bytes) = departure.segment() {
            fate.split = match self.draw_one_of("split", link.segmentation, CUTS, told, nth) {
                0 => None,
                1 => Some(1),
                2 => Some(bytes / 2),
                _last => Some(bytes - 1),
            };
            if fate.split.is_some() {
                self.record_packet(PacketFate::Split, told);
            }
        }
        Some(fate)
    }

    fn draw_latency(&mut self, link: Link, told: PacketSummary, nth: u32) -> u64 {
        let Some(candidates) = link.latency.candidates() else {
            return link.latency.value(0);
        };
        let hosts = &self.kernel.hosts;
        let label = || packet_label("", told, hosts);
        let (drawn, event) = self
            .draws
            .draw_labelled(Kind::Latency, candidates, label, nth);
        self.made_draw();
        self.record_draw(event);
        link.latency.value(drawn)
    }

    /// Whether something happens to a packet that has this chance.
    fn draw_chance(&mut self, what: &str, chance: Chance, told: PacketSummary, nth: u32) -> bool {
        match chance {
            Chance::Never => false,
            Chance::Always => true,
            Chance::Ones(ones) => {
                let label = |hosts: &Hosts| packet_label(what, told, hosts);
                self.draw_fault(Candidates::Coin { ones }, label, nth) == 1
            }
        }
    }

    /// In which of so many ways something happens to a packet that has this chance; 0 if it does not.
    fn draw_one_of(
        &mut self,
        what: &str,
        chance: Chance,
        others: u32,
        told: PacketSummary,
        nth: u32,
    ) -> u32 {
        let ones = match chance {
            Chance::Never => return 0,
            Chance::Ones(ones) => ones,
            Chance::Always => u32::MAX,
        };
        let label = |hosts: &Hosts| packet_label(what, told, hosts);
        self.draw_fault(Candidates::Rare { ones, others }, label, nth) as u32
    }

    /// Whether the connection that the current host accepts is gone.
    pub(crate) fn draw_abort_of_accept(&mut self) -> bool {
        let host = self.current_host();
        let (chance, nth) = self.models.network().aborted_accept(host);
        match chance {
            Chance::Never => false,
            Chance::Always => true,
            Chance::Ones(ones) => {
                let label = |hosts: &Hosts| {
                    let mut label = "abort@".to_owned();
                    push_name(&mut label, machine_name(hosts, host));
                    label
                };
                self.draw_fault(Candidates::Coin { ones }, label, nth) == 1
            }
        }
    }

    fn record_packet(&mut self, fate: PacketFate, told: PacketSummary) {
        let PacketSummary { from, to, bytes } = told;
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.record(Event::Packet {
            fate,
            from,
            to,
            bytes,
        });
    }

    fn record_link(&mut self, verb: LinkVerb, (from, to): (HostNo, HostNo)) {
        self.record(Event::Link { verb, from, to });
    }

    /// Cuts a link. Says whether it was not.
    pub(crate) fn cut_link(&mut self, ends: (HostNo, HostNo)) -> bool {
        let cut = self.models.network().cut_link(ends);
        if cut {
            self.record_link(LinkVerb::Cuts, ends);
        }
        cut
    }

    /// A link is not cut any more.
    pub(crate) fn mend_link(&mut self, ends: (HostNo, HostNo)) {
        if self.models.network().mend_link(ends) {
            self.record_link(LinkVerb::Heals, ends);
        }
    }

    /// No link is cut or clogged any more.
    pub(crate) fn heal_links(&mut self) {
        let now = self.now();
        for ends in self.models.network().heal_links(now) {
            self.record_link(LinkVerb::Heals, ends);
        }
    }

    /// Keeps what leaves over a link.
    pub(crate) fn hold_link(&mut self, ends: (HostNo, HostNo)) {
        if self.models.network().hold_link(ends) {
            self.record_link(LinkVerb::Holds, ends);
        }
    }

    /// Lets leave what was kept.
    pub(crate) fn release_link(&mut self, ends: (HostNo, HostNo)) {
        let now = self.now();
        if self.models.network().release_link(now, ends) {
            self.record_link(LinkVerb::Releases, ends);
        }
    }

    /// For so long nothing leaves over a link but late.
    pub(crate) fn clog_link(&mut self, ends: (HostNo, HostNo), nanos: u64) {
        let until = self.now().saturating_add(nanos);
        self.models.network().clog_link(ends, until);
        self.record_link(LinkVerb::Clogs, ends);
    }

    /// Changes one link, or all that have nothing of their own.
    pub(crate) fn change_link(
        &mut self,
        ends: Option<(HostNo, HostNo)>,
        change: impl FnOnce(&mut Link),
    ) {
        self.models.network().change_link(ends, change);
        match ends {
            Some(ends) => self.record_link(LinkVerb::Changes, ends),
            None => self.record(Event::Links(LinkVerb::Changes)),
        }
    }

    /// On which of two sides each host is, as is drawn: the default is that all are on one.
    pub(crate) fn draw_halves(&mut self) -> (Vec<HostNo>, Vec<HostNo>) {
        let mut sides = (Vec::new(), Vec::new());
        let nth = self.models.network().next_halves();
        for host in self.all_hosts() {
            let label = |hosts: &Hosts| {
                let mut label = "half@".to_owned();
                push_name(&mut label, machine_name(hosts, host));
                label
            };
            match self.draw_fault(Candidates::Count(2), label, nth) {
                0 => sides.0.push(host),
                _other => sides.1.push(host),
            }
        }
        sides
    }
}

/// The name of a host as an end of a link.
fn machine_name(hosts: &Hosts, host: HostNo) -> &str {
    hosts.name(host).unwrap_or("main")
}

/// How draws about packets of a link are called.
fn packet_label(what: &str, told: PacketSummary, hosts: &Hosts) -> String {
    let mut label = what.to_owned();
    if !what.is_empty() {
        label.push('@');
    }
    push_name(&mut label, machine_name(hosts, told.from));
    label.push('>');
    push_name(&mut label, machine_name(hosts, told.to));
    label
}
