//! Behind `#[reweave::test]` and `#[reweave::main]`.
//!
//! Without arguments a test runs the plain schedule, and then [`DEFAULT_SEEDS`] random ones; before them what is
//! [kept](super::regressions) of earlier failures. The [environment](super::environment) has the last word.

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, Write};
use std::ops::Range;
use std::panic::resume_unwind;
use std::process;
use std::sync::Arc;

use super::child;
use super::command::Program;
use super::environment::{Chosen, Environment};
use super::interrupt::Exploring;
use super::options::{DEFAULT_SEEDS, TestOptions};
use super::pace::Pace;
use super::parts::{self, Parts};
use super::regressions::Regressions;
use super::returned::TestOutput;
use super::running::{self, Running};
use super::told::{Failure, Warned, judge, print_trace, taken_down, unmet};
use super::witness::Entry;
use super::{debugger, fresh, progress, rehearsal, replayed, told, unknown};
use crate::choice::strategies::builtin::Builtin;
use crate::choice::tape::Tape;
use crate::explore::asked::USUAL_BUDGET;
use crate::explore::explore::explore;
use crate::explore::outcome::Run;
use crate::explore::properties::Properties;
use crate::explore::sim::Sim;
use crate::explore::systematic::refusal;
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
    let is_merged = environment.parts.is_some_and(|parts| parts.merged);
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
        _ if is_merged => return Err(runs_once(options.name)),
        None => sim,
        // The plain strategy has one run, whatever the seed.
        Some(Chosen::Seed(_)) if strategy == Builtin::Plain => sim,
        Some(Chosen::Seed(seed)) => sim.seed(seed),
        Some(Chosen::Tape(tape)) => sim.tape(&tape),
        Some(Chosen::Seeds(_) | Chosen::SeedsFrom(_) | Chosen::FreshSeeds(_)) => {
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
    unknown::tell();
    let environment = Environment::read().map_err(|error| error.to_string())?;
    let strategy = options.strategy_in(&environment)?;
    let own = options.own()?;
    let others = own.unlike(&environment.circumstances);
    let sim = own.under(&others, options.sim.clone());
    let options = &options.clone().with_sim(sim);
    let program = &program.clone().under(others.clone());
    if let Some(judged) = parts::judged(program, &environment, strategy) {
        return judged;
    }
    let place = options.place;
    let make = || {
        let test = make();
        async move {
            if let Some(failure) = test.await.failure() {
                panic_at(failure, place);
            }
        }
    };
    let trace = environment.trace;
    let chosen = environment.draws.as_ref().or(options.chosen.as_ref());
    // Of a single run that was asked for it is known which it is.
    let many_runs = match chosen {
        None | Some(Chosen::Seeds(_) | Chosen::SeedsFrom(_) | Chosen::FreshSeeds(_)) => true,
        Some(Chosen::Seed(_) | Chosen::Tape(_)) => false,
    };
    let one_run = !many_runs || strategy == Builtin::Plain;
    debugger::wants_one_run(environment.stop_at, one_run)?;
    let stops = environment.stop_at.is_some();
    let makes_plain = chosen.is_none() || strategy.is_search();
    let kept_at = match many_runs && !child::is_one() && !cfg!(miri) {
        true => running::RunningFiles::of(program.test_name().map(str::to_owned)),
        false => None,
    };
    if let Some((drawn, fate)) = kept_at.as_ref().and_then(running::RunningFiles::try_left) {
        let line = program.replay_drawn(&drawn, strategy);
        return Err(taken_down(drawn, line, &fate).into());
    }
    let running = kept_at.as_ref().and_then(Running::new);
    // While somebody looks at it in a debugger no poll returns.
    let watched = environment.watchdog != Some(false) && !stops;
    let said = program.clone();
    let witness = Entry::new(
        move |drawn: &Drawn| said.replay_drawn(drawn, strategy),
        watched,
        running,
    );
    let name = program.name().to_owned();
    let sim = options.sim.clone().on_shrink(move |shrinking| {
        // Past the harness, which would keep it; and if standard error is closed, nothing can be done.
        let _ = writeln!(io::stderr(), "reweave: {name}: {shrinking}");
    });
    let options = &options
        .clone()
        .with_sim(sim.with_witness(Arc::new(witness)));
    // One that looks whether a run takes its process down has nothing to try.
    let rehearse = environment.rehearse && !child::is_one() && !stops;
    let reads = || rehearsal::reads_reports(program);
    // Events have their numbers in the run that was chosen, and in no other.
    let shrinks = environment.shrink.unwrap_or_else(reads) && !child::is_one() && !stops;
    let warned = RefCell::new(Warned::default());
    let own_count = options.own_count();
    let parts = Parts::of(program, &environment, strategy);
    // Of a part of the runs nothing can be said.
    let judges =
        !child::is_one() && parts.is_none() && is_all(environment.draws.as_ref(), own_count);
    let properties = RefCell::new(Properties::expecting(&options.expected));
    let regressions = match is_test {
        true => Regressions::of(program, &environment),
        false => None,
    };
    if let Some(regressions) = &regressions {
        for kept in regressions.read()? {
            let program = program.clone().under(kept.circumstances().clone());
            let sim = own.under(kept.circumstances(), options.sim.clone());
            let sim = sim.tape(kept.tape());
            let asked = sim.run_made(make, place);
            let near = sim.again_near(kept.finding(), make, place, &asked);
            let says = kept.says(&asked, near.is_some());
            let run = near.unwrap_or(asked);
            if !run.failed() {
                // Past the harness, which shows what a test prints only if it fails.
                let _ = writeln!(io::stderr(), "reweave: {}: {says}", program.name());
                continue;
            }
            print_trace(&run, trace);
            let run = sim.tell(shrinks, make, place, run);
            judge(&run, &program, rehearse, trace).map_err(|failure| failure.and(&says))?;
        }
    }
    let made = |sim: Sim, asked_for: bool| -> Result<(), Failure> {
        let mut run = debugger::stopping(sim, environment.stop_at).run_made(make, place);
        rehearsal::answer(program, &run);
        properties.borrow_mut().add(&run.met);
        print_trace(&run, trace);
        debugger::tell_missed(&run, environment.stop_at);
        if asked_for || !run.findings().is_empty() {
            run = options.sim.tell(shrinks, make, place, run);
        }
        judge(&run, program, rehearse, trace)?;
        warned.borrow_mut().tell(&run, program);
        if replayed::is_chosen(&environment) {
            replayed::passes(&run, program)?;
        }
        Ok(())
    };
    let one = |sim: Sim| made(sim, true);
    let plain = || made(options.sim.clone(), false);
    let many = |seeds: Range<u64>| {
        let part = parts.as_ref().map(|parts| parts.begin(&seeds));
        let part = part.transpose()?;
        let exploring = Exploring::begin();
        let asked = seeds.end - seeds.start;
        let explore = explore(make)
            .called_at(place)
            .sim(options.sim.clone())
            .seeds(seeds)
            .builtin(strategy)
            .shrink(shrinks)
            .jobs(options.jobs);
        let explore = exploring.over(explore);
        let explore = match progress::teller(program.name()) {
            Some(teller) => explore.on_progress(teller),
            None => explore,
        };
        let pace = Pace::begin();
        let explore = match pace.clone() {
            Some(pace) => explore.on_run(move |seed| pace.ran(seed)),
            None => explore,
        };
        let found = explore.run();
        if let Some(searched) = found.searched() {
            // Past the harness, as how far shrinking is: that a search was cut short is to be seen of a test that passes.
            let _ = writeln!(io::stderr(), "reweave: {}: {searched}", program.name());
            for target in found.targets() {
                let _ = writeln!(io::stderr(), "reweave: {}: target {target}", program.name());
            }
        }
        pace.iter().for_each(|pace| pace.end(program.name()));
        for run in found.warnings() {
            warned.borrow_mut().tell(run, program);
        }
        let keep = |run: &Run, failure: Failure| {
            // What the plain run shows is shown again without a file, where that is made.
            let is_made = *run.tape() == Tape::default() && makes_plain;
            let keeps = regressions.as_ref().filter(|_| failure.alone && !is_made);
            match keeps.and_then(|regressions| regressions.keep(run, &others)) {
                Some(line) => failure.and(&line),
                None => failure,
            }
        };
        let outcome = match found.failure() {
            None => {
                properties.borrow_mut().merge(found.properties());
                match judges && found.is_whole() {
                    true => unmet(&properties.borrow()),
                    false => Ok(()),
                }
            }
            Some(run) => {
                print_trace(run, trace);
                judge(run, program, rehearse && !Exploring::came(), trace)
                    .map_err(|failure| keep(run, failure))
            }
        };
        // Of seeds that were not run to their end nothing is known, unless one failed.
        let outcome = match part.filter(|_| found.is_whole() || outcome.is_err()) {
            Some(part) => part.write(found.runs(), &properties.borrow(), outcome),
            None => outcome,
        };
        if Exploring::came() {
            // Past the harness, which shows nothing any more.
            let told = told::interrupted(&found, asked, program, &outcome);
            let _ = writeln!(io::stderr(), "{told}");
            exploring.end();
        }
        outcome
    };
    if strategy.is_search() {
        if let Some(refusal) = refusal(strategy, &options.sim.setup) {
            return Err(refusal.into());
        }
        let own_budget = match &options.chosen {
            Some(Chosen::Seeds(seeds)) => seeds.end - seeds.start,
            _ => USUAL_BUDGET,
        };
        return match chosen {
            Some(Chosen::Tape(tape)) => one(options.sim.clone().tape(tape)),
            Some(Chosen::Seed(seed)) => Err(format!(
                "`{strategy}` is a search of many runs and has no seeds, and seed {seed} was asked for: REWEAVE_SEEDS says how many \
                 runs it may make, and REWEAVE_TAPE replays one"
            )
            .into()),
            // As many runs as there are seeds. The first says which guided search it is, and nothing to a systematic one.
            Some(Chosen::Seeds(seeds)) => many(seeds.clone()),
            Some(Chosen::FreshSeeds(count)) => match strategy.is_systematic() {
                true => many(0..count.unwrap_or(own_budget)),
                false => many(fresh::seeds(*count, own_budget)),
            },
            Some(Chosen::SeedsFrom(first)) => match strategy.is_systematic() {
                true => many(0..own_budget),
                false => many(fresh::from(*first, own_budget)?),
            },
            None => many(0..own_budget),
        };
    }
    match chosen {
        Some(Chosen::Tape(tape)) => one(options.sim.clone().tape(tape)),
        // It has one run, whatever the seed.
        _ if strategy == Builtin::Plain => plain(),
        Some(Chosen::Seed(seed)) => one(options.sim.clone().seed(*seed).builtin(strategy)),
        Some(Chosen::Seeds(seeds)) => many(seeds.clone()),
        Some(Chosen::SeedsFrom(first)) => many(fresh::from(*first, own_count)?),
        Some(Chosen::FreshSeeds(count)) => many(fresh::seeds(*count, own_count)),
        None => {
            plain()?;
            many(0..DEFAULT_SEEDS)
        }
    }
}

/// Whether these are all runs of a test, or as many.
fn is_all(chosen: Option<&Chosen>, own_count: u64) -> bool {
    match chosen {
        None | Some(Chosen::FreshSeeds(None) | Chosen::SeedsFrom(_)) => true,
        Some(Chosen::Seeds(seeds)) => seeds.start == 0 && seeds.end >= own_count,
        Some(Chosen::FreshSeeds(Some(count))) => *count >= own_count,
        Some(Chosen::Seed(_) | Chosen::Tape(_)) => false,
    }
}
