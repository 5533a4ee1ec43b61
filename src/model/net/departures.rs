//! How packets leave, and what becomes of those that are lost.
//!
//! ```text
//!   sent ─► waits behind what its stream sends again ─► link held: kept; clogged, too
//!                                                      cut: lost
//!                                                      else: asks for its fate ─► on its way
//!                                                                              └► lost
//!   lost    SYN                 asked again after 1, 3, 7, 15 … s       `connect` fails after 127 s
//!           bytes, FIN          sent again after 200 ms, 600 ms …       the stream fails after 924 s
//!           what was received   told with the next that is, or when the sender asks
//!           answer to a SYN     the other end, which was begun, is forgotten after 63 s
//!           RST                 sent again when its receiver sends again what it answered
//!           datagrams           nothing is done
//! ```
//!
//! A stream sends again in order, so what is lost is late, and what comes after it, too. If it is gone, because its host lost its power or
//! it was reset, nobody sends again what is lost: then nothing that it sent after it comes but a reset. The times are those of Linux.

use std::io::ErrorKind;

use super::Network;
use super::departure::{Departure, Fate, Leaving, PacketSummary};
use super::keys::StreamNo;
use super::links::Leave;
use super::packet::{Load, Packet};
use super::stream::{Phase, Stream};
use super::wire::Due;
use crate::base::ids::HostNo;

/// After how long data are sent again that nobody acknowledges, in ns: the double each time, up to the most; and how often
/// (`TCP_RTO_MIN`, `TCP_RTO_MAX`, `tcp_retries2`).
const DATA_TIMEOUT: u64 = 200_000_000;
const MOST_DATA_TIMEOUT: u64 = 120_000_000_000;
const DATA_RETRIES: u32 = 15;

impl Network {
    /// Whether packets are to leave, or streams are to be looked at that may not be answered any more.
    #[inline(always)]
    pub(crate) fn has_to_dispatch(&self) -> bool {
        !self.wire.leaving.is_empty() || self.wire.links.are_touched()
    }

    /// The next packet that asks for its fate, or finds its link cut. Looks first at streams that may not be answered any more.
    pub(crate) fn next_leaving(&mut self, now: u64) -> Option<Leaving> {
        if self.wire.links.take_touched() {
            self.look_at_silent(now);
        }
        while let Some(packet) = self.wire.leaving.pop_front() {
            let sender = self.sender(&packet.load);
            if let Some(stream) = sender.and_then(|sender| self.streams.get_mut(sender))
                && !stream.backlog.is_empty()
            {
                stream.backlog.push_back(packet.load);
                continue;
            }
            if sender.is_some() && self.is_behind_a_gap(&packet.load) {
                continue;
            }
            let ends = (packet.from, packet.to);
            match self.wire.links.leave(now, packet) {
                Leave::Kept => self.look_at_kept(now, ends),
                Leave::Lost(packet) => {
                    let lost = PacketSummary::of(&packet);
                    self.lose(now, packet.load);
                    return Some(Leaving::Cut(lost));
                }
                Leave::Goes(nth, packet) => {
                    let link = self.wire.links.get(ends);
                    return Some(Leaving::Asks(Departure { packet, link, nth }));
                }
            }
        }
        None
    }

    /// A packet goes on its way.
    pub(crate) fn goes(&mut self, now: u64, departure: Departure, fate: Fate) {
        let Packet { from, to, load } = *departure.packet;
        let gone = self.wire.links.leaves(now, (from, to), load.size());
        let mut due = gone.saturating_add(fate.latency);
        let last_plain = self.wire.last_plain();
        // What goes to one end of a connection is put in order there.
        if let Some(receiver) = load.receiver().and_then(|to| self.streams.get_mut(to)) {
            due = due.max(receiver.next_arrival).max(last_plain);
            receiver.next_arrival = due;
        }
        if let (Some(later), Load::Datagram(datagram)) = (fate.again, &load) {
            let load = Load::Datagram(datagram.clone());
            let at = due.saturating_add(later);
            self.wire.arrives_at(at, Packet { from, to, load });
        }
        match (load, fate.split) {
            (
                Load::Data {
                    to: receiver,
                    from: sender,
                    mut bytes,
                },
                Some(at),
            ) => {
                let rest = bytes.split_off(at);
                for bytes in [bytes, rest] {
                    let load = Load::Data {
                        to: receiver,
                        from: sender,
                        bytes,
                    };
                    self.wire.arrives_at(due, Packet { from, to, load });
                }
            }
            (load, _) => self.wire.arrives_at(due, Packet { from, to, load }),
        }
    }

