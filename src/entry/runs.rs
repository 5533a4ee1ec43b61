//! The runs of a test, or of a program with seeds: those that are kept of earlier failures, the plain one, and those of many seeds. Each is
//! judged, and told if it fails.

use std::cell::RefCell;
use std::io::{self, Write};

use super::circumstances::{Circumstances, Own};
use super::command::Program;
use super::environment::Environment;
use super::interrupt::Exploring;
use super::options::TestOptions;
use super::pace::Pace;
use super::regressions::Regressions;
use super::told::{Failure, Warned, judge, print_trace, unmet};
use super::which::{Seeds, Which};
use super::{debugger, progress, rehearsal, replayed, told};
use crate::choice::strategies::builtin::Builtin;
use crate::choice::tape::Tape;
use crate::explore::exploration::Exploration;
use crate::explore::explore::explore_at;
use crate::explore::properties::Properties;
use crate::explore::sim::Sim;
use crate::explore::tested::Tested;

/// See the top of this file.
pub(super) struct Runs<'a> {
    /// The code under test.
    pub(super) tested: &'a (dyn Tested + Sync),
    pub(super) program: &'a Program,
    pub(super) environment: &'a Environment,
    /// With the circumstances in which they are made.
    pub(super) options: TestOptions,
    pub(super) strategy: Builtin,
    /// What the test says of these itself, and what the environment says instead.
    pub(super) own: Own,
    pub(super) others: Circumstances,
    /// Whether the replay line of one that fails is tried before it is told.
    pub(super) rehearse: bool,
    /// Whether one that fails is shrunk and explained.
    pub(super) shrinks: bool,
    /// Whether it is judged what is to hold in some of them, if all are made.
    pub(super) judges: bool,
    pub(super) regressions: Option<Regressions>,
    pub(super) warned: RefCell<Warned>,
    pub(super) properties: RefCell<Properties>,
}

/// What runs came to.
pub(super) struct Made {
    /// How many of the seeds were run.
    pub(super) runs: u64,
    /// Whether these are all that were asked for.
    pub(super) whole: bool,
    pub(super) outcome: Result<(), Failure>,
}

impl Made {
    /// No seed was run.
    fn without_seeds(outcome: Result<(), Failure>) -> Made {
        Made {
            runs: 0,
            whole: false,
            outcome,
        }
    }
}

impl Runs<'_> {
    /// Makes them, up to the first that fails.
    pub(super) fn make(&self, which: &Which<'_>) -> Made {
        if let Err(failure) = self.kept() {
            return Made::without_seeds(Err(failure));
        }
        let sim = || self.options.sim.clone();
        match which {
            Which::Tape(tape) => Made::without_seeds(self.one(sim().tape(tape), true)),
            Which::Seed(seed) => {
                let sim = sim().seed(*seed).builtin(self.strategy);
                Made::without_seeds(self.one(sim, true))
            }
            Which::Plain => Made::without_seeds(self.one(sim(), false)),
            Which::Seeds(many) => {
                if many.plain_first
                    && let Err(failure) = self.one(sim(), false)
                {
                    return Made::without_seeds(Err(failure));
                }
                self.many(many)
            }
        }
    }

    /// Those that are kept of earlier failures.
    fn kept(&self) -> Result<(), Failure> {
        let Some(regressions) = &self.regressions else {
            return Ok(());
        };
        let (tested, place) = (self.tested, self.options.place);
        for kept in regressions.read()? {
            let circumstances = kept.circumstances().clone();
            let named = circumstances.or(self.own.in_place_of(&self.others));
            let program = self.program.clone().under(named);
            let sim = self.options.sim.clone();
            let sim = self.own.under(kept.circumstances(), sim).tape(kept.tape());
            let asked = sim.run_made(tested, place);
            let near = sim.again_near(kept.finding(), tested, place, &asked);
            let says = kept.says(&asked, near.is_some());
            let run = near.unwrap_or(asked);
            if !run.failed() {
                // Past the harness, which shows what a test prints only if it fails.
                let _ = writeln!(io::stderr(), "reweave: {}: {says}", program.name());
                continue;
            }
            print_trace(&run, self.environment.trace);
            let run = sim.tell(self.shrinks, tested, place, run);
            judge(&run, &program, self.rehearse, self.environment.trace)
                .map_err(|failure| failure.and(&says))?;
        }
        Ok(())
    }

    /// One run. One that was asked for is explained even if it shows nothing.
    fn one(&self, sim: Sim, asked_for: bool) -> Result<(), Failure> {
        let (program, environment) = (self.program, self.environment);
        let (tested, place) = (self.tested, self.options.place);
        let mut run = debugger::stopping(sim, environment.stop_at).run_made(tested, place);
        rehearsal::answer(program, &run);
        self.properties.borrow_mut().add(&run.met);
        print_trace(&run, environment.trace);
        debugger::tell_missed(&run, environment.stop_at);
        if asked_for || !run.findings().is_empty() {
            run = self.options.sim.tell(self.shrinks, tested, place, run);
        }
        judge(&run, program, self.rehearse, environment.trace)?;
        self.warned.borrow_mut().tell(&run, program);
        if replayed::is_chosen(environment) {
            replayed::passes(&run, program)?;
        }
        Ok(())
    }

    /// Those of many seeds, or of a search.
    fn many(&self, many: &Seeds) -> Made {
        let program = self.program;
        let asked = many.seeds.end - many.seeds.start;
        let exploring = Exploring::begin();
        let explore = explore_at(self.tested, self.options.place)
            .sim(self.options.sim.clone())
            .seeds(many.seeds.clone())
            .builtin(self.strategy)
            .shrink(self.shrinks)
            .jobs(self.options.jobs);
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
        let found = explore.run_tested();
        if let Some(searched) = found.searched() {
            // Past the harness, as how far shrinking is: that a search was cut short is to be seen of a test that passes.
            let _ = writeln!(io::stderr(), "reweave: {}: {searched}", program.name());
            for target in found.targets() {
                let _ = writeln!(io::stderr(), "reweave: {}: target {target}", program.name());
            }
        }
        pace.iter().for_each(|pace| pace.end(program.name()));
        for run in found.warnings() {
            self.warned.borrow_mut().tell(run, program);
        }
        let outcome = self.outcome(&found, many.plain_first);
        if Exploring::came() {
            // Past the harness, which shows nothing any more.
            let told = told::interrupted(&found, asked, program, &outcome);
            let _ = writeln!(io::stderr(), "{told}");
            exploring.end();
        }
        Made {
            runs: found.runs(),
            whole: found.is_whole(),
            outcome,
        }
    }

    /// Judges what an exploration found.
    fn outcome(&self, found: &Exploration, plain_first: bool) -> Result<(), Failure> {
        let Some(run) = found.failure() else {
            let mut properties = self.properties.borrow_mut();
            properties.merge(found.properties());
            return match self.judges && found.is_whole() {
                true => unmet(&properties),
                false => Ok(()),
            };
        };
        let trace = self.environment.trace;
        print_trace(run, trace);
        let rehearse = self.rehearse && !Exploring::came();
        judge(run, self.program, rehearse, trace).map_err(|failure| {
            // What the plain run shows is shown again without a file, where that is made.
            let makes_plain = plain_first || self.strategy.is_search();
            let is_made = *run.tape() == Tape::default() && makes_plain;
            let keeps = self.regressions.as_ref();
            let keeps = keeps.filter(|_| failure.alone && !is_made);
            match keeps.and_then(|regressions| regressions.keep(run, &self.others)) {
                Some(line) => failure.and(&line),
                None => failure,
            }
        })
    }
}
