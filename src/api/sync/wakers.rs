//! Wakers on their way from a locked state to the moment after it.
//!
//! A waker may be the user's own and do anything, even use the same primitive. So none is cloned, called or
//! dropped while state is locked: those to be woken are collected here, and woken when the lock is gone.

use std::task::Waker;

use crate::api::preempt;
use crate::choice::draw::Kind;
use crate::observe::waits::WaitKey;
use crate::run::context;

/// Wakers to be woken, in order, and the waits that were granted what they wait for. One costs no allocation.
#[derive(Default)]
#[must_use = "tasks that are not woken hang"]
pub(super) struct Wakers {
    first: Option<Waker>,
    grants: u32,
    more: Option<Box<More>>,
}

/// What is seldom needed: there is more than one waker, or the run is recorded.
#[derive(Default)]
struct More {
    wakers: Vec<Waker>,
    granted: Vec<WaitKey>,
}

impl Wakers {
    #[inline(always)]
    pub(super) const fn new() -> Wakers {
        Wakers {
            first: None,
            grants: 0,
            more: None,
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, waker: Option<Waker>) {
        let Some(waker) = waker else { return };
        if self.first.is_none() {
            self.first = Some(waker);
        } else {
            self.more().wakers.push(waker);
        }
    }

    /// Collects the waker of one who was granted what this wait is for.
    #[inline(always)]
    pub(super) fn grant(&mut self, waker: Option<Waker>, wait: Option<WaitKey>) {
        self.grants += 1;
        if let Some(wait) = wait {
            self.more().granted.push(wait);
        }
        self.push(waker);
    }

    #[inline(never)]
    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// How many were granted what they wait for.
    #[inline(always)]
    pub(super) fn grants(&self) -> u32 {
        self.grants
    }

    /// Their waits, in a recorded run.
    pub(super) fn granted(&self) -> &[WaitKey] {
        self.more.as_ref().map_or(&[], |more| &more.granted)
    }

    /// Wakes all, in the order in which they were collected. If one panics, the others are dropped unwoken.
    #[inline(always)]
    pub(super) fn wake(self) {
        if let Some(first) = self.first {
            preempt::wake(first);
        }
        if let Some(more) = self.more {
            more.wake();
        }
    }

    /// Wakes all, in an order that is drawn one by one: for primitives that promise none. One that is drawn
    /// swaps turns with the one that came first, as in the queue of ready tasks.
    pub(super) fn wake_in_any_order(self) {
        let rest = self.more.map_or_else(Vec::new, |more| more.wakers);
        let mut all: Vec<Waker> = self.first.into_iter().chain(rest).collect();
        // The one that came first stands last, where it is taken at no cost.
        all.reverse();
        while let Some(last) = all.len().checked_sub(1) {
            let drawn = context::try_with(|cx| cx.run().draw(Kind::Wake, last + 1));
            preempt::wake(all.swap_remove(last - drawn.unwrap_or(0)));
        }
    }
}

impl More {
    #[inline(never)]
    fn wake(self) {
        self.wakers.into_iter().for_each(preempt::wake);
    }
}
