//! What the handles of all sockets have in common: the socket's number, where its operations had their scheduling points, and how one
//! waits until it is ready.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, Waker};

use super::number::{Number, socket};
use super::waiting::{Answer, End, Sitting, in_run};
use crate::api::io::interest::Interest;
use crate::api::io::ready::Ready;
use crate::api::sync::guarded::Guarded;
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::api::task::coop;
use crate::base::ids::RunId;
use crate::base::place::{Place, caller};
use crate::base::resource::{Action, Want};
use crate::model::net::bits::Bits;
use crate::model::net::readiness::Seat;
use crate::run::context::Here;

/// See the top of this file.
pub(super) struct Handle<N> {
    pub(super) run: RunId,
    pub(super) number: N,
    pub(super) ends: Guarded<Ends<N>>,
}

/// What is behind the lock: the operations in both directions.
pub(super) struct Ends<N> {
    pub(super) run: RunId,
    pub(super) number: N,
    pub(super) reader: End,
    pub(super) writer: End,
}

impl<N: Number> Ends<N> {
    /// The socket in its run, or why it cannot be had.
    pub(super) fn socket<'h>(
        &self,
        here: Option<&'h mut Here<'_>>,
    ) -> io::Result<&'h mut N::Socket> {
        socket(here, self.run, self.number)
    }
}

impl<N: Number> Handle<N> {
    /// That of the socket with this number, and the resources of its directions.
    pub(super) fn new(here: &Here<'_>, number: N, reader: Tag, writer: Tag) -> Handle<N> {
        let run = here.cx.id();
        Handle {
            run,
            number,
            ends: Guarded::made(Ends {
                run,
                number,
                reader: End::new(reader),
                writer: End::new(writer),
            }),
        }
    }

    pub(super) fn sits(&self, seat: Seat) -> Sitting<N> {
        Sitting::new(self.run, self.number, seat)
    }

    /// Asks the network about the socket.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(&mut N::Socket) -> T) -> io::Result<T> {
        in_run(|here| Answer::new(socket(Some(here), self.run, self.number).map(ask)))
    }

    /// Waits until it is ready for any of this.
    #[track_caller]
    pub(super) fn ready(
        &self,
        interest: Interest,
    ) -> impl Future<Output = io::Result<Ready>> + use<'_, N> {
        self.ready_at(interest, caller())
    }

    /// [`Handle::ready`], called here.
    fn ready_at(
        &self,
        interest: Interest,
        place: Place,
    ) -> impl Future<Output = io::Result<Ready>> + use<'_, N> {
        let mut op = Op::at(place, Action::Observe);
        let bits = interest.bits();
        async move {
            let mut sitting = self.sits(Seat::Listed(None));
            poll_fn(|cx| {
                let sitting = &mut sitting;
                match bits.meets(Bits::READS) {
                    true => {
                        let mut readying = Readying::<N, false, false> { bits, sitting };
                        op.poll(cx, &self.ends, &mut readying)
                    }
                    false => {
                        let mut readying = Readying::<N, true, false> { bits, sitting };
                        op.poll(cx, &self.ends, &mut readying)
                    }
                }
            })
            .await
        }
    }

    #[track_caller]
    pub(super) fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let op = Op::of_trait(Action::Observe);
        self.poll_ready::<false>(cx, op, Bits::READS, Seat::Reader)
    }

    #[track_caller]
    pub(super) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let op = Op::of_trait(Action::Observe);
        self.poll_ready::<true>(cx, op, Bits::WRITES, Seat::Writer)
    }

    fn poll_ready<const WRITE: bool>(
        &self,
        cx: &mut Context<'_>,
        mut op: Op,
        bits: Bits,
        seat: Seat,
    ) -> Poll<io::Result<()>> {
        let sitting = &mut self.sits(seat);
        let mut readying = Readying::<N, WRITE, true> { bits, sitting };
        op.poll(cx, &self.ends, &mut readying).map_ok(drop)
    }

    /// Calls the closure if it is ready for any of this; if that says that it is not, it counts as not ready.
    pub(super) fn try_io<R>(
        &self,
        interest: Interest,
        call: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        let bits = interest.bits();
        let (known, tick) = self.ask(|socket| {
            let readiness = N::readiness(socket);
            (readiness.known(bits), readiness.tick())
        })?;
        if known.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let result = call();
        if let Err(error) = &result
            && error.kind() == ErrorKind::WouldBlock
        {
            self.ask(|socket| N::readiness(socket).clear(known, tick))?;
        }
        result
    }

    /// Calls the closure each time it is ready for any of this, until it answers anything but `WouldBlock`.
    #[track_caller]
    pub(super) fn async_io<R, F: FnMut() -> io::Result<R>>(
        &self,
        interest: Interest,
        mut f: F,
    ) -> impl Future<Output = io::Result<R>> + use<'_, R, F, N> {
        let place = caller();
        async move {
            loop {
                self.ready_at(interest, place).await?;
                let claim = poll_fn(coop::poll_proceed).await;
                match self.try_io(interest, &mut f) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    result => {
                        claim.made_progress();
                        return result;
                    }
                }
            }
        }
    }
}

/// One poll of a wait until it is ready: for writing alone, or for anything else, too. `POLLED` says whether a method polls it,
/// which keeps nothing from poll to poll.
struct Readying<'s, N: Number, const WRITE: bool, const POLLED: bool> {
    bits: Bits,
    sitting: &'s mut Sitting<N>,
}

impl<N: Number, const WRITE: bool, const POLLED: bool> Readying<'_, N, WRITE, POLLED> {
    fn end(state: &mut Ends<N>) -> &mut End {
        match WRITE {
            true => &mut state.writer,
            false => &mut state.reader,
        }
    }
}

impl<N: Number, const WRITE: bool, const POLLED: bool> Attempt for Readying<'_, N, WRITE, POLLED> {
    type State = Ends<N>;
    type Found = io::Result<Ready>;
    type Output = io::Result<Ready>;

    const POINT: When = When::IfReady;
    /// As with tokio: of the budget `ready` takes nothing, and `poll_read_ready` as much as a read.
    const CHARGED: bool = POLLED;

    fn tag(state: &mut Ends<N>) -> &mut Tag {
        &mut Self::end(state).tag
    }

    fn look(
        &mut self,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<io::Result<Ready>, Want> {
        if POLLED {
            Self::end(state).begin(op);
        }
        let socket = match state.socket(here) {
            Ok(socket) => socket,
            Err(error) => return Ok(Err(error)),
        };
        let known = N::readiness(socket).known(self.bits);
        match (known.is_empty(), WRITE) {
            (false, _) => Ok(Ok(Ready::of(known))),
            (true, true) => Err(Want::Room),
            (true, false) => Err(N::READS),
        }
    }

    fn complete(
        &mut self,
        found: io::Result<Ready>,
        state: &mut Ends<N>,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> io::Result<Ready> {
        if POLLED {
            Self::end(state).passed = false;
        }
        found
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
