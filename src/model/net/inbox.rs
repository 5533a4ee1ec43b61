//! Datagrams that came to a socket and were not received.

use std::collections::VecDeque;

use super::memory::weight;

/// One that came.
#[derive(Debug)]
pub(crate) struct Came<A> {
    /// From where.
    pub(crate) from: A,
    /// Its number among all that were sent.
    pub(crate) number: u32,
    pub(crate) bytes: Vec<u8>,
}

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Inbox<A> {
    came: VecDeque<Came<A>>,
    weight: usize,
}

impl<A> Default for Inbox<A> {
    fn default() -> Inbox<A> {
        let came = VecDeque::new();
        Inbox { came, weight: 0 }
    }
}

impl<A> Inbox<A> {
    /// Puts one more in, if there is room: says whether there was. `room` is counted as Linux does.
    pub(super) fn put(&mut self, came: Came<A>, room: usize) -> bool {
        let weight = self.weight + weight(came.bytes.len());
        if weight > room {
            return false;
        }
        self.weight = weight;
        self.came.push_back(came);
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.came.is_empty()
    }

    /// The oldest.
    pub(crate) fn first(&self) -> Option<&Came<A>> {
        self.came.front()
    }

    /// Takes the oldest.
    pub(super) fn take(&mut self) -> Option<Came<A>> {
        let came = self.came.pop_front()?;
        self.weight -= weight(came.bytes.len());
        Some(came)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::net::memory::BUFFER;

    /// As many as Linux 6.18 keeps in a buffer of the usual size.
    #[test]
    fn as_many_fit_as_on_linux() {
        for (bytes, fit) in [(0, 256), (1, 256), (1_000, 92), (10_000, 12), (65_507, 3)] {
            let mut inbox = Inbox::default();
            let came = || Came {
                from: (),
                number: 0,
                bytes: vec![0; bytes],
            };
            while inbox.put(came(), BUFFER) {}
            assert_eq!(inbox.came.len(), fit, "{bytes}");
            while inbox.take().is_some() {}
            assert_eq!(inbox.weight, 0);
        }
    }
}
