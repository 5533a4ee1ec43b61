//! Branches of a `select!` that wait for nothing: their futures returned `Pending`, and nobody has a waker from them.
//!
//! Looked at in recorded runs only. A branch has left a waker somewhere if, by the end of one of its polls, there was one more of
//! the task's wakers than before, an operation of ours had noted a wait, or the task was woken. What is polled with another
//! waker than its task's is passed over: nobody counts that one's clones.

use std::task::Context;

use crate::base::ids::RunId;
use crate::base::place::Place;
use crate::observe::waits::Wakes;
use crate::run::context;

/// Of one `select!`.
#[derive(Debug, Default)]
pub(super) struct Idle {
    /// Whether the run is recorded.
    watched: bool,
    /// The branches, a bit each, that left a waker in one of their polls.
    waiting: u64,
    /// The number under which a run was told that some wait for nothing.
    told: Option<(RunId, u64)>,
}

impl Idle {
    pub(super) fn watch(&mut self, recorded: bool) {
        self.watched = recorded;
    }

    /// A branch is about to be polled. Gives how things stand, if that matters.
    #[inline(always)]
    pub(super) fn before(&self, branch: u32, cx: &Context<'_>) -> Option<Wakes> {
        match self.watched && self.waiting & (1 << branch) == 0 {
            true => stand(cx),
            false => None,
        }
    }

    /// It returned `Pending`.
    #[cold]
    #[inline(never)]
    pub(super) fn pending(&mut self, branch: u32, before: Wakes, cx: &Context<'_>, place: Place) {
        let after = stand(cx);
        let left_waker = after.is_none_or(|after| {
            after.wakers > before.wakers || after.waits != before.waits || after.woken
        });
        if left_waker {
            self.waiting |= 1 << branch;
        } else {
            context::try_with(|cx| {
                let known = self.told.filter(|told| told.0 == cx.id());
                let known = known.map(|told| told.1);
                let number = cx.run().waits_for_nothing(known, place);
                self.told = number.map(|number| (cx.id(), number));
            });
        }
    }
}

impl Drop for Idle {
    /// The `select!` is over.
    #[inline(always)]
    fn drop(&mut self) {
        if let Some((run, number)) = self.told {
            forget(run, number);
        }
    }
}

#[cold]
#[inline(never)]
fn forget(run: RunId, number: u64) {
    context::try_with(|cx| {
        if cx.id() == run {
            cx.run().waits_no_more(number);
        }
    });
}

#[cold]
#[inline(never)]
fn stand(task: &Context<'_>) -> Option<Wakes> {
    context::try_with(|cx| {
        let own = cx.scope().is_running(task.waker());
        own.then(|| cx.run().wakes_known()).flatten()
    })
    .flatten()
}
