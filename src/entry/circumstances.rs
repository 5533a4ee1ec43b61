//! What a run is made with beside its draws: faults, threads, costs. The environment may override what the test says, and a kept run may have been made
//! under other overrides. A replay line names all that differ from the test's own, since without them the same draws are another run.

use std::fmt;
use std::str::FromStr;

use crate::base::span::Span;
use crate::explore::sim::Sim;
use crate::model::faults::plan::Faults;

/// What is said; `None` is as the test itself has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Circumstances {
    /// The faults that runs may meet.
    pub(super) faults: Option<Faults>,
    /// Whether others may run between two statements of a task.
    pub(super) threads: Option<bool>,
    /// How much virtual time a poll or an operation may take.
    pub(super) costs: Option<Costs>,
}

impl Circumstances {
    /// These, and where they say nothing those.
    pub(super) fn or(self, others: Circumstances) -> Circumstances {
        Circumstances {
            faults: self.faults.or(others.faults),
            threads: self.threads.or(others.threads),
            costs: self.costs.or(others.costs),
        }
    }
}

/// How much virtual time one poll, or one operation, takes at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Costs {
    /// None: time stands still while a task is ready.
    Off,
    /// So many nanoseconds.
    UpTo(u64),
}

const OFF: &str = "none";

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Costs::Off => f.write_str(OFF),
            Costs::UpTo(most) => write!(f, "{}", Span(*most)),
        }
    }
}

impl FromStr for Costs {
    /// What was expected.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Costs, &'static str> {
        match text.trim() {
            "0" | OFF => Ok(Costs::Off),
            text => match Span::read(text) {
                Some(Span(0)) => Ok(Costs::Off),
                Some(Span(most)) => Ok(Costs::UpTo(most)),
                None => Err(
                    "a time: a whole number and ns, us, ms, s, m or h, as in `5ms`; or `0` or `none`",
                ),
            },
        }
    }
}

/// What a test itself says.
pub(super) struct Own {
    pub(super) faults: Faults,
    pub(super) threads: bool,
    pub(super) costs: Costs,
}

impl Own {
    /// Those of what is said that are not its own.
    pub(super) fn unlike(&self, said: &Circumstances) -> Circumstances {
        let said = said.clone();
        Circumstances {
            faults: said.faults.filter(|faults| *faults != self.faults),
            threads: said.threads.filter(|threads| *threads != self.threads),
            costs: said.costs.filter(|costs| *costs != self.costs),
        }
    }

    /// Its own, where others are said: a run that has them all the same must be told with them.
    pub(super) fn in_place_of(&self, others: &Circumstances) -> Circumstances {
        Circumstances {
            faults: others.faults.as_ref().map(|_| self.faults.clone()),
            threads: others.threads.map(|_| self.threads),
            costs: others.costs.map(|_| self.costs),
        }
    }

    /// Runs in these circumstances, and where they say nothing in its own.
    pub(super) fn under(&self, said: &Circumstances, sim: Sim) -> Sim {
        let faults = said.faults.as_ref().unwrap_or(&self.faults);
        let mut sim = sim.faults(faults.clone());
        sim.setup.threads = said.threads.unwrap_or(self.threads);
        sim.setup.costs = match said.costs.unwrap_or(self.costs) {
            Costs::Off => None,
            Costs::UpTo(most) => Some(most),
        };
        sim
    }
}
