//! What is asked of an exploration.

use std::any::Any;
use std::ops::Range;

use super::explain::tell;
use super::one::Quick;
use super::outcome::Run;
use super::progress::ProgressListener;
use super::sim::Sim;
use super::strategy_of::StrategyOf;
use super::tested::Tested;
use crate::base::place::Place;
use crate::record::kind::{FindingKind, Level};
use crate::run::context::Context;
use crate::run::setup::Plan;

/// How many seeds are explored unless it is said.
const USUAL_SEEDS: u64 = 1_000;

/// How many runs a search makes at the most, unless it is said.
pub(crate) const USUAL_BUDGET: u64 = 10_000;

/// An exploration to be run; made by [`explore`](fn@crate::explore).
///
/// What it keeps in memory does not grow with the number of seeds: a few numbers, the first seed of each distinct finding, and the hashes of up to a
/// million distinct schedules, which take 36 MB at the most. A [systematic search](crate::strategies::Builtin::is_systematic) by
/// `bounded` remembers, beyond that, the runs of the next level that it has to make.
///
/// ```
/// use reweave::time::{Duration, sleep, timeout};
///
/// // A request takes up to 4 s, and is given 3.
/// let request = || async {
///     let takes = Duration::from_secs(reweave::choose(1..=4));
///     timeout(Duration::from_secs(3), sleep(takes)).await.expect("an answer in time");
/// };
/// let found = reweave::explore(request)
///     .seeds(0..100)
///     .sim(reweave::Sim::new().max_steps(1_000))
///     .run();
/// let failure = found.failure().expect("some seed takes 4 s");
/// assert_eq!(failure.elapsed(), Duration::from_secs(3));
/// // The seed alone brings the run back.
/// let again = reweave::Sim::new().seed(failure.seed().unwrap()).run(request());
/// assert_eq!(again.hash(), failure.hash());
/// ```
#[must_use = "an exploration does nothing until it is run"]
pub struct Explore<M> {
    pub(super) make: M,
    pub(super) asked: Asked,
}

/// All that is said of an exploration but its program.
pub(super) struct Asked {
    pub(super) sim: Sim,
    /// `None` is as many as are usual with the strategy.
    pub(super) seeds: Option<Range<u64>>,
    pub(super) jobs: usize,
    pub(super) collect: bool,
    pub(super) shrink: bool,
    pub(super) verify: u64,
    pub(super) strategy: StrategyOf,
    /// Who hears of each run.
    pub(super) on_run: Option<Box<dyn Fn(u64) + Sync>>,
    /// Who is told how far it is.
    pub(super) on_progress: Option<ProgressListener>,
    /// Properties that are to hold in some run, by name.
    pub(super) expected: Vec<&'static str>,
    /// Whether it is to end, although there are seeds left.
    pub(super) until: Option<Box<dyn Fn() -> bool + Sync>>,
    /// Which interrupt ends it with the runs that are under way.
    pub(super) interrupt: Option<Interrupt>,
    /// Whether it is to end where more runs bring next to no new schedules.
    pub(super) until_flat: bool,
    pub(super) place: Place,
}

/// What is explored: a program, and what is said of it.
#[derive(Clone, Copy)]
pub(super) struct Explored<'a> {
    pub(super) program: &'a (dyn Tested + Sync),
    pub(super) asked: &'a Asked,
}

/// An interrupt of the process, for those who do not know where it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Interrupt {
    /// Whether it came.
    pub(crate) came: fn() -> bool,
    /// What an exploration holds as long as it runs.
    pub(crate) heed: fn() -> Box<dyn Any>,
}

impl Asked {
    /// The seeds, or of a search as many numbers as it may make runs.
    pub(super) fn all_seeds(&self) -> Range<u64> {
        self.seeds.clone().unwrap_or(match self.strategy.search() {
            None => 0..USUAL_SEEDS,
            Some(_) => 0..USUAL_BUDGET,
        })
    }

    /// Whether it is to end although there are runs left.
    pub(super) fn is_to_end(&self) -> bool {
        self.until.as_ref().is_some_and(|ends| ends()) || self.is_interrupted()
    }

    /// The level of differences between two runs of one seed.
    pub(super) fn nondeterminism(&self) -> Level {
        self.sim.setup.levels.get(FindingKind::Nondeterminism)
    }
}

impl Explored<'_> {
    /// Makes a run for its hash.
    pub(super) fn quick(&self, cx: &mut Context, plan: Plan) -> (Quick, Vec<Place>) {
        self.program.quick(cx, plan, self.asked.place)
    }

    /// Makes a run, and takes everything that it kept.
    pub(super) fn recorded(&self, cx: &mut Context, plan: Plan) -> (Run, Vec<Place>) {
        self.program.recorded(cx, plan, self.asked.place)
    }

    /// What is told of a run: itself, or what it was shrunk to.
    pub(super) fn tell(&self, cx: &mut Context, run: Run) -> Run {
        let asked = self.asked;
        let listener = asked.sim.on_shrink.as_ref();
        tell(cx, self.program, asked.place, asked.shrink, listener, run)
    }
}
