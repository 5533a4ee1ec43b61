//! A trial: one strategy runs one program until its bug shows, at most so many times.
//!
//! A run has failed if its main future did not come to its end: it panicked, or waits for ever. That is told in the same way in
//! both worlds, by `Tally`, and not by what either reports.
//!
//! *Schedules* are runs that the strategy itself made, the failing one included. What a strategy learns of the program
//! beforehand (calibration) is counted apart, for one of those runs may fail, too: of Reweave's these are the plain run and sixteen random ones,
//! of shuttle's PCT and URW their own first run, which PCT makes with the oldest task first, and URW at random. *Runs* are both,
//! until the first that fails. The *time* is from the start to the end of that run; nothing is shrunk or told.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use reweave::strategies::Builtin;
use reweave::{FindingKind, Level, Sim};
use shuttle::scheduler::{
    DfsScheduler, PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId,
    UrwRandomScheduler,
};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use super::Program;
use super::world::{Reweave, Shuttle};

/// The seeds of a trial start at its number times this.
const SEEDS_APART: u64 = 1_000_000_000;

/// What one trial came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// How many schedules the strategy made.
    pub schedules: u64,
    /// Whether the last of them showed the bug.
    pub found: bool,
    /// How long it took until the bug showed, in a run that calibrates or another; if none did, until it gave up.
    pub time: Duration,
    /// How many runs were made beforehand, to calibrate.
    pub calibration: u64,
    /// The first of these that showed the bug, from 1.
    pub calibration_found: Option<u64>,
}

impl Trial {
    /// How many runs were made until the bug showed, those that calibrate counted; and whether it did.
    pub fn runs(&self) -> (u64, bool) {
        match self.calibration_found {
            Some(run) => (run, true),
            None => (self.calibration + self.schedules, self.found),
        }
    }
}

/// A strategy of Reweave or of shuttle.
///
/// ```
/// use reweave_benches::bugs::trial::Strategy;
///
/// let pct: Strategy = "shuttle:pct(3)".parse().unwrap();
/// assert_eq!(pct.to_string(), "shuttle:pct(3)");
/// assert!("shuttle:magic".parse::<Strategy>().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Strategy {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Reweave(Builtin),
    Random,
    Pct(usize),
    Urw,
    Dfs,
}

/// No strategy is called so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStrategy(String);

impl fmt::Display for UnknownStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownStrategy {}

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(name: &str) -> Result<Strategy, UnknownStrategy> {
        let unknown = |expected: String| {
            let words = format!("no strategy {name:?}: expected {expected}");
            UnknownStrategy(words)
        };
        let kind = match name.split_once(':') {
            Some(("reweave", own)) => own.parse().map(Kind::Reweave).map_err(|error| {
                unknown(format!("`reweave:` and a strategy of Reweave ({error})"))
            })?,
            Some(("shuttle", peer)) => shuttles(peer).ok_or_else(|| {
                let known = "`random`, `pct(DEPTH)` with a depth from 1, `urw` or `dfs`";
                unknown(format!("`shuttle:` and {known}"))
            })?,
            _ => {
                let form = "`reweave:NAME` or `shuttle:NAME`, such as `shuttle:pct(3)`";
                return Err(unknown(form.to_owned()));
            }
        };
        let name = name.to_owned();
        Ok(Strategy { name, kind })
    }
}

