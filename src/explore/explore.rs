//! Many runs, one a seed.
//!
//! What is found does not depend on how seeds are spread over threads: each run has a state of its own, the
//! first failure is the one with the lowest seed, and the digest of an exploration is a sum over its seeds.
//!
//! Exploring keeps hashes only. A seed that shows something is run again with everything kept; if its hash
//! then differs, the program is not deterministic, and that is what is reported.

use std::collections::BTreeMap;
use std::future::Future;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

use super::calibration::{Calibrated, calibrate};
use super::marks::KnownMarks;
use super::one::{self, Quick, prepare};
use super::outcome::{Answered, Run};
use super::repeat::{self, Seen};
use super::search::{Search, SeedsInOrder};
use super::sim::Sim;
use crate::base::hash::Hash;
use crate::base::place::{Place, caller};
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::strategies::Builtin;
use crate::choice::strategy::{Calibration, Strategy};
use crate::record::finding::Finding;
use crate::record::journal::Keep;
use crate::record::kind::{FindingKind, Level};
use crate::record::signature::Signature;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::underway::{Drawn, Taken};

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
    Explore {
        make,
        sim: Sim::new(),
        seeds: 0..1000,
        jobs: 1,
        collect: false,
        verify: 64,
        strategy: StrategyOf::Builtin(Builtin::default()),
        progress: None,
        place: caller(),
    }
}

/// Who answers the draws.
enum StrategyOf {
    Builtin(Builtin),
    /// One of the caller's, made anew for every run.
    Own(Box<dyn Fn() -> Box<dyn Strategy> + Sync>),
}

impl StrategyOf {
    fn wants_calibration(&self) -> bool {
        match self {
            StrategyOf::Builtin(builtin) => builtin.wants_calibration(),
            StrategyOf::Own(strategy) => strategy().wants_calibration(),
        }
    }

    fn source(&self, seed: u64, calibration: &Arc<Calibration>) -> Source {
        match self {
            StrategyOf::Builtin(builtin) => builtin.source(seed, calibration),
            StrategyOf::Own(strategy) => Source::Strategy(strategy(), seed, calibration.clone()),
        }
    }

    /// What to call the run of this seed.
    fn drawn(&self, seed: u64) -> Drawn {
        match self {
            StrategyOf::Builtin(Builtin::Plain) => Drawn::Plain,
            StrategyOf::Builtin(_) => Drawn::Seed(seed),
            StrategyOf::Own(_) => Drawn::Unnamed,
        }
    }

    fn answered(&self) -> Answered {
        match self {
            StrategyOf::Builtin(builtin) => Answered::Builtin(*builtin),
            StrategyOf::Own(strategy) => Answered::Own(strategy().name().to_owned()),
        }
    }
}

/// An exploration to be run; made by [`explore`].
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
    make: M,
    sim: Sim,
    seeds: Range<u64>,
    jobs: usize,
    collect: bool,
    verify: u64,
    strategy: StrategyOf,
    progress: Option<Box<dyn Fn(u64) + Sync>>,
    place: Place,
}

