//! Updates of watched values that were lost: a task wrote what it had made of a value that another had written anew meanwhile.

use std::collections::BTreeMap;

use super::screen::fitted;
use crate::base::ids::TaskNo;
use crate::base::place::SourcePlace;
use crate::base::resource::ResourceNo;
use crate::record::event::Event;
use crate::record::trace::Trace;

/// An update that was lost, by the places of its three events among the entries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overwritten {
    /// The task that wrote last read the value.
    pub(super) read: usize,
    /// Another wrote it.
    pub(super) lost: usize,
    /// It wrote it.
    pub(super) wrote: usize,
}

/// A value has so many characters in a sentence, at the most.
const LONGEST: usize = 40;

/// All of them in the first `end` events.
pub(super) fn all(trace: &Trace, end: usize) -> Vec<Overwritten> {
    let mut last_read: BTreeMap<(ResourceNo, TaskNo), usize> = BTreeMap::new();
    let mut last_written: BTreeMap<ResourceNo, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, entry) in trace.entries()[..end].iter().enumerate() {
        if let Event::Read { resource, .. } = entry.event {
            last_read.insert((resource, entry.task), at);
        } else if let Event::Wrote { resource, .. } = entry.event {
            let read = last_read.remove(&(resource, entry.task));
            let lost = last_written.insert(resource, at);
            if let (Some(read), Some(lost)) = (read, lost)
                && read < lost
                && trace.entries()[lost].task != entry.task
            {
                let wrote = at;
                found.push(Overwritten { read, lost, wrote });
            }
        }
    }
    found
}

impl Overwritten {
    /// What was lost, in a sentence.
    pub(super) fn sentence(&self, trace: &Trace) -> Option<String> {
        let read = Access::of(trace, self.read)?;
        let lost = Access::of(trace, self.lost)?;
        let wrote = Access::of(trace, self.wrote)?;
        Some(format!(
            "{} wrote {} = {} at {} between {}'s read ({}) and its write ({})",
            lost.task, lost.name, lost.value, lost.place, wrote.task, read.value, wrote.value
        ))
    }
}

/// An access to a watched value.
struct Access<'t> {
    task: &'t str,
    name: &'t str,
    value: String,
    place: SourcePlace,
}

impl<'t> Access<'t> {
    fn of(trace: &'t Trace, at: usize) -> Option<Access<'t>> {
        let entry = &trace.entries()[at];
        let (Event::Read {
            resource,
            value,
            place,
        }
        | Event::Wrote {
            resource,
            value,
            place,
        }) = entry.event
        else {
            return None;
        };
        Some(Access {
            task: trace.path(entry.task),
            name: trace.resource(resource),
            value: fitted(trace.text(value), LONGEST),
            place: SourcePlace::from(trace.place(place)),
        })
    }
}
