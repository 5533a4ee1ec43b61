//! The wait queue: waiters in line, first come first, each reached by a key that its future keeps.
//!
//! ```text
//!   front ► a ⇄ b ⇄ c ◄ back      push_back, front, back, unlink: constant time each
//!               x                 unlinked, but still there: it was served, and its future has not seen it yet
//! ```
//!
//! A waiter's future owns its key. Who serves a waiter takes it out of line with [`WaitQueue::unlink`]; the
//! future gives the place back with [`WaitQueue::remove`], whether it was served or gave up. A list of indices into one
//! buffer: a million waiters are one allocation, and an empty queue is none, so it can stand in a `static`.

/// A waiter's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u32);

const NONE: u32 = u32::MAX;

struct Node<T> {
    waiter: Option<T>,
    /// The neighbours in line; for a free place, `back` is the next free one.
    front: u32,
    back: u32,
    linked: bool,
}

/// Waiters, first come first.
pub(super) struct WaitQueue<T> {
    nodes: Vec<Node<T>>,
    free: u32,
    front: u32,
    back: u32,
    /// How many were unlinked and not removed.
    unlinked: u32,
}

impl<T> WaitQueue<T> {
    pub(super) const fn new() -> WaitQueue<T> {
        WaitQueue {
            nodes: Vec::new(),
            free: NONE,
            front: NONE,
            back: NONE,
            unlinked: 0,
        }
    }

    /// Whether somebody was taken out of line who has not left yet.
    pub(super) fn has_unlinked(&self) -> bool {
        self.unlinked > 0
    }

    /// Whether nobody is in line.
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.front == NONE
    }

    /// The first in line.
    pub(super) fn front(&self) -> Option<Key> {
        (self.front != NONE).then_some(Key(self.front))
    }

    /// The last in line.
    pub(super) fn back(&self) -> Option<Key> {
        (self.back != NONE).then_some(Key(self.back))
    }

    /// Puts a waiter at the end of the line.
    pub(super) fn push_back(&mut self, waiter: T) -> Key {
        let node = Node {
            waiter: Some(waiter),
            front: self.back,
            back: NONE,
            linked: true,
        };
        let at = if self.free == NONE {
            assert!(
                self.nodes.len() < NONE as usize,
                "more than 4,294,967,294 waiters"
            );
            self.nodes.push(node);
            (self.nodes.len() - 1) as u32
        } else {
            let at = self.free;
            self.free = self.nodes[at as usize].back;
            self.nodes[at as usize] = node;
            at
        };
        match self.back {
            NONE => self.front = at,
            back => self.nodes[back as usize].back = at,
        }
        self.back = at;
        Key(at)
    }

    /// The waiter with this key, in line or served.
    #[inline]
    pub(super) fn get_mut(&mut self, key: Key) -> &mut T {
        self.nodes[key.0 as usize]
            .waiter
            .as_mut()
            .expect("a key is kept by one waiter")
    }

    /// Takes a waiter out of line, who then knows by its own state that it was served.
    pub(super) fn unlink(&mut self, key: Key) -> &mut T {
        let place = &mut self.nodes[key.0 as usize];
        if std::mem::take(&mut place.linked) {
            self.unlinked += 1;
            let (front, back) = (place.front, place.back);
            match front {
                NONE => self.front = back,
                front => self.nodes[front as usize].back = back,
            }
            match back {
                NONE => self.back = front,
                back => self.nodes[back as usize].front = front,
            }
        }
        self.get_mut(key)
    }

    /// The waiter leaves: its key is void.
    pub(super) fn remove(&mut self, key: Key) -> T {
        self.unlink(key);
        self.unlinked -= 1;
        let place = &mut self.nodes[key.0 as usize];
        place.back = self.free;
        self.free = key.0;
        place.waiter.take().expect("a key is kept by one waiter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is in line, by unlinking all.
    fn drain(queue: &mut WaitQueue<char>) -> String {
        let mut line = String::new();
        while let Some(front) = queue.front() {
            line.push(*queue.unlink(front));
        }
        line
    }

    #[test]
    fn whoever_leaves_the_rest_keep_their_order() {
        for left in ["bcd", "acd", "abd", "abc"] {
            let mut queue = WaitQueue::new();
            let keys = ['a', 'b', 'c', 'd'].map(|waiter| queue.push_back(waiter));
            let gone = keys
                .into_iter()
                .find(|&key| !left.contains(*queue.get_mut(key)))
                .unwrap();
            queue.remove(gone);
            assert_eq!(
                queue.back().map(|back| *queue.get_mut(back)),
                left.chars().last()
            );
            assert_eq!(drain(&mut queue), left);
            assert!(queue.is_empty() && queue.back().is_none());
        }
    }

    #[test]
    fn a_served_waiter_keeps_its_place_until_it_leaves() {
        let mut queue = WaitQueue::new();
        let a = queue.push_back('a');
        queue.unlink(a);
        let b = queue.push_back('b');
        assert_ne!(a, b);
        assert_eq!(queue.remove(a), 'a');
        assert_eq!(queue.push_back('c'), a, "the place is used again");
        assert_eq!(drain(&mut queue), "bc");
    }
}
