//! Streams that send nothing, and whose other end is out of reach: whether and when they find out.
//!
//! One that has more to send than the other end has room for asks for room, and gives up as with what is lost. One that
//! has nothing to send finds out with `SO_KEEPALIVE` only: Linux asks after two hours of silence, and then every 75 s; the ninth
//! question that nobody answers is the last (`tcp_keepalive_time`, `tcp_keepalive_intvl`, `tcp_keepalive_probes`). A question that is answered changes nothing that a program
//! could see. So none is asked, and no timer set, while the answer is certain: only when something was done to the link or to the
//! host at its other end, or when a reset was lost. What a clog delays is answered in the end, and counts as answered.

use std::io::ErrorKind;

use super::Network;
use super::keys::StreamNo;
use super::packet::Load;
use super::stream::{Phase, Stream};
use super::wire::Due;

/// How long nothing is heard before the first question, in ns; how long each waits for its answer; how many there are.
const SILENCE: u64 = 7_200_000_000_000;
const INTERVAL: u64 = 75_000_000_000;
const QUESTIONS: u32 = 9;

impl Stream {
    /// Whether it is asked about when nothing is heard of it.
    fn is_kept_alive(&self) -> bool {
        self.options.keepalive && self.phase == Phase::Open && !self.is_orphan()
    }
}

impl Network {
    /// Something was done to links or hosts: streams may not be answered any more, or may be again.
    pub(super) fn look_at_silent(&mut self, now: u64) {
        for number in self.streams.keys(|stream| !stream.out.is_empty()) {
            self.lacks_room(now, number);
        }
        if !self.any_kept_alive {
            return;
        }
        let is_concerned = |stream: &Stream| stream.question.is_some() || stream.is_kept_alive();
        for number in self.streams.keys(is_concerned) {
            let answered = self.is_answered(number);
            let Some(stream) = self.streams.get_mut(number) else {
                continue;
            };
            match (stream.question, answered || !stream.is_kept_alive()) {
                (None, false) => {
                    // If it was silent for longer, the questions before were answered.
                    let silences = now.saturating_sub(stream.heard_at) / SILENCE + 1;
                    let at = stream
                        .heard_at
                        .saturating_add(SILENCE.saturating_mul(silences));
                    stream.question = Some((self.wire.at(at, Due::Question(number)), 0));
                }
                (Some((key, asked)), true) => {
                    stream.question = None;
                    if asked > 0 {
                        stream.heard_at = now;
                    }
                    self.wire.cancel(key);
                }
                (None, true) | (Some(_), false) => {}
            }
        }
    }

    /// Whether it is certain that the host at the other end, where there is one, answers for a connection that it knows.
    fn is_answered(&self, number: StreamNo) -> bool {
        self.is_reached(number)
            && self
                .streams
                .get(number)
                .is_some_and(|stream| !stream.other_is_gone)
    }

    /// Whether a question reaches the host at the other end, and its answer comes back.
    fn is_reached(&self, number: StreamNo) -> bool {
        let Some(stream) = self.streams.get(number) else {
            return false;
        };
        let (here, there) = (stream.host, stream.remote_host);
        let passes = |ends| here == there || self.wire.links.passes(ends);
        self.hosts.get(there).up && passes((here, there)) && passes((there, here))
    }

    /// The time has come to ask whether the other end is still there.
    pub(super) fn question(&mut self, now: u64, number: StreamNo) {
        let is_reached = self.is_reached(number);
        let Some(stream) = self.streams.get_mut(number) else {
            return;
        };
        let Some((_, asked)) = stream.question.take() else {
            return;
        };
        if !stream.is_kept_alive() {
            return;
        }
        let silent_since = stream.heard_at;
        let next = if now.saturating_sub(silent_since) < SILENCE {
            Some((silent_since.saturating_add(SILENCE), 0))
        } else if stream.is_unanswered() {
            // What was sent is sent again, and finds out.
            Some((now.saturating_add(SILENCE), 0))
        } else if is_reached {
            // Whoever knows nothing of the connection resets it.
            stream.heard_at = now;
            if let Some(to) = stream.peer {
                let (here, there) = (stream.host, stream.remote_host);
                let load = Load::Again { to, from: number };
                self.wire.send(now, here, there, load);
            }
            None
        } else if asked == QUESTIONS {
            return self.fails(number, ErrorKind::TimedOut);
        } else {
            Some((now.saturating_add(INTERVAL), asked + 1))
        };
        if let Some((at, asked)) = next {
            stream.question = Some((self.wire.at(at, Due::Question(number)), asked));
        }
    }
}
