//! Many runs, one a seed.
//!
//! What is found does not depend on how seeds are spread over threads: each run has a state of its own, the
//! first failure is the one with the lowest seed, and the digest of an exploration is a sum over its seeds.
//!
//! Exploring keeps hashes only. A seed that shows something is run again with everything kept; if its hash
//! then differs, the program is not deterministic, and that is what is reported.

use std::future::Future;
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use super::asked::Explore;
use super::asked::{Asked, Explored};
use super::calibration::{Calibrated, calibrate};
use super::conclusion::Ended;
use super::exploration::Exploration;
use super::guided;
use super::in_order::{InOrder, Made};
use super::marks::KnownMarks;
use super::one::prepare;
use super::outcome::Run;
use super::properties::Properties;
use super::seeds::SEEDS_AT_ONCE;
use super::shared::Shared;
use super::sightings::{Key, Sightings};
use super::sim::Sim;
use super::strategy_of::StrategyOf;
use super::systematic;
use super::tested::Tested;
use super::threads;
use super::worker::Worker;
use crate::base::place::{Place, caller};
use crate::choice::calibration::Calibration;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::strategy::Strategy;
use crate::model::faults::given::IntoFaults;
use crate::run::context::Context;
use crate::run::underway::{Batch, Drawn};

/// Explores the runs of a future: `make` makes it anew for every seed.
///
/// ```
/// let found = reweave::explore(|| async {
///     let late = reweave::spawn(async { 1 });
///     assert!(!late.is_finished());
/// })
/// .seeds(0..100)
/// .run();
/// assert!(!found.failed(), "{found}");
/// assert_eq!(found.runs(), 100);
/// ```
#[track_caller]
pub fn explore<M, F>(make: M) -> Explore<M>
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: 'static,
{
    explore_at(make, caller())
}

/// An exploration that was called here, of which nothing is said yet.
pub(crate) fn explore_at<M>(make: M, place: Place) -> Explore<M> {
    let asked = Asked {
        sim: Sim::new(),
        seeds: None,
        jobs: 1,
        collect: false,
        shrink: false,
        verify: 64,
        strategy: StrategyOf::Builtin(Builtin::default()),
        on_run: None,
        on_progress: None,
        expected: Vec::new(),
        until: None,
        interrupt: None,
        until_flat: false,
        place,
    };
    Explore { make, asked }
}

