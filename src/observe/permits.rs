//! Permits of one semaphore that were forgotten, and those that were added: who forgot what nobody added again.
//!
//! To forget permits for good is how a pool is made smaller, and to add some later how it grows. It looks like a leak only
//! beside others who do the same and add again what they forgot; or if nobody is left who has a permit, and some want one.

use super::held::{Held, Stamp};
use crate::base::ids::TaskNo;
use crate::base::place::Place;

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Permits {
    forgotten: Vec<Forgotten>,
    /// Who added again what they forgot: where, how many, which task.
    repaid: Vec<(Place, usize, TaskNo)>,
    /// Who added permits.
    adders: Vec<TaskNo>,
    /// How many were added, and were not forgotten before.
    surplus: usize,
    /// Somebody gave up waiting when nobody had a permit, and nothing was added since.
    pub(crate) in_vain: bool,
}

/// Permits that were forgotten at once.
#[derive(Debug)]
pub(crate) struct Forgotten {
    pub(crate) by: Held,
    permits: usize,
    /// How many of them nobody added again.
    missing: usize,
}

/// Tasks and places that are remembered, at the most.
const MOST_KNOWN: usize = 64;

impl Permits {
    pub(crate) fn forget(&mut self, by: Held, permits: usize) {
        self.in_vain = false;
        let paid = permits.min(self.surplus);
        self.surplus -= paid;
        if self.forgotten.is_empty() {
            // Mostly the only one.
            self.forgotten.reserve_exact(1);
        }
        self.forgotten.push(Forgotten {
            by,
            permits,
            missing: permits - paid,
        });
        self.forgotten.retain(|all| all.missing > 0);
    }

    pub(crate) fn add(&mut self, permits: usize, moment: Stamp) {
        self.in_vain = false;
        let task = moment.task;
        if self.adders.len() < MOST_KNOWN && !self.adders.contains(&task) {
            self.adders.push(task);
        }
        let own = |all: &Forgotten| {
            all.by.task == task && all.permits == permits && all.missing == permits
        };
        if let Some(at) = self.forgotten.iter().position(own) {
            let repaid = (self.forgotten.remove(at).by.place, permits, task);
            if self.repaid.len() < MOST_KNOWN && !self.repaid.contains(&repaid) {
                self.repaid.push(repaid);
            }
            return;
        }
        let mut left = permits;
        for all in &mut self.forgotten {
            let some = left.min(all.missing);
            all.missing -= some;
            left -= some;
        }
        self.surplus += left;
        self.forgotten.retain(|all| all.missing > 0);
    }

    /// Whether none were ever forgotten or added: there are as many as at first.
    pub(crate) fn are_fixed(&self) -> bool {
        self.forgotten.is_empty() && self.repaid.is_empty() && self.adders.is_empty()
    }

    /// Whether permits are missing.
    pub(crate) fn is_short(&self) -> bool {
        !self.forgotten.is_empty()
    }

    /// What nobody added again.
    pub(crate) fn missing(&self) -> &[Forgotten] {
        &self.forgotten
    }

    /// How many nobody added again.
    pub(crate) fn count_missing(&self) -> u64 {
        self.forgotten.iter().map(|all| all.missing as u64).sum()
    }

    /// Whether another task that forgot as many at this place added them again.
    pub(crate) fn others_add(&self, all: &Forgotten) -> bool {
        let same = |&(place, permits, task): &(Place, usize, TaskNo)| {
            place == all.by.place && permits == all.permits && task != all.by.task
        };
        all.missing == all.permits && self.repaid.iter().any(same)
    }

    /// Whether permits are something to be given back: nobody adds any, or somebody added again what it had forgotten. Where
    /// others add them than those who take them, they are signals, or tokens.
    pub(crate) fn are_lent(&self) -> bool {
        self.adders.is_empty() || !self.repaid.is_empty()
    }

    /// The tasks that added permits.
    pub(crate) fn adders(&self) -> &[TaskNo] {
        &self.adders
    }
}
