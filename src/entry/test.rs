//! Behind `#[reweave::test]` and `#[reweave::main]`.
//!
//! Without arguments a test runs the plain schedule, and then [`DEFAULT_SEEDS`] random ones. The
//! [environment](super::environment) has the last word.

use std::fmt::Debug;
use std::future::Future;
use std::ops::Range;
use std::panic::resume_unwind;
use std::process;
use std::time::Duration;

use super::environment::{Chosen, Environment, TraceFormat};
use crate::choice::strategies::{Builtin, UnknownStrategy};
use crate::explore::explore::explore;
use crate::explore::outcome::Run;
use crate::explore::sim::Sim;
use crate::record::kind::{FindingKind, Level};
use crate::report::report::Report;

/// How many random schedules a test explores unless it says.
pub const DEFAULT_SEEDS: u64 = 64;

/// The arguments of the attribute.
#[derive(Clone, Debug)]
pub struct TestOptions {
    name: &'static str,
    sim: Sim,
    chosen: Option<Chosen>,
    /// The name that the attribute was given.
    strategy: &'static str,
    jobs: usize,
}

/// One method an argument.
#[allow(missing_docs, reason = "hidden: the attribute documents its arguments")]
impl TestOptions {
    pub fn new(name: &'static str) -> TestOptions {
        TestOptions {
            name,
            sim: Sim::new(),
            chosen: None,
            strategy: Builtin::Random.name(),
            jobs: 1,
        }
    }

    pub fn seed(self, seed: u64) -> TestOptions {
        TestOptions {
            chosen: Some(Chosen::Seed(seed)),
            ..self
        }
    }

    pub fn seeds(self, seeds: Range<u64>) -> TestOptions {
        TestOptions {
            chosen: Some(Chosen::Seeds(seeds)),
            ..self
        }
    }

    pub fn strategy(self, strategy: &'static str) -> TestOptions {
        TestOptions { strategy, ..self }
    }

    pub fn max_steps(self, steps: u64) -> TestOptions {
        TestOptions {
            sim: self.sim.max_steps(steps),
            ..self
        }
    }

    pub fn max_steps_at_once(self, steps: u64) -> TestOptions {
        TestOptions {
            sim: self.sim.max_steps_at_once(steps),
            ..self
        }
    }

    pub fn max_virtual_time(self, limit: Duration) -> TestOptions {
        TestOptions {
            sim: self.sim.max_virtual_time(limit),
            ..self
        }
    }

    pub fn max_tasks(self, tasks: u64) -> TestOptions {
        let tasks = usize::try_from(tasks).unwrap_or(usize::MAX);
        TestOptions {
            sim: self.sim.max_tasks(tasks),
            ..self
        }
    }

    pub fn jobs(self, jobs: usize) -> TestOptions {
        TestOptions { jobs, ..self }
    }

    pub fn level(self, finding: &str, level: Level) -> TestOptions {
        match FindingKind::from_name(finding) {
            Some(kind) => TestOptions {
                sim: self.sim.level(kind, level),
                ..self
            },
            None => panic!("there is no finding called `{finding}`"),
        }
    }
}

/// What a test may return.
pub trait TestOutput {
    /// Panics if it says that the test failed.
    #[track_caller]
    fn check(self);
}

impl TestOutput for () {
    fn check(self) {}
}

impl<T: TestOutput, E: Debug> TestOutput for Result<T, E> {
    fn check(self) {
        match self {
            Ok(output) => output.check(),
            Err(error) => panic!("returned an error: {error:?}"),
        }
    }
}

/// Runs a test; panics with the report if it fails.
#[track_caller]
pub fn run_test<M, F>(options: TestOptions, make: M)
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: TestOutput + 'static,
{
    if let Err(report) = run(&options, make, &Program::Test(options.name)) {
        panic!("{report}");
    }
}

/// Runs a program once, and gives what it returned; prints the report and panics if the run failed.
pub fn run_main<F, T>(options: TestOptions, main: F) -> T
where
    F: Future<Output = T> + 'static,
    T: 'static,
{
    match run_once(options, main) {
        Ok(output) => output,
        Err(report) => {
            eprintln!("{report}");
            // The report has said it all: the panic hook need not say it again.
            resume_unwind(Box::new("the simulation failed"))
        }
    }
}

