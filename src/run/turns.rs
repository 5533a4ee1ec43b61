//! Whose turn it is among the answers to a draw of the code under test.
//!
//! By default the first alternative is taken, and a coin shows `false`. A loop that ends once something else is drawn would never end in a run in which every
//! draw takes its default. So where a place in the source has asked so often in a row that a generator would give the default each time with a
//! probability below e⁻⁶⁴, another alternative is the default there for once; the next time it is the one after that. Where another answer than the
//! default is drawn, counting begins anew.
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
    /// How many others were to be expected since one had its turn, in 2³²ths.
    expected: u64,
    /// How many had.
    turns: u64,
}

impl Row {
    fn is_due(&self) -> bool {
        self.expected >= EXPECTED * ONE
    }
}

impl Turns {
    /// A run begins.
    pub(super) fn begin(&mut self) {
        self.rows.clear();
    }

    /// Which of so many alternatives is the default here.
    pub(super) fn plainest(&self, place: Place, alternatives: u64) -> u64 {
        let row = self.rows.iter().find(|row| row.place == place);
        let due = row.filter(|row| row.is_due());
        due.map_or(0, |row| 1 + row.turns % (alternatives - 1))
    }

    /// At this place the default was taken, where each other was to be expected with probability `other` in 2³²; or not.
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
