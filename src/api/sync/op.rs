//! Operations: what every wait of `sync` has in common.
//!
//! An [`Op`] knows where the user called it, and keeps the run informed of how long it waits, and whether its task still
//! polls it. What a primitive does in one poll it says as an [`Attempt`]; the order of things is here, once:
//!
//! ```text
//!   find the run, lock the state
//!     ├─ point:   do other tasks go first? a draw            ─► yes: ready again at once, Pending
//!     ├─ look:    can it complete?
//!     │    ├─ yes ─ budget: is some left?                    ─► no: ready again at once, Pending
//!     │    │        complete                                 ─► Ready
//!     │    └─ no, with the running task's own waker: park    ─► Pending
//!   unlock
//!     └─ no, with another waker: clone it, lock, look again
//!          ├─ yes                                            ─► wake the clone, Pending
//!          └─ no: park                                       ─► Pending
//! ```
//!
//! A waker that is not the running task's own is code of the user's, which may use this very primitive: it is cloned, woken
//! and dropped while nothing is locked or borrowed. That is why there is a second look.
//!
//! On a runtime with several threads another task may run between any two operations, also when the next could
//! complete at once. So each has a scheduling point: if other tasks are ready, whether they go first is a draw. The plain
//! answer is no.
//!
//! ```text
//!   let n = *a.lock().await;         ◄── point: others may change `a` first
//!   *a.lock().await = n + 1;         ◄── point: … and here: a lost update, seen in some interleavings
//! ```

use std::task::{Context, Poll, Waker};

use super::guarded::Guarded;
use super::resource::Tag;
use crate::api::point::Point;
use crate::api::preempt::{self, PreemptionDisabled};
use crate::base::place::{Place, caller, is_users};
use crate::base::resource::{Action, Operation, Want};
use crate::base::touched;
use crate::observe::waits::{Awaits, WaitKey};
use crate::run::cell::clone_own;
use crate::run::context::{self, Here, look};
use crate::run::overtake::at_point;
use crate::run::state::Run;

/// One operation, from its first poll to its end.
#[derive(Debug)]
pub(in crate::api) struct Op {
    point: Point,
    action: Action,
    kind: Kind,
    /// Whether it is a receiver's that has had nothing yet.
    fresh: bool,
    wait: Option<WaitKey>,
}

/// How long an operation is known to the run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A future: its wait lasts until the future is done or dropped.
    Future,
    /// A `poll_` method, of which nobody knows whether it will be called again: its wait lasts until its task's next step.
    Poll,
    /// A `poll_` method of a trait, which knows where it was called only if that was not from a combinator.
    TraitPoll,
}

/// Where an operation has its scheduling point.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::api) enum When {
    /// Before anything else: it may matter in which order tasks begin to wait.
    First,
    /// Only where it can complete. Nobody else waits for the same, so whoever must wait lets others go in any case.
    IfReady,
}

/// What an operation does in one poll with the state of its primitive, which is locked meanwhile. See the top of this file.
pub(in crate::api) trait Attempt {
    /// What lies behind the lock.
    type State;
    /// How it can complete.
    type Found;
    /// Whatever user code may have to run for it, such as wakers, is run by the caller, after the lock.
    type Output;

    const POINT: When;
    /// Whether its completion is charged to the task's budget.
    const CHARGED: bool = true;

    fn tag(state: &mut Self::State) -> &mut Tag;

    /// Whether it can complete; if not, for want of what. It changes nothing that another could see.
    fn look(
        &mut self,
        state: &mut Self::State,
        here: Option<&mut Here<'_>>,
        op: &mut Op,
    ) -> Result<Self::Found, Want>;

    /// Completes, as the look found.
    fn complete(
        &mut self,
        found: Self::Found,
        state: &mut Self::State,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Self::Output;

    /// Leaves the waker where it will be woken; gives one to be dropped after the lock. `own` says whether it is that of the
    /// running task itself.
    fn park(
        &mut self,
        waker: Waker,
        own: bool,
        state: &mut Self::State,
        here: Option<&mut Here<'_>>,
        op: &Op,
    ) -> Option<Waker>;
}

/// What is left to do when a look has ended.
enum After {
    Nothing,
    /// A waker was in the place of the one that was left.
    Drop(Waker),
    /// Others go first, or the budget is used up: the task is ready again at once.
    Wake,
    /// It must wait, with a waker that may be the user's.
    Park,
    /// It is complete, and other tasks may run before the task goes on.
    Preempt,
}

impl Op {
    /// The operation that the user called here.
    #[inline(always)]
    pub(in crate::api) const fn at(place: Place, action: Action) -> Op {
        Op::new(Point::at(place), action, Kind::Future)
    }

    /// A part of an operation whose point was passed.
    pub(in crate::api) const fn after_point(place: Place, action: Action) -> Op {
        Op::new(Point::passed(place), action, Kind::Future)
    }

