//! What is known of a socket's readiness, and who waits for it.
//!
//! As with tokio over `epoll`: readiness is remembered from the last event, not asked anew. It stays until an operation
//! finds that it is not true any more ([`Readiness::clear`]), and comes back with the next event.
//!
//! There are two seats for those who poll, one for reading and one for writing, in which the last who comes replaces the one
//! before; and a list for futures, of which any number may wait. An event wakes all whom it concerns.

use std::collections::VecDeque;
use std::mem;
use std::task::Waker;

use super::bits::Bits;

/// One who waits in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaiterNo(u32);

/// Where somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seat {
    Reader,
    Writer,
    /// In the list, under this number if it waited there before.
    Listed(Option<WaiterNo>),
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    known: Bits,
    /// Counts events, so that what was found before one does not clear what it brought.
    tick: u32,
    reader: Option<Waker>,
    writer: Option<Waker>,
    listed: Vec<(WaiterNo, Bits, Waker)>,
    waiters: u32,
}

impl Readiness {
    /// A socket that is ready for this when it is first looked at.
    pub(super) fn new(known: Bits) -> Readiness {
        Readiness {
            known,
            ..Readiness::default()
        }
    }

    /// What it is ready for, of these.
    pub(crate) fn known(&self, of: Bits) -> Bits {
        self.known & of
    }

    /// How many events there were.
    pub(crate) fn tick(&self) -> u32 {
        self.tick
    }

    /// It counts as ready for this until somebody tries.
    pub(super) fn assume(&mut self, bits: Bits) {
        self.known |= bits;
    }

    /// Somebody tried, and it was not ready, as of this tick. What is closed stays so.
    pub(crate) fn clear(&mut self, bits: Bits, tick: u32) {
        if tick == self.tick {
            self.known = self.known - (bits - Bits::CLOSED);
        }
    }

    /// Somebody tries now, and it is not ready.
    pub(crate) fn clear_now(&mut self, bits: Bits) {
        self.clear(bits, self.tick);
    }

    /// Something happened, and it is ready for this now.
    pub(super) fn happened(&mut self, level: Bits, woken: &mut VecDeque<Waker>) {
        self.tick = self.tick.wrapping_add(1);
        self.known |= level;
        if let Some(waker) = self.reader.take_if(|_| level.meets(Bits::READS)) {
            woken.push_back(waker);
        }
        if let Some(waker) = self.writer.take_if(|_| level.meets(Bits::WRITES)) {
            woken.push_back(waker);
        }
        if self.listed.iter().any(|waiter| waiter.1.meets(level)) {
            let concerned = |waiter: &mut (WaiterNo, Bits, Waker)| waiter.1.meets(level);
            woken.extend(self.listed.extract_if(.., concerned).map(|waiter| waiter.2));
        }
    }

    /// Waits for any of these bits. Gives the seat for the next time, and a waker to be dropped by the caller.
    pub(crate) fn park(&mut self, seat: Seat, bits: Bits, waker: Waker) -> (Seat, Option<Waker>) {
        let number = match seat {
            Seat::Reader => return (seat, self.reader.replace(waker)),
            Seat::Writer => return (seat, self.writer.replace(waker)),
            Seat::Listed(number) => number,
        };
        let known = self
            .listed
            .iter_mut()
            .find(|waiter| Some(waiter.0) == number);
        if let Some(waiter) = known {
            return (seat, Some(mem::replace(&mut waiter.2, waker)));
        }
        self.waiters += 1;
        let number = WaiterNo(self.waiters);
        self.listed.push((number, bits, waker));
        (Seat::Listed(Some(number)), None)
    }

    /// One in the list waits no more; its waker is for the caller to drop.
    pub(crate) fn leave(&mut self, waiter: WaiterNo) -> Option<Waker> {
        let at = self.listed.iter().position(|listed| listed.0 == waiter)?;
        Some(self.listed.remove(at).2)
    }

    /// The socket is gone: all who wait are to look.
    pub(super) fn wake_all(&mut self, woken: &mut VecDeque<Waker>) {
        woken.extend(self.reader.take());
        woken.extend(self.writer.take());
        woken.extend(self.listed.drain(..).map(|waiter| waiter.2));
    }

    /// The socket is closed by whom it belongs to: the wakers are for the caller to drop.
    pub(super) fn take_all(&mut self) -> Vec<Waker> {
        let mut wakers = VecDeque::new();
        self.wake_all(&mut wakers);
        wakers.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waker() -> Waker {
        Waker::noop().clone()
    }

    #[test]
    fn readiness_stays_until_it_is_found_untrue_and_what_is_closed_for_good() {
        let (mut readiness, mut woken) = (Readiness::default(), VecDeque::new());
        readiness.happened(Bits::READ | Bits::READ_CLOSED, &mut woken);
        let tick = readiness.tick();
        readiness.clear(Bits::READS, tick);
        assert_eq!(readiness.known(Bits::READS), Bits::READ_CLOSED);
    }

    #[test]
    fn what_was_found_before_an_event_does_not_clear_what_it_brought() {
        let (mut readiness, mut woken) = (Readiness::new(Bits::READ), VecDeque::new());
        let tick = readiness.tick();
        readiness.happened(Bits::READ, &mut woken);
        readiness.clear(Bits::READ, tick);
        assert_eq!(readiness.known(Bits::READS), Bits::READ);
    }

    #[test]
    fn an_event_wakes_whom_it_concerns_seats_first() {
        let (mut readiness, mut woken) = (Readiness::default(), VecDeque::new());
        readiness.park(Seat::Reader, Bits::READS, waker());
        readiness.park(Seat::Writer, Bits::WRITES, waker());
        let (seat, _) = readiness.park(Seat::Listed(None), Bits::READS, waker());
        readiness.park(Seat::Listed(None), Bits::WRITES, waker());
        let (same, old) = readiness.park(seat, Bits::READS, waker());
        assert!(same == seat && old.is_some());
        readiness.happened(Bits::READ, &mut woken);
        assert_eq!(woken.len(), 2);
        readiness.happened(Bits::WRITE, &mut woken);
        assert_eq!(woken.len(), 4);
    }

    #[test]
    fn one_who_leaves_the_list_is_not_woken() {
        let (mut readiness, mut woken) = (Readiness::default(), VecDeque::new());
        let (seat, _) = readiness.park(Seat::Listed(None), Bits::READS, waker());
        let Seat::Listed(Some(number)) = seat else {
            panic!("it waits in the list: {seat:?}");
        };
        assert!(readiness.leave(number).is_some() && readiness.leave(number).is_none());
        readiness.happened(Bits::READ, &mut woken);
        assert!(woken.is_empty());
    }
}
