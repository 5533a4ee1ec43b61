//! What resources are called: by the user, or by their kind and a number.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::place::Place;
use crate::base::resource::{ResourceKind, ResourceNo};

/// A name that the user gives, and where.
pub(crate) type Given = (Arc<str>, Place);

/// See the top of this file.
#[derive(Default)]
pub(super) struct ResourceNames {
    /// The name for those that are made now, and where it was given.
    given: Option<Given>,
    /// How many bear each name, in recorded runs.
    counts: BTreeMap<String, u32>,
    /// Resources that are older than the run and have several tags, by what these have in common.
    kin: BTreeMap<u64, ResourceNo>,
}

impl ResourceNames {
    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self) {
        self.given = None;
        if !self.counts.is_empty() {
            self.counts.clear();
        }
        if !self.kin.is_empty() {
            self.kin.clear();
        }
    }

    /// The number that another tag of the same resource met in this run.
    pub(super) fn kin(&self, kin: u64) -> Option<ResourceNo> {
        self.kin.get(&kin).copied()
    }

    pub(super) fn set_kin(&mut self, kin: u64, number: ResourceNo) {
        if kin != 0 {
            self.kin.insert(kin, number);
        }
    }

    /// Sets the name for resources that are made from now on; gives the one before.
    pub(super) fn give(&mut self, name: Option<Given>) -> Option<Given> {
        std::mem::replace(&mut self.given, name)
    }

    /// The name for a resource that is made now.
    pub(super) fn given(&self) -> Option<Given> {
        self.given.clone()
    }

    /// The name of one more resource: the user's, the second of that name with a number; or the kind's with a number.
    pub(super) fn next(&mut self, kind: ResourceKind, given: Option<&Arc<str>>) -> String {
        let base = given.map_or(kind.name(), |given| given);
        match given {
            Some(_) => self.next_of(base),
            None => format!("{base}#{}", self.count(base)),
        }
    }

    /// This name; with a number from the second that bears it.
    pub(super) fn next_of(&mut self, base: &str) -> String {
        match self.count(base) {
            1 => base.to_owned(),
            count => format!("{base}#{count}"),
        }
    }

    fn count(&mut self, base: &str) -> u32 {
        let count = self.counts.entry(base.to_owned()).or_default();
        *count += 1;
        *count
    }
}