    /// One poll of an operation that keeps nothing between polls: it has no point, and its wait counts until its
    /// task's next step.
    pub(in crate::api) const fn passing(place: Place, action: Action) -> Op {
        Op::new(Point::passed(place), action, Kind::Poll)
    }

    /// [`Op::passing`] for a method of a trait. It has a point; the [`Attempt`] says whether it was passed before.
    #[track_caller]
    pub(in crate::api) fn of_trait(action: Action) -> Op {
        Op::new(Point::at(caller()), action, Kind::TraitPoll)
    }

    const fn new(point: Point, action: Action, kind: Kind) -> Op {
        Op {
            point,
            action,
            kind,
            fresh: false,
            wait: None,
        }
    }

    /// Where the user called it.
    #[inline(always)]
    pub(in crate::api) fn place(&self) -> Place {
        self.point.place()
    }

    /// [`Op::place`], or where the work on a stream was called that polls it: what polls a trait's method is mostly a
    /// combinator, of this crate or another.
    #[inline]
    pub(in crate::api) fn users_place(&self, here: Option<&Here<'_>>) -> Place {
        let place = self.place();
        // Where draws have no keys nobody is told places.
        let keyed = here.filter(|here| here.run.is_keyed() && self.kind == Kind::TraitPoll);
        match keyed.filter(|_| !is_users(place)) {
            Some(here) => here.run.called_at().unwrap_or(place),
            None => place,
        }
    }

    /// Says in a recorded run where the operation is awaited, or no more; and whether that is asked for.
    #[inline(always)]
    pub(in crate::api) fn tell_where(&self, awaited: Option<Place>) -> bool {
        let recorded = context::try_with(|cx| cx.scope().is_recorded());
        if recorded != Some(true) {
            return false;
        }
        context::try_with(|cx| cx.run().set_polled_at(awaited));
        true
    }

    /// What it does.
    #[inline(always)]
    pub(in crate::api) fn action(&self) -> Action {
        self.action
    }

    /// The key of its wait, for whoever will grant it what it waits for.
    pub(in crate::api) fn wait(&self) -> Option<WaitKey> {
        self.wait
    }

    /// The operation has no point, or has it no more.
    #[inline(always)]
    pub(in crate::api) fn pass_point(&mut self) {
        self.point.pass();
    }

    /// Whether it is a receiver's that has had nothing yet.
    #[inline(always)]
    pub(in crate::api) fn set_fresh(&mut self, fresh: bool) {
        self.fresh = fresh;
    }

    /// How much it asks for, of what comes in numbers.
    fn wanted(&self) -> u64 {
        match self.action {
            Action::Acquire(n) | Action::Reserve(n) => u64::from(n),
            Action::Lock
            | Action::Read
            | Action::Write
            | Action::Release
            | Action::Adjust
            | Action::Send
            | Action::Receive
            | Action::Await
            | Action::NotifyOne
            | Action::NotifyAll
            | Action::Observe
            | Action::Meet
            | Action::Close
            | Action::Bind
            | Action::Connect
            | Action::Accept => 1,
        }
    }

    /// Polls the operation: see the top of this file.
    #[inline(always)]
    pub(in crate::api) fn poll<A: Attempt>(
        &mut self,
        cx: &mut Context<'_>,
        guarded: &Guarded<A::State>,
        attempt: &mut A,
    ) -> Poll<A::Output> {
        let mut after = After::Nothing;
        let polled = look!(here => {
            // Touched where it matters what is there: not to ask whether there is a point.
            let state = &mut *guarded.lock_untold();
            if A::POINT == When::First
                && self.others_go_first(here.as_deref_mut(), cx.waker(), A::tag(state))
            {
                after = After::Wake;
                return Poll::Pending;
            }
            match attempt.look(state, here.as_deref_mut(), self) {
                Ok(found) => {
                    let again = A::POINT == When::IfReady
                        && self.others_go_first(here.as_deref_mut(), cx.waker(), A::tag(state))
                        || !here.as_deref_mut().is_none_or(|here| here.claim(A::CHARGED));
                    if again {
                        after = After::Wake;
                        return Poll::Pending;
                    }
                    guarded.touch();
                    let output = attempt.complete(found, state, here.as_deref_mut(), self);
                    if here.as_deref().is_some_and(|here| here.cx.scope().preemption.is_on()) {
                        after = After::Preempt;
                    }
                    if self.wait.is_some() {
                        self.end_wait(here);
                    }
                    Poll::Ready(output)
                }
                Err(want) => {
                    guarded.touch();
                    touched::waits();
                    self.pass_point();
                    let own = here.as_deref().and_then(|here| clone_own(here.cx.scope(), cx.waker()));
                    match (here, own) {
                        (Some(here), Some(waker)) => {
                            self.waits(here, true, A::tag(state), want);
                            if let Some(old) = attempt.park(waker, true, state, Some(here), self) {
                                after = After::Drop(old);
                            }
                        }
                        _ => after = After::Park,
                    }
                    Poll::Pending
                }
            }
        });
        // What may run user code, when nothing is locked or borrowed.
        if !matches!(after, After::Nothing) {
            self.go_on(after, cx, guarded, attempt);
        }
        polled
    }

