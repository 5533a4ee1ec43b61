//! Operations: what every wait of `sync` has in common.
//!
//! An [`Op`] knows where the user called it. It begins with a scheduling point, and it keeps the run informed
//! of how long it waits, and whether its task still polls it.
//!
//! On a runtime with several threads another task may run between any two operations, also when the next could
//! complete at once. So each begins with a point: if other tasks are ready, whether they go first is a draw. The plain
//! answer is no.
//!
//! ```text
//!   let n = *a.lock().await;         ◄── point: others may change `a` first
//!   *a.lock().await = n + 1;         ◄── point: … and here: a lost update, seen in some interleavings
//! ```

use std::task::{Context, Poll, Waker};

use super::guarded::Guarded;
use super::resource::Tag;
use crate::base::place::Place;
use crate::base::resource::{Action, Operation, Want};
use crate::observe::waits::{Awaits, LastPoll, WaitKey};
use crate::run::context::{self, Here, look};

/// One operation, from its first poll to its end.
#[derive(Debug)]
pub(in crate::api) struct Op {
    place: Place,
    action: Action,
    passed: bool,
    /// Whether it knows when it is over.
    lasting: bool,
    wait: Option<WaitKey>,
    /// When it last returned `Pending` because it must wait.
    parked: Option<LastPoll>,
}

impl Op {
    /// The operation that the user called here.
    #[inline(always)]
    pub(in crate::api) const fn at(place: Place, action: Action) -> Op {
        Op::new(place, action, false, true)
    }

    /// A part of an operation whose point was passed.
    pub(in crate::api) const fn after_point(place: Place, action: Action) -> Op {
        Op::new(place, action, true, true)
    }

    /// One poll of an operation that keeps nothing between polls: it has no point, and its wait counts until its
    /// task's next step.
    pub(in crate::api) const fn passing(place: Place, action: Action) -> Op {
        Op::new(place, action, true, false)
    }

    const fn new(place: Place, action: Action, passed: bool, lasting: bool) -> Op {
        Op {
            place,
            action,
            passed,
            lasting,
            wait: None,
            parked: None,
        }
    }

    /// Where the user called it.
    #[inline(always)]
    pub(in crate::api) fn place(&self) -> Place {
        self.place
    }

    /// What it does.
    #[inline(always)]
    pub(in crate::api) fn action(&self) -> Action {
        self.action
    }

    /// It must wait, as of this poll.
    #[inline(always)]
    pub(in crate::api) fn set_parked(&mut self, here: &Here<'_>) {
        self.parked = Some(here.run.this_poll());
    }

    /// It waits no more.
    #[inline(always)]
    pub(in crate::api) fn clear_parked(&mut self) {
        self.parked = None;
    }

    /// When it was last polled, if it waits.
    #[inline(always)]
    pub(in crate::api) fn parked(&self) -> Option<LastPoll> {
        self.parked
    }

    /// The key of its wait, for whoever will grant it what it waits for.
    pub(in crate::api) fn wait(&self) -> Option<WaitKey> {
        self.wait
    }

    /// The operation has no point, or has it no more.
    #[inline(always)]
    pub(in crate::api) fn pass_point(&mut self) {
        self.passed = true;
    }

    /// Whether others go first: asked once, before the operation does anything. If so, its future wakes its task and
    /// returns `Pending`.
    #[inline(always)]
    pub(in crate::api) fn others_go_first(
        &mut self,
        here: Option<&mut Here<'_>>,
        waker: &Waker,
        tag: &mut Tag,
    ) -> bool {
        if std::mem::replace(&mut self.passed, true) {
            return false;
        }
        match here {
            Some(here) if here.has_point(waker) => tag.at_point(here, self.action),
            _ => false,
        }
    }

    /// [`Op::others_go_first`] for a future that does not need the run for more.
    #[inline]
    pub(in crate::api) fn poll_begin<S>(
        &mut self,
        cx: &mut Context<'_>,
        state: &Guarded<S>,
        tag: impl FnOnce(&mut S) -> &mut Tag,
    ) -> Poll<()> {
        let others = !self.passed
            && look!(here => {
                self.others_go_first(here, cx.waker(), tag(&mut state.lock()))
            });
        if !others {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The operation cannot go on for want of this.
    pub(in crate::api) fn waits(&mut self, tag: &mut Tag, want: Want) {
        look!(here => {
            if let Some(here) = here {
                self.waits_here(here, tag, want);
            }
        });
    }

    /// [`Op::waits`] during a look at the run.
    #[inline(always)]
    pub(in crate::api) fn waits_here(&mut self, here: &mut Here<'_>, tag: &mut Tag, want: Want) {
        if here.run.is_keyed() {
            self.note_wait(here, tag, want);
        }
    }

    #[inline(never)]
    fn note_wait(&mut self, here: &mut Here<'_>, tag: &mut Tag, want: Want) {
        let (resource, action) = (tag.number(here), self.action);
        here.run.parks_in(Operation { resource, action });
        let awaits = Awaits::Resource(resource, want);
        let known = self.wait.filter(|_| self.lasting);
        self.wait = here
            .run
            .waits(self.lasting, known, awaits, Some(self.place));
    }

    /// It is dropped, and was given what it did not look at, or waited for what was given to another that does not look.
    pub(in crate::api) fn was_in_vain(&mut self, here: &mut Here<'_>) {
        here.run.examine_given_up(self.wait);
    }

    /// It is done, or will never be.
    #[inline(always)]
    pub(in crate::api) fn end(&mut self) {
        if let Some(key) = self.wait.take()
            && self.lasting
        {
            context::try_with(|cx| cx.run().end_wait(key));
        }
    }
}

impl Drop for Op {
    #[inline(always)]
    fn drop(&mut self) {
        self.end();
    }
}
