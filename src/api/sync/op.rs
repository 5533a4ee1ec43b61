//! Operations: what every wait of `sync` has in common.
//!
//! An [`Op`] knows where the user called it. It begins with a scheduling point, and it keeps the world informed
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
use crate::choice::draw::Access;
use crate::record::event::Place;
use crate::run::context::{self, Here, visit};
use crate::run::waits::{LastPoll, WaitKey, What};

/// One operation, from its first poll to its end.
#[derive(Debug)]
pub(in crate::api) struct Op {
    place: Place,
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
    pub(in crate::api) const fn at(place: Place) -> Op {
        Op::new(place, false, true)
    }

    /// A part of an operation whose point was passed.
    pub(in crate::api) const fn after_point(place: Place) -> Op {
        Op::new(place, true, true)
    }

    /// One poll of an operation that keeps nothing between polls: it has no point, and its wait counts until its
    /// task's next step.
    pub(in crate::api) const fn passing(place: Place) -> Op {
        Op::new(place, true, false)
    }

    const fn new(place: Place, passed: bool, lasting: bool) -> Op {
        Op {
            place,
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

    /// It must wait, as of this poll.
    #[inline(always)]
    pub(in crate::api) fn parks(&mut self, here: &Here<'_>) {
        self.parked = Some(LastPoll::now(&here.world));
    }

    /// It waits no more.
    #[inline(always)]
    pub(in crate::api) fn is_done(&mut self) {
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
    pub(in crate::api) fn passes(&mut self) {
        self.passed = true;
    }

    /// Whether others go first: asked once, before the operation does anything. If so, its future wakes its task and
    /// returns `Pending`.
    #[inline(always)]
    pub(in crate::api) fn lets_others_go(
        &mut self,
        here: Option<&mut Here<'_>>,
        waker: &Waker,
        tag: &mut Tag,
        access: Access,
    ) -> bool {
        if std::mem::replace(&mut self.passed, true) {
            return false;
        }
        match here {
            Some(here) if here.has_a_point(waker) => tag.draws_point(here, access),
            _ => false,
        }
    }

    /// [`Op::lets_others_go`] for a future that does not need the run for more.
    #[inline]
    pub(in crate::api) fn poll_begin<S>(
        &mut self,
        cx: &mut Context<'_>,
        state: &Guarded<S>,
        tag: impl FnOnce(&mut S) -> &mut Tag,
        access: Access,
    ) -> Poll<()> {
        let others = !self.passed
            && visit!(here => {
                self.lets_others_go(here, cx.waker(), tag(&mut state.lock()), access)
            });
        if !others {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The operation cannot go on without this part of the resource.
    pub(in crate::api) fn waits(&mut self, tag: &mut Tag, part: &'static str) {
        visit!(here => {
            if let Some(here) = here {
                self.waits_here(here, tag, part);
            }
        });
    }

    /// [`Op::waits`] during a look at the run.
    #[inline(always)]
    pub(in crate::api) fn waits_here(
        &mut self,
        here: &mut Here<'_>,
        tag: &mut Tag,
        part: &'static str,
    ) {
        if here.world.recorder.is_full() {
            self.note_wait(here, tag, part);
        }
    }

    #[inline(never)]
    fn note_wait(&mut self, here: &mut Here<'_>, tag: &mut Tag, part: &'static str) {
        let what = What::Resource(tag.id(here), part);
        let (run, place) = (here.cx.id(), Some(self.place));
        if self.lasting {
            self.wait = here.world.waits_for(run, self.wait, what, place);
        } else {
            here.world.waits_now(what, place);
        }
    }

    /// It is dropped, and was given what it did not look at, or waited for what was given to another that does not look.
    pub(in crate::api) fn was_in_vain(&mut self, here: &mut Here<'_>) {
        let run = here.cx.id();
        let wait = self
            .wait
            .and_then(|key| here.world.waits.get(run, key).cloned());
        here.world.examine_given_up(wait.as_ref());
    }

    /// It is done, or will never be.
    #[inline(always)]
    pub(in crate::api) fn ends(&mut self) {
        if let Some(key) = self.wait.take() {
            context::try_with(|cx| cx.world().wait_over(cx.id(), key));
        }
    }
}

impl Drop for Op {
    #[inline(always)]
    fn drop(&mut self) {
        self.ends();
    }
}
