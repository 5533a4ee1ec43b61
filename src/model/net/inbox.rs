//! Datagrams that came to a socket and were not received.

use std::collections::VecDeque;

/// How many bytes of memory Linux counts for a datagram beside its own.
const OVERHEAD: usize = 256;

/// How much memory a datagram or a part of a stream between Unix sockets is counted for.
pub(super) fn unix_weight(bytes: usize) -> usize {
    OVERHEAD
        + match bytes + UNIX_AROUND {
            bytes @ 0..BY_PAGES => bytes.next_power_of_two(),
            bytes => bytes.next_multiple_of(PAGE),
        }
}

/// The least that is counted for one's own bytes, headers included.
const LEAST: usize = 576;

/// The headers and the end of the buffer in which a datagram lies.
const AROUND: usize = 28 + 320;

/// The end of the buffer, where there are no headers.
const UNIX_AROUND: usize = 320;

/// From so many bytes on memory is had by pages, below that by powers of two.
const BY_PAGES: usize = 16_384;
const PAGE: usize = 4_096;

/// How much memory is counted for a datagram of so many bytes (`truesize`).
fn weight(bytes: usize) -> usize {
    let bytes = bytes + AROUND;
    OVERHEAD
        + match bytes {
            0..LEAST => LEAST,
            LEAST..BY_PAGES => bytes.next_power_of_two(),
            BY_PAGES.. => bytes.next_multiple_of(PAGE),
        }
}

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
            while inbox.put(came(), 212_992) {}
            assert_eq!(inbox.came.len(), fit, "{bytes}");
            while inbox.take().is_some() {}
            assert_eq!(inbox.weight, 0);
        }
    }
}
