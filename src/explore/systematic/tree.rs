//! The tree of the draws of a program, as a systematic search walks through it: who answers, what is written down.
//!
//! ```text
//!            a draw ──0── a draw ──0── …   the plain run
//!              │            └─────1── …
//!              └────1──── a draw …
//! ```
//!
//! A run is a path from the root. A [`Tree`] says which one is next: it answers the draws of a run while that is made, and when the run is over
//! decides on the run after that. The answers of each run are written down, so that the same run can be made again by
//! [these alone](Scripted).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::ids::TaskNo;
use crate::choice::draw::{Draw, Kind};
use crate::choice::strategy::{Observation, Strategy};

/// The seed of the random values in all runs of a search.
pub(crate) const VALUES: u64 = 0;

/// Of a draw that has many values, each as good as the next, so many are tried: the plainest.
pub(super) const FEW: usize = 4;

/// Of any other draw that is not among tasks, so many.
pub(super) const MANY: usize = 64;

/// Decides which runs are made.
pub(super) trait Tree: Send {
    /// A run begins, at the root.
    fn begin(&mut self);

    /// Answers a draw with one of the first `count` candidates.
    fn draw(&mut self, draw: &Draw<'_>, count: usize) -> usize;

    /// Something happened in the run.
    fn observe(&mut self, observation: Observation) {
        let _ = observation;
    }

    /// Whether it is to be told what tasks [touch](Strategy::wants_touches).
    fn wants_touches(&self) -> bool {
        false
    }

    /// The run is over. Says whether there is another to be made.
    fn next(&mut self) -> bool;

    /// How many of the runs did what others had done.
    fn redundant(&self) -> u64 {
        0
    }

    /// Whether it may have missed orders in which tasks polled several futures.
    fn missed_orders(&self) -> bool {
        false
    }

    /// If schedules were left out in which a ready task is passed over more often in a row than so often, how often that is.
    fn passed_over(&self) -> Option<u32> {
        None
    }
}

/// A tree, and the run that is made in it.
pub(super) struct Walk {
    tree: Box<dyn Tree>,
    answers: Vec<u32>,
    met: Vec<Met>,
    /// The answers and draws of the run before.
    before: (Vec<u32>, Vec<Met>),
    /// The draws so far had the same answers as in the run before.
    alike: bool,
    /// After the same answers came another draw than before.
    differs: bool,
    /// Kinds of which not all candidates were tried, and how many there were at the most.
    clamped: BTreeMap<Kind, usize>,
}

/// What tells a draw from others.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Met {
    kind: Kind,
    owner: TaskNo,
    candidates: usize,
}

impl Walk {
    pub(super) fn new(tree: Box<dyn Tree>) -> Walk {
        Walk {
            tree,
            answers: Vec::new(),
            met: Vec::new(),
            before: Default::default(),
            alike: false,
            differs: false,
            clamped: BTreeMap::new(),
        }
    }

    fn begin(&mut self) {
        self.before = (
            std::mem::take(&mut self.answers),
            std::mem::take(&mut self.met),
        );
        self.alike = true;
        self.tree.begin();
    }

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let (kind, candidates) = (draw.kind(), draw.candidates());
        let most = match kind {
            Kind::Fault | Kind::Latency => FEW,
            _ if kind.is_among_tasks() => usize::MAX,
            _ => MANY,
        };
        if candidates > most {
            let clamped = self.clamped.entry(kind).or_default();
            *clamped = candidates.max(*clamped);
        }
        let answer = self.tree.draw(draw, candidates.min(most));
        let met = Met {
            kind,
            owner: draw.owner(),
            candidates,
        };
        let at = self.met.len();
        let (answers, draws) = &self.before;
        self.differs |= self.alike && draws.get(at).is_some_and(|before| *before != met);
        self.alike &= answers.get(at) == Some(&(answer as u32));
        self.answers.push(answer as u32);
        self.met.push(met);
        answer
    }

    /// The answers of the run that was made.
    pub(super) fn answers(&self) -> Arc<[u32]> {
        self.answers.as_slice().into()
    }

    /// Chooses the next run, if there is one.
    pub(super) fn next(&mut self) -> bool {
        self.tree.next()
    }

    /// Whether the program draws something else after the same answers.
    pub(super) fn differs(&self) -> bool {
        self.differs
    }

    /// How many of the runs did what others had done.
    pub(super) fn redundant(&self) -> u64 {
        self.tree.redundant()
    }

    /// Whether orders may have been missed in which tasks polled several futures.
    pub(super) fn missed_orders(&self) -> bool {
        self.tree.missed_orders()
    }

    /// If schedules were left out in which a ready task is passed over more often in a row than so often, how often that is.
    pub(super) fn passed_over(&self) -> Option<u32> {
        self.tree.passed_over()
    }

    pub(super) fn clamped(&self) -> &BTreeMap<Kind, usize> {
        &self.clamped
    }
}

/// Answers the draws of a run as its tree wants them.
pub(super) struct Walker(pub(super) Arc<Mutex<Walk>>);

impl Walker {
    /// A run is to be made.
    pub(super) fn new(walk: &Arc<Mutex<Walk>>) -> Walker {
        lock(walk).begin();
        Walker(walk.clone())
    }
}

/// What a tree panicked with has ended the search.
pub(super) fn lock(walk: &Mutex<Walk>) -> MutexGuard<'_, Walk> {
    walk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Strategy for Walker {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        lock(&self.0).draw(draw)
    }

    fn observe(&mut self, observation: Observation) {
        lock(&self.0).tree.observe(observation);
    }

    fn wants_touches(&self) -> bool {
        lock(&self.0).tree.wants_touches()
    }

    fn name(&self) -> &str {
        "systematic"
    }
}

/// Gives the answers of a run again. What comes after them takes its default, and so does what has not so many candidates: then the program is
/// not deterministic, which is told otherwise.
pub(crate) struct Scripted {
    answers: Arc<[u32]>,
    at: usize,
}

impl Scripted {
    pub(crate) fn new(answers: Arc<[u32]>) -> Scripted {
        Scripted { answers, at: 0 }
    }
}

impl Strategy for Scripted {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let answer = self
            .answers
            .get(self.at)
            .map_or(0, |&answer| answer as usize);
        self.at += 1;
        if answer < draw.candidates() {
            answer
        } else {
            0
        }
    }

    fn name(&self) -> &str {
        "systematic"
    }
}
