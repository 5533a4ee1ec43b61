//! Behind `#[reweave::test]` and `#[reweave::main]`.
//!
//! Without arguments a test makes the plain run, and then some random ones; before them what is [kept](super::regressions) of earlier
//! failures. [`Which`] runs there are is up to the test and to the [environment](super::environment), which has the last word; [`Runs`] makes them.

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::process;
use std::sync::Arc;

use super::child;
use super::command::Program;
use super::environment::{Chosen, Environment};
use super::options::TestOptions;
use super::parts::{self, Parts};
use super::regressions::Regressions;
use super::returned::TestOutput;
use super::running::{self, Running};
use super::runs::Runs;
use super::told::{Failure, Warned, judge, print_trace, taken_down};
use super::which::Which;
use super::witness::Entry;
use super::{debugger, rehearsal, replayed, unknown};
use crate::choice::strategies::builtin::Builtin;
use crate::explore::properties::Properties;
use crate::explore::tested::Tested;
use crate::run::panics::panic_at;
use crate::run::underway::Drawn;

/// Runs a test; panics with the report if it fails.
#[track_caller]
pub fn run_test<M, F>(options: TestOptions, make: M)
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: TestOutput + 'static,
{
    let _child = child::begins();
    // A test has runs enough for what it costs to learn the program first.
    let options = options.with_default(Builtin::Portfolio);
    match run(&options, make, &options.test(), true) {
        Ok(()) => {}
        Err(Failure {
            report,
            heard: false,
            ..
        }) => panic!("{report}"),
        Err(Failure {
            report,
            heard: true,
            ..
        }) => {
            // A hook of the user's has heard of the panic that is reported, and does so once.
            eprintln!("{report}");
            resume_unwind(Box::new(report))
        }
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
    unknown::tell();
    let environment = Environment::read().map_err(|error| error.to_string())?;
    let strategy = options.strategy_in(&environment)?;
    let own = options.own()?;
    let others = own.unlike(&environment.circumstances);
    let sim = own.under(&others, options.sim.clone());
    let options = options.with_sim(sim);
    let program = options.main().under(others);
    let chosen_by_hand = replayed::is_chosen(&environment);
    let trace = environment.trace;
    let watched = environment.watchdog != Some(false) && environment.stop_at.is_none();
    let said = program.clone();
    let replay = move |drawn: &Drawn| said.replay_drawn(drawn, strategy);
    let witness = Entry::new(replay, watched, None);
    let sim = options.sim.echo(true).builtin(strategy);
    let sim = debugger::stopping(sim.with_witness(Arc::new(witness)), environment.stop_at);
    let chosen = environment.draws.or(options.chosen);
    let seed = match &chosen {
        Some(Chosen::Seed(seed)) => Some(*seed),
        _ => None,
    };
    let once = chosen.is_none() || seed.is_some();
    if let Some(why) = strategy
        .wants_many_runs(seed.unwrap_or_default())
        .filter(|_| once)
    {
        return Err(format!(
            "`{strategy}` {why}, and `{}` runs once: choose `random` or `pos`, or write `#[reweave::main(seeds = …)]`",
            options.name
        ));
    }
    let sim = match chosen {
        None => sim,
        // The plain strategy has one run, whatever the seed.
        Some(Chosen::Seed(_)) if strategy == Builtin::Plain => sim,
        Some(Chosen::Seed(seed)) => sim.seed(seed),
        Some(Chosen::Tape(tape)) => sim.tape(&tape),
        Some(
            Chosen::Seeds(_) | Chosen::SeedsFrom(_) | Chosen::FreshSeeds(_) | Chosen::Merged(_),
        ) => {
            return Err(runs_once(options.name));
        }
    };
    let run = sim.run_at(main, options.place);
    print_trace(&run, trace);
    debugger::tell_missed(&run, environment.stop_at);
    judge(&run, &program, false, trace).map_err(|failure| failure.report)?;
    Warned::default().tell(&run, &program);
    if chosen_by_hand {
        replayed::passes(&run, &program)?;
    }
    run.into_output()
        .ok_or_else(|| "the run was cut off: a finding that ended it is allowed".to_owned())
}

fn runs_once(name: &str) -> String {
    format!(
        "REWEAVE_SEEDS is set, and `{name}` runs once: set REWEAVE_SEED, or write `#[reweave::main(seeds = …)]`"
    )
}

/// Runs a program once for each seed; prints the report and exits with 1 if it fails.
pub fn run_seeds<M, F>(options: TestOptions, make: M)
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: TestOutput + 'static,
{
    let sim = options.sim.clone().echo(true);
    let options = options.with_sim(sim);
    let child = child::begins();
    if let Err(Failure { report, .. }) = run(&options, make, &options.main(), false) {
        drop(child);
        eprintln!("{report}");
        process::exit(1);
    }
}

fn run<M, F>(
    options: &TestOptions,
    make: M,
    program: &Program,
    is_test: bool,
) -> Result<(), Failure>
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: TestOutput + 'static,
{
    let place = options.place;
    let tested = || {
        let test = make();
        async move {
            if let Some(failure) = test.await.failure() {
                panic_at(failure, place);
            }
        }
    };
    run_tested(options, &tested, program, is_test)
}

/// Makes the runs of a test, or of a program with seeds, and judges them.
fn run_tested(
    options: &TestOptions,
    tested: &(dyn Tested + Sync),
    program: &Program,
    is_test: bool,
) -> Result<(), Failure> {
    unknown::tell();
    let environment = Environment::read().map_err(|error| error.to_string())?;
    let strategy = options.strategy_in(&environment)?;
    let own = options.own()?;
    let others = own.unlike(&environment.circumstances);
    let sim = own.under(&others, options.sim.clone());
    let options = options.clone().with_sim(sim);
    let program = &program.clone().under(others.clone());
    if let Some(Chosen::Merged(seeds)) = &environment.draws {
        return parts::judge(
            program,
            &environment,
            strategy,
            seeds.as_ref(),
            &options.expected,
        );
    }
    let which = Which::of(&options, &environment, strategy)?;
    debugger::wants_one_run(environment.stop_at, which.seeds().is_none())?;
    let left = match !which.is_chosen() && !child::is_one() && !cfg!(miri) {
        true => running::RunningFiles::of(program.test_name().map(str::to_owned)),
        false => None,
    };
    if let Some((drawn, fate)) = left.as_ref().and_then(running::RunningFiles::try_left) {
        let line = program.replay_drawn(&drawn, strategy);
        return Err(taken_down(drawn, line, &fate).into());
    }
    let parts = Parts::of(program, &environment, strategy);
    let part = match parts.as_ref().zip(which.seeds()) {
        Some((parts, seeds)) => Some(parts.begin(seeds)?),
        None => None,
    };
    let stops = environment.stop_at.is_some();
    // While somebody looks at it in a debugger no poll returns.
    let watched = environment.watchdog != Some(false) && !stops;
    let said = program.clone();
    let witness = Entry::new(
        move |drawn: &Drawn| said.replay_drawn(drawn, strategy),
        watched,
        left.as_ref().and_then(Running::new),
    );
    let name = program.name().to_owned();
    let sim = options.sim.clone().on_shrink(move |shrinking| {
        // Past the harness, which would keep it; and if standard error is closed, nothing can be done.
        let _ = writeln!(io::stderr(), "reweave: {name}: {shrinking}");
    });
    // One that looks whether a run takes its process down has nothing to try.
    let tries = !child::is_one() && !stops;
    let runs = Runs {
        tested,
        program,
        environment: &environment,
        strategy,
        own,
        others,
        rehearse: environment.rehearse && tries,
        // Events have their numbers in the run that was chosen, and in no other.
        shrinks: tries
            && environment
                .shrink
                .unwrap_or_else(|| rehearsal::reads_reports(program)),
        // Of a part of the runs nothing can be said.
        judges: !child::is_one() && part.is_none() && which.is_all(),
        regressions: match is_test {
            true => Regressions::of(program, &environment),
            false => None,
        },
        warned: RefCell::default(),
        properties: RefCell::new(Properties::expecting(&options.expected)),
        options: options
            .clone()
            .with_sim(sim.with_witness(Arc::new(witness))),
    };
    let made = runs.make(&which);
    match part {
        Some(part) => part.write(made, &runs.properties.borrow()),
        None => made.outcome,
    }
}