fn run_once<F, T>(options: TestOptions, main: F) -> Result<T, String>
where
    F: Future<Output = T> + 'static,
    T: 'static,
{
    let environment = Environment::read().map_err(|error| error.to_string())?;
    let strategy = strategy(&options, &environment)?;
    let sim = options.sim.echo(true);
    let sim = match environment.draws.or(options.chosen) {
        None => sim,
        // The plain strategy has one run, whatever the seed.
        Some(Chosen::Seed(_)) if strategy == Builtin::Plain => sim,
        Some(Chosen::Seed(seed)) => sim.seed(seed),
        Some(Chosen::Tape(tape)) => sim.tape(&tape),
        Some(Chosen::Seeds(seeds)) => {
            return Err(format!(
                "REWEAVE_SEEDS is {}..{}, and `{}` runs once: set REWEAVE_SEED, or write \
                 `#[reweave::main(seeds = …)]`",
                seeds.start, seeds.end, options.name
            ));
        }
    };
    let run = sim.run(main);
    judge(&run, environment.trace, &Program::Main)?;
    run.into_output()
        .ok_or_else(|| "the run was cut off: a finding that ended it is allowed".to_owned())
}

/// Runs a program once for each seed; prints the report and exits with 1 if it fails.
pub fn run_seeds<M, F>(options: TestOptions, make: M)
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: TestOutput + 'static,
{
    let options = TestOptions {
        sim: options.sim.echo(true),
        ..options
    };
    if let Err(report) = run(&options, make, &Program::Main) {
        eprintln!("{report}");
        process::exit(1);
    }
}

/// What is run, as the line that replays it says.
enum Program {
    /// The test's path, the crate's name first.
    Test(&'static str),
    Main,
}

impl Program {
    fn command(&self) -> String {
        match self {
            Program::Test(name) => {
                let path = name.split_once("::").map_or(*name, |(_, path)| path);
                format!("cargo test {path} -- --exact")
            }
            Program::Main => "cargo run".to_owned(),
        }
    }

    /// The line that replays a run.
    fn replay<T>(&self, run: &Run<T>) -> String {
        let draws = match run.seed() {
            Some(seed) if run.strategy().is_none() => format!("REWEAVE_SEED={seed}"),
            _ => format!("REWEAVE_TAPE='{}'", run.tape().to_line()),
        };
        format!("{draws} {}", self.command())
    }
}

/// The strategy: the environment's, else that of the attribute.
fn strategy(options: &TestOptions, environment: &Environment) -> Result<Builtin, String> {
    let named = || options.strategy.parse();
    let strategy = environment.strategy.map_or_else(named, Ok);
    strategy.map_err(|error: UnknownStrategy| format!("strategy: {error}"))
}

fn run<M, F>(options: &TestOptions, make: M, program: &Program) -> Result<(), String>
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: TestOutput + 'static,
{
    let environment = Environment::read().map_err(|error| error.to_string())?;
    let strategy = strategy(options, &environment)?;
    let make = || {
        let test = make();
        async move { test.await.check() }
    };
    let trace = environment.trace;
    let one = |sim: Sim| judge(&sim.run_made(make), trace, program);
    let plain = || one(options.sim.clone());
    let many = |seeds: Range<u64>| {
        let explore = explore(make)
            .sim(options.sim.clone())
            .seeds(seeds)
            .builtin(strategy)
            .jobs(options.jobs);
        let found = explore.run();
        for run in found.warnings() {
            eprintln!("{}", Report::new(run));
        }
        found
            .failure()
            .map_or(Ok(()), |run| judge(run, trace, program))
    };
    match environment.draws.as_ref().or(options.chosen.as_ref()) {
        Some(Chosen::Tape(tape)) => one(options.sim.clone().tape(tape)),
        // It has one run, whatever the seed.
        _ if strategy == Builtin::Plain => plain(),
        Some(Chosen::Seed(seed)) => one(options.sim.clone().seed(*seed)),
        Some(Chosen::Seeds(seeds)) => many(seeds.clone()),
        None => {
            plain()?;
            many(0..DEFAULT_SEEDS)
        }
    }
}

/// Prints the trace if asked to; gives the report if the run failed.
fn judge<T>(run: &Run<T>, trace: Option<TraceFormat>, program: &Program) -> Result<(), String> {
    match trace {
        Some(TraceFormat::Text) => print!("{}", run.trace().with_places()),
        Some(TraceFormat::Json) => print!("{}", run.to_json_lines()),
        None => {}
    }
    let line = program.replay(run);
    let report = Report::new(run).replay(&line).to_string();
    if run.failed() {
        return Err(report);
    }
    if !run.findings().is_empty() {
        eprintln!("{report}");
    }
    Ok(())
}
