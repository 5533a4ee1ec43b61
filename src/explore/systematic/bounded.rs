//! Runs by how often they deviate from the plain one: none, then one deviation, then two, …
//!
//! So the first run that fails is one of those with the fewest deviations. A run is known by its deviations alone, the numbers of the draws and what
//! they take. Each is found from the run that lacks its last deviation: what comes after that one takes its defaults, and any of it may
//! take something else instead. So each is made once.
//!
//! ```text
//!    {}  ─►  {0:1}  {1:1}  {2:1} …        draw 0 takes candidate 1; …
//!               └─► {0:1, 1:1} {0:1, 2:1} …
//! ```
//!
//! Source: M. Emmi, S. Qadeer, Z. Rakamarić, *Delay-Bounded Scheduling*, POPL 2011. A deviation is a delay there: the task whose turn it is
//! stays behind. Here other draws count likewise.

use std::collections::VecDeque;
use std::sync::Arc;

use super::tree::Tree;
use crate::choice::draw::Draw;

/// A draw, by its number in the run, and the candidate that it takes in place of its default.
type Deviation = (u32, u32);

/// See the top of this file.
pub(super) struct Bounded {
    /// So many deviations there may be.
    most: u32,
    deviations: Vec<Deviation>,
    /// How many candidates each draw of the run had.
    counts: Vec<u32>,
    /// The runs to be made that have as many deviations as this one, and those that have one more.
    level: VecDeque<Others>,
    next_level: VecDeque<Others>,
}

/// Runs with the deviations of another and one more: that draw takes each of its candidates but the default.
struct Others {
    deviations: Arc<[Deviation]>,
    draw: u32,
    /// The next one it takes.
    choice: u32,
    count: u32,
}

impl Bounded {
    pub(super) fn new(most: u32) -> Bounded {
        Bounded {
            most,
            deviations: Vec::new(),
            counts: Vec::new(),
            level: VecDeque::new(),
            next_level: VecDeque::new(),
        }
    }

    /// The runs that have one deviation more than this one, after its last.
    fn grow(&mut self) {
        if self.deviations.len() as u32 >= self.most {
            return;
        }
        let first = self.deviations.last().map_or(0, |(last, _)| last + 1);
        let deviations: Arc<[Deviation]> = self.deviations.as_slice().into();
        let later = (0..).zip(&self.counts).skip(first as usize);
        let others = later.map(|(draw, &count)| Others {
            deviations: deviations.clone(),
            draw,
            choice: 1,
            count,
        });
        self.next_level
            .extend(others.filter(|others| others.count > 1));
    }
}

impl Tree for Bounded {
    fn begin(&mut self) {
        self.counts.clear();
    }

    fn draw(&mut self, _: &Draw<'_>, count: usize) -> usize {
        let number = self.counts.len() as u32;
        self.counts.push(count as u32);
        let at = self
            .deviations
            .binary_search_by_key(&number, |(draw, _)| *draw);
        let choice = at.map_or(0, |at| self.deviations[at].1 as usize);
        // There are fewer than before only if the program is not deterministic.
        choice.min(count - 1)
    }

    fn next(&mut self) -> bool {
        self.grow();
        if self.level.is_empty() {
            std::mem::swap(&mut self.level, &mut self.next_level);
        }
        let Some(others) = self.level.front_mut() else {
            return false;
        };
        self.deviations.clear();
        self.deviations.extend_from_slice(&others.deviations);
        self.deviations.push((others.draw, others.choice));
        others.choice += 1;
        if others.choice == others.count {
            self.level.pop_front();
        }
        true
    }
}