impl<M> Explore<M> {
    /// Which seeds; 0..1000 unless set. A [search](Builtin::is_search) has no seeds, and makes as many runs as these are, at the
    /// most; 10,000 unless set.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn seeds(mut self, seeds: Range<u64>) -> Self {
        assert!(
            !seeds.is_empty(),
            "`seeds` must be a range with at least one seed, got {seeds:?}"
        );
        self.asked.seeds = Some(seeds);
        self
    }

    /// Limits, levels, input: all that is said of a run but its draws.
    pub fn sim(mut self, sim: Sim) -> Self {
        self.asked.sim = sim;
        self
    }

    /// Which faults the runs may meet; see [`Sim::faults`]. What is said of them by [`Explore::sim`] later replaces it.
    ///
    /// # Panics
    ///
    /// If the text does not follow the grammar.
    #[track_caller]
    pub fn faults<T: IntoFaults>(mut self, faults: T) -> Self {
        self.asked.sim = self.asked.sim.faults(faults);
        self
    }

    /// How many threads run seeds; 0 for one a core. 1 unless set. What is found does not depend on it.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.asked.jobs = jobs;
        self
    }

    /// Goes on after a failure, and collects all that are distinct: by the kind and place of their first
    /// finding. Without, it stops at the failure with the lowest seed.
    pub fn collect(mut self) -> Self {
        self.asked.collect = true;
        self
    }

    /// Whether failures are shrunk and explained, as those are that an attribute reports: the run that is given for a failure is then
    /// the least that was found to fail in the same way, and [`Run::explanation`] says what is known of it. Off unless set.
    ///
    /// ```
    /// let found = reweave::explore(|| async {
    ///     let dice = [reweave::choose(1..=6), reweave::choose(1..=6), reweave::choose(1..=6)];
    ///     assert!(dice[1] < 3);
    /// })
    /// .shrink(true)
    /// .run();
    /// let failure = found.failure().unwrap();
    /// assert_eq!(failure.tape().to_line(), "reweave tape 1; main choose@2 2");
    /// assert!(failure.explanation().unwrap().is_minimal());
    /// ```
    pub fn shrink(mut self, shrink: bool) -> Self {
        self.asked.shrink = shrink;
        self
    }

    /// Runs every `n`th seed twice, and compares: a finding `nondeterminism` if they differ. 64 unless set; 0 for
    /// never. Seeds that show something are run twice in any case.
    pub fn verify_every(mut self, n: u64) -> Self {
        self.asked.verify = n;
        self
    }

    /// Answers draws with one of the strategies that come with Reweave. The random walk unless set.
    pub fn builtin(mut self, strategy: Builtin) -> Self {
        self.asked.strategy = StrategyOf::Builtin(strategy);
        self
    }

    /// Answers draws with a strategy of the caller's, made anew for every run. If it
    /// [wants to](Strategy::wants_calibration), the program is calibrated first. A run of the calibration that fails is
    /// reported if no seed fails, or if this [collects](Explore::collect); it has no seed, and its [tape](Run::tape) brings it
    /// back.
    pub fn strategy<S>(mut self, make: impl Fn() -> S + Sync + 'static) -> Self
    where
        S: Strategy + 'static,
    {
        self.asked.strategy = StrategyOf::Own(Box::new(move || Box::new(make())));
        self
    }

    /// A [`sometimes!`](crate::sometimes) or [`reachable!`](crate::reachable) of this name must hold in some run: if no run comes to it, the
    /// exploration fails. It may be called for several.
    pub fn expects(mut self, name: &'static str) -> Self {
        self.asked.expected.push(name);
        self
    }

    /// Runs the seeds, or makes the runs of a [search](Builtin::is_search). Those of a [systematic](Builtin::is_systematic) one are made one after the
    /// other whatever the number of [jobs](Explore::jobs), for what it makes next depends on what it saw.
    ///
    /// # Panics
    ///
    /// If a simulation is under way on this thread; and if [`Builtin::Dpor`] is asked for with [`Sim::threads`](crate::Sim::threads) or
    /// [`Sim::costs`](crate::Sim::costs).
    #[track_caller]
    pub fn run<F>(self) -> Exploration
    where
        M: Fn() -> F + Sync,
        F: Future + 'static,
        F::Output: 'static,
    {
        self.asked.run(&self.make)
    }
}

impl Explore<&(dyn Tested + Sync)> {
    /// [`Explore::run`] of a program whose type is not known.
    #[track_caller]
    pub(crate) fn run_tested(self) -> Exploration {
        self.asked.run(self.make)
    }
}

impl Asked {
    #[track_caller]
    fn run(mut self, program: &(dyn Tested + Sync)) -> Exploration {
        let _active = prepare("Explore::run");
        let _heeding = self.heed_interrupts();
        let asked = &self;
        let refusal = |strategy| systematic::refusal(strategy, &asked.sim.setup);
        if let Some(refusal) = asked.strategy.search().and_then(refusal) {
            panic!("{refusal}");
        }
        let explored = Explored { program, asked };
        let Calibrated {
            calibration,
            failure,
        } = explored.calibrate();
        let found = match asked.strategy.search() {
            None => explored.run_seeds(calibration),
            Some(Builtin::Guided) => guided::search(explored, calibration),
            Some(strategy) => systematic::search(explored, strategy),
        };
        // What a seed shows is replayed more easily.
        let failure = failure.filter(|_| asked.collect || !found.failed());
        found.with(failure.map(|run| explored.tell_calibration(run)))
    }

    /// Whether the exploration is to end with the seeds that were taken.
    fn ends(&self, shared: &Shared) -> bool {
        let ends = self.is_to_end();
        if ends && shared.seeds.close() < self.all_seeds().end {
            shared.ended.store(true, Relaxed);
        }
        ends
    }

    /// Whether there was an interrupt: then this seed and those after it are not made. Those before a failure are, so that it is told.
    fn closes_at(&self, seed: u64, shared: &Shared) -> bool {
        let closes = !shared.seeds.has_stopped() && self.is_interrupted();
        if closes {
            shared.seeds.close_at(seed);
            shared.ended.store(true, Relaxed);
        }
        closes
    }

