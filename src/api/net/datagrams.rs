//! Sending and receiving datagrams, poll by poll, for sockets of both kinds that do so.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, Waker, ready};

use super::error::{cannot_send, reach};
use super::handle::{Ends, Handle};
use super::number::Number;
use super::waiting::{Answer, Sitting, wake_all};
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::{Action, ResourceNo, Want};
use crate::model::net::Network;
use crate::model::net::bits::Bits;
use crate::model::net::inbox::Came;
use crate::model::net::readiness::Seat;
use crate::model::net::udp::CannotSend;
use crate::record::event::NetworkCall;
use crate::record::fact::Fact;
use crate::run::context::{Here, look};
use crate::run::state::Run;

/// The number of a socket that sends and receives datagrams.
pub(super) trait Datagrams: Number {
    type Address: Clone;

    /// The same as users see it.
    type Told;

    fn told(address: Self::Address) -> Self::Told;

    /// The same in words.
    fn name(address: &Self::Address, run: &mut Run) -> String;

    /// Whether there is something to be received; `WouldBlock` if not.
    fn receivable(socket: &Self::Socket) -> Result<(), ErrorKind>;

    /// What there is to be received.
    fn first(socket: &Self::Socket) -> Option<&Came<Self::Address>>;

    /// Receives it.
    fn receive(self, network: &mut Network) -> Option<Came<Self::Address>>;

    /// Somebody was told of the error.
    fn forget_error(socket: &mut Self::Socket);

    /// Whether a datagram to there must wait for room.
    fn must_wait(self, network: &mut Network, to: Option<&Self::Address>, bytes: usize) -> bool;

    /// Sends one: gives its number, and who hears it if that is known.
    fn send(
        self,
        network: &mut Network,
        now: u64,
        to: Option<&Self::Address>,
        bytes: &[u8],
    ) -> Result<(u32, Option<ResourceNo>), CannotSend>;
}

/// Whether the datagram is taken, or stays to be received again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Take,
    Peek,
}

impl How {
    fn action(self) -> Action {
        match self {
            How::Take => Action::Receive,
            How::Peek => Action::Observe,
        }
    }
}

/// How many bytes were received, and from where.
pub(super) type Received<N> = (usize, <N as Datagrams>::Told);

impl<N: Datagrams> Handle<N> {
    /// Waits for a datagram, and puts as much of it as there is room for.
    #[track_caller]
    pub(super) fn receive<'a, P: FnMut(&[u8]) + 'a>(
        &'a self,
        how: How,
        room: usize,
        mut put: P,
    ) -> impl Future<Output = io::Result<Received<N>>> + use<'a, N, P> {
        let mut op = Op::at(caller(), how.action());
        async move {
            let mut sitting = self.sits(Seat::Listed(None));
            let answer = poll_fn(|cx| {
                let mut receiving = Receiving {
                    how,
                    room,
                    put: &mut put,
                    // As with tokio: a future hears of an error, what is polled only of datagrams.
                    bits: Bits::READS | Bits::ERROR,
                    polled: false,
                    sitting: &mut sitting,
                };
                op.poll(cx, &self.ends, &mut receiving)
            });
            answer.await.give()
        }
    }

    #[track_caller]
    pub(super) fn poll_receive(
        &self,
        cx: &mut Context<'_>,
        how: How,
        room: usize,
        mut put: impl FnMut(&[u8]),
    ) -> Poll<io::Result<Received<N>>> {
        let mut op = Op::of_trait(how.action());
        let mut receiving = Receiving {
            how,
            room,
            put: &mut put,
            bits: Bits::READS,
            polled: true,
            sitting: &mut self.sits(Seat::Reader),
        };
        let answer = ready!(op.poll(cx, &self.ends, &mut receiving));
        Poll::Ready(answer.give())
    }

    #[track_caller]
    pub(super) fn try_receive(
        &self,
        how: How,
        room: usize,
        mut put: impl FnMut(&[u8]),
    ) -> io::Result<Received<N>> {
        let place = caller();
        let answer = look!(here => {
            let ends = &mut *self.ends.lock();
            match ends.look_for_datagram(here.as_deref_mut(), Bits::READS) {
                Ok(found) => ends.receive_datagram(here, found, how, room, &mut put, place),
                Err(_) => Answer::new(Err(ErrorKind::WouldBlock.into())),
            }
        });
        answer.give()
    }

    /// Sends a datagram: to whom is said, or else to whom it is connected.
    #[track_caller]
    pub(super) fn send<'a>(
        &'a self,
        bytes: &'a [u8],
        to: Option<N::Address>,
    ) -> impl Future<Output = io::Result<usize>> + use<'a, N> {
        self.send_at(bytes, to, caller())
    }

    /// [`Handle::send`], called here.
    pub(super) fn send_at<'a>(
        &'a self,
        bytes: &'a [u8],
        to: Option<N::Address>,
        place: Place,
    ) -> impl Future<Output = io::Result<usize>> + use<'a, N> {
        let mut op = Op::at(place, Action::Send);
        async move {
            let mut sitting = self.sits(Seat::Listed(None));
            let answer = poll_fn(|cx| {
                let mut sending = Sending {
                    bytes,
                    to: to.as_ref(),
                    polled: false,
                    sitting: &mut sitting,
                };
                op.poll(cx, &self.ends, &mut sending)
            });
            answer.await.give()
        }
    }

    #[track_caller]
    pub(super) fn poll_send(
        &self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        to: Option<&N::Address>,
    ) -> Poll<io::Result<usize>> {
        let mut op = Op::of_trait(Action::Send);
        let mut sending = Sending {
            bytes,
            to,
            polled: true,
            sitting: &mut self.sits(Seat::Writer),
        };
        let answer = ready!(op.poll(cx, &self.ends, &mut sending));
        Poll::Ready(answer.give())
    }

    #[track_caller]
    pub(super) fn try_send(&self, bytes: &[u8], to: Option<&N::Address>) -> io::Result<usize> {
        let place = caller();
        let answer = look!(here => {
            let ends = &mut *self.ends.lock();
            match ends.look_for_way(here.as_deref_mut(), to, bytes.len()) {
                Ok(found) => ends.send_datagram(here, found, to, bytes, place),
                Err(_) => Answer::new(Err(ErrorKind::WouldBlock.into())),
            }
        });
        answer.give()
    }
}

