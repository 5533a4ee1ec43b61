//! The arguments of the attributes, and what the environment says instead.

use std::ops::Range;
use std::time::Duration;

use super::built::Built;
use super::circumstances::{Costs, Own};
use super::command::Program;
use super::environment::{Chosen, Environment};
use crate::base::place::{Place, caller};
use crate::choice::strategies::builtin::Builtin;
use crate::choice::strategies::grammar::StrategyError;
use crate::explore::sim::Sim;
use crate::model::faults::parse::FaultsError;
use crate::record::kind::{FindingKind, Level};

/// How many random schedules a test explores unless it says.
pub const DEFAULT_SEEDS: u64 = 64;

/// The arguments of the attribute.
#[derive(Clone, Debug)]
pub struct TestOptions {
    pub(super) name: &'static str,
    /// The test in the user's source.
    pub(super) place: Place,
    pub(super) sim: Sim,
    pub(super) chosen: Option<Chosen>,
    /// The strategy that the attribute was given.
    strategy: Option<&'static str>,
    /// Who answers the draws of seeds if it was given none.
    unless_said: Builtin,
    /// The faults that the attribute was given.
    faults: Option<&'static str>,
    pub(super) jobs: usize,
    /// Properties that are to hold in some run.
    pub(super) expected: Vec<&'static str>,
    /// What was known when it was compiled.
    built: Option<Built>,
}

/// One method an argument.
#[allow(missing_docs, reason = "hidden: the attribute documents its arguments")]
impl TestOptions {
    #[track_caller]
    pub fn new(name: &'static str) -> TestOptions {
        TestOptions {
            name,
            place: caller(),
            sim: Sim::new(),
            chosen: None,
            strategy: None,
            unless_said: Builtin::Random,
            faults: None,
            jobs: 1,
            expected: Vec::new(),
            built: None,
        }
    }

    pub fn built(self, built: Built) -> TestOptions {
        TestOptions {
            built: Some(built),
            ..self
        }
    }

    pub fn points(self, points: bool) -> TestOptions {
        TestOptions {
            sim: self.sim.points(points),
            ..self
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
        TestOptions {
            strategy: Some(strategy),
            ..self
        }
    }

    pub fn faults(self, faults: &'static str) -> TestOptions {
        TestOptions {
            faults: Some(faults),
            ..self
        }
    }

    pub fn threads(self, threads: bool) -> TestOptions {
        TestOptions {
            sim: self.sim.threads(threads),
            ..self
        }
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

    pub fn costs(self, most: Duration) -> TestOptions {
        TestOptions {
            sim: self.sim.costs(most),
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

    pub fn expects(mut self, name: &'static str) -> TestOptions {
        self.expected.push(name);
        self
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

impl TestOptions {
    /// How many seeds the attribute asks for.
    pub(super) fn own_count(&self) -> u64 {
        match &self.chosen {
            None => DEFAULT_SEEDS,
            Some(Chosen::Seed(_) | Chosen::Tape(_)) => 1,
            Some(Chosen::Seeds(seeds)) => seeds.end - seeds.start,
            Some(Chosen::SeedsFrom(_) | Chosen::FreshSeeds(_) | Chosen::Merged(_)) => DEFAULT_SEEDS,
        }
    }

    /// What its runs are made with unless the environment says otherwise.
    ///
    /// # Errors
    ///
    /// What was expected, if the faults that it was given are none.
    pub(super) fn own(&self) -> Result<Own, String> {
        let faults = self.faults.unwrap_or("none").parse();
        let faults = faults
            .map_err(|error: FaultsError| format!("the attribute's argument `faults`: {error}"))?;
        Ok(Own {
            faults,
            threads: self.sim.setup.threads,
            costs: self.sim.setup.costs.map_or(Costs::Off, Costs::UpTo),
        })
    }

    /// The strategy that answers the draws of seeds unless the environment says otherwise, if there is one of the name that was given.
    fn own_strategy(&self) -> Option<Builtin> {
        self.strategy.map_or(Ok(self.unless_said), str::parse).ok()
    }

    pub(super) fn test(&self) -> Program {
        Program::test(self.name, self.built, self.own_strategy())
    }

    pub(super) fn main(&self) -> Program {
        Program::main(self.name, self.built, self.own_strategy())
    }

    /// The strategy: the environment's, else that of the attribute, else the default.
    ///
    /// # Errors
    ///
    /// What was expected, if the attribute's is none.
    pub(super) fn strategy_in(&self, environment: &Environment) -> Result<Builtin, String> {
        let named = || self.strategy.map_or(Ok(self.unless_said), str::parse);
        let strategy = environment.strategy.map_or_else(named, Ok);
        strategy.map_err(|error: StrategyError| format!("strategy: {error}"))
    }

    /// With what is said of a run but its draws.
    pub(super) fn with_sim(self, sim: Sim) -> TestOptions {
        TestOptions { sim, ..self }
    }

    /// With this strategy for seeds, unless one is said.
    pub(super) fn with_default(self, unless_said: Builtin) -> TestOptions {
        TestOptions {
            unless_said,
            ..self
        }
    }
}
