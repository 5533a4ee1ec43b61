//! Whose turn it is, where the default of a draw would be taken without end.
//!
//! A loop that ends once something else happens than the default would never end in a run in which every draw takes its default. No runtime goes on
//! like that: tokio's `select!` begins at a random branch, and its timers fire whatever is ready. So
//!
//! * after many polls and operations at one instant `select!` begins with its second branch by default, after as many again with the third; and
//!   timers that are due fire,
//! * a task that comes to many points between two statements, without an await, lets the oldest run that may,
//! * a place in the source that asked so often in a row that a generator would give the default each time with a probability below e⁻⁶⁴ has another
//!   alternative for its default, for once; the next time it is the one after that.
//!
//! When that is so depends on what the run does, whoever answers its draws: so a tape brings back what it was written for. A default that came to its turn is,
//! like every default, no deviation, and no event tells of it.

use crate::base::place::Place;

/// So many polls and operations at one instant are a turn; and so many points between two statements of one poll.
const TURN: u64 = 1_024;

/// A turn is no longer than such a part of what may be at one instant.
const TURNS: u64 = 16;

/// How many turns there were at an instant of so many polls and operations, of which there may be so many.
pub(super) fn at_instant(polls: u64, may_be: u64) -> u64 {
    polls / TURN.min(may_be / TURNS).max(1)
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

/// The probability of 1, as those of coins are counted.
const ONE: u64 = 1 << 32;

/// One certain other is to be expected so often before it is its turn.
const EXPECTED: u64 = 64;

/// The draws that the code under test asks for, by place.
#[derive(Default)]
pub(super) struct Asked {
    rows: Vec<Row>,
}

/// The draws in a row, at one place, that took their default.
struct Row {
    place: Place,
    /// How often one certain other was to be expected since one had its turn, in 2³²ths.
    expected: u64,
    /// How many had.
    turns: u64,
}

impl Row {
    fn is_due(&self) -> bool {
        self.expected >= EXPECTED * ONE
    }
}

impl Asked {
    /// A run begins.
    pub(super) fn begin(&mut self) {
        self.rows.clear();
    }

    /// Which of so many alternatives, at least two, is the default here.
    pub(super) fn default_at(&self, place: Place, alternatives: u64) -> u64 {
        let row = self.rows.iter().find(|row| row.place == place);
        let due = row.filter(|row| row.is_due());
        due.map_or(0, |row| 1 + row.turns % (alternatives - 1))
    }

    /// At this place the default was taken, where one certain other was to be expected with probability `other` in 2³²; or not.
    pub(super) fn drew(&mut self, place: Place, default: bool, other: u64) {
        let at = self.rows.iter().position(|row| row.place == place);
        match (at, default) {
            (None, false) => {}
            (Some(at), false) => drop(self.rows.swap_remove(at)),
            (None, true) => self.rows.push(Row {
                place,
                expected: other,
                turns: 0,
            }),
            (Some(at), true) => {
                let row = &mut self.rows[at];
                if row.is_due() {
                    row.expected = 0;
                    row.turns += 1;
                } else {
                    row.expected += other;
                }
            }
        }
    }
}
