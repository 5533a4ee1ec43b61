//! Who answers the draws of an exploration: a strategy that comes with Reweave, or one of the caller's.

use std::sync::Arc;

use super::outcome::Answered;
use crate::choice::calibration::Calibration;
use crate::choice::chooser::Source;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::strategy::Strategy;
use crate::run::underway::Drawn;

/// See the top of this file.
pub(super) enum StrategyOf {
    Builtin(Builtin),
    /// One of the caller's, made anew for every run.
    Own(Box<dyn Fn() -> Box<dyn Strategy> + Sync>),
}

impl StrategyOf {
    pub(super) fn wants_calibration(&self) -> bool {
        match self {
            StrategyOf::Builtin(builtin) => builtin.wants_calibration(),
            StrategyOf::Own(strategy) => strategy().wants_calibration(),
        }
    }

    /// Whether the program is calibrated for the run of this seed.
    pub(super) fn calibrates(&self, seed: u64) -> bool {
        match self {
            StrategyOf::Builtin(builtin) => builtin.of_seed(seed).wants_calibration(),
            StrategyOf::Own(_) => self.wants_calibration(),
        }
    }

    /// The search, if it is one, whose runs have no seeds.
    pub(super) fn search(&self) -> Option<Builtin> {
        match self {
            StrategyOf::Builtin(builtin) => Some(*builtin).filter(|builtin| builtin.is_search()),
            StrategyOf::Own(_) => None,
        }
    }

    pub(super) fn source(&self, seed: u64, calibration: &Arc<Calibration>) -> Source {
        match self {
            StrategyOf::Builtin(builtin) => builtin.source(seed, calibration),
            StrategyOf::Own(strategy) => Source::Strategy(strategy(), seed, calibration.clone()),
        }
    }

    /// What to call the run of this seed.
    pub(super) fn drawn(&self, seed: u64) -> Drawn {
        match self {
            StrategyOf::Builtin(Builtin::Plain) => Drawn::Plain,
            StrategyOf::Builtin(_) => Drawn::Seed(seed),
            StrategyOf::Own(_) => Drawn::Unnamed,
        }
    }

    pub(super) fn answered(&self) -> Answered {
        match self {
            StrategyOf::Builtin(builtin) => Answered::Builtin(*builtin),
            StrategyOf::Own(strategy) => Answered::Own(strategy().name().to_owned()),
        }
    }
}
