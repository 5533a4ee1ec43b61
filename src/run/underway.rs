//! Which run a thread makes, and how far it is: for whoever must say so because the run never comes back.
//!
//! Written by the thread that makes the runs, and read by any; nothing of it can be seen by a run.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::choice::tape::Tape;

/// Who answers the draws of a run, as far as it can be said in a line that replays it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Drawn {
    /// The plain schedule.
    Plain,
    /// A seed.
    Seed(u64),
    /// A tape.
    Tape(Tape),
    /// None of these: the runs that a calibration makes, for one.
    Unnamed,
}

/// The runs that a thread is about to make.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Batch {
    One(Drawn),
    Seeds(Range<u64>),
}

/// Somebody who wants to know which runs are made, and can say how one is replayed.
pub(crate) trait Witness: Debug + Send + Sync {
    /// A thread is about to make runs. Gives its number among those of this witness.
    fn begins(&self, underway: &Arc<Underway>) -> usize;

    /// The thread with this number is about to make these runs.
    fn takes(&self, thread: usize, batch: &Batch);

    /// The line that replays a run, if one does.
    fn replay(&self, drawn: &Drawn) -> Option<String>;
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Underway {
    witness: Option<Arc<dyn Witness>>,
    kind: AtomicU8,
    seed: AtomicU64,
    tape: Mutex<Tape>,
    /// How many runs were begun.
    runs: AtomicU64,
    /// Polls of the run so far.
    steps: AtomicU64,
    /// How many polls are paused, below the one that is under way.
    paused: AtomicU8,
}

const NONE: u8 = 0;
const PLAIN: u8 = 1;
const SEED: u8 = 2;
const TAPE: u8 = 3;
const UNNAMED: u8 = 4;

impl Underway {
    pub(crate) fn new(witness: Arc<dyn Witness>) -> Underway {
        Underway {
            witness: Some(witness),
            ..Underway::default()
        }
    }

    /// Whether somebody wants to know.
    pub(super) fn has_witness(&self) -> bool {
        self.witness.is_some()
    }

    /// The thread with this number is about to make these runs.
    pub(super) fn takes(&self, thread: usize, batch: impl FnOnce() -> Batch) {
        if let Some(witness) = &self.witness {
            witness.takes(thread, &batch());
        }
    }

    /// A run begins.
    pub(super) fn begin(&self, drawn: &Drawn) {
        let kind = match drawn {
            Drawn::Plain => PLAIN,
            Drawn::Seed(seed) => {
                self.seed.store(*seed, Relaxed);
                SEED
            }
            Drawn::Tape(tape) => {
                *self.tape.lock().unwrap_or_else(PoisonError::into_inner) = tape.clone();
                TAPE
            }
            Drawn::Unnamed => UNNAMED,
        };
        self.steps.store(0, Relaxed);
        self.runs.store(self.runs.load(Relaxed) + 1, Relaxed);
        self.kind.store(kind, Relaxed);
    }

    /// The run is over.
    pub(super) fn end(&self) {
        self.kind.store(NONE, Relaxed);
    }

    /// A poll begins.
    #[inline(always)]
    pub(super) fn polls(&self, step: u64) {
        self.steps.store(step, Relaxed);
    }

    /// The number of the poll that is under way.
    pub(super) fn step(&self) -> u64 {
        self.steps.load(Relaxed)
    }

    /// So many polls are paused.
    pub(super) fn set_paused(&self, paused: u8) {
        self.paused.store(paused, Relaxed);
    }

    /// How many polls are paused, below the one that is under way.
    pub(crate) fn paused(&self) -> u8 {
        self.paused.load(Relaxed)
    }

    /// Run and poll that are under way: another pair for every poll. `None` between runs.
    pub(crate) fn poll(&self) -> Option<(u64, u64)> {
        let under_way = self.kind.load(Relaxed) != NONE;
        under_way.then(|| (self.runs.load(Relaxed), self.steps.load(Relaxed)))
    }

    /// Who answers the draws of the run that is under way.
    pub(crate) fn drawn(&self) -> Option<Drawn> {
        match self.kind.load(Relaxed) {
            PLAIN => Some(Drawn::Plain),
            SEED => Some(Drawn::Seed(self.seed.load(Relaxed))),
            TAPE => {
                let tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
                Some(Drawn::Tape(tape.clone()))
            }
            UNNAMED => Some(Drawn::Unnamed),
            _ => None,
        }
    }

    /// The line that replays the run that is under way, if anybody knows.
    pub(crate) fn replay(&self) -> Option<String> {
        let (witness, drawn) = (self.witness.as_ref()?, self.drawn()?);
        witness.replay(&drawn)
    }
}
