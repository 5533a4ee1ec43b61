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
    /// Somebody gave up waiting since the number of permits last changed.
    in_vain: bool,
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

    /// Begins a run in place of the one before.
    pub(crate) fn begin(&mut self, run: RunId) {
        let Counters {
            run: its_run,
            resources,
            holds,
            held,
            in_line,
            balances,
        } = self;
        *its_run = run;
        (*resources, *holds, *held, *in_line) = (0, 0, 0, 0);
        // An empty map is known at a glance, and costs as much to clear as one that is not.
        if !balances.is_empty() {
            balances.clear();
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
            Fact::LeftLine => self.in_line -= 1,
            Fact::GaveUp { resource, .. } => {
                self.in_line -= 1;
                if let Some(balance) = self.balances.get_mut(&resource) {
                    balance.in_vain = true;
                }
            }
            Fact::Forgot {
                resource, permits, ..
            } => self.balance(resource).forgotten += permits as u64,
            Fact::Added { resource, permits } => self.balance(resource).added += permits as u64,
            Fact::Granted { .. }
            | Fact::Sent { .. }
            | Fact::Published { .. }
            | Fact::Received { .. }
            | Fact::Saw { .. }
            | Fact::Closed { .. }
            | Fact::Refused { .. }
            | Fact::SentBytes { .. }
            | Fact::ReceivedBytes { .. }
            | Fact::SentDatagram { .. }
            | Fact::ReceivedDatagram { .. }
            | Fact::Listens { .. }
            | Fact::Connects { .. }
            | Fact::CannotConnect { .. }
            | Fact::Accepts { .. }
            | Fact::Reset { .. }
            | Fact::Missed { .. }
            | Fact::Dropped { .. }
            | Fact::Gone { .. }
            | Fact::Notified { .. }
            | Fact::NotifiedAll { .. }
            | Fact::Touched { .. } => {}
        }
    }

    /// The balance of a resource whose permits change.
    fn balance(&mut self, resource: ResourceNo) -> &mut Balance {
        let balance = self.balances.entry(resource).or_default();
        balance.in_vain = false;
        balance
    }

    /// How many locks and permits are held now.
    pub(crate) fn held(&self) -> i64 {
        self.held
    }

    /// How many operations stand in line for permits.
    pub(crate) fn in_line(&self) -> i64 {
        self.in_line
    }

    /// Whether a semaphore has fewer permits than it began with, and some were added again, somebody waits for permits, or
    /// gave up.
    pub(crate) fn may_be_short(&self) -> bool {
        let short = |balance: &Balance| {
            let missed = balance.added > 0 || balance.in_vain || self.in_line > 0;
            balance.forgotten > balance.added && missed
        };
        // An empty map is known at a glance, and costs as much to walk as one that is not.
        !self.balances.is_empty() && self.balances.values().any(short)
    }
}
