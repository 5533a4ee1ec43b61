//! Permits: the plain state machine of a fair semaphore.
//!
//! ```text
//!   take n:   n or more are free ─► taken
//!             fewer              ─► the waiter takes those with it to the end of the queue, as the first part of its n
//!   give n:   to the waiter at the front until it has all it asked for, then to the next; what is left is free
//! ```
//!
//! So as long as anybody waits in line nothing is free, nobody can overtake, and one who asks for many is not
//! starved by those who ask for one. A waiter that gives up returns its part.
//!
//! No async in here, and no waker is called: they are handed out to be woken after the lock.

use std::mem;
use std::task::Waker;

use super::queue::{Key, WaitQueue};
use super::wakers::Wakers;
use crate::observe::waits::WaitKey;

/// The most permits that a semaphore can have: three bits of the word are left for other uses, as in tokio.
pub(super) const MAX_PERMITS: usize = usize::MAX >> 3;

/// See the top of this file.
pub(super) struct Permits {
    free: usize,
    closed: bool,
    line: WaitQueue<Waiter>,
}

struct Waiter {
    asked: usize,
    lacks: usize,
    waker: Option<Waker>,
    /// When it got in line, in virtual time.
    since: u64,
    wait: Option<WaitKey>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TakeOutcome {
    All,
    NotEnough,
    Closed,
}

impl Permits {
    #[track_caller]
    pub(super) const fn new(free: usize) -> Permits {
        assert!(
            free <= MAX_PERMITS,
            "a semaphore can have at most usize::MAX >> 3 permits"
        );
        Permits {
            free,
            closed: false,
            line: WaitQueue::new(),
        }
    }

    #[inline(always)]
    pub(super) fn free(&self) -> usize {
        self.free
    }

    /// How many are with nobody: those that are free, and those that are kept for the first in line, who lacks some yet.
    pub(super) fn unheld(&mut self) -> usize {
        let part = self.line.front().map_or(0, |front| {
            let first = self.line.get_mut(front);
            first.asked - first.lacks
        });
        self.free + part
    }