impl<N: Datagrams> Ends<N> {
    /// Whether there is a datagram. If there is none, it does not count as ready any more.
    fn look_for_datagram(
        &self,
        here: Option<&mut Here<'_>>,
        bits: Bits,
    ) -> Result<io::Result<()>, Want> {
        let socket = match self.socket(here) {
            Ok(socket) => socket,
            Err(error) => return Ok(Err(error)),
        };
        if N::readiness(socket).known(bits).is_empty() {
            return Err(N::READS);
        }
        match N::receivable(socket) {
            Err(ErrorKind::WouldBlock) => {
                N::readiness(socket).clear_now(bits);
                Err(N::READS)
            }
            found => Ok(found.map_err(io::Error::from)),
        }
    }

    fn receive_datagram(
        &mut self,
        mut here: Option<&mut Here<'_>>,
        found: io::Result<()>,
        how: How,
        room: usize,
        put: &mut impl FnMut(&[u8]),
        place: Place,
    ) -> Answer<Received<N>> {
        let socket = match self.socket(here.as_deref_mut()) {
            Ok(socket) => socket,
            Err(error) => return Answer::new(Err(found.err().unwrap_or(error))),
        };
        if let Err(error) = found {
            N::forget_error(socket);
            return Answer::new(Err(error));
        }
        // What is longer than the buffer is cut off.
        let mut put = |came: &Came<N::Address>| {
            let count = room.min(came.bytes.len());
            put(&came.bytes[..count]);
            (count, N::told(came.from.clone()))
        };
        if how == How::Peek {
            let first = N::first(socket).map(put);
            return Answer::new(first.ok_or_else(|| ErrorKind::WouldBlock.into()));
        }
        let taken = here.and_then(|here| {
            let came = self.number.receive(here.run.network().0)?;
            Some((here, came))
        });
        let Some((here, came)) = taken else {
            return Answer::new(Err(ErrorKind::WouldBlock.into()));
        };
        let (number, bytes) = (came.number, u32::try_from(came.bytes.len()));
        let bytes = bytes.unwrap_or(u32::MAX);
        let fact = |resource| Fact::ReceivedDatagram {
            resource,
            number,
            bytes,
            place,
        };
        self.reader.tag.emit(Some(here), fact);
        Answer {
            result: Ok(put(&came)),
            wakers: wake_all(here),
        }
    }

