//! Facts of a run's resources that are told on other threads, where the run cannot be reached: a guard that is dropped there, say.
//!
//! They are no events of the run, for when they come is nobody's choice; but who looks for findings must know them.

use std::sync::{Mutex, PoisonError};

use crate::record::fact::Fact;

/// See the top of this file. A resource knows it weakly, so that nothing is kept for a run that is over.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere(Mutex<Vec<Fact>>);

impl Elsewhere {
    /// A fact is told, on whatever thread.
    pub(crate) fn tell(&self, fact: Fact) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(fact);
    }

    /// Takes what was told.
    pub(crate) fn take(&self) -> Vec<Fact> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *told)
    }
}
