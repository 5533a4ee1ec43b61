//! A survey: all the draws of a run, with what else could have been chosen.

use std::collections::BTreeMap;

use super::{Choice, Deviation, Key};
use crate::base::ids::TaskNo;
use crate::choice::draw::Draw;

/// See the top of this file. Of a very long run it lists the first draws only, and of a draw the first candidates.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    draws: Vec<Surveyed>,
    /// Candidates that are tasks, by the numbers of their paths.
    candidates: Vec<u32>,
    paths: Vec<String>,
    numbers: BTreeMap<TaskNo, u32>,
    /// Whether something was left out.
    is_partial: bool,
    /// For each draw, how many events there were before it; as far as somebody said so.
    events: Vec<u32>,
}

#[derive(Debug)]
struct Surveyed {
    owner: u32,
    key: Key,
    /// How many candidates are listed.
    count: u32,
    chosen: u32,
    /// Where they begin in the list of candidates, if they are tasks.
    first: u32,
}

/// More draws are not listed.
const MOST_DRAWS: usize = 100_000;

/// Nor more candidates of one draw.
const MOST_CANDIDATES: usize = 64;

impl Survey {
    /// A draw was answered.
    pub(super) fn add(
        &mut self,
        draw: &Draw<'_>,
        owner: TaskNo,
        key: Key,
        path: impl Fn() -> String,
        chosen: usize,
    ) {
        if self.draws.len() == MOST_DRAWS {
            self.is_partial = true;
            return;
        }
        self.is_partial |= draw.candidates() > MOST_CANDIDATES;
        let count = draw.candidates().min(MOST_CANDIDATES);
        let first = self.candidates.len() as u32;
        if draw.kind().is_among_tasks() {
            for nth in 0..count {
                if let Some(task) = draw.task(nth) {
                    let number = self.number(task.number(), || task.path());
                    self.candidates.push(number);
                }
            }
        }
        let owner = self.number(owner, path);
        self.draws.push(Surveyed {
            owner,
            key,
            count: count as u32,
            chosen: chosen as u32,
            first,
        });
    }

    fn number(&mut self, task: TaskNo, path: impl Fn() -> String) -> u32 {
        let paths = &mut self.paths;
        *self.numbers.entry(task).or_insert_with(|| {
            paths.push(path());
            paths.len() as u32 - 1
        })
    }

    /// So many draws were made, the last of them when so many events had happened.
    pub(crate) fn made(&mut self, draws: usize, events: u32) {
        self.events.resize(draws, events);
    }

    /// How many draws there were.
    pub(crate) fn len(&self) -> usize {
        self.draws.len()
    }

    /// Whether something was left out of the list.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// How many events there were before the draw in this place, from 0; if that is known.
    pub(crate) fn events_before(&self, draw: usize) -> Option<u32> {
        self.events.get(draw).copied()
    }

    /// All that could have been chosen instead, but for the defaults, from the draw in this place on; each with the place of its
    /// draw.
    pub(crate) fn alternatives(&self, from: usize) -> impl Iterator<Item = (usize, Deviation<'_>)> {
        let draws = self.draws.iter().enumerate().skip(from);
        draws.flat_map(move |(at, draw)| {
            let others = (1..draw.count).filter(|&other| other != draw.chosen);
            others.map(move |other| (at, self.deviation(draw, other)))
        })
    }

    /// How many that are.
    pub(crate) fn count_alternatives(&self, from: usize) -> u64 {
        let draws = self.draws.iter().skip(from);
        draws
            .map(|draw| u64::from(draw.count - 1) - u64::from(draw.chosen != 0))
            .sum()
    }

    fn deviation(&self, draw: &Surveyed, choice: u32) -> Deviation<'_> {
        let path = |number: u32| self.paths[number as usize].as_str();
        let (kind, nth, again) = draw.key;
        Deviation {
            task: path(draw.owner),
            kind,
            nth,
            again,
            choice: match kind.is_among_tasks() {
                true => Choice::Task(path(self.candidates[(draw.first + choice) as usize])),
                false => Choice::Number(choice),
            },
        }
    }
}