    /// Whether a datagram to there can be sent, or cannot for a reason. If it must wait, the socket does not count as ready any more.
    fn look_for_way(
        &self,
        mut here: Option<&mut Here<'_>>,
        to: Option<&N::Address>,
        bytes: usize,
    ) -> Result<io::Result<()>, Want> {
        let known = match self.socket(here.as_deref_mut()) {
            Ok(socket) => N::readiness(socket).known(Bits::WRITES),
            Err(error) => return Ok(Err(error)),
        };
        if known.is_empty() {
            return Err(Want::Room);
        }
        let waits = here.as_deref_mut().is_some_and(|here| {
            let (network, _) = here.run.network();
            self.number.must_wait(network, to, bytes)
        });
        if waits && let Ok(socket) = self.socket(here) {
            N::readiness(socket).clear_now(Bits::WRITES);
            return Err(Want::Room);
        }
        Ok(Ok(()))
    }

    fn send_datagram(
        &mut self,
        here: Option<&mut Here<'_>>,
        found: io::Result<()>,
        to: Option<&N::Address>,
        bytes: &[u8],
        place: Place,
    ) -> Answer<usize> {
        let here = match found.and_then(|()| reach(here, self.run)) {
            Ok(here) => here,
            Err(error) => return Answer::new(Err(error)),
        };
        let (network, now) = here.run.network();
        let sent = self.number.send(network, now, to, bytes);
        let result = match sent {
            Ok((number, to)) => {
                let count = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let preview = here.run.preview(std::iter::once(bytes), bytes.len());
                let fact = |resource| Fact::SentDatagram {
                    resource,
                    to,
                    number,
                    bytes: count,
                    preview,
                };
                self.writer.tag.emit(Some(here), fact);
                Ok(bytes.len())
            }
            Err(error) => {
                let (error, socket) = (cannot_send(error), self.writer.tag.number(here));
                let to = |run: &mut Run| to.map(|to| N::name(to, run));
                here.run
                    .failed_at(NetworkCall::Send, socket, to, &error, place);
                Err(error)
            }
        };
        let wakers = wake_all(here);
        Answer { result, wakers }
    }
}

/// One poll of a receive, or of a look at what could be received.
struct Receiving<'a, N: Number, P> {
    how: How,
    room: usize,
    put: &'a mut P,
    bits: Bits,
    /// Whether a method polls it, which keeps nothing from poll to poll.
    polled: bool,
    sitting: &'a mut Sitting<N>,
}

impl<N: Datagrams, P: FnMut(&[u8])> Attempt for Receiving<'_, N, P> {
    type State = Ends<N>;
    type Found = io::Result<()>;
    type Output = Answer<Received<N>>;

    const POINT: When = When::IfReady;

    fn tag(state: &mut Ends<N>) -> &mut Tag {
        &mut state.reader.tag
    }

    fn look(
        &mut self,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<io::Result<()>, Want> {
        if self.polled {
            state.reader.begin(op);
        }
        state.look_for_datagram(here, self.bits)
    }

    fn complete(
        &mut self,
        found: io::Result<()>,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Answer<Received<N>> {
        if self.polled {
            state.reader.passed = false;
        }
        let place = op.users_place(here.as_deref());
        state.receive_datagram(here, found, self.how, self.room, self.put, place)
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        _: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        self.sitting.park(here, self.bits, waker)
    }
}

/// One poll of a send.
struct Sending<'a, N: Datagrams> {
    bytes: &'a [u8],
    to: Option<&'a N::Address>,
    polled: bool,
    sitting: &'a mut Sitting<N>,
}

impl<N: Datagrams> Attempt for Sending<'_, N> {
    type State = Ends<N>;
    type Found = io::Result<()>;
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
    ) -> Result<io::Result<()>, Want> {
        if self.polled {
            state.writer.begin(op);
        }
        state.look_for_way(here, self.to, self.bytes.len())
    }

    fn complete(
        &mut self,
        found: io::Result<()>,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Answer<usize> {
        if self.polled {
            state.writer.passed = false;
        }
        let place = op.users_place(here.as_deref());
        state.send_datagram(here, found, self.to, self.bytes, place)
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

/// Puts what is received to the front of a buffer that has room for it.
pub(super) fn copy_to(buf: &mut [u8]) -> impl FnMut(&[u8]) {
    |part| buf[..part.len()].copy_from_slice(part)
}