    #[inline(never)]
    fn go_on<A: Attempt>(
        &mut self,
        after: After,
        cx: &mut Context<'_>,
        state: &Guarded<A::State>,
        attempt: &mut A,
    ) {
        match after {
            After::Nothing => {}
            After::Drop(old) => drop(old),
            After::Wake => {
                let _barred = PreemptionDisabled::begin();
                cx.waker().wake_by_ref();
            }
            After::Park => self.park(cx, state, attempt),
            After::Preempt => at_point(self.place()),
        }
    }

    /// Parks with a waker that may be the user's, unless its clone, or another thread, let the operation complete.
    #[inline(never)]
    fn park<A: Attempt>(
        &mut self,
        cx: &mut Context<'_>,
        state: &Guarded<A::State>,
        attempt: &mut A,
    ) {
        let waker = cx.waker().clone();
        let parked = look!(here => {
            let state = &mut *state.lock();
            let Err(want) = attempt.look(state, here.as_deref_mut(), self) else {
                return Err(waker);
            };
            if let Some(here) = here.as_deref_mut() {
                self.waits(here, false, A::tag(state), want);
            }
            Ok(attempt.park(waker, false, state, here, self))
        });
        match parked {
            Ok(old) => drop(old),
            Err(waker) => preempt::wake(waker),
        }
    }

    /// Whether others go first: asked once, before the operation does anything. If so, its future wakes its task and
    /// returns `Pending`.
    #[inline(always)]
    fn others_go_first(
        &mut self,
        here: Option<&mut Here<'_>>,
        waker: &Waker,
        tag: &mut Tag,
    ) -> bool {
        let Some(here) = self.point.begin(here) else {
            return false;
        };
        // One poll of a method is over when the method returns, and nobody sees whether it is called again.
        let lasting = self.kind == Kind::Future;
        if !lasting && !here.is_own(waker) {
            return false;
        }
        let action = self.action;
        let operation = |run: &mut Run| Some(tag.operation(run, action));
        let others = self.point.is_drawn(here, waker, operation);
        if !lasting {
            self.point.pass();
        }
        others
    }

    /// The operation cannot go on for want of this; `own` says whether it was polled with its task's own waker.
    #[inline(always)]
    fn waits(&mut self, here: &mut Here<'_>, own: bool, tag: &mut Tag, want: Want) {
        if here.run.tells_steps() {
            self.note_wait(here, own, tag, want);
        }
    }

    #[inline(never)]
    fn note_wait(&mut self, here: &mut Here<'_>, own: bool, tag: &mut Tag, want: Want) {
        let (resource, action) = (tag.number(here), self.action);
        here.run.parks_in(Operation { resource, action });
        let awaits = Awaits::Resource(resource, want);
        let (lasting, known) = match self.kind {
            Kind::Future => (true, self.wait),
            Kind::Poll | Kind::TraitPoll => (false, None),
        };
        let called = here.run.take_polled_at().unwrap_or(self.point.place());
        // What polls a trait's method is mostly a combinator, of this crate or another.
        let place = match self.kind {
            Kind::TraitPoll if !is_users(called) => here.run.called_at(),
            Kind::Future | Kind::Poll | Kind::TraitPoll => Some(called),
        };
        self.wait = here.run.waits(lasting, known, || own, awaits, place);
        if let Some(key) = self.wait {
            here.run.describe_wait(key, self.wanted(), self.fresh);
        }
    }

    /// It is dropped, and was given what it did not look at, or waited for what was given to another that does not look:
    /// looks for the future that is polled no more.
    pub(in crate::api) fn examine_given_up(&mut self, here: &mut Here<'_>) {
        here.run.examine_given_up(self.wait);
    }

    /// It is done.
    #[inline(never)]
    fn end_wait(&mut self, here: Option<&mut Here<'_>>) {
        if let (Some(key), Some(here)) = (self.take_lasting_wait(), here) {
            here.run.complete_wait(key);
        }
    }

    /// It will never be.
    #[inline(never)]
    fn drop_wait(&mut self) {
        if let Some(key) = self.take_lasting_wait() {
            context::try_with(|cx| cx.run().end_wait(key));
        }
    }

    fn take_lasting_wait(&mut self) -> Option<WaitKey> {
        self.wait.take().filter(|_| self.kind == Kind::Future)
    }
}

impl Drop for Op {
    #[inline(always)]
    fn drop(&mut self) {
        if self.wait.is_some() {
            self.drop_wait();
        }
    }
}