    /// The stream that sends a packet again if it is lost.
    fn sender(&self, load: &Load) -> Option<StreamNo> {
        match load {
            Load::Data { from, .. } | Load::Fin { from, .. } => Some(*from),
            Load::Established { to, from, .. } => self.streams.get(*to).map(|_| *from),
            Load::Syn(_)
            | Load::SynAck { .. }
            | Load::Ack { .. }
            | Load::Window { .. }
            | Load::Again { .. }
            | Load::Rst(_)
            | Load::Datagram(_)
            | Load::Unreachable { .. } => None,
        }
    }

    /// A packet was lost whose sender is gone.
    fn is_lost_for_good(&mut self, load: &Load) {
        if let Some(stream) = load.receiver().and_then(|to| self.streams.get_mut(to)) {
            stream.has_gap = true;
        }
    }

    /// Whether something that was sent before it, and that its receiver must have first, is lost for good.
    fn is_behind_a_gap(&self, load: &Load) -> bool {
        let receiver = load.receiver().and_then(|to| self.streams.get(to));
        receiver.is_some_and(|stream| stream.has_gap)
    }

    /// A packet did not come through.
    pub(crate) fn lose(&mut self, now: u64, load: Load) {
        if let Some(sender) = self.sender(&load) {
            if let Load::Established { to, .. } = load {
                self.may_never_be_made(now, to);
            }
            match self.streams.get_mut(sender) {
                Some(stream) => {
                    stream.backlog.push_back(load);
                    self.sends_again(now, sender);
                }
                None => self.is_lost_for_good(&load),
            }
            return;
        }
        match load {
            Load::Syn(from) => self.syn_is_lost(now, from),
            Load::SynAck { to, from } => {
                self.may_never_be_made(now, from);
                self.syn_is_lost(now, to);
            }
            Load::Again { from, .. } => self.sends_again(now, from),
            Load::Ack { to, bytes, .. } => self.owes(now, to, bytes, 0),
            Load::Window { to, bytes, .. } => self.owes(now, to, 0, bytes),
            Load::Established { to, .. } => self.may_never_be_made(now, to),
            Load::Rst(to) => {
                self.may_never_be_made(now, to);
                self.syn_is_lost(now, to);
                self.is_not_told(now, to);
            }
            Load::Data { .. } | Load::Fin { .. } | Load::Datagram(_) | Load::Unreachable { .. } => {
            }
        }
    }

    /// The other end of a stream is gone, and it was not told: it sends again what is not acknowledged, which is answered with a reset, if anybody
    /// is there.
    pub(super) fn is_not_told(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        stream.other_is_gone = true;
        self.wire.links.touch();
        if self.waits_to_hear(number) {
            self.sends_again(now, number);
        }
    }

    /// A stream was not told what the other end received, and how much room there is.
    fn owes(&mut self, now: u64, to: StreamNo, acknowledged: usize, room: usize) {
        let Some(peer) = self.streams.get(to).and_then(|stream| stream.peer) else {
            return;
        };
        if let Some(peer) = self.streams.get_mut(peer) {
            peer.owed.0 += acknowledged;
            peer.owed.1 += room;
            if self.waits_to_hear(to) {
                self.sends_again(now, to);
            }
        }
    }

