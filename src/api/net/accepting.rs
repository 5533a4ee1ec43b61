//! To accept a connection, poll by poll, for listeners of both kinds.

use std::future::{Future, poll_fn};
use std::io;
use std::task::{Context, Poll, Waker, ready};

use super::error::reach;
use super::handle::{Ends, Handle};
use super::number::Number;
use super::waiting::Sitting;
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::{Action, Want};
use crate::model::net::bits::Bits;
use crate::model::net::readiness::Seat;
use crate::record::event::NetworkCall;
use crate::run::context::Here;

/// The number of a listener.
pub(super) trait Listeners: Number {
    /// A connection, and the address of its other side.
    type Accepted;

    /// Whether there is a connection that nobody has accepted.
    fn has_one(listener: &Self::Socket) -> bool;

    /// Accepts it.
    fn accept(self, here: &mut Here<'_>, place: Place) -> io::Result<Self::Accepted>;
}

impl<N: Listeners> Handle<N> {
    #[track_caller]
    pub(super) fn accept(&self) -> impl Future<Output = io::Result<N::Accepted>> + use<'_, N> {
        let mut op = Op::at(caller(), Action::Accept);
        async move {
            let mut sitting = self.sits(Seat::Listed(None));
            let accepted = poll_fn(|cx| {
                let mut accepting = Accepting {
                    polled: false,
                    sitting: &mut sitting,
                };
                op.poll(cx, &self.ends, &mut accepting)
            });
            accepted.await
        }
    }

    #[track_caller]
    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<N::Accepted>> {
        let mut op = Op::of_trait(Action::Accept);
        let mut accepting = Accepting {
            polled: true,
            sitting: &mut self.sits(Seat::Reader),
        };
        Poll::Ready(ready!(op.poll(cx, &self.ends, &mut accepting)))
    }
}

/// One poll of an accept.
struct Accepting<'s, N: Number> {
    /// Whether a method polls it, which keeps nothing from poll to poll.
    polled: bool,
    sitting: &'s mut Sitting<N>,
}

impl<N: Listeners> Attempt for Accepting<'_, N> {
    type State = Ends<N>;
    type Found = io::Result<()>;
    type Output = io::Result<N::Accepted>;

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
        let listener = match state.socket(here) {
            Ok(listener) => listener,
            Err(error) => return Ok(Err(error)),
        };
        if !N::has_one(listener) {
            N::readiness(listener).clear_now(Bits::READS);
            return Err(Want::Connection);
        }
        Ok(Ok(()))
    }

    fn complete(
        &mut self,
        found: io::Result<()>,
        state: &mut Ends<N>,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Self::Output {
        if self.polled {
            state.reader.passed = false;
        }
        found?;
        let (here, place) = (reach(here, state.run)?, op.place());
        let accepted = state.number.accept(here, place);
        if let Err(error) = &accepted {
            let listener = state.reader.tag.number(here);
            let call = NetworkCall::Accept;
            here.run.failed_at(call, listener, |_| None, error, place);
        }
        accepted
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
