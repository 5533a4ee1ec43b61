//! What locks and channels are called in a run, and who holds them since where.
//!
//! Numbers are given in the order in which primitives are made or first used in the run; names are the
//! user's, or the primitive's kind with a number among its kind. An exploring run needs numbers only, for its
//! hash: names and holders are kept in runs that are looked at.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::mem;
use std::sync::Arc;

use super::context::RunId;
use crate::record::event::Place;
use crate::record::finding::show_place;
use crate::values::ids::TaskNo;

/// The resources of one run.
#[derive(Default)]
pub(crate) struct Resources {
    numbered: u32,
    /// By number from 1, in full runs.
    names: Vec<String>,
    /// How many resources bear a name already.
    counts: BTreeMap<Arc<str>, u32>,
    /// Who holds what, by resource, in full runs.
    holders: BTreeMap<u32, Vec<Held>>,
    holds: u64,
    /// The name for primitives that are made now.
    given: Option<Arc<str>>,
}

struct Held {
    hold: Hold,
    task: TaskNo,
    since: Place,
}

/// One guard's or permit's entry among the holders; nothing in an exploring run. The run is part of it, so that a
/// guard that outlives its run is not taken for one of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hold(Option<(RunId, u64)>);

/// Holders that are named, at the most.
const MOST_HOLDERS: usize = 3;

impl Resources {
    /// Forgets everything; costs nothing in a run that used none.
    pub(crate) fn reset(&mut self) {
        if self.numbered > 0 || self.given.is_some() {
            *self = Resources::default();
        }
    }

    /// Sets the name for primitives that are made from now on; gives the one before.
    pub(crate) fn give_name(&mut self, name: Option<Arc<str>>) -> Option<Arc<str>> {
        mem::replace(&mut self.given, name)
    }

    /// The name for a primitive that is made now.
    pub(crate) fn given_name(&self) -> Option<Arc<str>> {
        self.given.clone()
    }

    /// Gives the next number; and a name, in a full run.
    pub(crate) fn register(
        &mut self,
        kind: &'static str,
        given: Option<&Arc<str>>,
        full: bool,
    ) -> u32 {
        self.numbered += 1;
        if full {
            let base = given.cloned().unwrap_or_else(|| kind.into());
            let count = self.counts.entry(base.clone()).or_default();
            *count += 1;
            self.names.push(match (given, *count) {
                (Some(_), 1) => base.to_string(),
                (_, count) => format!("{base}#{count}"),
            });
        }
        self.numbered
    }

    /// The name of the resource with this number; empty in an exploring run.
    pub(crate) fn name(&self, id: u32) -> String {
        self.names.get(id as usize - 1).cloned().unwrap_or_default()
    }

    /// A task holds a resource since it took it at this place.
    pub(crate) fn hold(&mut self, run: RunId, id: u32, task: TaskNo, since: Place) -> Hold {
        self.holds += 1;
        let hold = Hold(Some((run, self.holds)));
        let holders = self.holders.entry(id).or_default();
        holders.push(Held { hold, task, since });
        hold
    }

    /// It holds it no more.
    pub(crate) fn let_go(&mut self, id: u32, hold: Hold) {
        if let Some(holders) = self.holders.get_mut(&id) {
            holders.retain(|held| held.hold != hold);
        }
    }

    /// Says what is waited for, where, and who has it.
    pub(crate) fn words(&self, paths: &[String], id: u32, what: &str, place: Place) -> String {
        let mut words = format!("{what}{} at {}", self.name(id), show_place(place));
        let holders = self.holders.get(&id).map_or(&[][..], Vec::as_slice);
        for (nth, held) in holders.iter().take(MOST_HOLDERS).enumerate() {
            let lead = if nth == 0 { " (held by " } else { ", " };
            let path = paths
                .get(held.task.get() as usize)
                .map_or("·", String::as_str);
            let _ = write!(words, "{lead}{path} since {}", show_place(held.since));
        }
        if holders.len() > MOST_HOLDERS {
            let _ = write!(words, " and {} more", holders.len() - MOST_HOLDERS);
        }
        if !holders.is_empty() {
            words.push(')');
        }
        words
    }
}