impl<M, F> Explore<M>
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: 'static,
{
    /// Which seeds; 0..1000 unless set.
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
        self.seeds = seeds;
        self
    }

    /// Limits, levels, input: all that is said of a run but its draws.
    pub fn sim(mut self, sim: Sim) -> Self {
        self.sim = sim;
        self
    }

    /// How many threads run seeds; 0 for one a core. 1 unless set. What is found does not depend on it.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Goes on after a failure, and collects all that are distinct: by the kind and place of their first
    /// finding. Without, it stops at the failure with the lowest seed.
    pub fn collect(mut self) -> Self {
        self.collect = true;
        self
    }

    /// Runs every `n`th seed twice, and compares: a finding `nondeterminism` if they differ. 64 unless set; 0 for
    /// never. Seeds that show something are run twice in any case.
    pub fn verify_every(mut self, n: u64) -> Self {
        self.verify = n;
        self
    }

    /// Answers draws with one of the strategies that come with Reweave. The random walk unless set.
    pub fn builtin(mut self, strategy: Builtin) -> Self {
        self.strategy = StrategyOf::Builtin(strategy);
        self
    }

    /// Answers draws with a strategy of the caller's, made anew for every run. If it
    /// [wants to](Strategy::wants_calibration), the program is calibrated first; a run of the calibration that fails ends
    /// the exploration before its first seed, unless it [collects](Explore::collect). Such a run has no seed; its
    /// [tape](Run::tape) brings it back.
    pub fn strategy<S>(mut self, make: impl Fn() -> S + Sync + 'static) -> Self
    where
        S: Strategy + 'static,
    {
        self.strategy = StrategyOf::Own(Box::new(move || Box::new(make())));
        self
    }

    /// Called after each run, from whichever thread ran it, with its seed.
    pub fn on_run(mut self, progress: impl Fn(u64) + Sync + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Runs the seeds.
    ///
    /// # Panics
    ///
    /// If a simulation is under way on this thread.
    #[track_caller]
    pub fn run(self) -> Exploration {
        let _active = prepare("Explore::run");
        let jobs = match self.jobs {
            0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            jobs => jobs,
        };
        // No more threads than seeds.
        let seeds = self.seeds.end - self.seeds.start;
        let jobs = jobs.min(usize::try_from(seeds).unwrap_or(usize::MAX));
        let Calibrated {
            calibration,
            failure,
        } = self.calibrate();
        if failure.is_some() && !self.collect {
            let start = self.seeds.start;
            let before_all = Exploration {
                seeds: start..start,
                ..Exploration::default()
            };
            return before_all.with(failure);
        }
        let shared = Shared {
            search: SeedsInOrder::new(self.seeds.clone()),
            calibration,
            found: Mutex::new(BTreeMap::new()),
            digest: AtomicU64::new(0),
            kept: Mutex::new(None),
        };
        if jobs == 1 {
            self.work(&shared);
        } else {
            thread::scope(|scope| {
                let workers: Vec<_> = (0..jobs)
                    .map(|_| scope.spawn(|| self.work(&shared)))
                    .collect();
                let ended: Vec<_> = workers.into_iter().map(ScopedJoinHandle::join).collect();
                // What a maker, a strategy or a callback panicked with is the caller's to see.
                if let Some(panic) = ended.into_iter().find_map(Result::err) {
                    resume_unwind(panic);
                }
            });
        }
        self.conclude(shared).with(failure)
    }

    fn calibrate(&self) -> Calibrated {
        if !self.strategy.wants_calibration() {
            return Calibrated::default();
        }
        let mut cx = Context::new(self.sim.setup.clone());
        calibrate(&mut cx, &self.make, self.place)
    }

    /// Takes seeds until there are none, or none below the lowest failure.
    fn work(&self, shared: &Shared) {
        let mut worker = Worker {
            explore: self,
            shared,
            cx: Context::new(self.sim.setup.clone()),
        };
        let mut digest = 0u64;
        while let Some(seeds) = shared.search.take() {
            worker.cx.takes(|| Taken::Seeds(seeds.clone()));
            // Anew for the seeds that are taken at a time, so that it does not depend on who takes which.
            let mut known = KnownMarks::default();
            for seed in seeds {
                if !shared.search.is_wanted(seed) {
                    break;
                }
                let Quick { hash, suspicion } = worker.quick(seed);
                digest = digest.wrapping_add(fingerprint(seed, hash));
                let (mut findings, mut differs, mut cut_short) = (Vec::new(), false, false);
                if known.ask_for_a_look(suspicion) {
                    let run = worker.recorded(seed, Keep::Ends, false);
                    differs = run.hash() != hash;
                    cut_short = run.met_limit();
                    findings = run.findings.clone();
                    if cut_short && !differs {
                        shared.keep(seed, run);
                    }
                }
                let twice = self.verify > 0
                    && (seed - self.seeds.start).is_multiple_of(self.verify)
                    && !cut_short;
                differs |= twice && worker.quick(seed).hash != hash;
                if differs || !findings.is_empty() {
                    self.note(shared, seed, &findings, differs);
                }
                if let Some(progress) = &self.progress {
                    progress(seed);
                }
            }
        }
        shared.digest.fetch_add(digest, Relaxed);
    }

    /// The level of differences between two runs of one seed.
    fn nondeterminism(&self) -> Level {
        self.sim.setup.levels.get(FindingKind::Nondeterminism)
    }

    fn note(&self, shared: &Shared, seed: u64, findings: &[Finding], differs: bool) {
        let differs = differs && self.nondeterminism() != Level::Allow;
        let fails = differs && self.nondeterminism() == Level::Deny
            || findings.iter().any(|finding| finding.level == Level::Deny);
        if fails && !self.collect {
            shared.search.stop_at(seed);
        }
        let mut found = shared.found.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = findings.iter().map(|f| Key::Found(f.level, f.signature()));
        for key in keys.chain(differs.then_some(Key::Differs)) {
            let first = found.entry(key).or_insert(seed);
            *first = seed.min(*first);
        }
    }

    /// Looks closely at the first seed of every distinct finding.
    fn conclude(&self, shared: Shared) -> Exploration {
        let made = shared.search.made();
        let found = shared.found.lock();
        let found = std::mem::take(&mut *found.unwrap_or_else(PoisonError::into_inner));
        let mut seeds: BTreeMap<u64, Seen> = BTreeMap::new();
        for (key, first) in found {
            if !made.contains(&first) {
                continue;
            }
            let seen = seeds.entry(first).or_default();
            match key {
                Key::Found(_, signature) => seen.signatures.push(signature),
                Key::Differs => seen.differed = true,
            }
        }
        let mut worker = Worker {
            explore: self,
            shared: &shared,
            cx: Context::new(self.sim.setup.clone()),
        };
        let looks = seeds
            .into_iter()
            .map(|(seed, seen)| worker.look(seed, &seen));
        let (failures, warnings) = looks.partition(Run::failed);
        let whole = made.end == self.seeds.end && shared.search.is_wanted(made.end - 1);
        Exploration {
            failures,
            warnings,
            seeds: made,
            digest: whole.then(|| shared.digest.into_inner()),
        }
    }
}

/// What makes runs, on one thread.
struct Worker<'a, M> {
    explore: &'a Explore<M>,
    shared: &'a Shared,
    cx: Box<Context>,
}

