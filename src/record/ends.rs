//! A list that keeps its two ends: what came first, what came last, and how much was left out between.

use std::collections::VecDeque;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Ends<T> {
    first: Vec<T>,
    last: VecDeque<T>,
    /// How many were pushed.
    total: u32,
    /// How many are passed over before the first.
    skip: u32,
    most_first: usize,
    most_last: usize,
}

// The memory of `first` is for `most_first` values at the most, and there is none while values are passed over: so one look
// at it tells whether the next value goes there.

/// As many as most runs push, so that their lists need not grow.
const USUAL: usize = 64;

impl<T> Ends<T> {
    /// A list that passes over `skip`, and keeps at most so many of the first and of the last.
    pub(crate) fn new(skip: u32, most_first: usize, most_last: usize) -> Ends<T> {
        let capacity = match skip {
            0 => most_first.min(USUAL),
            _ => 0,
        };
        Ends::with_capacity(capacity, skip, most_first, most_last)
    }

    /// The same for what few runs push: it takes no memory before the first, and skips none.
    pub(crate) fn empty(most_first: usize, most_last: usize) -> Ends<T> {
        Ends::with_capacity(0, 0, most_first, most_last)
    }

    fn with_capacity(capacity: usize, skip: u32, most_first: usize, most_last: usize) -> Ends<T> {
        Ends {
            first: Vec::with_capacity(capacity),
            last: VecDeque::new(),
            total: 0,
            skip,
            most_first,
            most_last,
        }
    }

    /// Appends, and gives the number, from 0.
    #[inline]
    pub(crate) fn push(&mut self, value: T) -> u32 {
        let number = self.total;
        self.total = self.total.saturating_add(1);
        if self.first.len() < self.most_first {
            if number >= self.skip {
                self.make_room();
                self.first.push(value);
            }
        } else {
            self.push_last(value);
        }
        number
    }

    /// Makes room among the first.
    fn make_room(&mut self) {
        if !self.has_room() {
            let len = self.first.len();
            let more = len.max(USUAL).min(self.most_first - len);
            self.first.reserve_exact(more);
        }
    }

    /// Whether the next value goes to the first, and there is memory for it: what [`Ends::push_into_room`] asks for.
    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.first.len() < self.first.capacity()
    }

    /// [`Ends::push`] where there is room, at the least cost.
    #[inline(always)]
    pub(crate) fn push_into_room(&mut self, value: T) {
        self.total += 1;
        self.first.push(value);
    }

    #[cold]
    fn push_last(&mut self, value: T) {
        if self.most_last == 0 {
            return;
        }
        if self.last.len() == self.most_last {
            self.last.pop_front();
        }
        self.last.push_back(value);
    }

    /// How many were pushed.
    pub(crate) fn total(&self) -> u32 {
        self.total
    }

    /// The one that was pushed last, if it is kept.
    pub(crate) fn newest(&self) -> Option<&T> {
        self.last.back().or(self.first.last())
    }

    /// What is kept, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.first.iter_mut().chain(&mut self.last)
    }

    /// What is kept.
    pub(crate) fn into_kept(self) -> Kept<T> {
        let Ends {
            mut first,
            last,
            total,
            skip,
            ..
        } = self;
        let in_first = first.len() as u32;
        let in_last = last.len() as u32;
        first.extend(last);
        Kept {
            values: first,
            skipped: skip.min(total),
            in_first,
            begin_last: total - in_last,
        }
    }
}

/// What an [`Ends`] kept, in one list.
#[derive(Clone, Debug)]
pub(crate) struct Kept<T> {
    values: Vec<T>,
    skipped: u32,
    in_first: u32,
    /// The number of the first among the last.
    begin_last: u32,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept {
            values: Vec::new(),
            skipped: 0,
            in_first: 0,
            begin_last: 0,
        }
    }
}

impl<T> Kept<T> {
    /// A list of which nothing was left out.
    pub(crate) fn whole(values: Vec<T>) -> Kept<T> {
        let begin_last = values.len() as u32;
        Kept {
            values,
            skipped: 0,
            in_first: begin_last,
            begin_last,
        }
    }

    pub(crate) fn values(&self) -> &[T] {
        &self.values
    }

    /// The one with this number, if it was kept.
    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(self.place(number)?)
    }

    /// The place in the list of the value with this number, if it was kept.
    pub(crate) fn place(&self, number: u32) -> Option<usize> {
        let at = if number >= self.begin_last {
            self.in_first + (number - self.begin_last)
        } else {
            let at = number.checked_sub(self.skipped)?;
            (at < self.in_first).then_some(at)?
        };
        let at = at as usize;
        (at < self.values.len()).then_some(at)
    }

    /// The number of the value in this place of the list.
    pub(crate) fn number(&self, at: usize) -> u32 {
        let at = at as u32;
        if at < self.in_first {
            self.skipped + at
        } else {
            self.begin_last + (at - self.in_first)
        }
    }

    /// How many were left out, and before which place of the list; 0 if none.
    pub(crate) fn left_out(&self) -> (u32, usize) {
        let end_first = self.skipped + self.in_first;
        (
            self.begin_last.saturating_sub(end_first),
            self.in_first as usize,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(skip: u32, first: usize, last: usize, pushed: u32) -> Kept<u32> {
        let mut ends = Ends::new(skip, first, last);
        (0..pushed).for_each(|n| assert_eq!(ends.push(n), n));
        ends.into_kept()
    }

    #[test]
    fn both_ends_are_kept_under_their_numbers() {
        for pushed in 0..12 {
            let kept = kept(0, 3, 4, pushed);
            for number in 0..12 {
                let there = number < pushed && (number < 3 || number + 4 >= pushed);
                assert_eq!(
                    kept.get(number).copied(),
                    there.then_some(number),
                    "{pushed}"
                );
            }
            let numbers = (0..kept.values().len()).map(|at| kept.number(at));
            assert!(numbers.eq(kept.values().iter().copied()));
            let (left_out, before) = kept.left_out();
            assert_eq!(left_out, pushed.saturating_sub(7));
            assert_eq!(before, pushed.min(3) as usize);
        }
    }

    #[test]
    fn a_stretch_alone_is_kept_under_its_numbers() {
        let kept = kept(5, 3, 0, 12);
        assert_eq!(kept.values(), [5, 6, 7]);
        assert_eq!(
            (kept.get(4), kept.get(6), kept.get(8)),
            (None, Some(&6), None)
        );
    }
}
