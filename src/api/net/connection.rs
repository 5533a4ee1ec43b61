//! One end of a connection, as all its handles have it: what each call comes to.
//!
//! The state is in the run; here are its numbers, and where operations had their scheduling points.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind, IoSlice};
use std::ops::Deref;
use std::task::{Context, Poll, ready};

use super::ends::{Connecting, Reading, Writing, length};
use super::handle::Handle;
use super::number::socket;
use super::streams::Streams;
use super::waiting::{Answer, in_run, on_drop, wake_all};
use crate::api::io::read_buf::ReadBuf;
use crate::api::sync::op::Op;
use crate::api::sync::resource::Tag;
use crate::base::place::{Place, caller};
use crate::base::resource::Action;
use crate::model::net::keys::StreamNo;
use crate::model::net::readiness::Seat;
use crate::model::net::stream::Directions;
use crate::record::fact::Fact;
use crate::record::spin::Closing;
use crate::run::context::{Here, look};

/// See the top of this file. It is closed when it is dropped.
pub(super) struct Connection<N: Streams>(Handle<N>);

impl<N: Streams> Deref for Connection<N> {
    type Target = Handle<N>;

    fn deref(&self) -> &Handle<N> {
        &self.0
    }
}

impl Connection<StreamNo> {
    /// Waits until the other side has answered; gives the error if it refused, or did not answer.
    pub(super) async fn connected(&self, place: Place) -> io::Result<()> {
        let mut op = Op::after_point(place, Action::Connect);
        let mut sitting = self.sits(Seat::Writer);
        let answer = poll_fn(|cx| {
            let sitting = &mut sitting;
            op.poll(cx, &self.ends, &mut Connecting { sitting })
        });
        answer.await
    }
}

impl<N: Streams> Connection<N> {
    /// The end that the network knows by this number.
    pub(super) fn new(here: &Here<'_>, stream: N, directions: Directions) -> Connection<N> {
        let tag = |number| Tag::known(N::KIND, here, number);
        let (reader, writer) = (tag(directions.back), tag(directions.out));
        Connection(Handle::new(here, stream, reader, writer))
    }

    #[track_caller]
    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_receive(cx, buffer, Op::of_trait(Action::Receive), false)
            .map_ok(drop)
    }

    #[track_caller]
    pub(super) fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        self.poll_receive(cx, buffer, Op::of_trait(Action::Observe), true)
    }

    fn poll_receive(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        mut op: Op,
        peek: bool,
    ) -> Poll<io::Result<usize>> {
        let mut reading = Reading {
            buffer,
            peek,
            polled: true,
            sitting: &mut self.sits(Seat::Reader),
        };
        let answer = ready!(op.poll(cx, &self.ends, &mut reading));
        Poll::Ready(answer.give())
    }

    #[track_caller]
    pub(super) fn peek<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + 'a {
        let mut op = Op::at(caller(), Action::Observe);
        async move {
            let mut sitting = self.sits(Seat::Listed(None));
            let answer = poll_fn(|cx| {
                let mut reading = Reading {
                    buffer: &mut ReadBuf::new(buffer),
                    peek: true,
                    polled: false,
                    sitting: &mut sitting,
                };
                op.poll(cx, &self.ends, &mut reading)
            });
            answer.await.give()
        }
    }

    #[track_caller]
    pub(super) fn poll_write(
        &self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut op = Op::of_trait(Action::Send);
        let sitting = &mut self.sits(Seat::Writer);
        let answer = ready!(op.poll(cx, &self.ends, &mut Writing { parts, sitting }));
        Poll::Ready(answer.give())
    }

    /// Reads what is there into so much room, without waiting.
    #[track_caller]
    pub(super) fn try_read(&self, room: usize, take: impl FnMut(&[u8])) -> io::Result<usize> {
        let place = caller();
        let answer = look!(here => {
            let ends = &mut *self.ends.lock();
            match ends.look_for_bytes(here.as_deref_mut(), room) {
                Ok(found) => ends.receive(here, found, None, place, take),
                Err(_) => Answer::new(Err(ErrorKind::WouldBlock.into())),
            }
        });
        answer.give()
    }

    /// Writes what there is room for, without waiting.
    #[track_caller]
    pub(super) fn try_write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let place = caller();
        let answer = look!(here => {
            let ends = &mut *self.ends.lock();
            match ends.look_for_room(here.as_deref_mut(), length(parts)) {
                Ok(found) => ends.send(here, found, parts, false, place),
                Err(_) => Answer::new(Err(ErrorKind::WouldBlock.into())),
            }
        });
        answer.give()
    }

    /// Nothing more will be written. As with tokio, that is no error where there is no connection any more.
    pub(super) fn shut_down(&self) -> io::Result<()> {
        in_run(|here| {
            let first = match socket(Some(here), self.run, self.number) {
                Ok(stream) => N::may_write(stream),
                Err(error) => return Answer::new(Err(error)),
            };
            if first {
                let how = Closing::Asked;
                let tag = &mut self.ends.lock().writer.tag;
                tag.emit(Some(here), |resource| Fact::Closed { resource, how });
            }
            let (network, now) = here.run.network();
            self.number.shut_down(network, now);
            Answer {
                result: Ok(()),
                wakers: wake_all(here),
            }
        })
    }
}

impl<N: Streams> Drop for Connection<N> {
    fn drop(&mut self) {
        on_drop(self.run, |here| {
            let (network, _) = here.run.network();
            let (hard, open) = self.number.closes(network)?;
            let tag = &mut self.ends.lock().writer.tag;
            let how = Closing::Asked;
            match (hard, open) {
                (true, _) => tag.emit(Some(here), |resource| Fact::Reset { resource }),
                (false, true) => tag.emit(Some(here), |resource| Fact::Closed { resource, how }),
                (false, false) => {}
            }
            let (network, now) = here.run.network();
            Some(self.number.close(network, now))
        });
    }
}