impl<M, F> Worker<'_, M>
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: 'static,
{
    fn plan(&self, seed: u64, record: Option<Keep>, passes: &Passes, aloud: bool) -> Plan {
        Plan {
            source: self.explore.strategy.source(seed, &self.shared.calibration),
            values: seed,
            record,
            passes: passes.clone(),
            drawn: self.explore.strategy.drawn(seed),
            aloud,
        }
    }

    /// Runs a seed for its hash.
    fn quick(&mut self, seed: u64) -> Quick {
        one::settle(&Passes::NONE, |passes| {
            let plan = self.plan(seed, None, passes, false);
            let main = (self.explore.make)();
            one::quick(&mut self.cx, plan, main, self.explore.place)
        })
    }

    /// Runs a seed and keeps everything.
    fn recorded(&mut self, seed: u64, keep: Keep, aloud: bool) -> Run<F::Output> {
        let run = one::settle(&Passes::NONE, |passes| {
            let plan = self.plan(seed, Some(keep), passes, aloud);
            let main = (self.explore.make)();
            one::recorded(&mut self.cx, plan, main, self.explore.place)
        });
        Run {
            seed: Some(seed),
            answered: self.explore.strategy.answered(),
            ..run
        }
    }

    /// Runs a seed and keeps everything; if it does not repeat, that is a finding. One that meets a limit takes long, and
    /// has been compared with its hash already.
    fn look(&mut self, seed: u64, seen: &Seen) -> Run {
        self.cx.takes(|| Taken::One(Drawn::Seed(seed)));
        let kept = self.shared.take_kept(seed);
        if let Some(run) = kept.filter(|run| !seen.differed && !one::would_be_heard(run)) {
            return run;
        }
        let mut run = self.recorded(seed, Keep::Ends, true).without_output();
        if run.met_limit() && !seen.differed {
            return run;
        }
        let again = self.recorded(seed, Keep::Ends, false).without_output();
        let quick = self.quick(seed).hash;
        let level = self.explore.nondeterminism();
        let mut stretch = |keep| self.recorded(seed, keep, false).without_output();
        let differences = repeat::differences(&run, &again, quick, seen, level, &mut stretch);
        run.findings.extend(differences);
        run
    }
}