    /// Whether what a run showed fails it.
    pub(super) fn is_failure(&self, keys: &[Key]) -> bool {
        let level = self.nondeterminism();
        keys.iter().any(|key| key.fails(level))
    }
}

impl Explored<'_> {
    fn run_seeds(&self, calibration: Arc<Calibration>) -> Exploration {
        let all = self.asked.all_seeds();
        let jobs = threads::count(self.asked.jobs, all.end - all.start);
        let properties = Properties::expecting(&self.asked.expected);
        let in_order = InOrder::new(all.start, properties, self.asked.until_flat);
        let shared = Shared::new(all, calibration, in_order);
        threads::on(jobs, || self.work(&shared));
        self.conclude(shared)
    }

    fn calibrate(&self) -> Calibrated {
        if !self.asked.strategy.wants_calibration() {
            return Calibrated::default();
        }
        let mut cx = Context::new(self.asked.sim.setup.clone());
        // One of the first that are calibrated, each of which is.
        let mut seeds = self.asked.all_seeds().take(SEEDS_AT_ONCE as usize);
        let seed = seeds.find(|&seed| self.asked.strategy.calibrates(seed));
        let seed = seed.filter(|_| self.asked.strategy.search().is_none());
        let drawn = seed.map_or(Drawn::Unnamed, Drawn::Seed);
        cx.takes(|| Batch::One(drawn.clone()));
        calibrate(&mut cx, self.program, self.asked.place, &drawn, || {
            self.asked.is_interrupted()
        })
    }

    fn tell_calibration(&self, run: Run) -> Run {
        let mut cx = Context::new(self.asked.sim.setup.clone());
        self.tell(&mut cx, run)
    }

    /// Takes seeds until there are none, or none below the lowest failure.
    fn work(&self, shared: &Shared) {
        let mut worker = Worker::new(*self, shared);
        let all = self.asked.all_seeds();
        let may_end = lock(&shared.in_order).may_end();
        while !self.asked.ends(shared)
            && let Some(seeds) = shared.seeds.take()
        {
            worker.cx.takes(|| Batch::Seeds(seeds.clone()));
            // Anew for the seeds that are taken at a time, so that it does not depend on who takes which.
            let mut known = KnownMarks::default();
            let mut made = Made::of(seeds.clone(), may_end);
            for seed in seeds {
                if !shared.seeds.is_wanted(seed) || self.asked.closes_at(seed, shared) {
                    break;
                }
                let twice =
                    self.asked.verify > 0 && (seed - all.start).is_multiple_of(self.asked.verify);
                let look = worker.explore_seed(seed, twice, &mut known);
                if !self.asked.collect && self.asked.is_failure(&look.keys) {
                    shared.seeds.stop_at(seed);
                    made.stop();
                }
                made.add(&look);
                self.asked
                    .tell_of(seed, &shared.teller, || lock(&shared.in_order).findings());
            }
            if let Some(end) = lock(&shared.in_order).made(made) {
                shared.seeds.close_at(end);
            }
        }
    }

    /// Looks closely at the first seed of every distinct finding, and counts in how many seeds each showed.
    fn conclude(&self, shared: Shared) -> Exploration {
        let made = shared.seeds.made();
        let took = shared.teller.began.elapsed();
        // Which later seeds other threads had begun with is up to the machine.
        let all = lock(&shared.in_order).conclude(made.clone(), took);
        let stopped = shared.seeds.has_stopped();
        let whole = !stopped && !shared.ended.load(Relaxed);
        // A run that met a limit takes long, and so would others of its kind.
        let counts = !(stopped && shared.has_kept_below(made.end));
        let (end, runs) = (made.end, made.end - made.start);
        let ended = Ended {
            runs: made,
            whole,
            repeats: whole,
            searched: None,
        };
        let count = |worker: &mut Worker<'_>, found: &mut Sightings| {
            let more = match stopped && counts {
                true => worker.sample(end, found),
                false => 0,
            };
            counts.then_some(runs + more)
        };
        Worker::new(*self, &shared).conclude(all, ended, |_| None, count)
    }
}

/// Locks what the threads of an exploration share.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
