//! The operations on one end of a connection, poll by poll.

use std::io::{self, ErrorKind, IoSlice};
use std::task::Waker;

use super::handle::Ends;
use super::number::Number;
use super::streams::Streams;
use super::waiting::{Answer, Sitting, wake_all};
use crate::api::io::read_buf::ReadBuf;
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::base::place::Place;
use crate::base::resource::Want;
use crate::model::net::bits::Bits;
use crate::model::net::keys::StreamNo;
use crate::record::fact::Fact;
use crate::run::context::Here;

pub(super) fn length(parts: &[IoSlice<'_>]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}

impl<N: Streams> Ends<N> {
    /// What a read into so much room finds.
    pub(super) fn look_for_bytes(
        &self,
        here: Option<&mut Here<'_>>,
        room: usize,
    ) -> Result<io::Result<usize>, Want> {
        let readable = |stream: &mut N::Socket| N::readable(stream, room);
        self.look_for(here, Bits::READS, Want::Bytes, readable)
    }

    /// How much of so many bytes a write takes.
    pub(super) fn look_for_room(
        &self,
        here: Option<&mut Here<'_>>,
        wanted: usize,
    ) -> Result<io::Result<usize>, Want> {
        let writable = |stream: &mut N::Socket| {
            let found = N::writable(stream, wanted);
            if found == Err(ErrorKind::WouldBlock) {
                N::found_no_room(stream);
            }
            found
        };
        self.look_for(here, Bits::WRITES, Want::Room, writable)
    }

    /// What is found if it counts as ready. If it must wait, it does not any more.
    fn look_for(
        &self,
        here: Option<&mut Here<'_>>,
        bits: Bits,
        want: Want,
        find: impl FnOnce(&mut N::Socket) -> Result<usize, ErrorKind>,
    ) -> Result<io::Result<usize>, Want> {
        let stream = match self.socket(here) {
            Ok(stream) => stream,
            Err(error) => return Ok(Err(error)),
        };
        if N::readiness(stream).known(bits).is_empty() {
            return Err(want);
        }
        match find(stream) {
            Err(ErrorKind::WouldBlock) => {
                N::readiness(stream).clear_now(bits);
                Err(want)
            }
            found => Ok(found.map_err(io::Error::from)),
        }
    }

    /// Reads as was found. A read that was to fill so much and found less counts as not ready, until more comes.
    pub(super) fn receive(
        &mut self,
        here: Option<&mut Here<'_>>,
        found: io::Result<usize>,
        of: Option<usize>,
        place: Place,
        take: impl FnMut(&[u8]),
    ) -> Answer<usize> {
        let mut answer = Answer::new(found);
        let Some(here) = here else {
            return answer;
        };
        match &answer.result {
            Ok(0) => {
                let direction = self.reader.tag.number(here);
                here.run.reads_end_of(direction, place);
            }
            Ok(count) => {
                let bytes = u32::try_from(*count).unwrap_or(u32::MAX);
                let fact = |resource| Fact::ReceivedBytes {
                    resource,
                    bytes,
                    place,
                };
                self.reader.tag.emit(Some(here), fact);
                let (network, now) = here.run.network();
                let short = of.is_some_and(|of| *count < of);
                self.number.read(network, now, *count, short, take);
                answer.wakers = wake_all(here);
            }
            Err(_) => self.was_told_of_error(here, N::read_told),
        }
        answer
    }

    /// An operation gives the connection's error, which no other will.
    fn was_told_of_error(&self, here: &mut Here<'_>, told: fn(&mut N::Socket)) {
        if let Ok(stream) = self.socket(Some(here)) {
            told(stream);
        }
    }

    /// Writes as was found. A write that found too little room counts as not ready if it is `waited` for, until there is more.
    pub(super) fn send(
        &mut self,
        here: Option<&mut Here<'_>>,
        found: io::Result<usize>,
        parts: &[IoSlice<'_>],
        waited: bool,
        place: Place,
    ) -> Answer<usize> {
        let mut answer = Answer::new(found);
        let Some(here) = here else {
            return answer;
        };
        match &answer.result {
            Ok(0) => {}
            Ok(count) => {
                let bytes = u32::try_from(*count).unwrap_or(u32::MAX);
                let preview = here.run.preview(parts.iter().map(|part| &**part), *count);
                let fact = |resource| Fact::SentBytes {
                    resource,
                    bytes,
                    preview,
                    place,
                };
                self.writer.tag.emit(Some(here), fact);
                if *count < length(parts)
                    && let Ok(stream) = self.socket(Some(here))
                {
                    N::found_no_room(stream);
                    if waited {
                        N::readiness(stream).clear_now(Bits::WRITES);
                    }
                }
                let (network, now) = here.run.network();
                let mut left = *count;
                let parts = parts.iter().map(|part| {
                    let part = &part[..left.min(part.len())];
                    left -= part.len();
                    part
                });
                self.number.write(network, now, parts);
                answer.wakers = wake_all(here);
            }
            Err(_) => self.was_told_of_error(here, N::write_told),
        }
        answer
    }
}

/// One poll of a read, or of a look at what could be read.
pub(super) struct Reading<'a, 'b, 's, N: Number> {
    pub(super) buffer: &'a mut ReadBuf<'b>,
    pub(super) peek: bool,
    /// Whether a method polls it, which keeps nothing from poll to poll.
    pub(super) polled: bool,
    pub(super) sitting: &'s mut Sitting<N>,
}

impl<N: Streams> Attempt for Reading<'_, '_, '_, N> {
    type State = Ends<N>;
    type Found = io::Result<usize>;
    type Output = Answer<usize>;

    const POINT: When = When::IfReady;

    fn tag(state: &mut Ends<N>) -> &mut Tag {
        &mut state.reader.tag
    }

    fn look(
        &mut self,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<io::Result<usize>, Want> {
        if self.polled {
            state.reader.begin(op);
        }
        state.look_for_bytes(here, self.buffer.remaining())
    }

    fn complete(
        &mut self,
        found: io::Result<usize>,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Answer<usize> {
        if self.polled {
            state.reader.passed = false;
        }
        let buffer = &mut *self.buffer;
        match (&found, self.peek) {
            (Ok(count), true) => {
                if let Some(here) = here {
                    let (network, _) = here.run.network();
                    state
                        .number
                        .peek(network, *count, |part| buffer.put_slice(part));
                }
                Answer::new(found)
            }
            (Ok(_) | Err(_), _) => {
                let room = Some(buffer.remaining());
                let place = op.users_place(here.as_deref());
                state.receive(here, found, room, place, |part| buffer.put_slice(part))
            }
        }
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        _: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        self.sitting.park(here, Bits::READS, waker)
    }
}

/// One poll of a write.
pub(super) struct Writing<'a, 's, N: Number> {
    pub(super) parts: &'a [IoSlice<'a>],
    pub(super) sitting: &'s mut Sitting<N>,
}

impl<N: Streams> Attempt for Writing<'_, '_, N> {
    type State = Ends<N>;
    type Found = io::Result<usize>;
    type Output = Answer<usize>;

    const POINT: When = When::IfReady;

    fn tag(state: &mut Ends<N>) -> &mut Tag {
        &mut state.writer.tag
    }

    fn look(
        &mut self,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<io::Result<usize>, Want> {
        state.writer.begin(op);
        state.look_for_room(here, length(self.parts))
    }

    fn complete(
        &mut self,
        found: io::Result<usize>,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Answer<usize> {
        state.writer.passed = false;
        let place = op.users_place(here.as_deref());
        state.send(here, found, self.parts, true, place)
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        _: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        self.sitting.park(here, Bits::WRITES, waker)
    }
}

/// One poll of a wait for the other side's answer.
pub(super) struct Connecting<'s> {
    pub(super) sitting: &'s mut Sitting<StreamNo>,
}

impl Attempt for Connecting<'_> {
    type State = Ends<StreamNo>;
    type Found = io::Result<()>;
    type Output = io::Result<()>;

    const POINT: When = When::IfReady;

    fn tag(state: &mut Ends<StreamNo>) -> &mut Tag {
        &mut state.writer.tag
    }

    fn look(
        &mut self,
        state: &mut Ends<StreamNo>,
        here: Option<&mut Here<'_>>,
        _: &mut Op,
    ) -> Result<io::Result<()>, Want> {
        match state.socket(here) {
            Ok(stream) if stream.is_asking() => Err(Want::Handshake),
            Ok(_) => Ok(Ok(())),
            Err(error) => Ok(Err(error)),
        }
    }

    fn complete(
        &mut self,
        found: io::Result<()>,
        state: &mut Ends<StreamNo>,
        mut here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> io::Result<()> {
        found?;
        let error = state.socket(here.as_deref_mut())?.take_error();
        match error {
            Some(error) => {
                let fact = |resource| Fact::CannotConnect { resource };
                state.writer.tag.emit(here, fact);
                Err(error.into())
            }
            None => Ok(()),
        }
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        _: &mut Ends<StreamNo>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        self.sitting.park(here, Bits::WRITES, waker)
    }
}
