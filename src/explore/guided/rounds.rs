//! Hands the runs of a guided search out to its threads, a round at a time.
//!
//! ```text
//!    take ─► a run is made ─► give          on each thread
//!     ▲                        │ all of the round were given
//!     └── the next round ◄─ turn: taken in by number; or it is over
//! ```

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::corpus::{Corpus, ROUND};
use super::mutant::{Log, Recipe};
use crate::explore::in_order::{InOrder, Made, One};
use crate::explore::searched::Ending;
use crate::explore::worker::Script;
use crate::record::kind::Level;

/// A thread takes so many runs at a time, which are always the same ones of a round.
const AT_ONCE: u64 = 8;

/// A run to be made.
pub(super) struct Task {
    pub(super) number: u64,
    /// The seed of all that is random about how its draws are answered.
    pub(super) seed: u64,
    pub(super) recipe: Recipe,
}

/// A run that was made.
pub(super) struct Outcome {
    pub(super) look: One,
    pub(super) log: Log,
    /// The answers of a run that showed something.
    pub(super) script: Option<Script>,
}

/// What the search found.
pub(super) struct Found {
    /// The answers of the runs that showed a finding first, by number.
    pub(super) scripts: BTreeMap<u64, Script>,
    pub(super) in_order: InOrder,
    pub(super) runs: u64,
    pub(super) failed: u64,
    /// How many runs showed something new.
    pub(super) kept: u64,
    pub(super) ending: Ending,
}

/// See the top of this file.
pub(super) struct Rounds {
    /// The seed of the first run, and how many there may be.
    seed: u64,
    budget: u64,
    /// Whether it ends with the first run that fails.
    stops: bool,
    /// The level of differences between two makings of one run.
    nondeterminism: Level,
    state: Mutex<State>,
    turned: Condvar,
}

struct State {
    corpus: Corpus,
    recipes: Vec<Recipe>,
    /// The runs of the round; fewer once one failed with which the search ends.
    round: Range<u64>,
    /// The first that nobody has taken.
    next: u64,
    /// Whether it was asked if the search is to end before this round.
    asked: bool,
    made: BTreeMap<u64, Outcome>,
    found: Found,
    /// No more runs are handed out.
    over: bool,
}

impl Rounds {
    /// A search that makes a run for each of these seeds, at the most.
    pub(super) fn new(
        seeds: Range<u64>,
        in_order: InOrder,
        stops: bool,
        nondeterminism: Level,
    ) -> Rounds {
        let budget = seeds.end - seeds.start;
        let mut corpus = Corpus::new(seeds.start);
        Rounds {
            seed: seeds.start,
            budget,
            stops,
            nondeterminism,
            state: Mutex::new(State {
                recipes: corpus.plan(),
                corpus,
                round: 0..ROUND.min(budget),
                next: 0,
                asked: false,
                made: BTreeMap::new(),
                found: Found {
                    scripts: BTreeMap::new(),
                    in_order,
                    runs: 0,
                    failed: 0,
                    kept: 0,
                    ending: Ending::Budget,
                },
                over: false,
            }),
            turned: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread is there to make runs. If it panics, the others end, too.
    pub(super) fn join(&self) -> Present<'_> {
        Present(self)
    }

    /// The next runs to make; waits for other threads to finish a round. `None` when there are no more. `ends` says before each round
    /// whether the search is to end.
    pub(super) fn take(&self, ends: impl Fn() -> bool) -> Option<Vec<Task>> {
        let mut state = self.lock();
        loop {
            if !state.over && !std::mem::replace(&mut state.asked, true) && ends() {
                state.found.ending = Ending::Ended;
                self.end(&mut state);
            }
            if state.over {
                return None;
            }
            if state.next < state.round.end {
                let first = state.next;
                state.next = state.round.end.min(first + AT_ONCE);
                let task = |number| Task {
                    number,
                    seed: self.seed + number,
                    recipe: state.recipes[(number - state.round.start) as usize].clone(),
                };
                return Some((first..state.next).map(task).collect());
            }
            let turned = self.turned.wait(state);
            state = turned.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How many findings were seen that are not the same, of the rounds before.
    pub(super) fn findings(&self) -> usize {
        self.lock().found.in_order.findings()
    }

    /// Whether this run, which was taken, is still to be made: none before it failed with which the search ends.
    pub(super) fn is_wanted(&self, number: u64) -> bool {
        let state = self.lock();
        !state.over && number < state.round.end
    }

    /// The run of this number was made.
    pub(super) fn give(&self, number: u64, outcome: Outcome) {
        let mut state = self.lock();
        let state = &mut *state;
        if number >= state.round.end {
            return;
        }
        if self.stops && self.fails(&outcome) {
            state.round.end = number + 1;
            state.made.split_off(&number);
        }
        state.made.insert(number, outcome);
        if state.made.len() as u64 == state.round.end - state.round.start {
            self.turn(state);
        }
    }

    fn fails(&self, outcome: &Outcome) -> bool {
        let mut keys = outcome.look.keys.iter();
        keys.any(|key| key.fails(self.nondeterminism))
    }

    /// All runs of the round were made.
    fn turn(&self, state: &mut State) {
        let mut made = Made::of(state.round.clone(), state.found.in_order.may_end());
        let found = &mut state.found;
        let failed_before = found.failed;
        for (number, outcome) in std::mem::take(&mut state.made) {
            found.failed += u64::from(self.fails(&outcome));
            let Outcome { look, log, script } = outcome;
            if found.in_order.are_new(&look.keys) {
                found.scripts.extend(script.map(|script| (number, script)));
            }
            state.corpus.add(number, log, &look.targets);
            made.add(&look);
        }
        let flat = found.in_order.made(made);
        found.runs = state.round.end;
        found.kept = state.corpus.kept();
        if self.stops && found.failed > failed_before {
            found.ending = Ending::Failed;
            self.end(state);
        } else if flat.is_some() {
            found.ending = Ending::Flat;
            self.end(state);
        } else if found.runs == self.budget {
            self.end(state);
        } else {
            let first = state.round.end;
            state.round = first..self.budget.min(first + ROUND);
            state.asked = false;
            state.recipes = state.corpus.plan();
            self.turned.notify_all();
        }
    }

    fn end(&self, state: &mut State) {
        state.over = true;
        self.turned.notify_all();
    }

    /// What was found, once no more runs are made.
    pub(super) fn conclude(self) -> Found {
        let state = self.state.into_inner();
        state.unwrap_or_else(PoisonError::into_inner).found
    }
}

/// A thread that makes runs.
pub(super) struct Present<'a>(&'a Rounds);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let mut state = self.0.lock();
            self.0.end(&mut state);
        }
    }
}
