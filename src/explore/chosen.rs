//! Which run is asked for: the plain one, that of a seed, or that of a tape.

use crate::choice::passes::Passes;
use crate::choice::tape::Tape;
use crate::run::underway::Drawn;

/// See the top of this file.
#[derive(Clone, Debug)]
pub(crate) enum Draws {
    Plain,
    Seed(u64),
    Tape(Tape),
}

impl Draws {
    /// The seed of the random values that go with these draws.
    pub(super) fn values(&self) -> u64 {
        match self {
            Draws::Plain => 0,
            Draws::Seed(seed) => *seed,
            Draws::Tape(tape) => tape.values(),
        }
    }

    /// The scheduling points that they pass over.
    pub(super) fn passes(&self) -> Passes {
        match self {
            Draws::Plain | Draws::Seed(_) => Passes::NONE,
            Draws::Tape(tape) => tape.passes().clone(),
        }
    }

    /// What to call the run.
    pub(super) fn drawn(&self) -> Drawn {
        match self {
            Draws::Plain => Drawn::Plain,
            Draws::Seed(seed) => Drawn::Seed(*seed),
            Draws::Tape(tape) => Drawn::Tape(tape.clone()),
        }
    }
}
