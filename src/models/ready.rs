//! The queue of ready tasks: oldest first, and any of them may be taken.
//!
//! A random walk takes tasks from anywhere, a plain run from the front, and both must leave the
//! others in the order in which they became ready: "the oldest ready task" is the default of the
//! most frequent draw. Closing the gap would cost a move of half the queue, so a task taken out of
//! turn leaves a hole:
//!
//! ```text
//!   buffer   · · · a ∅ c d ∅ f        head = 3, places 0..6, live 4
//!                  ▲ the front is never a hole
//! ```
//!
//! Holes are swept out when they outnumber the tasks. Each sweep was paid for by as many takes as it
//! moves tasks, so every operation is O(1) on average, and a place drawn at random holds a task at
//! least every second time.

use crate::values::draw::HOLE;

/// Slots of ready tasks, oldest first, with holes.
#[derive(Debug, Default)]
pub(crate) struct ReadyQueue {
    buffer: Vec<u32>,
    head: usize,
    live: usize,
}

impl ReadyQueue {
    /// How many tasks are ready.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// The oldest; the queue must not be empty.
    #[inline(always)]
    pub(crate) fn oldest(&self) -> u32 {
        self.buffer[self.head]
    }

    /// All places, oldest first; a hole is [`HOLE`], and the first place is none.
    #[inline(always)]
    pub(crate) fn places(&self) -> &[u32] {
        &self.buffer[self.head..]
    }

    /// The ready tasks, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.places().iter().copied().filter(|&slot| slot != HOLE)
    }

    /// Puts a task at the end.
    #[inline(always)]
    pub(crate) fn push(&mut self, slot: u32) {
        if self.buffer.len() == self.buffer.capacity() {
            self.make_room();
        }
        self.buffer.push(slot);
        self.live += 1;
    }

    /// Takes the task out of a place, which must hold one.
    #[inline(always)]
    pub(crate) fn take(&mut self, place: usize) -> u32 {
        let slot = std::mem::replace(&mut self.buffer[self.head + place], HOLE);
        debug_assert_ne!(slot, HOLE);
        self.live -= 1;
        if place == 0 {
            self.head += 1;
            while self.buffer.get(self.head) == Some(&HOLE) {
                self.head += 1;
            }
        } else if self.buffer.len() - self.head > 2 * self.live + 8 {
            self.sweep();
        }
        if self.live == 0 {
            self.clear();
        }
        slot
    }

    /// Empties the queue and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.buffer.clear();
        self.head = 0;
        self.live = 0;
    }

    /// The buffer is full: sweep if that frees half of it, else let it grow.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        if self.live <= self.buffer.len() / 2 {
            self.sweep();
        }
    }

    /// Closes all gaps.
    #[inline(never)]
    fn sweep(&mut self) {
        let mut to = 0;
        for from in self.head..self.buffer.len() {
            let slot = self.buffer[from];
            self.buffer[to] = slot;
            to += usize::from(slot != HOLE);
        }
        self.buffer.truncate(to);
        self.head = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::stream::Stream;

    #[test]
    fn it_agrees_with_a_plain_list_whatever_is_taken() {
        let mut stream = Stream::for_draws(3);
        for limit in [1, 2, 3, 10, 100] {
            let (mut queue, mut list, mut next) = (ReadyQueue::default(), Vec::new(), 0);
            for _ in 0..10_000 {
                if list.is_empty() || (list.len() < limit && stream.below(2) == 0) {
                    queue.push(next);
                    list.push(next);
                    next += 1;
                } else {
                    let nth = stream.below(list.len() as u32) as usize;
                    let place = (0..).filter(|&p| queue.places()[p] != HOLE).nth(nth).unwrap();
                    assert_eq!(queue.take(place), list.remove(nth));
                }
                assert_eq!(queue.iter().collect::<Vec<_>>(), list);
                assert_eq!(queue.len(), list.len());
                assert!(list.is_empty() || queue.oldest() == list[0]);
                assert!(queue.places().len() <= 2 * list.len() + 9);
            }
        }
    }

    #[test]
    fn a_plain_run_keeps_the_buffer_small() {
        let mut queue = ReadyQueue::default();
        (0..10).for_each(|slot| queue.push(slot));
        for _ in 0..100_000 {
            let slot = queue.take(0);
            queue.push(slot);
        }
        assert!(queue.buffer.capacity() <= 64, "{}", queue.buffer.capacity());
    }
}
