//! Whose turn it is among the answers to a draw of the code under test.
//!
//! By default the first alternative is taken, and a coin shows `false`. A loop that ends once something else is drawn would never end in a run in which every
//! draw takes its default. So where a place in the source has asked so often in a row that a generator would give the default each time with a
//! probability below e⁻⁶⁴, the next alternative is the default there. Until another answer than the default is drawn: then it is the first again.
//!
//! How often the code has asked is the same whoever answers, so that a tape brings back what it was written for.

use crate::base::place::Place;

/// The probability of 1, as those of coins are counted.
const ONE: u64 = 1 << 32;

/// As many answers of another kind are to be expected before it is their turn.
const EXPECTED: u64 = 64;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Turns {
    rows: Vec<Row>,
}

/// The draws in a row, at one place, that took their default.
struct Row {
    place: Place,
    /// How many others were to be expected, in 2³²ths.
    expected: u64,
    turn: u64,
}

impl Turns {
    /// A run begins.
    pub(super) fn begin(&mut self) {
        self.rows.clear();
    }

    /// How often it was the turn of the next alternative here.
    pub(super) fn at(&self, place: Place) -> u64 {
        let row = self.rows.iter().find(|row| row.place == place);
        row.map_or(0, |row| row.turn)
    }

    /// At this place the default was taken, and one of the others was to be expected with probability `other` in 2³²; or not.
    pub(super) fn drew(&mut self, place: Place, default: bool, other: u64) {
        let at = self.rows.iter().position(|row| row.place == place);
        match (at, default) {
            (None, false) => {}
            (Some(at), false) => drop(self.rows.swap_remove(at)),
            (None, true) => self.rows.push(Row {
                place,
                expected: other,
                turn: 0,
            }),
            (Some(at), true) => {
                let row = &mut self.rows[at];
                row.expected += other;
                if row.expected >= EXPECTED * ONE {
                    row.expected = 0;
                    row.turn += 1;
                }
            }
        }
    }
}