    /// Whether a stream must send something for what it was not told, or what was lost: it wants to know what was received, but not of room
    /// that it does not need; and whether anybody is there, if what it sent is not answered, or nothing that it could send arrives.
    fn waits_to_hear(&self, number: StreamNo) -> bool {
        let Some(stream) = self.streams.get(number) else {
            return false;
        };
        let peer = stream.peer.and_then(|peer| self.streams.get(peer));
        let (acknowledged, room) = peer.map_or((0, 0), |peer| peer.owed);
        let nobody_tells = stream.other_is_gone && stream.phase == Phase::Open;
        let has_more = stream.phase == Phase::Open && !stream.out.is_empty();
        !stream.backlog.is_empty()
            || acknowledged > 0
            || room > 0 && !stream.out.is_empty()
            || has_more && self.is_cut_off(stream)
            || nobody_tells && stream.is_unanswered()
    }

    /// Whether nothing arrives of what one end of a connection sends, or of what it is sent.
    fn is_cut_off(&self, stream: &Stream) -> bool {
        let (here, there) = (stream.host, stream.remote_host);
        let loses = |ends| self.wire.links.loses(ends);
        here != there && (loses((here, there)) || loses((there, here)))
    }

    /// A stream has no room for what is written: it asks for it, if it was not told.
    pub(super) fn lacks_room(&mut self, now: u64, number: StreamNo) {
        let asks = |stream: &Stream| stream.again.is_some();
        if !self.streams.get(number).is_some_and(asks) && self.waits_to_hear(number) {
            self.sends_again(now, number);
        }
    }

    /// What a stream sent is to be sent again later, if that is not so already.
    fn sends_again(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        let times = match stream.again {
            // The one that is due was sent, and is lost, too.
            Some((key, times)) if key.0 <= now => times + 1,
            Some(_) => return,
            None => 0,
        };
        let timeout = DATA_TIMEOUT
            .saturating_mul(1 << times)
            .min(MOST_DATA_TIMEOUT);
        let key = self
            .wire
            .at(now.saturating_add(timeout), Due::DataAgain(number));
        stream.again = Some((key, times));
    }

    /// Something that a stream sent was acknowledged: what else was lost is sent again soon.
    pub(super) fn came_through(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        let Some((key, _)) = stream.again.take() else {
            return;
        };
        self.wire.cancel(key);
        if self.waits_to_hear(number) {
            self.sends_again(now, number);
        }
    }

    /// The time has come to send again what is not acknowledged.
    pub(super) fn send_again(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        if stream.again.is_some_and(|(_, times)| times >= DATA_RETRIES) {
            return self.fails(number, ErrorKind::TimedOut);
        }
        let (host, remote_host) = (stream.host, stream.remote_host);
        if stream.backlog.is_empty() {
            // Nothing of its own: it asks what the other end received.
            if let Some(to) = stream.peer {
                let load = Load::Again { to, from: number };
                self.wire.send(now, host, remote_host, load);
            }
            return;
        }
        for load in std::mem::take(&mut stream.backlog) {
            self.wire.send(now, host, remote_host, load);
        }
    }

    /// The other end asks what was received.
    pub(super) fn asked_again(&mut self, now: u64, host: HostNo, to: StreamNo, from: StreamNo) {
        let Some(stream) = self.streams.get_mut(to) else {
            return self.refuse(now, host, from);
        };
        stream.heard(now);
        let remote_host = stream.remote_host;
        self.tells_what_came(now, (host, remote_host), (to, from), 0);
    }

    /// One end of a connection tells the other that so many bytes came, and what it was not told before.
    pub(super) fn tells_what_came(
        &mut self,
        now: u64,
        (host, remote_host): (HostNo, HostNo),
        (end, other): (StreamNo, StreamNo),
        count: usize,
    ) {
        let owed = self.streams.get_mut(end);
        let (acknowledged, room) = owed.map_or((0, 0), |end| std::mem::take(&mut end.owed));
        let load = Load::Ack {
            to: other,
            from: end,
            bytes: count + acknowledged,
        };
        self.wire.send(now, host, remote_host, load);
        if room > 0 {
            let load = Load::Window {
                to: other,
                from: end,
                bytes: room,
            };
            self.wire.send(now, host, remote_host, load);
        }
    }
}
