//! What goes over a connection, until it is closed.
//!
//! ```text
//!   closed, everything read        FIN; the side that did so first keeps its address for a minute,
//!                                  also if the other never says FIN
//!   closed with bytes unread,
//!   or with a linger of 0          RST
//!   data for one who is gone       RST
//!   RST                            what came is read, then the error once, then the end; writes fail
//! ```

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::task::Waker;
use std::time::Duration;

use super::bits::Bits;
use super::keys::StreamNo;
use super::packet::Load;
use super::stream::Phase;
use super::{Arrived, Network};
use crate::base::ids::HostNo;

/// For how long a closed end waits for the other's (`tcp_fin_timeout`), in ns.
const FIN_TIMEOUT: u64 = 60_000_000_000;

/// How much memory is kept for the next bytes, at the most.
const MOST_SPARE: usize = 64 * 1024;

impl Network {
    /// Takes the first `count` bytes that came, which are there. If the read asked for more, it is `short`: the stream counts as not ready until more came.
    pub(crate) fn read(
        &mut self,
        now: u64,
        number: StreamNo,
        count: usize,
        short: bool,
        mut take: impl FnMut(&[u8]),
    ) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        if short {
            stream.readiness.clear_now(Bits::READS);
        }
        take_front(&stream.came, count, &mut take);
        stream.came.drain(..count);
        if stream.came.is_empty() && stream.came.capacity() <= MOST_SPARE {
            self.spare = std::mem::take(&mut stream.came);
        }
        stream.untold += count;
        // The other end is told of much room at once. Until then it knows of more than half, or of what is not read.
        if stream.untold * 2 < stream.options.receive_buffer.room {
            return;
        }
        let bytes = std::mem::take(&mut stream.untold);
        let (host, remote_host) = (stream.host, stream.remote_host);
        if let Some(to) = stream.peer.filter(|_| bytes > 0 && !stream.ended) {
            let from = number;
            // Within a host there is no need for a packet.
            match host == remote_host {
                true => self.window(now, host, (to, from), bytes),
                false => {
                    let load = Load::Window { to, from, bytes };
                    self.wire.send(now, host, remote_host, load);
                }
            }
            self.settle(now);
        }
    }

    /// Looks at the first `count` bytes that came, which are there.
    pub(crate) fn peek(&self, number: StreamNo, count: usize, mut take: impl FnMut(&[u8])) {
        if let Some(stream) = self.streams.get(number) {
            take_front(&stream.came, count, &mut take);
        }
    }

    /// Writes these parts, for which there is room.
    pub(crate) fn write<'p>(
        &mut self,
        now: u64,
        number: StreamNo,
        parts: impl IntoIterator<Item = &'p [u8]>,
    ) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        for part in parts {
            if stream.out.is_empty() {
                stream.out = std::mem::take(&mut self.spare);
            }
            stream.out.extend(part);
        }
        self.transmit(now, number);
        self.settle(now);
    }

    /// Sends what there is room for at the other end; and that it was all, if it was.
    fn transmit(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        let (host, remote_host) = (stream.host, stream.remote_host);
        let Some(to) = stream.peer.filter(|_| stream.phase == Phase::Open) else {
            return;
        };
        let count = stream.window.min(stream.out.len());
        if count > 0 {
            stream.window -= count;
            stream.in_flight += count;
            let bytes = match count == stream.out.len() {
                true => std::mem::take(&mut stream.out),
                false => stream.out.drain(..count).collect(),
            };
            let load = Load::Data {
                to,
                from: number,
                bytes,
            };
            self.wire.send(now, host, remote_host, load);
        }
        if !stream.out.is_empty() {
            return self.lacks_room(now, number);
        }
        if stream.write_ends && !stream.fin_sent {
            (stream.fin_sent, stream.was_first) = (true, !stream.ended);
            let load = Load::Fin { to, from: number };
            self.wire.send(now, host, remote_host, load);
            self.close_if_over(now, number);
        }
    }

    pub(super) fn data(
        &mut self,
        now: u64,
        host: HostNo,
        to: StreamNo,
        from: StreamNo,
        mut bytes: VecDeque<u8>,
    ) -> Option<Arrived> {
        let Some(stream) = self.streams.get_mut(to).filter(|it| !it.is_over()) else {
            self.refuse(now, host, from);
            return None;
        };
        if stream.is_orphan() {
            // Nobody will read it.
            self.fails(to, ErrorKind::ConnectionReset);
            self.refuse(now, host, from);
            return None;
        }
        stream.heard(now);
        let count = bytes.len();
        match stream.came.is_empty() {
            true => stream.came = bytes,
            false => stream.came.append(&mut bytes),
        }
        stream.readiness.happened(stream.level(), &mut self.woken);
        let remote_host = stream.remote_host;
        let arrived = Arrived {
            resource: stream.directions.back,
            bytes: count,
        };
        match host == remote_host {
            true => self.ack(now, host, (from, to), count),
            false => {
                self.tells_what_came(now, (host, remote_host), (to, from), count);
            }
        }
        Some(arrived)
    }

    pub(super) fn ack(
        &mut self,
        now: u64,
        host: HostNo,
        (to, from): (StreamNo, StreamNo),
        bytes: usize,
    ) {
        let Some(stream) = self.streams.get_mut(to) else {
            return self.may_be_unknown(now, host, (to, from));
        };
        stream.heard(now);
        stream.in_flight = stream.in_flight.saturating_sub(bytes);
        // As with `epoll`, room is an event only for those who found too little.
        if stream.no_space && stream.is_roomy() {
            stream.no_space = false;
            stream.readiness.happened(stream.level(), &mut self.woken);
        }
        self.came_through(now, to);
    }

    pub(super) fn window(
        &mut self,
        now: u64,
        host: HostNo,
        (to, from): (StreamNo, StreamNo),
        bytes: usize,
    ) {
        let Some(stream) = self.streams.get_mut(to) else {
            return self.may_be_unknown(now, host, (to, from));
        };
        stream.heard(now);
        stream.window += bytes;
        self.transmit(now, to);
    }

    /// Nothing more will be written.
    ///
    /// # Errors
    ///
    /// `NotConnected` if there is no connection any more.
    pub(crate) fn shut_down(&mut self, now: u64, number: StreamNo) -> Result<(), ErrorKind> {
        let stream = self
            .streams
            .get_mut(number)
            .ok_or(ErrorKind::NotConnected)?;
        if stream.is_over() || stream.is_asking() {
            return Err(ErrorKind::NotConnected);
        }
        stream.write_ends = true;
        stream.readiness.happened(stream.level(), &mut self.woken);
        self.transmit(now, number);
        self.settle(now);
        Ok(())
    }

    pub(super) fn fin(&mut self, now: u64, host: HostNo, to: StreamNo, from: StreamNo) {
        let is_late = |since: u64| now.saturating_sub(since) > FIN_TIMEOUT;
        let hears = |it: &super::stream::Stream| !it.orphan_since.is_some_and(is_late);
        let is_refused = !self.streams.get(to).is_some_and(hears);
        let is_open = |it: &super::stream::Stream| it.phase == Phase::Open;
        // Whoever waits for what the other end may still write is to hear that there is none.
        if !(is_refused && self.streams.get(from).is_some_and(is_open)) {
            self.fin_is_heard(now, from);
        }
        let Some(stream) = self.streams.get_mut(to).filter(|_| !is_refused) else {
            // One that waited for too long has waited for this only.
            self.remove(to, true);
            return self.refuse(now, host, from);
        };
        if stream.is_over() {
            return;
        }
        stream.heard(now);
        stream.ended = true;
        stream.readiness.happened(stream.level(), &mut self.woken);
        self.close_if_over(now, to);
    }

    /// Both directions may be closed now. The side that closed its own first keeps its address.
    fn close_if_over(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        if !(stream.fin_sent && stream.ended) || stream.is_over() {
            return;
        }
        stream.phase = Phase::Closed;
        let used = stream.used;
        match stream.was_first {
            true => self.ports.wait_out(now, used),
            false => self.ports.release(used),
        }
        if stream.is_orphan() && !self.may_send_again(number) {
            self.remove(number, true);
        }
    }

    /// The other end heard that it was all: nothing is sent again any more.
    fn fin_is_heard(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        stream.fin_heard = true;
        if stream.is_orphan() && stream.phase == Phase::Closed {
            self.remove(number, true);
            return;
        }
        self.waits_for_fin(now, number);
    }

    /// Nobody reads what the other end says, which has heard that nothing comes: no longer than this is its end waited for.
    fn waits_for_fin(&mut self, now: u64, number: StreamNo) {
        let stream = self.streams.get(number);
        let waits = stream
            .filter(|it| it.is_orphan() && it.fin_heard && it.phase == Phase::Open && !it.ended);
        if let Some(used) = waits.map(|stream| stream.used) {
            self.ports.wait_out(now, used);
        }
    }

    /// Whether something that a closed stream sent may be lost, so that it must stay to send it again.
    fn may_send_again(&self, number: StreamNo) -> bool {
        let stream = self.streams.get(number);
        let may = |stream: &super::stream::Stream| {
            let between_hosts = stream.host != stream.remote_host;
            stream.phase == Phase::Closed && between_hosts && !stream.fin_heard
        };
        !self.wire.links.are_plain() && stream.is_some_and(may)
    }

    pub(super) fn rst(&mut self, to: StreamNo) {
        let Some(stream) = self.streams.get(to) else {
            return;
        };
        if let Some(listener) = stream.heard_by {
            // Its peer gave up before it heard of the connection: nobody accepts it.
            if let Some(listener) = self.listeners.get_mut(listener) {
                listener.forget(to);
            }
            self.remove(to, false);
            return;
        }
        let error = match stream.phase {
            Phase::Asked { .. } => ErrorKind::ConnectionRefused,
            Phase::Open if stream.ended => ErrorKind::BrokenPipe,
            Phase::Open => ErrorKind::ConnectionReset,
            Phase::Closed if stream.is_orphan() => return drop(self.remove(to, true)),
            Phase::Closed | Phase::Dead => return,
        };
        self.fails(to, error);
    }

    /// A connection is no more, or never was.
    pub(super) fn fails(&mut self, number: StreamNo, error: ErrorKind) {
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        (stream.phase, stream.error, stream.peer) = (Phase::Dead, Some(error), None);
        (stream.in_flight, stream.window) = (0, 0);
        (stream.out, stream.backlog) = (VecDeque::new(), VecDeque::new());
        let waits = [stream.again.take(), stream.question.take()];
        for (key, _) in waits.into_iter().flatten() {
            self.wire.cancel(key);
        }
        let used = stream.used;
        stream.readiness.happened(stream.level(), &mut self.woken);
        if stream.is_orphan() {
            self.remove(number, true);
        }
        self.ports.release(used);
    }

    /// Whoever holds it closes it. The wakers are for the caller to drop.
    pub(crate) fn close(&mut self, now: u64, number: StreamNo) -> Vec<Waker> {
        let hard = self.is_closed_hard(number);
        let stays = self.may_send_again(number);
        let Some(stream) = self.streams.get_mut(number) else {
            return Vec::new();
        };
        let wakers = stream.readiness.take_all();
        match stream.phase {
            Phase::Asked { .. } => {
                self.remove(number, false);
            }
            Phase::Closed if stays => stream.orphan_since = Some(now),
            Phase::Closed | Phase::Dead => {
                self.remove(number, true);
            }
            Phase::Open if hard => self.reset(now, number),
            Phase::Open => {
                stream.write_ends = true;
                stream.orphan_since = Some(now);
                // What nobody will read needs no memory.
                stream.came = VecDeque::new();
                self.transmit(now, number);
                self.waits_for_fin(now, number);
            }
        }
        self.settle(now);
        wakers
    }

    /// Whether to close it is to reset it.
    pub(crate) fn is_closed_hard(&self, number: StreamNo) -> bool {
        let hard = |stream: &super::stream::Stream| {
            let unread = !stream.came.is_empty();
            let lingers_not = stream.options.linger == Some(Duration::ZERO);
            stream.phase == Phase::Open && (unread || lingers_not)
        };
        self.streams.get(number).is_some_and(hard)
    }

    /// Resets a connection from this end, which is gone.
    pub(super) fn reset(&mut self, now: u64, number: StreamNo) {
        let Some(stream) = self.remove(number, false) else {
            return;
        };
        if let Some(peer) = stream.peer.filter(|_| stream.phase == Phase::Open) {
            let load = Load::Rst(peer);
            self.wire.send(now, stream.host, stream.remote_host, load);
        }
    }
}

/// Gives the first `count` bytes, in one part or two.
pub(super) fn take_front(bytes: &VecDeque<u8>, count: usize, mut take: impl FnMut(&[u8])) {
    let (front, back) = bytes.as_slices();
    let in_front = count.min(front.len());
    take(&front[..in_front]);
    if count > in_front {
        take(&back[..count - in_front]);
    }
}
