//! Bytes that lie in the buffers of writers, and who put the last of them there.

use std::collections::BTreeMap;

use crate::base::ids::TaskNo;
use crate::base::place::Place;

/// By the number of the buffer, in the order in which they were first told of.
#[derive(Debug, Default)]
pub(crate) struct Unflushed {
    lying: BTreeMap<u32, Lying>,
    numbered: u32,
}

/// What lies in a buffer.
#[derive(Debug)]
pub(crate) struct Lying {
    /// The task that wrote last.
    pub(crate) task: TaskNo,
    pub(crate) bytes: u64,
    /// Where it did, if that is known.
    pub(crate) place: Option<Place>,
}

impl Unflushed {
    /// This lies in the buffer of this number, or in one of which nothing was told yet. Gives its number.
    pub(crate) fn set(&mut self, number: Option<u32>, lying: Lying) -> u32 {
        let number = number.unwrap_or_else(|| {
            self.numbered += 1;
            self.numbered
        });
        self.lying.insert(number, lying);
        number
    }

    /// Nothing lies there any more.
    pub(crate) fn clear(&mut self, number: u32) {
        self.lying.remove(&number);
    }

    /// What this task wrote last.
    pub(crate) fn of(&self, task: TaskNo) -> impl Iterator<Item = &Lying> {
        self.lying.values().filter(move |lying| lying.task == task)
    }
}