fn shuttles(name: &str) -> Option<Kind> {
    match name {
        "random" => Some(Kind::Random),
        "urw" => Some(Kind::Urw),
        "dfs" => Some(Kind::Dfs),
        _ => {
            let depth = name.strip_prefix("pct")?;
            let within = depth
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'));
            let depth = within.unwrap_or(depth).parse().ok()?;
            (depth > 0).then_some(Kind::Pct(depth))
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl Strategy {
    /// What is compared unless asked otherwise: of these names those that this Reweave knows, and all of shuttle's.
    pub fn usual() -> Vec<Strategy> {
        const OURS: [&str; 13] = [
            "random",
            "random(1/2)",
            "random(1/8)",
            "random(1/32)",
            "pct(2)",
            "pct(3)",
            "pct(10)",
            "pos",
            "urw",
            "surw",
            "bounded(2)",
            "guided",
            "portfolio",
        ];
        const SHUTTLES: [&str; 6] = ["random", "pct(2)", "pct(3)", "pct(10)", "urw", "dfs"];
        let ours = OURS.iter().map(|name| format!("reweave:{name}"));
        let shuttles = SHUTTLES.iter().map(|name| format!("shuttle:{name}"));
        ours.chain(shuttles)
            .filter_map(|name| name.parse().ok())
            .collect()
    }

    /// Whether it is one of Reweave's.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Reweave(_))
    }

    /// Whether it rotates others.
    pub fn is_portfolio(&self) -> bool {
        self.name.starts_with("reweave:portfolio")
    }

    /// Whether it has no seeds, so that a second trial would be the first again.
    pub fn has_no_seeds(&self) -> bool {
        let unseeded = ["plain", "bounded", "exhaustive"];
        match self.kind {
            Kind::Dfs => true,
            Kind::Reweave(_) => {
                let own = self.name.trim_start_matches("reweave:");
                unseeded.iter().any(|unseeded| own.starts_with(unseeded))
            }
            Kind::Random | Kind::Pct(_) | Kind::Urw => false,
        }
    }

    /// The trial of this number, of at most `cap` schedules.
    pub fn try_to_find(&self, program: &'static Program, number: u64, cap: u64) -> Trial {
        let start = number * SEEDS_APART;
        let runs = usize::try_from(cap).unwrap_or(usize::MAX);
        match self.kind {
            Kind::Reweave(builtin) => on_reweave(program, builtin, start, cap),
            Kind::Random => on_shuttle(program, RandomScheduler::new_from_seed(start, runs), 0),
            // Of these the first run calibrates.
            Kind::Pct(depth) => {
                let pct = PctScheduler::new_from_seed(start, depth, runs.saturating_add(1));
                on_shuttle(program, pct, 1)
            }
            Kind::Urw => {
                let urw = UrwRandomScheduler::new_from_seed(start, runs.saturating_add(1));
                on_shuttle(program, urw, 1)
            }
            Kind::Dfs => on_shuttle(program, DfsScheduler::new(Some(runs), false), 0),
        }
    }
}

/// Reweave, with the findings that shuttle has, too.
pub fn sim() -> Sim {
    let ours = |kind: &&FindingKind| {
        !matches!(
            kind,
            FindingKind::Panic | FindingKind::UnobservedPanic | FindingKind::Deadlock
        )
    };
    let others = FindingKind::ALL.iter().filter(ours);
    others.fold(Sim::new(), |sim, kind| sim.level(*kind, Level::Allow))
}

/// shuttle, without limits and what it prints.
pub fn config() -> Config {
    let mut config = Config::new();
    config.max_steps = MaxSteps::None;
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config
}

fn on_reweave(program: &'static Program, strategy: Builtin, start: u64, cap: u64) -> Trial {
    let calibration = strategy.calibration_runs();
    let tally = Arc::new(Tally::new(calibration));
    let make = {
        let tally = tally.clone();
        move || {
            if tally.has_failed() {
                // The exploration would go on to count and to tell. No hook sees this.
                resume_unwind(Box::new(Stop));
            }
            tally.run_begins();
            let tally = tally.clone();
            let main = (program.on_reweave)(Reweave::new());
            async move {
                main.await;
                tally.run_passes();
            }
        }
    };
    let seeds = tally.clone();
    let explored = catch_unwind(AssertUnwindSafe(|| {
        reweave::explore(make)
            .builtin(strategy)
            .sim(sim())
            .seeds(start..start + cap)
            .verify_every(0)
            // A failing run of the calibration would end the exploration before its first seed.
            .collect()
            .on_run(move |_| seeds.schedule_is_over())
            .run()
    }));
    match explored {
        Err(panic) if !panic.is::<Stop>() => resume_unwind(panic),
        Ok(_) | Err(_) => tally.trial(),
    }
}

/// Ends an exploration from within.
struct Stop;

/// The first so many runs calibrate.
fn on_shuttle(
    program: &'static Program,
    scheduler: impl Scheduler + 'static,
    calibration: u64,
) -> Trial {
    let scheduler = Lent(Rc::new(RefCell::new(scheduler)));
    let tally = Arc::new(Tally::new(calibration));
    loop {
        let main = {
            let tally = tally.clone();
            move || {
                tally.run_begins();
                shuttle::future::block_on((program.on_shuttle)(Shuttle::new()));
                tally.run_passes();
                tally.schedule_is_over();
            }
        };
        let ran: Result<usize, Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(|| {
            Runner::new(scheduler.clone(), config()).run(main)
        }));
        match ran {
            Ok(_) => return tally.trial(),
            Err(_) if tally.has_failed() => return tally.trial(),
            // A run that calibrates. The others follow, as they do after one that passes. One that never began is none of the program's.
            Err(_) if tally.take_open() => {}
            // It is none of the program's.
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// A scheduler that outlives the runner that it is given to, which ends with the first run that fails.
struct Lent<S>(Rc<RefCell<S>>);

impl<S> Clone for Lent<S> {
    fn clone(&self) -> Self {
        Lent(self.0.clone())
    }
}

impl<S: Scheduler> Scheduler for Lent<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.0.borrow_mut().new_execution()
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        let mut scheduler = self.0.borrow_mut();
        scheduler.next_task(runnable, current, is_yielding)
    }

    fn next_u64(&mut self) -> u64 {
        self.0.borrow_mut().next_u64()
    }
}

/// Counts runs, and sees which is the first that fails.
struct Tally {
    start: Instant,
    /// How many of the first runs calibrate.
    calibration: u64,
    /// The first run that failed, from 1, and when it was over.
    first: OnceLock<(u64, Duration)>,
    /// How many began, those that are made again included.
    runs: AtomicU64,
    /// How many schedules were over when the last run began.
    before: AtomicU64,
    /// How many schedules are over.
    seeds: AtomicU64,
    /// Whether a run is under way, or failed.
    open: AtomicBool,
}

impl Tally {
    fn new(calibration: u64) -> Tally {
        Tally {
            start: Instant::now(),
            calibration,
            first: OnceLock::new(),
            runs: AtomicU64::new(0),
            before: AtomicU64::new(0),
            seeds: AtomicU64::new(0),
            open: AtomicBool::new(false),
        }
    }

    /// Whether the last run was one of the strategy's own, and failed.
    fn has_failed(&self) -> bool {
        let failed = self.is_open();
        if failed {
            let run = self.runs.load(Relaxed);
            self.first.get_or_init(|| (run, self.start.elapsed()));
        }
        failed && !self.calibrates()
    }

    /// Whether the last run did not come to its end.
    fn is_open(&self) -> bool {
        self.open.load(Relaxed)
    }

    /// The same, once for each run.
    fn take_open(&self) -> bool {
        self.open.swap(false, Relaxed)
    }

    /// Whether the last run was one that calibrates.
    fn calibrates(&self) -> bool {
        self.runs.load(Relaxed) <= self.calibration
    }

    fn run_begins(&self) {
        self.runs.fetch_add(1, Relaxed);
        self.before.store(self.seeds.load(Relaxed), Relaxed);
        self.open.store(true, Relaxed);
    }

    fn run_passes(&self) {
        self.open.store(false, Relaxed);
    }

    /// Also one that was made twice is one; one that calibrates is none.
    fn schedule_is_over(&self) {
        if !self.calibrates() {
            self.seeds.fetch_add(1, Relaxed);
        }
    }

    /// Once all is over.
    fn trial(&self) -> Trial {
        let found = self.has_failed();
        let schedules = match found {
            true => self.before.load(Relaxed) + 1,
            false => self.seeds.load(Relaxed),
        };
        let first = self.first.get();
        let there = first.filter(|(run, _)| *run <= self.calibration);
        Trial {
            schedules,
            found,
            time: first.map_or_else(|| self.start.elapsed(), |(_, time)| *time),
            calibration: self.calibration,
            calibration_found: there.map(|(run, _)| *run),
        }
    }
}
