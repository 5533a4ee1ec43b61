//! Scripted standard input: lines, and when they come.

use std::task::Waker;

use crate::base::span::FAR;

/// Who waits for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReaderNo(u32);

/// See the top of this file. The lines themselves are the caller's.
#[derive(Debug, Default)]
pub(crate) struct Stdin {
    /// How many lines were read.
    read: usize,
    readers: u32,
    /// Who waits, and for when; in the order in which they came.
    waiting: Vec<(ReaderNo, u64, Waker)>,
}

/// What a look at the input finds.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// The number of the line that is there.
    Line(usize),
    /// The next line comes at this time.
    At(u64),
    /// There are no more lines.
    End,
}

impl Stdin {
    /// Takes the next line, if it is there.
    pub(crate) fn next(&mut self, lines: &[(u64, String)], now: u64) -> Next {
        match lines.get(self.read) {
            None => Next::End,
            Some((at, _)) if *at > now => Next::At(*at),
            Some(_) => {
                self.read += 1;
                Next::Line(self.read - 1)
            }
        }
    }

    /// Leaves a waker to be woken then. A reader that waits already leaves it in place of the one before, which is for
    /// the caller to drop.
    pub(crate) fn wait(
        &mut self,
        known: Option<ReaderNo>,
        at: u64,
        waker: Waker,
    ) -> (ReaderNo, Option<Waker>) {
        let same = |waiting: &&mut (ReaderNo, u64, Waker)| Some(waiting.0) == known;
        if let Some((reader, known_at, known_waker)) = self.waiting.iter_mut().find(same) {
            *known_at = at;
            return (*reader, Some(std::mem::replace(known_waker, waker)));
        }
        self.readers += 1;
        let reader = ReaderNo(self.readers);
        self.waiting.push((reader, at, waker));
        (reader, None)
    }

    /// A reader waits no more; its waker is for the caller to drop.
    pub(crate) fn stop_waiting(&mut self, reader: ReaderNo) -> Option<Waker> {
        let at = self
            .waiting
            .iter()
            .position(|waiting| waiting.0 == reader)?;
        Some(self.waiting.remove(at).2)
    }

    /// When something happens next; [`FAR`] if nothing does.
    #[inline(always)]
    pub(crate) fn next_deadline(&self) -> u64 {
        let waiting = self.waiting.iter();
        waiting.fold(FAR, |next, waiting| next.min(waiting.1))
    }

    /// Takes the waker of one for whom it is time, the one that came first before the others.
    pub(crate) fn take_due(&mut self, now: u64) -> Option<Waker> {
        let at = self.waiting.iter().position(|waiting| waiting.1 <= now)?;
        Some(self.waiting.remove(at).2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> [(u64, String); 2] {
        [(0, "a".to_owned()), (5, "b".to_owned())]
    }

    #[test]
    fn lines_come_when_they_are_due_and_end() {
        let (lines, mut stdin) = (lines(), Stdin::default());
        let read = [
            (0, Next::Line(0)),
            (0, Next::At(5)),
            (5, Next::Line(1)),
            (5, Next::End),
        ];
        for (now, expected) in read {
            assert_eq!(stdin.next(&lines, now), expected);
        }
    }

    #[test]
    fn who_waits_is_woken_once_when_it_is_time_and_not_if_it_gave_up() {
        let mut stdin = Stdin::default();
        let waker = || Waker::noop().clone();
        let (first, _) = stdin.wait(None, 5, waker());
        let (second, _) = stdin.wait(None, 7, waker());
        assert!(stdin.wait(Some(first), 5, waker()).1.is_some());
        assert_eq!(stdin.next_deadline(), 5);
        assert!(stdin.take_due(4).is_none() && stdin.take_due(5).is_some());
        assert_eq!(stdin.next_deadline(), 7);
        assert!(stdin.stop_waiting(second).is_some() && stdin.stop_waiting(first).is_none());
        assert_eq!(stdin.next_deadline(), FAR);
    }
}
