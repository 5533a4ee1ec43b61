//! Who answers the draws of a run of a guided search, and writes down what it drew and showed.
//!
//! A *mutant* answers as another run did, but for a few draws:
//!
//! ```text
//!    parent      0 0 2 0 1 0 0 1 0
//!    changed     0 0 2 0 0 0 0 1 0        1 to 5 draws take another candidate; what was not drawn before: a walk, or the default
//!    cut         0 0 2 0 1 ? ? ? ?        from some draw on a walk
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use super::coverage::{Coverage, Feature};
use super::lineage::Lineages;
use super::parent::{Drawn, Namer, Parent, lineage_of};
use crate::choice::calibration::{Calibration, Summary};
use crate::choice::draw::Draw;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::strategies::walk::{RandomWalk, Which};
use crate::choice::strategy::{Observation, Strategy};

/// No more draws than these are changed at a time.
const MOST_CHANGES: usize = 5;

/// One mutant in so many is cut.
const ONE_CUT_IN: usize = 4;

/// A draw with more candidates than these has numbers, of which one near the parent's may be tried.
const FEW: usize = 16;

/// What is made.
#[derive(Clone, Debug)]
pub(super) enum Recipe {
    /// Every draw takes its default.
    Plain,
    /// The run of a seed of the portfolio.
    Seed,
    /// A mutant of this run.
    Mutant(Arc<Parent>),
}

/// What a run drew and showed.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) draws: Vec<Drawn>,
    pub(super) features: Vec<Feature>,
}

/// Answers the draws of a run.
pub(super) struct Mutant {
    course: Course,
    /// All that is random about it.
    walk: RandomWalk,
    namer: Namer,
    lineages: Lineages,
    coverage: Coverage,
    draws: Vec<Drawn>,
    log: Arc<Mutex<Log>>,
}

/// How draws are answered.
enum Course {
    Plain,
    Seed(Box<dyn Strategy>),
    Like {
        parent: Arc<Parent>,
        /// The draw of the parent that comes next, if all is as it was there.
        next: usize,
        /// The draws that are changed, by their places in the parent.
        changed: Vec<usize>,
        /// From this draw on it is a walk.
        cut: usize,
        /// Whether what the parent did not draw is a walk; else it takes its default.
        strays: bool,
    },
}

impl Mutant {
    /// The run that is made by this recipe with this seed. The log is there once it is over.
    pub(super) fn new(
        recipe: &Recipe,
        seed: u64,
        calibration: &Arc<Calibration>,
        log: &Arc<Mutex<Log>>,
    ) -> Mutant {
        let mut walk = RandomWalk::new(Which::of(seed));
        let course = match recipe {
            Recipe::Plain => Course::Plain,
            Recipe::Mutant(parent) if !parent.draws().is_empty() => changed(parent, &mut walk),
            Recipe::Seed | Recipe::Mutant(_) => {
                Course::Seed(Builtin::Portfolio.strategy(seed, calibration))
            }
        };
        Mutant {
            course,
            walk,
            namer: Namer::new(),
            lineages: Lineages::default(),
            coverage: Coverage::default(),
            draws: Vec::new(),
            log: log.clone(),
        }
    }

    fn answer(&mut self, draw: &Draw<'_>, key: u64) -> usize {
        let (parent, at, changed, strays) = match &mut self.course {
            Course::Plain => return 0,
            Course::Seed(strategy) => return strategy.draw(draw),
            Course::Like { cut, .. } if self.draws.len() >= *cut => return self.walk.draw(draw),
            Course::Like {
                parent,
                next,
                changed,
                strays,
                ..
            } => {
                let at = parent.find(key, *next);
                *next = at.map_or(*next, |at| at + 1);
                (
                    parent,
                    at,
                    at.is_some_and(|at| changed.contains(&at)),
                    *strays,
                )
            }
        };
        let there = at.and_then(|at| candidate(draw, parent.draws()[at], &self.lineages));
        match there {
            Some(there) if changed => other(draw, there, &mut self.walk),
            Some(there) => there,
            None if strays => self.walk.draw(draw),
            None => 0,
        }
    }
}

/// Draws what is changed.
fn changed(parent: &Arc<Parent>, walk: &mut RandomWalk) -> Course {
    let draws = parent.draws().len();
    let (mut changed, mut cut) = (Vec::new(), usize::MAX);
    if walk.pick(ONE_CUT_IN) == 0 {
        cut = walk.pick(draws);
    } else {
        changed.push(walk.pick(draws));
        while changed.len() < MOST_CHANGES && walk.pick(2) == 0 {
            changed.push(walk.pick(draws));
        }
    }
    Course::Like {
        parent: parent.clone(),
        next: 0,
        changed,
        cut,
        strays: walk.pick(2) == 0,
    }
}

/// The candidate that was chosen there, if there is one of its kind.
fn candidate(draw: &Draw<'_>, drawn: Drawn, lineages: &Lineages) -> Option<usize> {
    let (answer, count) = (drawn.answer as usize, draw.candidates());
    let is_it = |nth: usize| lineage_of(draw, nth, lineages) == drawn.chosen;
    // The default stays the default, whoever that is.
    if answer == 0 || answer < count && is_it(answer) {
        return Some(answer);
    }
    drawn.chosen?;
    (0..count).find(|&nth| is_it(nth))
}

/// Another candidate than this one.
fn other(draw: &Draw<'_>, than: usize, walk: &mut RandomWalk) -> usize {
    let count = draw.candidates();
    let few = draw.kind().is_among_tasks() || count <= FEW;
    match walk.pick(4) {
        _ if count < 2 => 0,
        0 if than != 0 => 0,
        _ if few => {
            let other = walk.pick(count - 1);
            other + usize::from(other >= than)
        }
        0 | 1 => walk.draw(draw),
        direction => {
            // One of few bits more often than one of many.
            let most = 1 + walk.pick(count.ilog2() as usize);
            let by = 1 << walk.pick(most);
            match direction {
                2 => than.saturating_sub(by),
                _ => (than + by).min(count - 1),
            }
        }
    }
}

impl Strategy for Mutant {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let key = self.namer.key(draw, &self.lineages);
        let answer = self.answer(draw, key);
        self.draws.push(Drawn {
            key,
            answer: answer as u32,
            chosen: lineage_of(draw, answer, &self.lineages),
        });
        answer
    }

    fn observe(&mut self, observation: Observation) {
        self.lineages.observe(observation);
        self.namer.observe(observation);
        self.coverage.observe(observation, &self.lineages);
        if let Course::Seed(strategy) = &mut self.course {
            strategy.observe(observation);
        }
    }

    fn end(&mut self, summary: &Summary) {
        if let Course::Seed(strategy) = &mut self.course {
            strategy.end(summary);
        }
        let log = Log {
            draws: std::mem::take(&mut self.draws),
            features: self.coverage.features().collect(),
        };
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = log;
    }

    fn name(&self) -> &str {
        "guided"
    }
}
