//! The few counts that every run keeps, recorded or not: what is held, who stands in line, which permits are missing.
//!
//! They tell nothing by themselves. They say whether something may be wrong, so that the run is made again, recorded.

use std::collections::BTreeMap;

use crate::base::ids::RunId;
use crate::base::resource::ResourceNo;
use crate::record::fact::{Fact, Hold};

/// See the top of this file.
pub(crate) struct Counters {
    run: RunId,
    /// How many resources were numbered.
    resources: u32,
    /// How many holds were.
    holds: u32,
    /// How many locks and permits are held now.
    held: i64,
    /// How many operations stand in line for permits.
    in_line: i64,
    /// How many permits were forgotten, and how many added, by resource.
    balances: BTreeMap<ResourceNo, Balance>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    forgotten: u64,
    added: u64,
}

impl Counters {
    pub(crate) fn new(run: RunId) -> Counters {
        Counters {
            run,
            resources: 0,
            holds: 0,
            held: 0,
            in_line: 0,
            balances: BTreeMap::new(),
        }
    }

    /// The run's id.
    pub(crate) fn run(&self) -> RunId {
        self.run
    }

    /// The number of a resource that is made, or used for the first time.
    pub(crate) fn number_resource(&mut self) -> ResourceNo {
        self.resources += 1;
        ResourceNo(self.resources)
    }

    /// The number of a hold that begins.
    #[inline(always)]
    pub(crate) fn number_hold(&mut self) -> Hold {
        self.holds += 1;
        Hold {
            run: self.run,
            number: self.holds,
        }
    }

    /// Counts a fact.
    #[inline(always)]
    pub(crate) fn note(&mut self, fact: &Fact) {
        match *fact {
            Fact::Took { .. } | Fact::Reserved { .. } => self.held += 1,
            // A guard that outlives its run was not counted in this one.
            Fact::GaveBack { hold, .. } | Fact::LetGo { hold, .. } => {
                self.held -= i64::from(hold.run == self.run);
            }
            Fact::GotInLine => self.in_line += 1,
            Fact::LeftLine | Fact::GaveUp { .. } => self.in_line -= 1,
            Fact::Forgot {
                resource, permits, ..
            } => self.balances.entry(resource).or_default().forgotten += permits as u64,
            Fact::Added { resource, permits } => {
                self.balances.entry(resource).or_default().added += permits as u64;
            }
            Fact::Granted { .. }
            | Fact::Sent { .. }
            | Fact::Published { .. }
            | Fact::Received { .. }
            | Fact::Saw { .. }
            | Fact::Closed { .. }
            | Fact::Dropped { .. }
            | Fact::Notified { .. }
            | Fact::NotifiedAll { .. } => {}
        }
    }

    /// How many locks and permits are held now.
    pub(crate) fn held(&self) -> i64 {
        self.held
    }

    /// How many operations stand in line for permits.
    pub(crate) fn in_line(&self) -> i64 {
        self.in_line
    }

    /// The resources that have fewer permits than they began with, and how many fewer, although some were added again; or
    /// although somebody is in line.
    pub(crate) fn short_of(&self) -> Vec<(ResourceNo, usize)> {
        let short = |(&resource, balance): (&ResourceNo, &Balance)| {
            let meant = balance.added > 0 || self.in_line > 0;
            let missing = balance.forgotten.saturating_sub(balance.added) as usize;
            (meant && missing > 0).then_some((resource, missing))
        };
        self.balances.iter().filter_map(short).collect()
    }
}
