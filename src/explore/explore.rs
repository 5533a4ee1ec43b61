//! Many runs, one a seed.
//!
//! What is found does not depend on how seeds are spread over threads: each run has a world of its own, the
//! first failure is the one with the lowest seed, and the digest of an exploration is a sum over its seeds.
//!
//! Exploring keeps hashes only. A seed that shows something is run again with everything kept; if its hash
//! then differs, the program is not deterministic, and that is what is reported.

use std::collections::BTreeMap;
use std::future::Future;
use std::mem;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::run::Run;
use super::sim::{self, Sim, prepare};
use crate::base::hash::Hash;
use crate::choice::draw::Strategy;
use crate::record::diff::Diff;
use crate::record::event::Place;
use crate::record::finding::{Finding, FindingKind, Level};
use crate::run::context::Context;
use crate::run::door::Source;
use crate::run::step::{self, caller};
use crate::run::world::Plan;

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
        strategy: None,
        progress: None,
        place: caller(),
    }
}

/// Makes the strategy that answers the draws of a seed's run.
type StrategyOf = Box<dyn Fn(u64) -> Box<dyn Strategy> + Sync>;

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
    strategy: Option<StrategyOf>,
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

    /// Answers draws with a strategy of the caller's, made anew for every seed. A random walk unless set.
    pub fn strategy<S>(mut self, make: impl Fn(u64) -> S + Sync + 'static) -> Self
    where
        S: Strategy + 'static,
    {
        self.strategy = Some(Box::new(move |seed| Box::new(make(seed))));
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
        prepare("Explore::run");
        let jobs = match self.jobs {
            0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            jobs => jobs,
        };
        let shared = Shared {
            next: AtomicU64::new(0),
            stop_at: AtomicU64::new(self.seeds.end),
            found: Mutex::new(BTreeMap::new()),
            digest: AtomicU64::new(0),
        };
        if jobs == 1 {
            self.work(&shared);
        } else {
            thread::scope(|scope| {
                for _ in 0..jobs {
                    scope.spawn(|| self.work(&shared));
                }
            });
        }
        self.conclude(shared)
    }

    /// Takes seeds until there are none, or none below the lowest failure.
    fn work(&self, shared: &Shared) {
        let mut digest = 0u64;
        let mut cx = Context::new(self.sim.setup.clone());
        loop {
            let ahead = shared
                .next
                .fetch_add(1, Relaxed)
                .saturating_mul(SEEDS_AT_ONCE);
            let first = self.seeds.start.saturating_add(ahead);
            if first >= shared.stop_at.load(Relaxed) {
                break;
            }
            let last = self.seeds.end.min(first.saturating_add(SEEDS_AT_ONCE));
            for seed in first..last {
                if seed >= shared.stop_at.load(Relaxed) {
                    break;
                }
                let hash = self.quick(&mut cx, seed);
                digest = digest.wrapping_add(fingerprint(seed, hash));
                let mut findings = mem::take(&mut cx.world_mut().findings);
                let mut differs = false;
                if cx.world_mut().suspicious {
                    let run = self.full(&mut cx, seed);
                    differs = run.hash() != hash;
                    findings = run.findings;
                }
                let twice =
                    self.verify > 0 && (seed - self.seeds.start).is_multiple_of(self.verify);
                differs |= twice && self.quick(&mut cx, seed) != hash;
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

    /// Runs a seed for its hash; findings stay in the world.
    fn quick(&self, cx: &mut Context, seed: u64) -> u64 {
        cx.begin(Plan {
            source: self.source(seed),
            values: seed,
            full: false,
        });
        step::run(cx, (self.make)(), self.place);
        cx.world_mut().recorder.hash()
    }

    /// Runs a seed and keeps everything.
    fn full(&self, cx: &mut Context, seed: u64) -> Run<F::Output> {
        let plan = Plan {
            source: self.source(seed),
            values: seed,
            full: true,
        };
        Run {
            seed: Some(seed),
            ..sim::run_full(cx, plan, (self.make)(), self.place)
        }
    }

    fn source(&self, seed: u64) -> Source {
        match &self.strategy {
            None => Source::Walk(seed),
            Some(strategy) => Source::Other(strategy(seed)),
        }
    }

    fn note(&self, shared: &Shared, seed: u64, findings: &[Finding], differs: bool) {
        let fails = differs || findings.iter().any(|finding| finding.level == Level::Deny);
        if fails && !self.collect {
            shared.stop_at.fetch_min(seed, Relaxed);
        }
        let kinds = findings.iter().map(|f| (f.level, f.signature()));
        let differs = differs.then(|| (Level::Deny, FindingKind::Nondeterminism.to_string()));
        let mut found = shared.found.lock().unwrap_or_else(PoisonError::into_inner);
        for key in kinds.chain(differs) {
            let entry = found.entry(key).or_insert(Sighting { first: seed });
            entry.first = entry.first.min(seed);
        }
    }

    /// Looks closely at the first seed of every distinct finding.
    fn conclude(&self, shared: Shared) -> Exploration {
        let stop_at = shared.stop_at.into_inner();
        // The failing seed itself counts.
        let end = if stop_at < self.seeds.end {
            stop_at + 1
        } else {
            stop_at
        };
        let found = shared
            .found
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut seeds: BTreeMap<u64, Vec<(Level, String)>> = BTreeMap::new();
        for (key, sighting) in found {
            if sighting.first < end {
                seeds.entry(sighting.first).or_default().push(key);
            }
        }
        let mut cx = Context::new(self.sim.setup.clone());
        let looks = seeds
            .into_iter()
            .map(|(seed, seen)| self.look(&mut cx, seed, seen));
        let (failures, warnings) = looks.partition(Run::failed);
        Exploration {
            failures,
            warnings,
            seeds: self.seeds.start..end,
            digest: if end == self.seeds.end {
                Some(shared.digest.into_inner())
            } else {
                None
            },
        }
    }

    /// Runs a seed and keeps everything; if it does not repeat, that is the finding.
    fn look(&self, cx: &mut Context, seed: u64, seen: Vec<(Level, String)>) -> Run {
        let (first, second) = (self.full(cx, seed), self.full(cx, seed));
        let quick = self.quick(cx, seed);
        let mut run = first;
        if run.hash() != second.hash() {
            let diff = Diff::new(run.trace(), second.trace());
            run.findings.push(nondeterminism(
                diff.to_string().lines().map(str::to_owned).collect(),
            ));
        } else if run.hash() != quick {
            let words = "two full runs agree with each other, and not with the run that kept hashes \
                         only";
            run.findings.push(nondeterminism(vec![words.to_owned()]));
        }
        // What was seen once must not be lost because it does not show again.
        let again: Vec<_> = run
            .findings
            .iter()
            .map(|f| (f.level, f.signature()))
            .collect();
        for key in seen {
            let nondeterminism_itself = key.1 == FindingKind::Nondeterminism.name();
            let shown = again.contains(&key)
                || nondeterminism_itself && again.iter().any(|a| a.1.starts_with(&key.1));
            if !shown {
                let words = format!(
                    "seen in one run of this seed and not in the next: {}",
                    key.1
                );
                run.findings.push(nondeterminism(vec![words]));
            }
        }
        Run {
            output: run.output.map(drop),
            findings: run.findings,
            trace: run.trace,
            tape: run.tape,
            matched: run.matched,
            elapsed: run.elapsed,
            steps: run.steps,
            stdout: run.stdout,
            terminal: run.terminal,
            seed: run.seed,
        }
    }
}

fn nondeterminism(details: Vec<String>) -> Finding {
    Finding {
        kind: FindingKind::Nondeterminism,
        level: Level::Deny,
        task: None,
        at: 0,
        place: None,
        message: "two runs of this seed went different ways".to_owned(),
        plain: details.clone(),
        details,
    }
}

/// One seed's part of the digest of an exploration.
fn fingerprint(seed: u64, hash: u64) -> u64 {
    let mut pair = Hash::new();
    pair.fold(seed);
    pair.fold(hash);
    pair.get()
}

/// Seeds that a thread takes at a time.
const SEEDS_AT_ONCE: u64 = 16;

/// What the threads of an exploration share.
struct Shared {
    /// How many times a thread took [`SEEDS_AT_ONCE`] seeds.
    next: AtomicU64,
    /// The lowest failing seed, if it is to stop there; else the end.
    stop_at: AtomicU64,
    found: Mutex<BTreeMap<(Level, String), Sighting>>,
    digest: AtomicU64,
}

/// Where a distinct finding was seen.
struct Sighting {
    first: u64,
}

/// What an exploration found.
#[derive(Clone, Debug)]
#[must_use = "an exploration says what it found; `unwrap` fails if something was wrong"]
pub struct Exploration {
    failures: Vec<Run>,
    warnings: Vec<Run>,
    seeds: Range<u64>,
    digest: Option<u64>,
}

impl Exploration {
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
