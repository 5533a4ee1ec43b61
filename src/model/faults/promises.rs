//! Promises of progress: who made them, when they were last kept, and when they count as broken.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::ids::HostNo;
use crate::base::place::Place;
use crate::base::span::FAR;

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    list: BTreeMap<u32, Promise>,
    /// When each is broken next.
    deadlines: BTreeSet<(u64, u32)>,
    made: u32,
}

/// A promise that something is done again and again.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) what: String,
    /// It is done once in so many ns at least.
    pub(crate) within: u64,
    /// When it was done last, or the time from which it is counted.
    pub(crate) since: u64,
    /// How often it was done.
    pub(crate) times: u64,
    /// The host of the task that promised.
    pub(crate) host: HostNo,
    /// The path of that task, in a recorded run.
    pub(crate) task: Option<String>,
    pub(crate) place: Place,
}

impl Promise {
    fn deadline(&self) -> u64 {
        self.since.saturating_add(self.within)
    }
}

impl Promises {
    /// There is a promise more; gives its number.
    pub(crate) fn add(&mut self, promise: Promise) -> u32 {
        self.made += 1;
        self.deadlines.insert((promise.deadline(), self.made));
        self.list.insert(self.made, promise);
        self.made
    }

    /// It was done, now.
    pub(crate) fn done(&mut self, number: u32, now: u64) {
        if let Some(promise) = self.count_from(number, now) {
            promise.times += 1;
        }
    }

    /// The time of a promise is counted from now on.
    pub(crate) fn count_from(&mut self, number: u32, now: u64) -> Option<&mut Promise> {
        let promise = self.list.get_mut(&number)?;
        self.deadlines.remove(&(promise.deadline(), number));
        promise.since = now;
        self.deadlines.insert((promise.deadline(), number));
        Some(promise)
    }

    /// The time of all promises is counted from now on.
    pub(crate) fn count_all_from(&mut self, now: u64) {
        self.deadlines.clear();
        for (&number, promise) in &mut self.list {
            promise.since = now;
            self.deadlines.insert((promise.deadline(), number));
        }
    }

    /// A promise is over.
    pub(crate) fn remove(&mut self, number: u32) {
        if let Some(promise) = self.list.remove(&number) {
            self.deadlines.remove(&(promise.deadline(), number));
        }
    }

    /// When the next is broken; [`FAR`] if none is.
    pub(crate) fn next(&self) -> u64 {
        self.deadlines.first().map_or(FAR, |first| first.0)
    }

    /// The number of the one that is broken now.
    pub(crate) fn broken(&self, now: u64) -> Option<(u32, &Promise)> {
        let &(deadline, number) = self.deadlines.first()?;
        let promise = self.list.get(&number)?;
        (deadline <= now).then_some((number, promise))
    }
}
