//! One who listens for a signal.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, Waker};

use crate::api::sync::guarded::Guarded;
use crate::api::sync::op::{Attempt, Op, When};
use crate::api::sync::resource::Tag;
use crate::base::ids::RunId;
use crate::base::place::Place;
use crate::base::resource::{Action, ResourceKind, Want};
use crate::base::signal::SignalNo;
use crate::model::signals::{Handler, WaiterNo};
use crate::record::fact::Fact;
use crate::run::context::{self, Here};

/// See the top of this file.
pub(super) struct Listener {
    run: RunId,
    handler: Handler,
    waiter: Option<WaiterNo>,
    state: Guarded<State>,
}

/// What is behind the lock.
struct State {
    run: RunId,
    handler: Handler,
    tag: Tag,
    /// How often the signal had come when it was heard last.
    heard: u64,
    /// Whether the wait that is polled by a method had its scheduling point.
    passed: bool,
}

impl Listener {
    /// One on the host of the running task, which handles the signal from now on.
    #[track_caller]
    pub(super) fn new(called: &str, signal: SignalNo, place: Place) -> io::Result<Listener> {
        context::with(called, |cx| {
            let mut run = cx.run();
            if run.is_dead() {
                return Err(io::Error::other(
                    "the host has crashed, and hears nothing more",
                ));
            }
            let (handler, resource, heard) = run.handle_signal(signal, place);
            let here = &Here { cx, run: &mut run };
            let tag = Tag::known(ResourceKind::Signal, here, resource);
            let run = cx.id();
            Ok(Listener {
                run,
                handler,
                waiter: None,
                state: Guarded::made(State {
                    run,
                    handler,
                    tag,
                    heard,
                    passed: false,
                }),
            })
        })
    }

    /// Waits until the signal comes.
    pub(super) async fn heard(&mut self, place: Place) {
        let mut op = Op::at(place, Action::Observe);
        let (state, waiter) = (&self.state, &mut self.waiter);
        let mut hearing = Hearing {
            polled: false,
            waiter,
        };
        poll_fn(|cx| op.poll(cx, state, &mut hearing)).await;
    }

    /// [`Listener::heard`] as a method to be polled.
    #[track_caller]
    pub(super) fn poll_heard(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut op = Op::of_trait(Action::Observe);
        let (state, waiter) = (&self.state, &mut self.waiter);
        let mut hearing = Hearing {
            polled: true,
            waiter,
        };
        op.poll(cx, state, &mut hearing)
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener")
            .field(&self.handler.signal)
            .finish()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let Some(waiter) = self.waiter else {
            return;
        };
        let waker = context::try_with(|cx| match cx.id() == self.run {
            true => cx.run().signals().leave(self.handler, waiter),
            false => None,
        });
        // Dropping a user's waker may run user code, so nothing is borrowed here.
        drop(waker);
    }
}

/// One poll of a wait.
struct Hearing<'l> {
    /// Whether a method polls it, which keeps nothing from poll to poll.
    polled: bool,
    waiter: &'l mut Option<WaiterNo>,
}

/// The run that is under way, if it is this one.
fn reach<'h, 'r>(here: Option<&'h mut Here<'r>>, run: RunId) -> Option<&'h mut Here<'r>> {
    here.filter(|here| here.cx.id() == run)
}

impl Attempt for Hearing<'_> {
    type State = State;
    /// How often the signal has come.
    type Found = u64;
    type Output = ();

    const POINT: When = When::IfReady;

    fn tag(state: &mut State) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State,
        here: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<u64, Want> {
        if self.polled && std::mem::replace(&mut state.passed, true) {
            op.pass_point();
        }
        let here = reach(here, state.run).ok_or(Want::Signal)?;
        let times = here.run.signals().times(state.handler);
        (times > state.heard).then_some(times).ok_or(Want::Signal)
    }

    fn complete(&mut self, found: u64, state: &mut State, here: Option<&mut Here<'_>>, _: &Op) {
        state.heard = found;
        state.passed = false;
        let back = 0;
        state
            .tag
            .emit(here, |resource| Fact::Saw { resource, back });
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        let Some(here) = reach(here, state.run) else {
            return Some(waker);
        };
        let signals = here.run.signals();
        let (waiter, old) = signals.park(state.handler, *self.waiter, waker);
        *self.waiter = waiter;
        old
    }
}