    /// Whether somebody stands in line.
    #[inline(always)]
    pub(super) fn has_line(&self) -> bool {
        !self.line.is_empty()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether `n` permits can be taken.
    #[inline(always)]
    pub(super) fn can_take(&self, n: usize) -> TakeOutcome {
        if self.closed {
            TakeOutcome::Closed
        } else if n > self.free {
            TakeOutcome::NotEnough
        } else {
            TakeOutcome::All
        }
    }

    /// Takes `n` permits, which are free.
    #[inline(always)]
    pub(super) fn take(&mut self, n: usize) {
        self.free -= n;
    }

    /// Takes `n` permits, or none.
    #[inline(always)]
    pub(super) fn try_take(&mut self, n: usize) -> TakeOutcome {
        let taken = self.can_take(n);
        if taken == TakeOutcome::All {
            self.take(n);
        }
        taken
    }

    /// Gets in line for `n` permits, of which not all are free.
    pub(super) fn wait(&mut self, n: usize, waker: Waker, since: u64) -> Key {
        let part = mem::take(&mut self.free);
        self.line.push_back(Waiter {
            asked: n,
            lacks: n - part,
            waker: Some(waker),
            since,
            wait: None,
        })
    }

    /// Whether one who got in line has all.
    #[inline]
    pub(super) fn can_collect(&mut self, key: Key) -> TakeOutcome {
        if self.closed {
            TakeOutcome::Closed
        } else if self.line.get_mut(key).lacks > 0 {
            TakeOutcome::NotEnough
        } else {
            TakeOutcome::All
        }
    }

    /// One who has all takes it, and gives its place up.
    #[inline]
    pub(super) fn collect(&mut self, key: Key) {
        // Its waker was taken out when it was served.
        self.line.remove(key);
    }

    /// Leaves the waker of one who is in line; gives the one it had, to be dropped once the state is no longer locked.
    pub(super) fn store(&mut self, key: Key, waker: Waker) -> Option<Waker> {
        self.line.get_mut(key).waker.replace(waker)
    }

    /// Since when one waits who still is in line.
    pub(super) fn waits_since(&mut self, key: Key) -> Option<u64> {
        let waiter = self.line.get_mut(key);
        (waiter.lacks > 0).then_some(waiter.since)
    }

    /// Since when the first in line waits.
    #[inline(always)]
    pub(super) fn first_waits_since(&mut self) -> Option<u64> {
        let front = self.line.front()?;
        Some(self.line.get_mut(front).since)
    }

    /// Whether one was served and has not seen it yet.
    pub(super) fn has_unseen(&self) -> bool {
        self.line.has_unlinked()
    }

    /// Notes under which key the wait of one who is in line is known.
    #[inline(always)]
    pub(super) fn known_as(&mut self, key: Key, wait: Option<WaitKey>) {
        if wait.is_some() {
            self.line.get_mut(key).wait = wait;
        }
    }

    /// One who got in line gives up.
    pub(super) fn leave(&mut self, key: Key, woken: &mut Wakers) -> Option<Waker> {
        let waiter = self.line.remove(key);
        self.give(waiter.asked - waiter.lacks, woken);
        waiter.waker
    }

    /// Gives `n` permits.
    ///
    /// # Panics
    ///
    /// If there would be more than [`MAX_PERMITS`].
    #[inline(always)]
    pub(super) fn give(&mut self, mut n: usize, woken: &mut Wakers) {
        if !self.line.is_empty() {
            n = self.serve(n, woken);
        }
        let free = self.free.checked_add(n).filter(|&free| free <= MAX_PERMITS);
        self.free = free.expect("a semaphore can have at most usize::MAX >> 3 permits");
    }

    #[inline(never)]
    fn serve(&mut self, mut n: usize, woken: &mut Wakers) -> usize {
        while let Some(front) = self.line.front().filter(|_| n > 0) {
            let waiter = self.line.get_mut(front);
            let part = waiter.lacks.min(n);
            waiter.lacks -= part;
            n -= part;
            if waiter.lacks > 0 {
                break;
            }
            let served = self.line.unlink(front);
            woken.grant(served.waker.take(), served.wait);
        }
        n
    }

    /// Destroys up to `n` free permits; says how many.
    pub(super) fn forget(&mut self, n: usize) -> usize {
        let forgotten = n.min(self.free);
        self.free -= forgotten;
        forgotten
    }

    /// Nobody takes a permit any more, and nobody waits.
    pub(super) fn close(&mut self, woken: &mut Wakers) {
        self.closed = true;
        while let Some(front) = self.line.front() {
            woken.push(self.line.unlink(front).waker.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(permits: &mut Permits, n: usize) -> Key {
        assert_eq!(permits.try_take(n), TakeOutcome::NotEnough);
        permits.wait(n, Waker::noop().clone(), 0)
    }

    fn has_all(permits: &mut Permits, key: Key) -> bool {
        let all = permits.can_collect(key) == TakeOutcome::All;
        if all {
            permits.collect(key);
        }
        all
    }

    fn give(permits: &mut Permits, n: usize) {
        let mut woken = Wakers::new();
        permits.give(n, &mut woken);
        woken.wake();
    }

    #[test]
    fn nobody_overtakes_one_who_asks_for_many() {
        let mut permits = Permits::new(2);
        let many = waits(&mut permits, 3);
        let one = waits(&mut permits, 1);
        assert_eq!(
            permits.free(),
            0,
            "what was free is a part of the first waiter's"
        );
        assert!(!has_all(&mut permits, many) && !has_all(&mut permits, one));
        give(&mut permits, 1);
        assert!(has_all(&mut permits, many) && !has_all(&mut permits, one));
        give(&mut permits, 5);
        assert!(has_all(&mut permits, one));
        assert_eq!(permits.free(), 4);
    }

    #[test]
    fn one_who_leaves_gives_its_part_to_the_next() {
        let mut permits = Permits::new(1);
        let many = waits(&mut permits, 3);
        let one = waits(&mut permits, 1);
        let mut woken = Wakers::new();
        permits.leave(many, &mut woken);
        woken.wake();
        assert!(has_all(&mut permits, one));
        assert_eq!(permits.free(), 0);
    }

    #[test]
    fn one_who_was_served_and_leaves_gives_all_back() {
        let mut permits = Permits::new(0);
        let served = waits(&mut permits, 2);
        give(&mut permits, 2);
        assert_eq!(permits.free(), 0);
        permits.leave(served, &mut Wakers::new());
        assert_eq!(permits.free(), 2);
    }

    #[test]
    fn closing_serves_nobody() {
        let mut permits = Permits::new(1);
        let key = waits(&mut permits, 2);
        permits.close(&mut Wakers::new());
        assert_eq!(permits.can_collect(key), TakeOutcome::Closed);
        permits.leave(key, &mut Wakers::new());
        assert_eq!(
            (permits.free(), permits.try_take(1)),
            (1, TakeOutcome::Closed)
        );
    }
}
