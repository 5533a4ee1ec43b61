//! Whose turn it is, where the default of a draw would be taken without end.
//!
//! A loop that ends once something else happens than the default would never end in a run in which every draw takes its default. No runtime goes on
//! like that: tokio's `select!` begins at a random branch, and its timers fire whatever is ready. So
//!
//! * a place in the source that has drawn the default many times in a row has defaults of a generator for as many draws, which is the same in every run; then
//!   for twice as many, and so on, so that two places have them at the same time at last. A workload is one draw: all of its defaults are the
//!   plainest, or none is,
//! * timers that are due fire once there were many polls and operations at one instant,
//! * a task that comes to many points between two statements, without an await, lets the oldest run that may.
//!
//! When that is so depends on what the run does, whoever answers its draws: so a tape brings back what it was written for. A default that comes of a generator
//! is, like every default, no deviation, and no event tells of it.

use std::ptr;

use crate::base::place::Place;
use crate::base::prng::Prng;
use crate::choice::draw::Candidates;

/// After so many defaults in a row at one place, polls and operations at one instant, or points of one poll, it is the turn of something else.
const TURN: u64 = 1_024;

/// For polls and operations at one instant it is no more than such a part of the limit.
const TURNS: u64 = 16;

/// Whether an instant of so many polls and operations is a long one, where this is the limit.
pub(super) fn is_long(polls: u64, limit: u64) -> bool {
    polls >= TURN.min(limit / TURNS).max(1)
}

/// The points between two statements to which the running task came in one step of the run, and no other task ran on top of it.
#[derive(Default)]
pub(super) struct GoingOn {
    step: u64,
    points: u64,
}

impl GoingOn {
    /// It comes to one more. Says whether it is the turn of others.
    pub(super) fn is_for_long(&mut self, step: u64) -> bool {
        if self.step != step {
            *self = GoingOn { step, points: 0 };
        }
        self.points += 1;
        self.points > TURN
    }
}

/// The draws that the code under test asks for, by place.
#[derive(Default)]
pub(super) struct Asked {
    rows: Vec<Row>,
    /// Where defaults come from that are not the plainest.
    generator: Option<Box<Prng>>,
}

/// The draws of one place.
struct Row {
    place: Place,
    /// How many took the default in a row.
    in_a_row: u64,
    /// How many defaults come of the generator from now on, and how many will the next time.
    generated: u64,
    next: u64,
}

impl Asked {
    /// A run begins.
    pub(super) fn begin(&mut self) {
        self.rows.clear();
        self.generator = None;
    }

    /// The draws of this place.
    #[inline(always)]
    pub(super) fn at(&mut self, place: Place) -> usize {
        let known = self.rows.iter().position(|row| is_same(row.place, place));
        known.unwrap_or_else(|| self.add(place))
    }

    #[cold]
    fn add(&mut self, place: Place) -> usize {
        self.rows.push(Row {
            place,
            in_a_row: 0,
            generated: 0,
            next: TURN,
        });
        self.rows.len() - 1
    }

    /// Whether the default of the next of these draws comes of the generator.
    #[inline(always)]
    pub(super) fn is_generated(&self, row: usize) -> bool {
        self.rows[row].generated > 0
    }

    /// Which of these candidates is the default: the plainest, or one of the generator's.
    #[inline(always)]
    pub(super) fn default_of(&mut self, candidates: Candidates<'_>, generated: bool) -> usize {
        match generated {
            true => self.generate(candidates),
            false => 0,
        }
    }

    #[cold]
    fn generate(&mut self, candidates: Candidates<'_>) -> usize {
        let generator = self
            .generator
            .get_or_insert_with(|| Box::new(Prng::labelled(0, "defaults")));
        candidates.uniform(generator)
    }

    /// One of these draws was made, and took its default, or not.
    #[inline(always)]
    pub(super) fn drew(&mut self, row: usize, default: bool) {
        let row = &mut self.rows[row];
        if row.generated > 0 {
            row.generated -= 1;
        } else if default {
            row.in_a_row += 1;
            if row.in_a_row == TURN {
                (row.in_a_row, row.generated) = (0, row.next);
                row.next = row.next.saturating_mul(2);
            }
        } else {
            row.in_a_row = 0;
        }
    }
}

/// Whether both are the same place. A place may lie at several addresses, and mostly does not.
fn is_same(one: Place, other: Place) -> bool {
    ptr::eq(one, other) || one == other
}