/// One seed's part of the digest of an exploration.
fn fingerprint(seed: u64, hash: u64) -> u64 {
    let mut pair = Hash::new();
    pair.fold(seed);
    pair.fold(hash);
    pair.get()
}

/// What the threads of an exploration share.
struct Shared {
    search: SeedsInOrder,
    calibration: Arc<Calibration>,
    /// The first seed that showed each distinct finding.
    found: Mutex<BTreeMap<Key, u64>>,
    digest: AtomicU64,
    /// Of the runs that met a limit, and had the hash that was seen before, the one with the lowest seed.
    kept: Mutex<Option<(u64, Run)>>,
}

impl Shared {
    fn keep<T>(&self, seed: u64, run: Run<T>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|&(first, _)| seed < first) {
            *kept = Some((seed, run.without_output()));
        }
    }

    fn take_kept(&self, seed: u64) -> Option<Run> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, run) = kept.take_if(|(first, _)| *first == seed)?;
        Some(run)
    }
}

/// What makes two sightings the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Found(Level, Signature),
    /// Two runs of the seed had different hashes.
    Differs,
}

/// What an exploration found.
#[derive(Clone, Debug, Default)]
#[must_use = "an exploration says what it found; `unwrap` fails if something was wrong"]
pub struct Exploration {
    failures: Vec<Run>,
    warnings: Vec<Run>,
    seeds: Range<u64>,
    digest: Option<u64>,
}

impl Exploration {
    /// Takes in a run of the calibration that failed, if no seed failed likewise.
    fn with(mut self, calibrating: Option<Run>) -> Exploration {
        let signature = |run: &Run| run.failure().map(Finding::signature);
        if let Some(run) = calibrating
            && !self
                .failures
                .iter()
                .any(|seen| signature(seen) == signature(&run))
        {
            self.failures.insert(0, run);
        }
        self
    }

    /// Whether a run failed.
    pub fn failed(&self) -> bool {
        !self.failures.is_empty()
    }

    /// The failing run with the lowest seed.
    pub fn failure(&self) -> Option<&Run> {
        self.failures.first()
    }

    /// The failing runs, one for every distinct failure, by seed.
    pub fn failures(&self) -> &[Run] {
        &self.failures
    }

    /// Runs with findings of level warn only, one for every distinct one, by seed.
    pub fn warnings(&self) -> &[Run] {
        &self.warnings
    }

    /// How many seeds were run, up to the first failure if it stopped there.
    pub fn runs(&self) -> u64 {
        self.seeds.end - self.seeds.start
    }

    /// The seeds that were run.
    pub fn seeds(&self) -> Range<u64> {
        self.seeds.clone()
    }

    /// A hash over all runs; `None` if it stopped at a failure. It does not depend on the number of
    /// threads.
    pub fn digest(&self) -> Option<u64> {
        self.digest
    }
}
