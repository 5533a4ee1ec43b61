//! What locks and channels are called in a run, and who holds them since where.
//!
//! Numbers are given in the order in which primitives are made or first used in the run; names are the
//! user's, or the primitive's kind with a number among its kind. An exploring run needs numbers only, for its
//! hash: names and holders are kept in runs that are looked at.

use std::collections::BTreeMap;
use std::mem;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::context::RunId;
use super::world::World;
use crate::base::ids::TaskNo;
use crate::record::event::Place;

/// The resources of one run.
#[derive(Default)]
pub(crate) struct Resources {
    numbered: u32,
    /// How many locks and permits are held now.
    held: i64,
    /// By number from 1, in full runs.
    names: Vec<String>,
    /// How many resources bear a name already.
    counts: BTreeMap<Arc<str>, u32>,
    /// Who holds what, by resource, in full runs.
    holders: BTreeMap<u32, Vec<Held>>,
    holds: u32,
    /// How many operations stand in line for permits.
    in_line: i64,
    /// What kind of primitive each resource is, by number from 1, in full runs.
    kinds: Vec<&'static str>,
    /// Who last received from a channel, and where, in full runs.
    receivers: BTreeMap<u32, (TaskNo, Place)>,
    /// How many messages are in each channel, in full runs.
    messages: BTreeMap<u32, i64>,
    /// Who last notified all when nobody waited, and when, in full runs.
    unheard_calls: BTreeMap<u32, (TaskNo, u64)>,
    /// How many permits were forgotten, and how many added, by resource.
    balances: BTreeMap<u32, (u64, u64)>,
    /// Who forgot them, in full runs.
    forgetters: BTreeMap<u32, Vec<Held>>,
    /// The name for primitives that are made now.
    given: Option<Arc<str>>,
}

/// A guard or a permit that somebody has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    hold: Hold,
    /// The task that took it.
    pub(crate) task: TaskNo,
    /// Where it took it.
    pub(crate) place: Place,
    /// When, in virtual time.
    pub(crate) since: u64,
}

