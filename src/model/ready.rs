//! The queue of ready tasks: first in, first out, and any of them may be hurried.
//!
//! A plain run takes the task at the front. Another run may take one from anywhere; then the front
//! task takes its place in line, so the two have swapped turns and the rest stays as it was:
//!
//! ```text
//!   front ► a b c d        taking 0 gives a, and leaves   b c d
//!           0 1 2 3        taking 2 gives c, and leaves   b a d
//! ```
//!
//! Closing the gap instead would move half the queue for every draw; and a swap is what a person
//! would say of it: "c ran in place of a".

/// Slots of ready tasks, in line.
#[derive(Debug, Default)]
pub(crate) struct ReadyQueue {
    buffer: Vec<u32>,
    /// What stands before it in the buffer has been taken.
    head: usize,
}

impl ReadyQueue {
    /// The tasks in line.
    pub(crate) fn places(&self) -> &[u32] {
        &self.buffer[self.head..]
    }

    /// Puts a task at the end of the line.
    #[inline(always)]
    pub(crate) fn push(&mut self, slot: u32) {
        if self.buffer.len() == self.buffer.capacity() {
            self.make_room();
        }
        self.buffer.push(slot);
    }

    /// Whether no task is ready.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.head >= self.buffer.len()
    }

    /// Takes the task in the place that `choose` names, which sees the line; the front task takes the
    /// place. The queue must not be empty.
    #[inline(always)]
    pub(crate) fn take(&mut self, choose: impl FnOnce(&[u32]) -> usize) -> u32 {
        let places = &mut self.buffer[self.head..];
        self.head += 1;
        let place = choose(places);
        let slot = places[place];
        places[place] = places[0];
        slot
    }

    /// Takes all tasks out that are not to stay; gives them in line.
    pub(crate) fn take_out(&mut self, stays: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut out = Vec::new();
        self.buffer.drain(..self.head);
        self.head = 0;
        self.buffer.retain(|&slot| {
            let stays = stays(slot);
            if !stays {
                out.push(slot);
            }
            stays
        });
        out
    }

    /// For how many tasks there is memory.
    pub(crate) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// Empties the queue and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.buffer.clear();
        self.head = 0;
    }

    /// The buffer is full: move the line to its start if that frees half of it, else let it grow.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        if self.buffer.len() >= LEAST && self.head >= self.buffer.len() / 2 {
            self.buffer.drain(..self.head);
            self.head = 0;
        } else {
            self.buffer.reserve(LEAST);
        }
    }
}

/// Tasks that the buffer has room for, at the least.
const LEAST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::prng::Prng;

    #[test]
    fn it_agrees_with_a_plain_list_whatever_is_taken() {
        let mut stream = Prng::for_draws(3);
        for limit in [1, 2, 3, 10, 100] {
            let (mut queue, mut list, mut next) = (ReadyQueue::default(), Vec::new(), 0);
            for _ in 0..10_000 {
                if list.is_empty() || (list.len() < limit && stream.below(2) == 0) {
                    queue.push(next);
                    list.push(next);
                    next += 1;
                } else {
                    let place = stream.below(list.len() as u32) as usize;
                    list.swap(0, place);
                    assert_eq!(queue.take(|_| place), list.remove(0));
                }
                assert_eq!(queue.places(), list);
            }
        }
    }

    #[test]
    fn some_are_taken_out_and_the_others_keep_their_order() {
        let mut queue = ReadyQueue::default();
        (0..6).for_each(|slot| queue.push(slot));
        queue.take(|_| 0);
        assert_eq!(queue.take_out(|slot| slot % 2 == 0), [1, 3, 5]);
        assert_eq!(queue.places(), [2, 4]);
    }

    #[test]
    fn the_buffer_stays_in_proportion_to_the_line() {
        let mut queue = ReadyQueue::default();
        (0..10).for_each(|slot| queue.push(slot));
        for _ in 0..100_000 {
            let slot = queue.take(|_| 0);
            queue.push(slot);
        }
        assert!(
            queue.buffer.capacity() <= 2 * LEAST,
            "{}",
            queue.buffer.capacity()
        );
    }
}
