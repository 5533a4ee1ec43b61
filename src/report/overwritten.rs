//! Watched values that were overwritten: a task wrote one that another had written since it had read it. Often that is an update that
//! is lost; whether it is, the user knows.

use std::collections::BTreeMap;

use super::screen::fitted;
use crate::base::ids::TaskNo;
use crate::base::place::SourcePlace;
use crate::base::resource::ResourceNo;
use crate::record::event::{Event, Verb};
use crate::record::trace::Trace;

/// One write over another, by the places of its three events among the entries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overwritten {
    /// The task that wrote last read the value.
    pub(super) read: usize,
    /// Another wrote it.
    pub(super) other: usize,
    /// It wrote it.
    pub(super) wrote: usize,
}

/// No more of them are looked for.
const MOST: usize = 100;

/// A value has so many characters in a sentence, at the most.
const LONGEST: usize = 40;

/// The first of them in the first `end` events.
pub(super) fn all(trace: &Trace, end: usize) -> Vec<Overwritten> {
    let mut last_read: BTreeMap<(ResourceNo, TaskNo), usize> = BTreeMap::new();
    let mut last_written: BTreeMap<ResourceNo, usize> = BTreeMap::new();
    let mut found = Vec::new();
    let (left_out, gap) = trace.left_out();
    for (at, entry) in trace.entries()[..end].iter().enumerate() {
        // What was read and written in between is not known.
        if left_out > 0 && at == gap {
            (last_read, last_written) = Default::default();
        }
        if let Event::Read { resource, .. } = entry.event {
            last_read.insert((resource, entry.task), at);
        } else if let Event::Wrote { resource, .. } = entry.event {
            let read = last_read.remove(&(resource, entry.task));
            let other = last_written.insert(resource, at);
            if let (Some(read), Some(other)) = (read, other)
                && read < other
                && trace.entries()[other].task != entry.task
                && !is_told(trace, other, at)
            {
                let wrote = at;
                found.push(Overwritten { read, other, wrote });
                if found.len() == MOST {
                    break;
                }
            }
        }
    }
    found
}

/// Whether the task that writes in the second place may know of the first: since then that one's task woke it by something else than a
/// lock that it gave back.
fn is_told(trace: &Trace, other: usize, wrote: usize) -> bool {
    let (by, to) = (trace.entries()[other].task, trace.entries()[wrote].task);
    let by_lock = |event| {
        let Event::Resource { verb, .. } = event else {
            return false;
        };
        matches!(verb, Verb::Grants | Verb::GivesBack)
    };
    trace.entries()[other..wrote].iter().any(|entry| {
        let cause = entry.cause().and_then(|cause| trace.entry(cause));
        entry.task == by
            && entry.event == (Event::Woke { task: to })
            && !cause.is_some_and(|cause| by_lock(cause.event))
    })
}

impl Overwritten {
    /// Who wrote between which read and write, in a sentence.
    pub(super) fn sentence(&self, trace: &Trace) -> Option<String> {
        let read = Access::of(trace, self.read)?;
        let other = Access::of(trace, self.other)?;
        let wrote = Access::of(trace, self.wrote)?;
        Some(format!(
            "{} wrote {} = {} at {} between {}'s read ({}) and its write ({})",
            other.task, other.name, other.value, other.place, wrote.task, read.value, wrote.value
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