/// One guard's or permit's entry among the holders; nothing in an exploring run. The run is part of it, so that a
/// guard that outlives its run is not taken for one of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hold(Option<(RunId, NonZeroU32)>);

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
            self.kinds.push(kind);
            self.names.push(match (given, *count) {
                (Some(_), 1) => base.to_string(),
                (_, count) => format!("{base}#{count}"),
            });
        }
        self.numbered
    }

    /// The name of the resource with this number; empty in an exploring run.
    pub(crate) fn name(&self, id: u32) -> &str {
        self.names.get(id as usize - 1).map_or("", String::as_str)
    }

    /// All names, by number from 1.
    pub(crate) fn take_names(&mut self) -> Vec<String> {
        mem::take(&mut self.names)
    }

    /// A lock or a permit is taken.
    #[inline(always)]
    pub(crate) fn count_taken(&mut self) {
        self.held += 1;
    }

    /// It is given back, or nobody's any more.
    #[inline(always)]
    pub(crate) fn count_given_back(&mut self) {
        self.held -= 1;
    }

    /// How many locks and permits are held now.
    pub(crate) fn held(&self) -> i64 {
        self.held
    }

    /// An operation gets in line.
    #[inline(always)]
    pub(crate) fn count_in_line(&mut self, change: i64) {
        self.in_line += change;
    }

    /// How many operations stand in line for permits.
    pub(crate) fn in_line(&self) -> i64 {
        self.in_line
    }

    /// Whether a resource is a lock: only who holds it can let others have it.
    pub(crate) fn is_lock(&self, id: u32) -> bool {
        let kind = self.kinds.get(id as usize - 1);
        kind.is_some_and(|kind| is_lock(kind))
    }

    /// Notes who receives from a channel.
    pub(crate) fn receives(&mut self, id: u32, task: TaskNo, place: Place) {
        self.receivers.insert(id, (task, place));
    }

    /// Notes that messages go into a channel, or come out.
    pub(crate) fn count_messages(&mut self, id: u32, change: i64) {
        *self.messages.entry(id).or_default() += change;
    }

    /// A channel is gone, with what is in it.
    pub(crate) fn forget_messages(&mut self, id: u32) {
        self.messages.remove(&id);
    }

    /// The channels with messages in them, and how many.
    pub(crate) fn unreceived(&self) -> impl Iterator<Item = (u32, i64)> {
        let messages = self.messages.iter().map(|(&id, &messages)| (id, messages));
        messages.filter(|&(_, messages)| messages > 0)
    }

    /// Notes that all were notified, and nobody waited.
    pub(crate) fn calls_unheard(&mut self, id: u32, task: TaskNo, now: u64) {
        self.unheard_calls.insert(id, (task, now));
    }

    /// Who last notified all when nobody waited, and when.
    pub(crate) fn unheard_call(&self, id: u32) -> Option<(TaskNo, u64)> {
        self.unheard_calls.get(&id).copied()
    }

    /// Who last received from a channel, and where.
    pub(crate) fn receiver(&self, id: u32) -> Option<(TaskNo, Place)> {
        self.receivers.get(&id).copied()
    }

    /// Permits are forgotten; by whom is noted in full runs.
    pub(crate) fn forget(&mut self, id: u32, permits: usize, by: Option<Held>) {
        self.balances.entry(id).or_default().0 += permits as u64;
        if let Some(by) = by {
            let list = self.forgetters.entry(id).or_default();
            list.extend([by].repeat(permits));
        }
    }

    /// A task adds permits: for those that it forgot itself, as far as there are any.
    pub(crate) fn add(&mut self, id: u32, permits: usize, task: TaskNo) {
        self.balances.entry(id).or_default().1 += permits as u64;
        if let Some(list) = self.forgetters.get_mut(&id) {
            for _ in 0..permits.min(list.len()) {
                let own = list.iter().position(|held| held.task == task);
                list.remove(own.unwrap_or(0));
            }
        }
    }

    /// The resources that have fewer permits than they began with, and how many fewer, although some were added again; or
    /// although somebody is in line.
    pub(crate) fn short_of(&self) -> Vec<(u32, usize)> {
        let short = |(&id, &(forgotten, added)): (&u32, &(u64, u64))| {
            let meant = added > 0 || self.in_line > 0;
            let missing = forgotten.saturating_sub(added) as usize;
            (meant && missing > 0).then_some((id, missing))
        };
        self.balances.iter().filter_map(short).collect()
    }

    /// Who forgot permits of a resource that nobody added again, and at most so many.
    pub(crate) fn forgetters(&self, id: u32, permits: usize) -> &[Held] {
        let all = self.forgetters.get(&id).map_or(&[][..], Vec::as_slice);
        &all[..permits.min(all.len())]
    }

    /// Notes who took what.
    pub(crate) fn hold(&mut self, run: RunId, id: u32, held: Held) -> Hold {
        self.holds += 1;
        let hold = Hold(NonZeroU32::new(self.holds).map(|nth| (run, nth)));
        self.holders
            .entry(id)
            .or_default()
            .push(Held { hold, ..held });
        hold
    }

    /// It holds it no more; gives what was noted.
    pub(crate) fn let_go(&mut self, id: u32, hold: Hold) -> Option<Held> {
        let holders = self.holders.get_mut(&id)?;
        let nth = holders.iter().position(|held| held.hold == hold)?;
        Some(holders.remove(nth))
    }

    /// Who holds this resource, in the order in which they took it.
    pub(crate) fn holders(&self, id: u32) -> &[Held] {
        self.holders.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whatever is held, by resource.
    pub(crate) fn all_held(&self) -> impl Iterator<Item = (u32, &Held)> {
        self.holders
            .iter()
            .flat_map(|(&id, held)| held.iter().map(move |held| (id, held)))
    }
}

/// Whether a primitive of this kind is a lock.
pub(crate) fn is_lock(kind: &str) -> bool {
    matches!(kind, "mutex" | "rwlock")
}

impl Held {
    /// The running task takes it, at this place.
    pub(crate) fn now(world: &World, place: Place) -> Held {
        Held {
            hold: Hold::default(),
            task: world.current_task(),
            place,
            since: world.now,
        }
    }
}
