//! Which runs a test makes: what it says itself, unless the environment says otherwise.

use std::ops::Range;

use super::environment::{Chosen, Environment};
use super::fresh;
use super::options::{DEFAULT_SEEDS, TestOptions};
use super::told::Failure;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::tape::Tape;
use crate::explore::asked::USUAL_BUDGET;
use crate::explore::systematic::refusal;

/// See the top of this file.
pub(super) enum Which<'a> {
    /// The one with this tape.
    Tape(&'a Tape),
    /// The one with this seed.
    Seed(u64),
    /// The plain one.
    Plain,
    /// Those of many seeds, or as many of a search.
    Seeds(Seeds),
}

/// Many runs.
pub(super) struct Seeds {
    pub(super) seeds: Range<u64>,
    /// Whether the plain run is made before them. A search begins with it.
    pub(super) plain_first: bool,
    /// Whether these are all runs of the test, or as many.
    pub(super) all: bool,
}

impl<'a> Which<'a> {
    /// # Errors
    ///
    /// If there are no such runs: what was expected.
    pub(super) fn of(
        options: &'a TestOptions,
        environment: &'a Environment,
        strategy: Builtin,
    ) -> Result<Which<'a>, Failure> {
        if let Some(refusal) = refusal(strategy, &options.sim.setup) {
            return Err(refusal.into());
        }
        let chosen = environment.draws.as_ref().or(options.chosen.as_ref());
        let own_count = match (strategy.is_search(), &options.chosen) {
            (true, Some(Chosen::Seeds(seeds))) => seeds.end - seeds.start,
            (true, _) => USUAL_BUDGET,
            (false, _) => options.own_count(),
        };
        let seeds = match chosen {
            Some(Chosen::Tape(tape)) => return Ok(Which::Tape(tape)),
            // It has one run, whatever the seed.
            _ if strategy == Builtin::Plain => return Ok(Which::Plain),
            Some(Chosen::Seed(seed)) if strategy.is_search() => {
                return Err(format!(
                    "`{strategy}` is a search of many runs and has no seeds, and seed {seed} was asked for: REWEAVE_SEEDS says how many \
                     runs it may make, and REWEAVE_TAPE replays one"
                )
                .into());
            }
            Some(Chosen::Seed(seed)) => return Ok(Which::Seed(*seed)),
            // Of a guided search the first seed says which one it is. To a systematic one it says nothing.
            Some(Chosen::Seeds(seeds)) => seeds.clone(),
            Some(Chosen::FreshSeeds(count)) if strategy.is_systematic() => {
                0..count.unwrap_or(own_count)
            }
            Some(Chosen::SeedsFrom(_)) if strategy.is_systematic() => 0..own_count,
            Some(Chosen::FreshSeeds(count)) => fresh::seeds(*count, own_count),
            Some(Chosen::SeedsFrom(first)) => fresh::from(*first, own_count)?,
            // Nothing is run.
            Some(Chosen::Merged(_)) => 0..own_count,
            None if strategy.is_search() => 0..own_count,
            None => 0..DEFAULT_SEEDS,
        };
        Ok(Which::Seeds(Seeds {
            seeds,
            plain_first: chosen.is_none() && !strategy.is_search(),
            // A systematic search knows itself whether it made all runs.
            all: strategy.is_systematic() || is_all(environment.draws.as_ref(), own_count),
        }))
    }

    /// Whether one run was asked for, so that it is known which it is.
    pub(super) fn is_chosen(&self) -> bool {
        matches!(self, Which::Tape(_) | Which::Seed(_))
    }

    /// Whether these are all runs of the test, or as many.
    pub(super) fn is_all(&self) -> bool {
        matches!(self, Which::Seeds(many) if many.all)
    }

    /// The seeds, if there are many.
    pub(super) fn seeds(&self) -> Option<&Range<u64>> {
        match self {
            Which::Seeds(many) => Some(&many.seeds),
            Which::Tape(_) | Which::Seed(_) | Which::Plain => None,
        }
    }
}

/// Whether these are all runs of a test, or as many.
fn is_all(chosen: Option<&Chosen>, own_count: u64) -> bool {
    match chosen {
        None | Some(Chosen::FreshSeeds(None) | Chosen::SeedsFrom(_)) => true,
        Some(Chosen::Seeds(seeds)) => seeds.start == 0 && seeds.end >= own_count,
        Some(Chosen::FreshSeeds(Some(count))) => *count >= own_count,
        Some(Chosen::Seed(_) | Chosen::Tape(_) | Chosen::Merged(_)) => false,
    }
}
